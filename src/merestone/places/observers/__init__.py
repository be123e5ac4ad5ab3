"""What observers' bearings and distances leave of the ground."""
