"""From the spelling of a target to the callable it names."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Callable
from difflib import get_close_matches
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from conformance.errors import TargetUnreachableError

Opener: TypeAlias = Callable[..., Any]

_IMPORTING = frozenset({__file__, importlib.__file__})
_MOST_OFFERED = 12
_FORM = "a target is written package.module:attribute or path/to/file.py:attribute"


def load_target(spelling: str) -> Opener:
    """The callable that `spelling` names: `package.module:attribute` or `path/to/file.py:attribute`.

    Raises TargetUnreachableError, whatever goes wrong while the module is imported.
    """
    place, colon, attribute = spelling.rpartition(":")
    if not colon or not place or not attribute:
        raise TargetUnreachableError(f"{spelling!r} names no target: {_FORM}")
    module = _from_file(place, spelling) if place.endswith(".py") else _by_name(place, spelling)
    opener = _find_attribute(module, attribute, spelling)
    if not callable(opener):
        raise TargetUnreachableError(
            f"{spelling!r} is {_article(type(opener).__name__)}, not a callable: "
            f"name a function or class that maps a data path to a backend"
        )
    named: Opener = opener
    return named


def spelling_of(opener: Opener) -> str | None:
    """How another process can name this callable, as `load_target` takes it; None where it cannot.

    A lambda, a closure, a partial, a bound method stand in no module.
    """
    attribute = getattr(opener, "__qualname__", "<nameless>")
    module = sys.modules.get(str(getattr(opener, "__module__", "")))
    if module is None or not _holds(module, attribute, opener):
        return None
    file = getattr(module, "__file__", None)
    if file is not None and file == _file_by_path(module.__name__):
        return f"{module.__name__}:{attribute}"
    return None if file is None or not file.endswith(".py") else f"{file}:{attribute}"


def name_of(opener: Opener) -> str:
    """What to call a callable that was not spelled."""
    found = getattr(opener, "__qualname__", None)
    return f"{opener.__module__}.{found}" if found else type(opener).__name__


def _holds(module: ModuleType, attribute: str, opener: Opener) -> bool:
    found: Any = module
    for part in attribute.split("."):
        found = getattr(found, part, None)
    return found is opener


def _file_by_path(name: str) -> str | None:
    """The file that an import of this name reads in a process with the same path."""
    path, parts, origin = None, name.split("."), None
    for number in range(len(parts)):
        specification = PathFinder.find_spec(".".join(parts[: number + 1]), path)
        if specification is None:
            return None
        path, origin = specification.submodule_search_locations, specification.origin
    return origin


def _by_name(name: str, spelling: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            raise TargetUnreachableError(
                f"there is no module {error.name!r} for {spelling!r}: install the backend into this "
                f"Python ({sys.executable}) or run from the folder that holds it"
            ) from error
        raise _import_failed(name, spelling, error) from error
    except BaseException as error:
        raise _import_failed(name, spelling, error) from error


def _from_file(place: str, spelling: str) -> ModuleType:
    path = Path(place).resolve()
    if not path.is_file():
        raise TargetUnreachableError(f"there is no file {str(path)!r} for {spelling!r}: check the path")
    name = f"sidecar_target_{path.stem}"
    while name in sys.modules:
        if sys.modules[name].__file__ == str(path):
            return sys.modules[name]
        name += "_"
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    specification = importlib.util.spec_from_file_location(name, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    try:
        specification.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, KeyboardInterrupt):
            raise
        raise _import_failed(place, spelling, error) from error
    return module


def _import_failed(place: str, spelling: str, error: BaseException) -> TargetUnreachableError:
    return TargetUnreachableError(
        f"importing {place} for {spelling!r} raised {type(error).__name__}: {error}{_where(error)}; "
        f"make `import` of that module work in this Python first"
    )


def _where(error: BaseException) -> str:
    """The file and line that raised it; of the import system's own, the line that imports."""
    if isinstance(error, SyntaxError) and error.filename:
        return ""  # it says so itself
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith("<frozen") and frame.filename not in _IMPORTING
    ]
    return f" ({frames[-1].filename}, line {frames[-1].lineno})" if frames else ""


def _find_attribute(module: ModuleType, attribute: str, spelling: str) -> Any:
    found: Any = module
    for part in attribute.split("."):
        try:
            found = getattr(found, part)
        except AttributeError as error:
            place = spelling.rpartition(":")[0]
            words = f"{place} has no attribute {attribute!r}; {_offer(module, attribute)}"
            raise TargetUnreachableError(words) from error
    return found


def _offer(module: ModuleType, attribute: str) -> str:
    """What may have been meant: the nearest callable; else those that the module defines, or has at all."""
    public = sorted(name for name, held in vars(module).items() if name[:1] != "_" and callable(held))
    if near := get_close_matches(attribute, public, 1):
        return f"did you mean {near[0]}?"
    own = [name for name in public if getattr(vars(module)[name], "__module__", "") == module.__name__]
    return f"it offers {', '.join((own or public)[:_MOST_OFFERED]) or 'no public callable'}"


def _article(noun: str) -> str:
    return f"an {noun}" if noun[:1].lower() in "aeiou" else f"a {noun}"
