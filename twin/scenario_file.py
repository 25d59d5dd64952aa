"""Read scenario files: TOML, ``extends`` chains and ``--set`` values become dotted keys with the place they stand at.

Nothing is checked here but form; the rules are in ``twin.scenario`` and its siblings.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import ops_data
from ops_data.errors import ScenarioError, UnknownNameError, did_you_mean

PACKAGED: Final = Path(ops_data.__file__).parent / "scenarios"
HEADINGS: Final = ("name", "title", "description")
SET_PLACE: Final = "--set"
PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One value as written: the place (file name or ``--set``), the dotted key, the raw TOML value."""

    place: str
    key: str
    value: Any


@dataclass(frozen=True, slots=True)
class Source:
    """One scenario file: where it is, how messages call it, and its TOML table."""

    path: Path
    place: str
    table: Mapping[str, Any]


def problem(place: str, key: str, found: str, rule: str, remedy: str) -> str:
    """Return one line in the form every scenario message has."""
    return f"{place}: key '{key}': {found}; {rule}; {remedy}"


def shown(value: object) -> str:
    """Return a value as a person would have written it in TOML, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}…"'
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return f"[{', '.join(shown(item) for item in value[:4])}{', …' if len(value) > 4 else ''}]"
    if isinstance(value, datetime):
        return value.isoformat()
    return f"{value:g}" if isinstance(value, float) else str(value)


def packaged_names() -> list[str]:
    """Return the names of the packaged scenarios, the default first."""
    return sorted((path.stem for path in PACKAGED.glob("*.toml")), key=lambda name: (name != "pilot-2027", name))


def name_problems(name: object, path: Path, place: str) -> list[str]:
    """Return a problem if a scenario's name is no plain word, or that of a packaged scenario in another file."""
    if not isinstance(name, str):
        return []  # left to the check of settings
    found, remedy = f"{shown(name)} found", 'choose another, for example name = "my-plan"'
    if not PLAIN_NAME.fullmatch(name):
        rule = "a name consists of letters (A-Z, a-z), digits, '.', '-' and '_'"
        return [problem(place, "name", found, rule, remedy)]
    if name in packaged_names() and path.resolve() != (PACKAGED / f"{name}.toml").resolve():
        return [problem(place, "name", found, "that is the name of a packaged scenario", remedy)]
    return []


def find(name_or_path: str, folder: Path) -> Path:
    """Return the file of a packaged name or of a path (relative to ``folder``).

    Raises
    ------
    UnknownNameError for a name that is not packaged; ScenarioError for a path that does not exist.
    """
    if not name_or_path.endswith(".toml") and "/" not in name_or_path and "\\" not in name_or_path:
        path = PACKAGED / f"{name_or_path}.toml"
        if path.is_file():
            return path
        remedy = did_you_mean(name_or_path, packaged_names())
        raise UnknownNameError(f"scenario '{name_or_path}': no packaged scenario has this name; {remedy}")
    path = folder / name_or_path
    if not path.is_file():
        raise ScenarioError(f"{name_or_path}: no such scenario file; a path to a TOML file is needed; check the path")
    return path


