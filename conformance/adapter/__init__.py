"""The author's side of the wire, for Python backends. Needs nothing of the suite."""

from conformance.adapter.serve import serve

__all__ = ["serve"]
