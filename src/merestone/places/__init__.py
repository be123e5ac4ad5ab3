"""Places: from names to positions, and from positions to sides of lines."""

from merestone.places.contested.lines import load_lines, load_zones, sides
from merestone.places.locating import locate, place

__all__ = ["load_lines", "load_zones", "locate", "place", "sides"]
