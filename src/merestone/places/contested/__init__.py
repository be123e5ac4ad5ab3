"""Contested lines and zones: how each may err, on which side or how far a place lies, and how two of them compare."""
