"""Asks a dashboard for things as a program does that knows all a page knows, and no page."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dash import Dash
from flask import Flask
from werkzeug.test import TestResponse

from dashboards.callbacks import actions_of
from ops_data.jobs import Job, open_queue

UPDATE: Final = "/_dash-update-component"
PACKAGE: Final = "pilot-2027-01234567-supply-statement-89abcdef"  # in the attacked store
FRESH: Final[Mapping[str, Any]] = {  # what a page holds before a person has done anything
    "drawn.data": {"mark": ""},
    "url.pathname": "/plan",
    "url.search": "?lang=en",
    "plan-held.data": {"search": "", "base": "calm", "from": ""},
    "plan-replicates.value": "2",
    "plan-seed.value": "1",
    "plan-parameters.value": "drawn",
    "plan-tick.interval": 1_000,
    "plan-mark.data": "",
}


@dataclass(frozen=True)
class Attacked:
    """A dashboard behind a proxy over a store of its own; a group gives the role of its name.

    Attributes
    ----------
    app, store : the dashboard, the folder of its runs.
    """

    app: Dash
    store: Path

    @property
    def server(self) -> Flask:
        """What answers."""
        found: Flask = self.app.server
        return found

    @property
    def callbacks(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """Each callback that the server runs: its name → its action, and what Dash knows of it."""
        actions, found = actions_of(self.server), {}
        for output, known in self.app.callback_map.items():
            if "callback" in known:
                name = name_of(known)
                found[name] = (actions[f"callback {name}"], {**known, "output": output})
        return found

    @property
    def downloads(self) -> dict[str, str]:
        """Each kind of download → its action."""
        kind = "download "
        return {name[len(kind) :]: action for name, action in actions_of(self.server).items() if name.startswith(kind)}

    def known(self, name: str) -> dict[str, Any]:
        """Return what Dash knows of a callback, by the end of its name."""
        (found,) = [known for full, (_, known) in self.callbacks.items() if f".{full}".endswith(f".{name}")]
        return found

    def ask(
        self, path: str, role: str, person: str = "anna", method: str = "GET", more: Mapping[str, str] | None = None
    ) -> TestResponse:
        """Ask for a path as somebody with a role."""
        headers = {**headers_of(role, person), **(more or {})}
        return self.server.test_client().open(path, method=method, headers=headers)

    def call(self, name: str, values: Mapping[str, Any], role: str, person: str = "anna") -> TestResponse:
        """Call a callback with a body made by hand (`body_of`)."""
        body = body_of(self.known(name), values)
        return self.server.test_client().post(UPDATE, json=body, headers=headers_of(role, person))

    def asked_for(self) -> list[Job]:
        """Return what stands in the queue, newest first."""
        return open_queue(self.store).jobs()

    def files(self) -> dict[str, tuple[int, int]]:
        """Return all files of the store with size and time."""
        found = [path for path in self.store.rglob("*") if path.is_file()]
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in found}


def name_of(known: Mapping[str, Any]) -> str:
    """Return the name of a callback: module and function."""
    return f"{known['callback'].__module__}.{known['callback'].__name__}"


def headers_of(role: str, person: str = "anna") -> dict[str, str]:
    """Return the headers with which the proxy tells of a person."""
    return {"X-Forwarded-User": person, "X-Forwarded-Groups": role}


def body_of(known: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body that a browser would send.

    Parameters
    ----------
    known : what Dash knows of the callback.
    values : id.property → value, as in a fresh page where not given; for an id with a pattern a list of
        (what stands for its wildcards, value).
    """
    held = {**FRESH, **values}
    inputs = [_part(one["id"], one["property"], held) for one in known["inputs"]]
    spelt = [f"{_spelt(one['id'])}.{one['property']}" for part in inputs for one in _listed(part)]
    body = {
        "output": known["output"],
        "inputs": inputs,
        "state": [_part(one["id"], one["property"], held) for one in known["state"]],
        "changedPropIds": spelt[:1],
    }
    if not known.get("no_output"):
        whole: str = known["output"]
        several = whole.startswith("..")
        named = [one.rpartition(".") for one in (whole[2:-2].split("...") if several else [whole])]
        outputs = [_part(part, prop, {}) for part, _, prop in named]
        body["outputs"] = outputs if several else outputs[0]
    return body


def _part(part: str, prop: str, values: Mapping[str, Any]) -> Any:
    """Return an input, a state or an output, as a browser writes it."""
    value = values.get(f"{part}.{prop}")
    if not part.startswith("{"):
        return {"id": part, "property": prop, "value": 1 if value is None and prop == "n_clicks" else value}
    pattern: dict[str, Any] = json.loads(part)
    fixed = {key: name for key, name in pattern.items() if not isinstance(name, list)}
    found = [{"id": {**fixed, **wild}, "property": prop, "value": one} for wild, one in value or []]
    if ["ALL"] in pattern.values():
        return found
    return found[0] if found else {"id": {**dict.fromkeys(pattern, "x"), **fixed}, "property": prop, "value": None}


def _listed(part: Any) -> Sequence[Any]:
    return part if isinstance(part, list) else [part]


def _spelt(part: str | Mapping[str, str]) -> str:
    return part if isinstance(part, str) else json.dumps(part, sort_keys=True, separators=(",", ":"))


def texts_in(node: Any, kind: str = "", prop: str = "") -> Iterator[tuple[str, str, str]]:
    """Return each text of some components, with the kind of its component and the attribute that it stands in."""
    if isinstance(node, dict) and "props" in node and "type" in node:
        for name, value in node["props"].items():
            yield from texts_in(value, node["type"], name)
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from texts_in(value, kind, prop or name)
    elif isinstance(node, list):
        for one in node:
            yield from texts_in(one, kind, prop)
    elif isinstance(node, str):
        yield kind, prop, node
