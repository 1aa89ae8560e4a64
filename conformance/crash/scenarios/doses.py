"""Which crash scenarios a profile tries. The plainest come first, for the first that fails is reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from conformance.crash.scenarios.scenario import LEFTOVERS, CrashScenario

ALL_ERRORS = 100_000
_QUICK = (
    CrashScenario("document", "reschedule", errors=30),
    CrashScenario("nothing", "schedule,reschedule,flush"),
    CrashScenario("document", "cancel,fail,fail", errors=30),
    CrashScenario(LEFTOVERS, "schedule"),
    CrashScenario("document=300", "maintenance=140"),
)
_DEFAULT = (
    CrashScenario("document", "reschedule", errors=ALL_ERRORS),
    CrashScenario("nothing", "schedule", errors=ALL_ERRORS),
    *_QUICK[1:-1],
    CrashScenario("document=300", "maintenance=400"),
    CrashScenario("empty", "schedule"),
    CrashScenario("document=511", "resize=513,resize=512"),
    CrashScenario("document=4095", "resize=4097,resize=4096"),
    CrashScenario("document=300", "resize=65537,resize=513"),
    CrashScenario("document=1048576", "reschedule"),
    CrashScenario("rows=300", "reschedule,cancel"),
    CrashScenario("document", "start,finish,cancel"),
)
_THOROUGH = (
    *(replace(scenario, errors=ALL_ERRORS) for scenario in _DEFAULT),
    *(
        CrashScenario(f"document={size}", operations, errors=12)
        for size in (511, 512, 513, 4095, 4096, 4097, 65537, 1 << 20)
        for operations in ("reschedule", "schedule,cancel", "resize=300", f"resize={2 * size}")
    ),
    CrashScenario(LEFTOVERS, "resize=5000,cancel,fail", errors=ALL_ERRORS),
)
_BY_PROFILE = {"quick": _QUICK, "default": _DEFAULT, "thorough": _THOROUGH}


def scenarios_of(profile: str) -> Sequence[CrashScenario]:
    """The scenarios of a profile, the plainest first."""
    return _BY_PROFILE[profile]
