"""Runs: the catalogue, one run's parameters with their sources, what made it, and its files."""

import io
import zipfile
from typing import Final

import pandas as pd
from dash import Dash, html
from dash.development.base_component import Component
from flask import Response, abort

from dashboards import components
from dashboards.callbacks import download
from dashboards.data import Data, RunRow, verify
from dashboards.grids import GridColumn, grid
from dashboards.page import Drawn, Page, Panel, View
from dashboards.roles import allowed
from dashboards.security import safe_name
from dashboards.state import PageState, address, at_page
from ops_data.errors import TwinError
from ops_data.reference.japanese import known, title
from twin.changes import as_packaged, changed
from twin.parameters_table import parameter_lines

KIND: Final = "run"
BYTES_PER_MB: Final = 1e6
ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)  # of every file of a download, so that it is the same again
CATALOGUE: Final = (
    "run_id", "scenario", "replicates", "seed", "parameters", "mass_basis", "origin", "created", "wall_s", "kind",
)  # fmt: skip


def _catalogue(view: View) -> Drawn:
    rows = view.data.runs()
    frame = pd.DataFrame(
        [
            (
                f"[{one.run_id}]({address(PageState('overview', view.state.lang, one.run_id, {}))})",
                _scenario_words(view, one),
                one.replicates,
                one.seed,
                view.words(f"runs.parameters.{one.parameters}"),
                title("basis", one.mass_basis, view.state.lang),
                view.words(f"common.origin.{one.origin}"),
                one.created[:16].replace("T", " "),
                round(one.wall_s, 1),
                view.words("runs.own" if not one.linked else "runs.linked"),
            )
            for one in rows
        ],
        columns=list(CATALOGUE),
    )
    say = view.text
    columns = [
        GridColumn("run_id", say("column.run_id"), 250, link=True, grow=True),
        GridColumn("scenario", say("column.scenario"), 270),
        GridColumn("replicates", say("column.replicates"), 110, number=True),
        GridColumn("seed", say("column.seed"), 90, number=True),
        GridColumn("parameters", say("column.parameters"), 120),
        GridColumn("mass_basis", say("column.mass_basis"), 110),
        GridColumn("origin", say("column.origin"), 120),
        GridColumn("created", say("column.created"), 150),
        GridColumn("wall_s", say("column.wall_s"), 110, number=True),
        GridColumn("kind", say("column.kind"), 130),
    ]
    plain = frame.assign(run_id=[one.run_id for one in rows])
    return Drawn(grid(frame, columns, view.words, say("panel.catalogue")), plain, note=say("note.catalogue"))


def _scenario_words(view: View, one: RunRow) -> str:
    if not known("scenario", one.scenario):
        return one.scenario
    named = title("scenario", one.scenario, view.state.lang)
    return named if as_packaged(one.scenario, one.scenario_sha256) else view.text("changed_scenario", {"name": named})


def _changes(view: View) -> Drawn:
    sealed, who = view.run.manifest, view.run.manifest.identity
    found = [] if as_packaged(who.scenario, who.scenario_sha256) else changed(sealed.scenario)
    rows = pd.DataFrame([one.partition(" = ")[::2] for one in found], columns=["key", "value"])
    if not found:
        return Drawn(html.P(view.text("no_changes")), rows)
    shown = pd.DataFrame(
        [(_named(key, view), key, value) for key, value in rows.itertuples(index=False, name=None)],
        columns=[view.text("column.name"), view.text("column.key"), view.text("column.value")],
    )
    return Drawn(components.table(shown, caption=view.text("changes_caption")), rows)


def _named(key: str, view: View) -> str:
    kind = next((kind for kind in ("setting", "parameter") if known(kind, key)), None)
    return key if kind is None else title(kind, key, view.state.lang)


