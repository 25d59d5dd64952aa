"""What others' validators find wrong with files of a review package, and the words of its report; no network is used.

The compliance checker of IOOS for grids, the GeoParquet validator, roc-validator for the crate, PDFium for the words.
"""

import ast
import io
import re
import sys
import warnings
from pathlib import Path
from typing import Any

import geoparquet_validator
import pikepdf
import pypdfium2
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from tests.parsing import syntax_tree

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
RDFLIB = "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"  # how roc-validator uses rdflib; for pytest
PROFILES = ("ro-crate-1.1", "process-run-crate-0.5")
Findings = dict[str, list[Any]]


def compliance(path: Path) -> Findings:
    """Return what the compliance checker finds wrong with a grid, by set of rules."""
    from compliance_checker.runner import CheckSuite

    suite = CheckSuite()
    with warnings.catch_warnings():  # about how the checker calls itself, and about checks that are not run here
        warnings.filterwarnings("ignore", "Passing the dataset to every single check", DeprecationWarning)
        warnings.filterwarnings("ignore", "The ioos_sos checker is deprecated", DeprecationWarning)
        suite.load_all_available_checkers()
        with suite.load_dataset(str(path)) as file:
            groups = suite.run_all(file, ["cf:1.11", "acdd:1.3"])
    assert all(not errors for _, errors in groups.values()), "a check broke off"
    return {name: [result for result in results if not _passed(result.value)] for name, (results, _) in groups.items()}


def _passed(value: bool | tuple[int, int]) -> bool:
    """Say whether a check, told as yes or no or as points of all points, found nothing wrong."""
    return value[0] == value[1] if isinstance(value, tuple) else value


def cf_errors(findings: Findings) -> list[tuple[str, list[str]]]:
    """Return what is against CF 1.11: name of the check and its messages."""
    return [(result.name, result.msgs) for result in findings["cf:1.11"]]


def missing_attributes(findings: Findings) -> set[tuple[str, str]]:
    """Return what ACDD 1.3 requires or recommends and a grid has not: name of the check and its message."""
    from compliance_checker.base import BaseCheck

    heavy = [result for result in findings["acdd:1.3"] if result.weight >= BaseCheck.MEDIUM]
    return {(result.name, message) for result in heavy for message in result.msgs}


def geoparquet_faults(path: Path) -> list[str]:
    """Return the rules of core and covering that a GeoParquet file breaks, and these two words if nothing was tried."""
    report = geoparquet_validator.check(str(path))
    tried = {outcome["id"].split("/")[2] for outcome in report["outcomes"] if outcome["status"] == "pass"}
    found = [str(rule) for part in ("core", "covering") for rule in geoparquet_validator.failed(report, part)]
    return found + sorted({"core", "covering"} - tried)


def cached_context(root: Path, folder: Path) -> Path:
    """Return a cache of web pages that holds the context of crates, from tests/data, and nothing else."""
    from requests_cache import CachedSession

    path = folder / "pages"
    kind = {"Content-Type": "application/ld+json"}
    text = io.BytesIO((root / "tests" / "data" / "ro-crate-1.1-context.jsonld").read_bytes())
    raw = HTTPResponse(text, kind, 200, preload_content=False, request_url=CONTEXT)
    request = requests.Request("GET", CONTEXT).prepare()
    with CachedSession(str(path), backend="sqlite") as session:
        session.cache.save_response(HTTPAdapter().build_response(request, raw))
    return path


def crate_issues(package: Path, cache: Path, profile: str, severity: str) -> list[str]:
    """Return what roc-validator finds wrong with a package."""
    from rocrate_validator import services
    from rocrate_validator.models import ValidationSettings

    settings = ValidationSettings(
        rocrate_uri=str(package),
        profile_identifier=profile,
        requirement_severity=severity,
        offline=True,
        cache_path=cache,
    )
    return [f"{found.check.name}: {found.message}" for found in services.validate(settings).get_issues()]


def squeezed(text: str) -> str:
    """Return a text without spaces and line ends."""
    return re.sub(r"\s+", "", text)


def words_of(document: bytes) -> str:
    """Return the words of all pages of a PDF without spaces and line ends, which a PDF does not keep."""
    return squeezed("".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(document)))


def pdf_metadata(document: bytes, *names: str) -> list[str]:
    """Return what the XMP packet of a PDF says under some names, such as ``pdfaid:part``."""
    with pikepdf.open(io.BytesIO(document)) as file, file.open_metadata() as found:
        return [str(found[name]) for name in names]


def libraries_of(script: Path) -> set[str]:
    """Return what a script imports beside what comes with Python."""
    nodes = list(ast.walk(syntax_tree(script.read_text(encoding="utf-8"))))
    named = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.split(".")[0] for name in named} - sys.stdlib_module_names
