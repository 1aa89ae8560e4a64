"""sidecar-conformance: is a uni-db SchedulerPersistence backend right?"""

from conformance.contract.target import target

__version__ = "0.1.0"
__all__ = ["__version__", "target"]
