"""Places: from names to positions, and from positions to sides of lines."""
