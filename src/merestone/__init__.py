"""Merestone: an open workbench for people who watch a contested line."""

from importlib.metadata import version

__version__ = version("merestone")
