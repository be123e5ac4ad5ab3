"""From words to places: the names in a text, what each could mean, and which place it means."""
