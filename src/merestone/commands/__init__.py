"""The commands of the command line: a module for each group, options and printing that they share in ``shared``."""
