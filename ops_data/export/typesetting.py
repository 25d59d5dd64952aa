"""Sets a document from its blocks as PDF/A in English or Japanese; every word is real text, every byte repeats.

Typst lays it out (a wheel; no browser, no system library, no network). Typefaces come from wheels too: those that
Typst carries, DejaVu Sans of Matplotlib and IPAex Gothic of matplotlib-fontja. Typefaces of the machine are not used.
"""

import importlib.util
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from ops_data.errors import FailedError, did_you_mean
from ops_data.export.report_blocks import Block
from ops_data.export.report_text import Words

TEMPLATE: Final = Path(__file__).with_name("report.typ")
STANDARD: Final = "a-2a"
FONT_FOLDERS: Final = (("matplotlib", "mpl-data/fonts/ttf"), ("matplotlib_fontja", "fonts"))
TIME: Final = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, eq=False)
class Sheets:
    """All that stands in a document.

    Attributes
    ----------
    kind : what a message calls it.
    title : of what it is about; the document's own title and its fixed words are in ``document`` of the words.
    running : foot of every page.
    description : a sentence or two below the title, printed as written; empty for none.
    cover : label and value, line by line.
    what, warning : what the document is, and what stands out on its first page.
    notes : sentences printed as they are, under the word ``notes`` of the cover.
    blocks : what follows the table of contents.
    figures : SVG pictures by the names that blocks use.
    sealed : when the data were sealed, with time zone; the document bears this time and no other.
    beside : a title and lines that stand out on the first page too; empty for none.
    """

    kind: str
    title: str
    running: str
    description: str
    cover: Sequence[tuple[str, str]]
    what: str
    warning: str
    notes: Sequence[str]
    blocks: Sequence[Block]
    figures: Mapping[str, bytes]
    sealed: datetime
    beside: Sequence[str] = ()


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


def check_figures(kind: str, figures: Collection[str], known: Collection[str]) -> None:
    """Refuse a figure whose name no document of this kind has; FailedError names it and the nearest one.

    Examples
    --------
    >>> check_figures("report", ["plume"], ["plume", "deposit"])
    """
    unknown = [name for name in figures if name not in known]
    if unknown:
        raise FailedError(f"{kind}: figure '{unknown[0]}' found; {did_you_mean(unknown[0], known)}")


def set_pdf(sheets: Sheets, words: Words) -> bytes:
    """Return a document as PDF/A-2a.

    Parameters
    ----------
    sheets : what stands in it.
    words : language, and the fixed words of its tables ``document`` and ``cover``.

    Raises
    ------
    FailedError
        The document cannot be set, or not without a warning.

    Notes
    -----
    The document bears the sealing time, so two calls with the same input return the same bytes.
    """
    content = {
        "language": words.language,
        "title": sheets.title,
        "document": dict(words.table["document"]),
        "running": sheets.running,
        "description": sheets.description,
        "cover": sheets.cover,
        "what": sheets.what,
        "screening": sheets.warning,
        "beside": list(sheets.beside),
        "notes": list(sheets.notes),
        "notes_title": words.text("cover", "notes"),
        "blocks": [asdict(block) for block in sheets.blocks],
        "figures": {name: svg.decode("utf-8") for name, svg in sheets.figures.items()},
    }
    return compiled(sheets.kind, TEMPLATE, content, sheets.sealed)


def compiled(kind: str, template: Path, content: Mapping[str, Any], sealed: datetime) -> bytes:
    """Return what a template makes of its content, as PDF/A-2a.

    Parameters
    ----------
    kind : what a message calls the document.
    template : file that reads ``sys.inputs.content``.
    content : all that stands in it, ready for JSON.
    sealed : when the data were sealed, with time zone; the document bears this time and no other.

    Raises
    ------
    FailedError
        The document cannot be set, or not without a warning.
    """
    import typst

    try:
        document, warnings = typst.compile_with_warnings(
            template.read_bytes(),
            format="pdf",
            font_paths=typst.Fonts(include_system_fonts=False, font_paths=list(font_folders())),
            sys_inputs={"content": json.dumps(content, ensure_ascii=False, allow_nan=False)},
            pdf_standards=STANDARD,
            timestamp=sealed.astimezone(UTC),
        )
    except typst.TypstError as error:
        raise FailedError(f"{kind}: {error.message} found; the template sets any text; report it as a fault") from error
    if warnings:
        raise FailedError(f"{kind}: '{warnings[0].message}' found; a report is set without warnings; correct the data")
    found: bytes = document
    return found
