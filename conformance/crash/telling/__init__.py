"""A violation in words, as protocol lines, as a picture."""
