"""The weekly summary as a download (truth: the command gives the same document)."""

import io
from pathlib import Path

import pypdfium2
import pytest
from flask.testing import FlaskClient

from dashboards.app import make_app
from dashboards.settings import Settings
from tests.dashboards.stores import base_run, twin


@pytest.fixture(scope="module")
def client(small_store: Path) -> FlaskClient:
    found: FlaskClient = make_app(Settings(store=str(small_store))).server.test_client()
    return found


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_week_comes_as_two_pages_in_either_language(client: FlaskClient, small_store: Path, lang: str) -> None:
    answer = client.get(f"/download/weekly/{base_run(small_store)}/2027-W08?lang={lang}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert f"2027-W08-{lang}.pdf" in answer.headers["Content-Disposition"]
    assert len(pypdfium2.PdfDocument(io.BytesIO(answer.data))) == 2


def test_the_download_is_what_the_command_writes(client: FlaskClient, small_store: Path, tmp_path: Path) -> None:
    run, out = base_run(small_store), tmp_path / "week.pdf"
    told = twin(f"export weekly-summary {run} --week 2027-W08 --lang en --out {out}", small_store)
    assert told.returncode == 0, told.stderr
    assert client.get(f"/download/weekly/{run}/2027-W08?lang=en").data == out.read_bytes()


@pytest.mark.parametrize("path", ["nothing/2027-W08", "{run}/2027-W60", "{run}/1999-W01", "{run}/nonsense", "{run}"])
def test_a_week_that_is_not_there_is_answered_in_one_line(client: FlaskClient, small_store: Path, path: str) -> None:
    answer = client.get(f"/download/weekly/{path.format(run=base_run(small_store))}?lang=en")
    assert answer.status_code == 404
    assert "Traceback" not in answer.get_data(as_text=True)
