"""The import arrows and the places of I/O that the layout promises."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = (
    {"contract", "errors"},
    {"wire", "oracle", "results", "golden", "guide", "schemas", "linting"}
    | {"workspace", "watching", "clocks", "showing", "child", "last_words"},
    {"crash", "drivers", "reports", "smoke", "templates", "releases"},
    {"hosting", "adapter"},
    {"testing"},
    {"suite"},
    {"execution"},
    {"commands", "pytest_plugin", "embedded"},
    {"cli"},
    {"__main__"},
)
BESIDE = {
    # what stands in one layer and may still import from its neighbours there
    "adapter": {"hosting"},
    "child": {"clocks"},
    "last_words": {"clocks"},
    "linting": {"oracle"},
    "showing": {"oracle"},
    "smoke": {"drivers"},
}


def layer_of(part: str) -> int:
    return next(number for number, parts in enumerate(LAYERS) if part in parts)


def imports(path: Path) -> Iterator[str]:
    """The absolute names that a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(package: str) -> list[Path]:
    found = sorted((ROOT / package).rglob("*.py"))
    return [path for path in found if "templates" not in path.parts and "_mutants" not in path.parts]


DOOR = Path("testing/__init__.py")  # a list of names, each brought from where it is when it is asked for


def part_of(path: Path) -> str:
    relative = path.relative_to(ROOT / "conformance")
    if relative == DOOR:
        return "cli"
    return relative.parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules("conformance"), ids=str)
def test_imports_follow_the_arrows(path: Path) -> None:
    part = part_of(path)
    if part == "__init__":
        return
    wrong = []
    for name in imports(path):
        words = name.split(".")
        if words[0] == "reference_impl":
            wrong.append(name)
        if words[0] != "conformance" or len(words) < 2 or words[1] == "__version__":
            continue
        other = words[1]
        allowed = {part} | BESIDE.get(part, set())
        if other not in allowed and layer_of(other) >= layer_of(part) and layer_of(part) > 0:
            wrong.append(name)
        if layer_of(part) == 0 and other not in LAYERS[0]:
            wrong.append(name)

    assert [] == wrong


@pytest.mark.parametrize("path", modules("conformance/suite"), ids=str)
def test_the_suite_never_imports_a_driver(path: Path) -> None:
    assert [] == [name for name in imports(path) if name.startswith("conformance.drivers")]


@pytest.mark.parametrize("path", modules("conformance"), ids=str)
def test_no_module_imports_a_module_of_checks(path: Path) -> None:
    assert [] == [name for name in imports(path) if ".test_" in name]


@pytest.mark.parametrize("path", modules("conformance"), ids=str)
def test_who_asks_for_checks_gets_all_of_them(path: Path) -> None:
    above = layer_of(part_of(path)) > layer_of("suite") if part_of(path) != "__init__" else False
    filled_by_imports = {f"conformance.testing.verifies.{name}" for name in ("CHECKS", "checks_for")}

    assert not (above and filled_by_imports & set(imports(path)))


def public_classes() -> Iterator[tuple[str, str]]:
    """The name and the module of each class, and of each alias of a type, that is not private."""
    for path in modules("conformance"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name, str(path.relative_to(ROOT))
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias":
                yield ast.unparse(node.target), str(path.relative_to(ROOT))


# A request of the wire, and the event in a trace that one was sent: traces are kept as files.
NAMED_TWICE = {"Request"}


def test_a_name_stands_for_one_idea() -> None:
    places: dict[str, list[str]] = {}
    for name, place in public_classes():
        places.setdefault(name, []).append(place)

    assert {} == {name: found for name, found in places.items() if len(found) > 1 and name not in NAMED_TWICE}


def declared_dependencies() -> set[str]:
    """The import names of what pyproject.toml says that the package needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {re.split(r"[<>=]", line)[0].replace("-", "_") for line in project["dependencies"]}


# What imports the extra `cluster`, and is itself imported only where a cluster was asked for.
OF_THE_CLUSTER = {
    "conformance/execution/cluster/crew.py",
    "conformance/execution/cluster/duty.py",
}


@pytest.mark.parametrize("path", modules("conformance") + modules("reference_impl"), ids=str)
def test_what_is_installed_imports_nothing_that_is_not(path: Path) -> None:
    allowed = sys.stdlib_module_names | declared_dependencies() | {"conformance", "reference_impl"}
    if path.relative_to(ROOT).as_posix() in OF_THE_CLUSTER:
        allowed |= {"distributed"}

    assert [] == [name for name in imports(path) if name.split(".")[0] not in allowed]


@pytest.mark.parametrize("path", modules("conformance/oracle"), ids=str)
def test_the_oracle_uses_no_library_that_a_backend_might(path: Path) -> None:
    words = {name.split(".")[0] for name in imports(path)}

    assert set() == words & {"croniter", "msgspec", "orjson", "json", "reference_impl"}


@pytest.mark.parametrize("path", modules("reference_impl"), ids=str)
def test_the_reference_imports_the_contract_only(path: Path) -> None:
    ours = {name for name in imports(path) if name.startswith("conformance")}
    allowed = (
        "conformance.contract",
        "conformance.adapter" if path.name == "__main__.py" else "conformance.contract",
    )

    assert set() == {name for name in ours if not name.startswith(allowed)}


def test_nothing_imports_dask_unasked() -> None:
    """Not the command line, not a run on this machine, not the pytest plugin."""
    asked = "import sys, conformance.cli, conformance.commands.run, conformance.commands.selftest"
    asked += ", conformance.pytest_plugin, conformance.execution.pytest_door"
    code = f"{asked}; print([name for name in ('dask', 'distributed') if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert "[]" == told.strip()
