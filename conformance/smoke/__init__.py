"""Is the adapter right? A short conversation that tells its mistakes from a backend's nonconformance.

It judges the harness, not the backend: a backend that passes here may still break many requirements.
"""

from conformance.smoke.conversation import smoke
from conformance.smoke.report import SmokeReport, SmokeStep, StepOutcome, render

__all__ = ["SmokeReport", "SmokeStep", "StepOutcome", "render", "smoke"]
