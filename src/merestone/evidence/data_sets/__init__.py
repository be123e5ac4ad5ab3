"""Data sets as evidence: tables whose rows are somebody's coding of events, or what a sensor measured."""
