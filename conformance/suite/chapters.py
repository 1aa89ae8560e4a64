"""All checks. A check registers itself when its chapter is imported: who asks here has them all."""

from importlib import import_module
from importlib.resources import files

from conformance.testing.verifies import CHECKS, checks_for

__all__ = ["CHECKS", "checks_for"]

for _file in sorted(entry.name for entry in files(__package__).iterdir()):
    if _file.startswith("test_") and _file.endswith(".py"):
        import_module(f"{__package__}.{_file.removesuffix('.py')}")