def read_source(path: Path, place: str) -> Source:
    """Return the TOML table of a file; ScenarioError names the line of a syntax error."""
    try:
        return Source(path, place, tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        text = str(error)
        where = re.search(r"line (\d+), column (\d+)", text)
        line = f":{where[1]}" if where else ""
        what = re.sub(r" \(at .*\)$", "", text)
        raise ScenarioError(f"{place}{line}: not TOML: {what}; a scenario is a TOML file; correct the line") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{place}: not UTF-8 text; a scenario is a TOML file; save it as UTF-8") from None
    except OSError as error:
        raise ScenarioError(f"{place}: cannot be read: {error.strerror}; check the file") from None


def read_chain(name_or_path: str) -> list[Source]:
    """Return the scenario file and what it extends, base first."""
    chain: list[Source] = []
    wanted, folder, asked_by = name_or_path, Path(), ""
    while True:
        try:
            path = find(wanted, folder)
        except (UnknownNameError, ScenarioError) as error:
            if asked_by:
                raise ScenarioError(f"{asked_by}: key 'extends': {error}") from None
            raise
        place = path.name if path.parent == PACKAGED else wanted
        if any(source.path.resolve() == path.resolve() for source in chain):
            loop = " → ".join(source.place for source in chain)
            rule = "a scenario cannot extend itself; remove one of the 'extends'"
            raise ScenarioError(problem(asked_by, "extends", f"loop {loop} → {place}", *rule.split("; ")))
        source = read_source(path, place)
        chain.append(source)
        parent = source.table.get("extends")
        if parent is None:
            return chain[::-1]
        if not isinstance(parent, str):
            rule, remedy = "the name or path of a scenario", 'write extends = "pilot-2027"'
            raise ScenarioError(problem(place, "extends", f"{shown(parent)} found", rule, remedy))
        wanted, folder, asked_by = parent, path.parent, place


def parse_set(text: str) -> Entry:
    """Return the entry of one ``--set key=value``; the value is TOML, and a bare word is text."""
    key, equals, value = text.partition("=")
    key, value = key.strip(), value.strip()
    if not equals or not key or not value:
        raise ScenarioError(f"{SET_PLACE} '{text}': no key and value found; the form is key=value; write both")
    try:
        return Entry(SET_PLACE, key, tomllib.loads(f"value = {value}")["value"])
    except tomllib.TOMLDecodeError as error:
        if value[0] in "[{\"'":
            what = re.sub(r" \(at .*\)$", "", str(error))
            raise ScenarioError(f"{SET_PLACE} '{text}': not TOML: {what}; the value follows TOML; correct it") from None
        return Entry(SET_PLACE, key, value)
    except ValueError:  # of a number that Python does not read
        found = f"a number of {len(value)} digits found"
        raise ScenarioError(f"{SET_PLACE}: key '{key}': {found}; no number here needs as many; give fewer") from None


def flatten(source: Source, leaves: Iterable[str]) -> list[Entry]:
    """Return the entries of a file; a table at a key of ``leaves`` is one value, other tables are sections."""
    known = set(leaves)
    entries: list[Entry] = []

    def walk(table: Mapping[str, Any], prefix: str) -> None:
        for name, value in table.items():
            key = f"{prefix}{name}"
            if isinstance(value, dict) and key not in known:
                walk(value, f"{key}.")
            else:
                entries.append(Entry(source.place, key, value))

    walk({name: value for name, value in source.table.items() if name != "extends"}, "")
    return entries


def unknown_keys(entries: Sequence[Entry], known: Sequence[str]) -> list[str]:
    """Return one problem per unknown key; a misspelt section is one problem, however many keys it holds."""
    allowed = set(known)
    sections = sorted({key.partition(".")[0] for key in known})
    found: dict[tuple[str, str], str] = {}
    for entry in entries:
        if entry.key in allowed:
            continue
        section = entry.key.partition(".")[0]
        if section not in sections and "." in entry.key:
            remedy = did_you_mean(section, sections)
            line = f"{entry.place}: section '{section}': unknown; sections and keys are fixed; {remedy}"
            found.setdefault((entry.place, section), line)
        elif entry.key in sections:
            rule, remedy = "a section holds keys", f"write [{entry.key}] and its keys below"
            found.setdefault((entry.place, entry.key), problem(entry.place, entry.key, "no table", rule, remedy))
        else:
            line = problem(entry.place, entry.key, "unknown", "keys are fixed", _suggest(entry.key, known))
            found.setdefault((entry.place, entry.key), line)
    return list(found.values())


def _suggest(key: str, known: Sequence[str]) -> str:
    """Name the closest key: same last word elsewhere, then similar spelling, then what the section allows."""
    section, _, last = key.rpartition(".")
    namesakes = [word for word in known if word.rpartition(".")[2] == last]
    if section and 1 <= len(namesakes) <= 3:
        return "did you mean {}?".format(" or ".join(f"'{word}'" for word in namesakes))
    if difflib.get_close_matches(key, known, n=1, cutoff=0.6):
        return did_you_mean(key, known)
    inside = [word for word in known if section and word.startswith(f"{section}.")]
    return did_you_mean(key, inside or {word.partition(".")[0] for word in known})
