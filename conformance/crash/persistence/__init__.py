"""What a power cut may lose: one model a file, one row a model, from the weakest claims upwards."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.crash.persistence.model import PersistenceModel
from conformance.crash.persistence.ordered import Ordered
from conformance.crash.persistence.posix import Posix
from conformance.crash.persistence.strict import Strict

# Each model allows all that those before it allow; their states are always added to its own.
_IN_ORDER: tuple[PersistenceModel, ...] = (
    Ordered(),
    Posix(),
    Strict(),
)
MODELS: Mapping[str, PersistenceModel] = {model.name: model for model in _IN_ORDER}
DEFAULT_MODEL = "posix"


def with_weaker(name: str) -> tuple[PersistenceModel, ...]:
    """The model of this name and all that allow less, the weakest first. Raises KeyError."""
    names = list(MODELS)
    if name not in MODELS:
        raise KeyError(f"no persistence model {name}; there are {', '.join(names)}")
    return tuple(MODELS[known] for known in names[: names.index(name) + 1])
