"""The JSON Schema of each message, and what a message does against it."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

SHARED = ("values", "failure")


def schema_text(name: str) -> str:
    """The schema of a method, or one of SHARED, as it is shipped. Raises FileNotFoundError."""
    return files("conformance.wire").joinpath("schema", f"{name}.json").read_text("utf-8")


def violation(name: str, side: str, message: dict[str, Any]) -> str | None:
    """What in a message of method `name` breaks its schema; None if nothing. `side`: request or answer."""
    error = next(iter(_validator(name, side).iter_errors(message)), None)
    if error is None:
        return None
    return f"{error.json_path}: {error.message[:300]}"


@cache
def _validator(name: str, side: str) -> Validator:
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    schemas = [json.loads(schema_text(one)) for one in (*SHARED, name)]
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas
    )
    reference = {"$ref": f"{schemas[-1]['$id']}#/$defs/{side}"}
    return Draft202012Validator(reference, registry=registry)
