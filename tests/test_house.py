"""House rules a reader can rely on (truth: docs/architecture.md, section on rules)."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.parsing import syntax_tree

PACKAGES = ("twin", "ops_data", "dashboards")
FOLDERS = (*PACKAGES, "tests", "docs", ".ci")
TEXT = {".py", ".md", ".toml", ".csv", ".lock", ".css", ".js", ".svg", ".txt", ""}
MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 60
LOCKS = {"requirements.lock": ("build",), "requirements-dev.lock": ("build", "dev")}
MACHINE_PATH = re.compile(r"(?<![\w.~$}])/(?:root|home|work|Users|opt|tmp)/")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b")
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def modules(root: Path, *folders: str) -> Iterator[tuple[str, str]]:
    """Yield (relative path, text) of every Python file in the folders."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def project_texts(root: Path) -> Iterator[tuple[str, str]]:
    """Yield (relative path, text) of every text file of the project."""
    loose = [path for path in root.iterdir() if path.is_file()]
    nested = [path for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file()]
    for path in sorted(loose + nested):
        if path.suffix in TEXT and "__pycache__" not in path.parts:
            yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8", errors="replace")


def metadata(root: Path) -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def normal(requirement: str) -> str:
    """Return the normalised name of a requirement such as ``SQLAlchemy[x]>=2``."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match is not None, requirement
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def pins(root: Path, lock: str) -> dict[str, str]:
    """Return name → version of a lock file."""
    lines = (root / lock).read_text(encoding="utf-8").splitlines()
    return {found[1]: found[2] for line in lines if (found := PIN.match(line))}


def functions(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module."""
    for node in ast.walk(syntax_tree(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function without its docstring."""
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is None:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Say whether an except clause is bare or names Exception or BaseException."""
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id.endswith("Exception")) for kind in caught)


def test_no_module_has_more_than_400_lines(root: Path) -> None:
    sizes = {name: text.count("\n") for name, text in modules(root, *PACKAGES, "tests")}
    assert {name: size for name, size in sizes.items() if size > MAX_MODULE_LINES} == {}


def test_every_function_fits_a_screen(root: Path) -> None:
    long = [
        f"{name}:{function.lineno} {function.name} has {body_lines(function)} lines"
        for name, text in modules(root, *PACKAGES)
        for function in functions(text)
        if body_lines(function) > MAX_FUNCTION_LINES
    ]
    assert long == []


def test_no_function_passes_keywords_through(root: Path) -> None:
    through = [
        f"{name}:{function.lineno} {function.name}"
        for name, text in modules(root, *PACKAGES)
        for function in functions(text)
        if function.args.kwarg is not None
    ]
    assert through == []


def test_no_except_clause_catches_everything(root: Path) -> None:
    broad = [
        f"{name}:{node.lineno}"
        for name, text in modules(root, *PACKAGES, "tests")
        for node in ast.walk(syntax_tree(text))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
    ]
    assert broad == []


def test_a_broad_except_is_recognised_in_each_of_its_spellings() -> None:
    """Derived: the spellings, by hand."""

    def handler(clause: str) -> ast.ExceptHandler:
        (node,) = [n for n in ast.walk(syntax_tree(f"try:\n    pass\n{clause}:\n    pass")) if isinstance(n, ast.Try)]
        return node.handlers[0]

    broad = ["except", "except Exception", "except BaseException as e", "except (OSError, Exception)"]
    assert all(catches_everything(handler(clause)) for clause in broad)
    assert not catches_everything(handler("except (OSError, ValueError)"))


def test_the_changelog_has_a_section_with_a_line_for_the_version(root: Path) -> None:
    version = metadata(root)["project"]["version"]
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    section = re.search(rf"^## \[{re.escape(version)}\].*?(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    assert section is not None
    assert re.search(r"^- \S", section[0], re.MULTILINE)


def test_lock_files_hold_only_pins_and_their_hashes(root: Path) -> None:
    for lock in LOCKS:
        lines = (root / lock).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if not (PIN.match(line) or HASH.match(line))] == []
        hashed = [PIN.match(line) is None for line in lines]
        assert all(hashed[at + 1] for at, is_hash in enumerate(hashed) if not is_hash), f"{lock}: a pin without a hash"


def test_lock_files_cover_every_dependency_of_the_project(root: Path) -> None:
    project = metadata(root)
    for lock, extras in LOCKS.items():
        wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
        for extra in extras:
            wanted += project["project"]["optional-dependencies"][extra]
        assert {normal(requirement) for requirement in wanted} - set(pins(root, lock)) == set()


def test_both_lock_files_pin_the_same_versions(root: Path) -> None:
    development = pins(root, "requirements-dev.lock")
    assert {name: development.get(name) for name in pins(root, "requirements.lock")} == pins(root, "requirements.lock")


def test_no_file_names_a_path_of_somebodys_machine_or_an_unfinished_note(root: Path) -> None:
    found = [
        f"{name}: {match[0]}"
        for name, text in project_texts(root)
        for pattern in (MACHINE_PATH, UNFINISHED)
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_continuous_integration_runs_the_command_of_the_readme(root: Path) -> None:
    assert "make test" in (root / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in (root / "README.md").read_text(encoding="utf-8")
