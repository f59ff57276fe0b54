"""A text as displays, sentences and settings, in reading order."""
