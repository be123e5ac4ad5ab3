"""Gazetteers: where places come from, how their names are compared, and the index that they are looked up in."""
