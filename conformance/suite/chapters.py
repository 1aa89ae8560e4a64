"""Imports every chapter, so that all checks are registered."""

from importlib import import_module
from importlib.resources import files

for _file in sorted(entry.name for entry in files(__package__).iterdir()):
    if _file.startswith("test_") and _file.endswith(".py"):
        import_module(f"{__package__}.{_file.removesuffix('.py')}")
