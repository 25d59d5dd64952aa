"""The weekly summary as a download: one week of a run as PDF, in either language."""

from flask import Flask, Response, abort, request

from dashboards import components
from dashboards.callbacks import download
from dashboards.data import Data
from dashboards.figures.weekly import weekly_figures
from dashboards.page import View
from dashboards.security import safe_name
from dashboards.words import Lang, lang_of
from ops_data.errors import TwinError
from ops_data.export.weekly import weekly_pdf
from ops_data.export.weekly_words import weekly_words
from twin.weekly import read_week, week_numbers

KIND = "weekly"


def weekly_address(view: View, week: str, lang: str) -> str:
    """Return where the summary of a week is downloaded."""
    return f"/download/{KIND}/{view.run.run_id}/{week}?lang={lang}"


def add_weekly_download(server: Flask, data: Data) -> None:
    """Serve ``/download/weekly/<run>/<week>?lang=``."""

    @download(server, "export:weekly", KIND)
    def weekly(rest: list[str]) -> Response:
        """Give the summary of a week of a run as PDF."""
        if len(rest) != 2:
            abort(404)
        run_id, asked = rest
        lang: Lang = lang_of(request.args.get("lang", ""), "")
        try:
            run = data.run(run_id)
            scenario = data.scenario(run)
            week = read_week(asked, scenario)
            numbers = week_numbers(scenario, run.manifest, data.table(run, "daily"), data.table(run, "outcomes"), week)
            pdf = weekly_pdf(numbers, weekly_figures(numbers, weekly_words(lang)), lang)
        except TwinError as error:
            return Response(f"{components.without_folders(str(error))}\n", 404, mimetype="text/plain")
        file = safe_name(f"weekly-{run.run_id}-{week.label}-{lang}") + ".pdf"
        headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "private, no-store"}
        return Response(pdf, mimetype="application/pdf", headers=headers)
