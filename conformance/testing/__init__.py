"""The library that checks stand on and that others import."""
