"""Adapters with one fault each, run as `python -m misbehaving.NAME`."""
