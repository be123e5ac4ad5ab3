"""Files of map layers, read without trust and written whole or not at all."""
