"""The review report as a PDF/A document in English or Japanese; every word is real text, every byte repeats.

Typst lays it out (a wheel; no browser, no system library, no network). Typefaces come from wheels too: those that
Typst carries, DejaVu Sans of Matplotlib and IPAex Gothic of matplotlib-fontja. Typefaces of the machine are not used.
"""

import importlib.util
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any, Final

from ops_data.errors import FailedError, did_you_mean
from ops_data.export.report_blocks import Block
from ops_data.export.report_data import FIGURES, Figures, Language, ReportData
from ops_data.export.report_sections import sections
from ops_data.export.report_text import Words, words

TEMPLATE: Final = Path(__file__).with_name("report.typ")
STANDARD: Final = "a-2a"
FONT_FOLDERS: Final = (("matplotlib", "mpl-data/fonts/ttf"), ("matplotlib_fontja", "fonts"))
TIME: Final = "%Y-%m-%d %H:%M:%S"


@cache
def font_folders() -> tuple[Path, ...]:
    """Return the folders of typefaces that wheels brought; FailedError if one is missing."""
    return tuple(_inside(package, folder) for package, folder in FONT_FOLDERS)


def _inside(package: str, folder: str) -> Path:
    spec = importlib.util.find_spec(package)
    found = Path(spec.origin).parent / folder if spec is not None and spec.origin is not None else None
    if found is None or not found.is_dir():
        raise FailedError(
            f"report: no folder {folder} of package {package}; typefaces come from it; reinstall {package}"
        )
    return found


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
    import typst

    unknown = [name for name in figures if name not in FIGURES]
    if unknown:
        raise FailedError(f"report: figure '{unknown[0]}' found; {did_you_mean(unknown[0], FIGURES)}")
    content = json.dumps(_content(data, figures, words(language)), ensure_ascii=False, allow_nan=False)
    try:
        document, warnings = typst.compile_with_warnings(
            TEMPLATE.read_bytes(),
            format="pdf",
            font_paths=typst.Fonts(include_system_fonts=False, font_paths=list(font_folders())),
            sys_inputs={"content": content},
            pdf_standards=STANDARD,
            timestamp=data.sealed.astimezone(UTC),
        )
    except typst.TypstError as error:
        raise FailedError(f"report: {error.message} found; the template sets any text; report it as a fault") from error
    if warnings:
        raise FailedError(f"report: '{warnings[0].message}' found; a report is set without warnings; correct the data")
    found: bytes = document
    return found


def _content(data: ReportData, figures: Figures, words: Words) -> dict[str, Any]:
    """Return all that the template needs, as plain data."""
    return {
        "language": words.language,
        "title": data.title,
        "document": dict(words.table["document"]),
        "running": words.text("document", "running").format(run_id=data.run_id),
        "description": data.description,
        "cover": _cover(data, words),
        "what": words.text("cover", "what"),
        "screening": words.text("cover", "screening"),
        "notes": list(data.notes),
        "notes_title": words.text("cover", "notes"),
        "blocks": _plain(sections(data, figures, words)),
        "figures": {name: svg.decode("utf-8") for name, svg in figures.items()},
    }


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


def _plain(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    return [asdict(block) for block in blocks]
