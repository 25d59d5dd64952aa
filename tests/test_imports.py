"""Which way imports go, read from the syntax trees (truth: the rules of docs/architecture.md)."""

import ast
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.parsing import syntax_tree

PACKAGES = ("ops_data", "twin", "dashboards")
MAY_IMPORT = {
    "ops_data": {"ops_data"},
    "twin": {"twin", "ops_data"},
    "dashboards": {"dashboards", "twin", "ops_data"},
}
STARTER = "twin.__main__"
COMMAND_LINE = (STARTER, "twin.commands")  # the composition root: the starter and the verbs it calls

# Inside twin a module imports its own layer and those below; a stage package imports no other stage package.
STAGES = ("twin.operations", "twin.processing", "twin.environment", "twin.supply")
LAYERS = (
    ("twin.models",),
    (
        "twin.scenario",
        "twin.scenario_file",
        "twin.scenario_rules",
        "twin.settings",
        "twin.quantities",
        "twin.overrides",
        "twin.parameters_table",
        "twin.processing_rules",
        "twin.environment_rules",
        "twin.supply_settings",
        "twin.assets",
        "twin.lift_system",
        "twin.resource",
    ),
    STAGES,
    ("twin.indicators",),
)
TOP_LAYER = len(LAYERS)  # run, ensemble, state, calibration, forecast … and what serves the command line

MODELS_MAY_READ = {
    "ops_data.units",
    "ops_data.elements",
    "ops_data.errors",
    "ops_data.schemas",
    "ops_data.supply_names",
}
MODELS_NEVER = {"pandas", "pyarrow", "simpy"}
SIMPY_AT = ("twin.operations", "twin.supply")
STORE = (
    "ops_data.store",
    "ops_data.studies",
    "ops_data.catalogue",
    "ops_data.writer",
    "ops_data.parts",
    "ops_data.sealed",
)
STORE_OPENERS = (*COMMAND_LINE, "dashboards.data")

Graph = Mapping[str, set[str]]


