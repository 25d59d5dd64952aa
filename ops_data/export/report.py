"""The review report as a PDF/A document in English or Japanese."""

from collections.abc import Mapping, Sequence
from datetime import UTC

from ops_data.export.report_data import FIGURES, Figures, Language, ReportData
from ops_data.export.report_sections import sections
from ops_data.export.report_text import Words, words
from ops_data.export.typesetting import TIME, Sheets, check_figures, set_pdf


def report_pdf(data: ReportData, figures: Figures, language: Language) -> bytes:
    """Return the report as a PDF/A-2a document.

    Parameters
    ----------
    data : what it says.
    figures : SVG pictures by name, drawn in this language; one that is missing is left out with its caption.
    language : ``en`` or ``ja``.

    Raises
    ------
    FailedError
        A figure of an unknown name, a name without a word in the text table, or a document that cannot be set.

    Notes
    -----
    The document bears the sealing time, so two calls with the same input return the same bytes.
    """
    check_figures("report", figures, FIGURES)
    said = words(language)
    sheets = Sheets(
        kind="report",
        title=data.title,
        running=said.text("document", "running").format(run_id=data.run_id),
        description=data.description,
        cover=_cover(data, said),
        what=said.text("cover", "what"),
        warning=said.text("cover", "screening"),
        notes=data.notes,
        blocks=sections(data, figures, said),
        figures=figures,
        sealed=data.sealed,
    )
    return set_pdf(sheets, said)


def _cover(data: ReportData, words: Words) -> Sequence[tuple[str, str]]:
    lines: Mapping[str, str] = {
        "scenario": data.title,
        "run": data.run_id,
        "sealed": data.sealed.astimezone(UTC).strftime(TIME),
        "members": str(data.members),
        "seed": str(data.seed),
        "version": data.version,
        "lock": data.lock_sha256,
    }
    return [(words.text("cover", key), value) for key, value in lines.items()]
