"""The import arrows and the places of I/O that the layout promises."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

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


@cache
def imports(path: Path) -> tuple[str, ...]:
    """The absolute names that a module imports."""
    return tuple(_imports(ast.parse(path.read_text("utf-8"))))


def _imports(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
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


def offenders(paths: Iterable[Path], wrong: Callable[[Path], list[str]]) -> dict[str, list[str]]:
    """What is wrong with each module that something is wrong with."""
    found = {str(path.relative_to(ROOT)): wrong(path) for path in paths}
    return {path: names for path, names in found.items() if names}


def against_the_arrows(path: Path) -> list[str]:
    part = part_of(path)
    if part == "__init__":
        return []
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
    return wrong


def test_imports_follow_the_arrows() -> None:
    assert {} == offenders(modules("conformance"), against_the_arrows)


def test_the_suite_never_imports_a_driver() -> None:
    def drivers(path: Path) -> list[str]:
        return [name for name in imports(path) if name.startswith("conformance.drivers")]

    assert {} == offenders(modules("conformance/suite"), drivers)


def test_no_module_imports_a_module_of_checks() -> None:
    def of_checks(path: Path) -> list[str]:
        return [name for name in imports(path) if ".test_" in name]

    assert {} == offenders(modules("conformance"), of_checks)


def test_who_asks_for_checks_gets_all_of_them() -> None:
    filled_by_imports = {f"conformance.testing.verifies.{name}" for name in ("CHECKS", "checks_for")}

    def too_early(path: Path) -> list[str]:
        above = part_of(path) != "__init__" and layer_of(part_of(path)) > layer_of("suite")
        return sorted(filled_by_imports & set(imports(path))) if above else []

    assert {} == offenders(modules("conformance"), too_early)


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


def test_what_is_installed_imports_nothing_that_is_not() -> None:
    allowed = sys.stdlib_module_names | declared_dependencies() | {"conformance", "reference_impl"}

    def missing(path: Path) -> list[str]:
        extra = {"distributed"} if path.relative_to(ROOT).as_posix() in OF_THE_CLUSTER else set()
        return [name for name in imports(path) if name.split(".")[0] not in allowed | extra]

    assert {} == offenders(modules("conformance") + modules("reference_impl"), missing)


def test_the_oracle_uses_no_library_that_a_backend_might() -> None:
    forbidden = {"croniter", "msgspec", "orjson", "json", "reference_impl"}

    def shared(path: Path) -> list[str]:
        return [name for name in imports(path) if name.split(".")[0] in forbidden]

    assert {} == offenders(modules("conformance/oracle"), shared)


def test_the_reference_imports_the_contract_only() -> None:
    def of_ours(path: Path) -> list[str]:
        allowed = ("conformance.contract", *(["conformance.adapter"] if path.name == "__main__.py" else []))
        return [
            name for name in imports(path) if name.startswith("conformance") and not name.startswith(allowed)
        ]

    assert {} == offenders(modules("reference_impl"), of_ours)


def test_these_rules_look_at_modules_and_can_be_broken(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("import conformance.drivers.command\nfrom reference_impl import codec\n", "utf-8")

    assert 100 < len(modules("conformance"))
    assert 0 < min(len(modules("conformance/suite")), len(modules("conformance/oracle")))
    assert 0 < len(modules("reference_impl"))
    assert ("conformance.drivers.command", "reference_impl.codec") == imports(module)


def test_nothing_imports_dask_unasked() -> None:
    """Not the command line, not a run on this machine, not the pytest plugin."""
    asked = "import sys, conformance.cli, conformance.commands.run, conformance.commands.selftest"
    asked += ", conformance.pytest_plugin, conformance.execution.pytest_door"
    code = f"{asked}; print([name for name in ('dask', 'distributed') if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert "[]" == told.strip()
