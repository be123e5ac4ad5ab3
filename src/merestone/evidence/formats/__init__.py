"""How the documents of each type of file are read: one module for each, all with ``parts(data, path) -> list[Part]``."""