def imported_by(source: str, module: str, is_package: bool) -> set[str]:
    """Return the dotted names a module imports anywhere in its text, relative ones made absolute."""
    names: set[str] = set()
    for node in ast.walk(syntax_tree(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                kept = parts[: len(parts) - node.level + is_package]
                base = ".".join([*kept, base] if base else kept)
            names.add(base)
            names.update(f"{base}.{alias.name}" for alias in node.names)
    return names


def graph(root: Path) -> dict[str, set[str]]:
    """Return what each module of the three packages imports."""
    found: dict[str, set[str]] = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            is_package = parts[-1] == "__init__"
            module = ".".join(parts[:-1] if is_package else parts)
            found[module] = imported_by(path.read_text(encoding="utf-8"), module, is_package)
    return found


def inside(name: str, package: str) -> bool:
    """Say whether a dotted name is a package or lies in it."""
    return name == package or name.startswith(f"{package}.")


def inside_any(name: str, packages: Iterable[str]) -> bool:
    """Say whether a dotted name lies in one of some packages."""
    return any(inside(name, package) for package in packages)


def layer(module: str) -> int:
    """Return how high a module of twin lies; 0 is the lowest."""
    for height, members in enumerate(LAYERS):
        if inside_any(module, members):
            return height
    return TOP_LAYER


def upward_imports(modules: Graph) -> list[str]:
    """Return imports against the direction dashboards → twin → ops_data."""
    wrong = []
    for module, names in modules.items():
        package = module.split(".")[0]
        for name in names:
            other = name.split(".")[0]
            served = inside_any(module, COMMAND_LINE) and other == "dashboards"
            if other in PACKAGES and other not in MAY_IMPORT[package] and not served:
                wrong.append(f"{module} imports {name}")
    return sorted(wrong)


def layer_breaks(modules: Graph) -> list[str]:
    """Return imports inside twin that go up a layer, or from one stage package to another."""
    wrong = []
    for module, names in modules.items():
        if not inside(module, "twin") or module == "twin":
            continue
        stage = next((s for s in STAGES if inside(module, s)), None)
        for name in names:
            if not inside(name, "twin") or name == "twin":
                continue
            other_stage = next((s for s in STAGES if inside(name, s)), None)
            crosses = stage is not None and other_stage is not None and stage != other_stage
            called = inside(name, STARTER) or (inside_any(name, COMMAND_LINE) and not inside_any(module, COMMAND_LINE))
            if layer(name) > layer(module) or crosses or called:
                wrong.append(f"{module} imports {name}")
    return sorted(wrong)


def misplaced(modules: Graph) -> list[str]:
    """Return imports of SimPy, of the store and of heavy libraries where they may not be."""
    wrong = []
    for module, names in modules.items():
        in_models = inside(module, "twin.models")
        for name in names:
            top = name.split(".")[0]
            simpy_away = top == "simpy" and not inside_any(module, SIMPY_AT)
            store_away = inside_any(name, STORE) and not inside_any(module, ("ops_data", *STORE_OPENERS))
            impure = in_models and (
                top in MODELS_NEVER or (top == "ops_data" and not inside_any(name, MODELS_MAY_READ))
            )
            if simpy_away or store_away or (impure and name != "ops_data"):
                wrong.append(f"{module} imports {name}")
    return sorted(wrong)


def test_imports_between_packages_go_one_way(root: Path) -> None:
    assert upward_imports(graph(root)) == []


def test_imports_inside_twin_go_down_and_never_from_stage_to_stage(root: Path) -> None:
    assert layer_breaks(graph(root)) == []


def test_simpy_the_store_and_heavy_libraries_are_imported_only_where_they_belong(root: Path) -> None:
    assert misplaced(graph(root)) == []


def test_the_walker_sees_every_package(root: Path) -> None:
    assert {module.split(".")[0] for module in graph(root)} == set(PACKAGES)


def test_a_planted_import_against_a_rule_is_found() -> None:
    """Derived: one sin per rule, by hand."""
    assert upward_imports({"ops_data.store": {"twin.run"}, "twin.run": {"dashboards.app"}}) == [
        "ops_data.store imports twin.run",
        "twin.run imports dashboards.app",
    ]
    assert upward_imports({STARTER: {"dashboards.app"}, "twin.commands.serve": {"dashboards.app"}}) == []
    assert layer_breaks({"twin.models.mud": {"twin.scenario"}, "twin.supply.origins": {"twin.operations.world"}}) == [
        "twin.models.mud imports twin.scenario",
        "twin.supply.origins imports twin.operations.world",
    ]
    assert layer_breaks({"twin.run": {STARTER}}) == [f"twin.run imports {STARTER}"]
    assert layer_breaks({"twin.run": {"twin.commands.run"}}) == ["twin.run imports twin.commands.run"]
    assert layer_breaks({"twin.commands.run": {STARTER}}) == [f"twin.commands.run imports {STARTER}"]
    assert layer_breaks({STARTER: {"twin.commands.run"}, "twin.commands.runs": {"twin.commands.output"}}) == []
    assert layer_breaks({"twin.quantities": {"twin.operations.laws"}}) == [
        "twin.quantities imports twin.operations.laws"
    ]
    assert misplaced({"twin.run": {"simpy"}, "twin.models.mud": {"pandas"}, "twin.ensemble": {"ops_data.parts"}}) == [
        "twin.ensemble imports ops_data.parts",
        "twin.models.mud imports pandas",
        "twin.run imports simpy",
    ]
    allowed = {"dashboards.data": {"ops_data.store"}, "twin.commands.runs": {"ops_data.store"}}
    assert misplaced({"twin.operations.world": {"simpy"}, **allowed}) == []


def test_imports_are_read_relative_and_nested() -> None:
    """Derived: three spellings of an import, by hand."""
    assert imported_by("from ..models import mud", "twin.operations.world", False) == {"twin.models", "twin.models.mud"}
    assert imported_by("from .world import play", "twin.operations", True) == {
        "twin.operations.world",
        "twin.operations.world.play",
    }
    assert imported_by("def late():\n    import pandas.io", "twin.run", False) == {"pandas.io"}


def test_importing_twin_loads_no_heavy_library(root: Path) -> None:
    code = "import sys, twin; print(*sorted({'pandas', 'numba', 'pyarrow'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
