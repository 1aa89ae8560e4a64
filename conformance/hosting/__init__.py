"""Holds a Python backend in this process."""
