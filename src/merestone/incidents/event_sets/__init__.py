"""Event data sets of others, side by side: which events several of them tell."""

from merestone.incidents.event_sets.integrate import Integration, as_text, integrate, match_events, summary, write

__all__ = ["Integration", "as_text", "integrate", "match_events", "summary", "write"]