def _parameters(view: View) -> Drawn:
    known_numbers = view.scenario.quantities
    frame = pd.DataFrame(
        [
            (
                _named(one.key, view), one.key, known_numbers[one.key].value, one.range, one.unit, one.law,
                title("confidence", one.confidence, view.state.lang), one.source, one.note,
            )
            for one in parameter_lines(view.scenario)
        ],
        columns=["name", "key", "value", "range", "unit", "law", "confidence", "source", "note"],
    )  # fmt: skip
    say = view.text
    columns = [
        GridColumn("name", say("column.name"), 240),
        GridColumn("value", say("column.value"), 110, number=True),
        GridColumn("range", say("column.range"), 130),
        GridColumn("unit", say("column.unit"), 90),
        GridColumn("confidence", say("column.confidence"), 150),
        GridColumn("source", say("column.source"), 300, grow=True),
        GridColumn("note", say("column.note"), 260),
        GridColumn("key", say("column.key"), 220),
    ]
    return Drawn(grid(frame, columns, view.words, say("panel.parameters")), frame, note=say("note.parameters"))


def _made(view: View) -> Drawn:
    told, say = view.run.manifest, view.text
    who = told.identity
    problems = verify(view.run)
    rows = [
        (say("made.code"), who.code_version),
        (say("made.scenario_hash"), who.scenario_sha256),
        (say("made.run_hash"), told.sha256),
        (say("made.replicates"), f"{who.first_replicate}–{who.last_replicate}, {say('made.seed')} {who.seed}"),
        (say("made.detail"), say(f"detail.{who.detail}")),
        (say("made.linked"), ", ".join(told.linked) or "–"),
        *((name, version) for name, version in told.versions.items()),
    ]
    frame = pd.DataFrame(rows, columns=[say("column.what"), say("column.value")])
    verdict = (
        html.P(say("made.sound"), className="sound")
        if not problems
        else components.message("wrong", say("made.unsound"), " · ".join(problems))
    )
    return Drawn([verdict, components.table(frame)], frame)


def _files(view: View) -> Drawn:
    told, say = view.run.manifest, view.text
    rows = pd.DataFrame(
        [(name, entry.rows, entry.bytes, entry.sha256) for name, entry in told.tables.items()],
        columns=["table", "rows", "bytes", "sha256"],
    )
    cells = [
        (name, f"{count:,}", f"{size / BYTES_PER_MB:,.2f}", digest[:12])
        for name, count, size, digest in rows.itertuples(index=False)
    ]
    shown = pd.DataFrame(cells, columns=[say("column.table"), say("column.rows"), say("column.megabytes"), "SHA-256"])
    parts: list[Component] = []
    if allowed(view.user, "export:run"):
        there = f"/download/{KIND}/{view.run.run_id}"
        parts.append(html.P(html.A(say("download_run"), href=there, className="button", download="")))
    else:
        parts.append(html.P(say("download_refused")))
    parts.append(components.table(shown, list(shown.columns[1:3]), say("files_caption")))
    parts.append(components.link(say("to_environment"), address(at_page(view.state, "environment"))))
    return Drawn(parts, rows)


def _add_callbacks(app: Dash, data: Data) -> None:
    @download(app.server, "export:run", KIND)
    def whole_run(rest: list[str]) -> Response:
        """Give all files of a sealed run as one archive, checked against the manifest."""
        if len(rest) != 1:
            abort(404)
        try:
            run = data.run(rest[0])
            problems = verify(run)
        except TwinError as error:
            return Response(f"{components.without_folders(str(error))}\n", 404, mimetype="text/plain")
        if problems:
            return Response(components.without_folders("\n".join(problems)) + "\n", 409, mimetype="text/plain")
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:  # Parquet is compressed already
            for path in sorted(run.folder.iterdir()):
                archive.writestr(zipfile.ZipInfo(f"{run.run_id}/{path.name}", ZIP_DATE), path.read_bytes())
        file = safe_name(run.run_id) + ".zip"
        headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "private, no-store"}
        return Response(held.getvalue(), mimetype="application/zip", headers=headers)


PAGE: Final = Page(
    "runs",
    (
        Panel("catalogue", _catalogue, wide=True, of_run=False, live=True),
        Panel("changes", _changes),
        Panel("files", _files),
        Panel("parameters", _parameters, wide=True),
        Panel("made", _made, wide=True, live=True),
    ),
    add_callbacks=_add_callbacks,
)
