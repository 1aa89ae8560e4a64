"""Is the adapter right? A short conversation that tells its mistakes from a backend's nonconformance.

It judges the harness, not the backend: a backend that passes here may still break many requirements.
"""

from conformance.smoke.conversation import smoke
from conformance.smoke.report import Outcome, SmokeReport, Step, render

__all__ = ["Outcome", "SmokeReport", "Step", "render", "smoke"]
