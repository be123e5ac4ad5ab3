"""Merestone: an open workbench for people who watch a contested line."""


def __getattr__(name: str) -> str:
    """The version, looked up only where it is asked for, so that ``merestone --help`` need not wait for it."""
    if name == "__version__":
        from importlib.metadata import version

        return version("merestone")
    raise AttributeError(name)
