"""Geometry on the WGS 84 ellipsoid: lengths, areas, and lines prepared for many points."""
