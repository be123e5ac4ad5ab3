"""Incidents: claims about the same thing, side by side."""
