"""Web: the interface for programs and the page, served on this machine."""
