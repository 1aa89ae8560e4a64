"""A second recorder, by strace, to hold the first one against."""
