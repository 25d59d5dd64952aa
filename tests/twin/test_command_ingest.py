"""``twin ingest`` as it is typed. Truth: derived, by hand."""

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest

from tests.ops_data.ingest.made_up_files import BEGIN, FLOW, iso, rows_in, write_csv
from twin.__main__ import main


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder, which is the present one, with a good file, a bad one and a mapping."""
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "night.csv", [(FLOW, BEGIN + 60 * at, 300.0 if at else 5000.0) for at in range(3)])
    (tmp_path / "deck.csv").write_text(f"Time,F1\n2027-01-05 09:10:00,301\n2027-01-05 09:11:00,x\n{iso(BEGIN)},\n")
    (tmp_path / "deck.toml").write_text(
        'source = "deck"\nassume_register_units = true\n'
        f'[time]\ncolumn = "Time"\nzone = "Asia/Tokyo"\n[tags]\nF1 = "{FLOW}"\n'
    )
    return tmp_path


def test_a_report_for_people_accounts_for_every_row_and_seals_the_day(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    when = "2027-01-06T07:00:00Z"
    assert main(["ingest", "night.csv", "--store", "s", "--source", "scada", "--received", when, "--seal"]) == 0
    told = capsys.readouterr().out
    assert "night.csv: csv, source scada" in told
    assert "3 rows, 3 accepted" in told
    assert "flagged and kept: 1 out_of_range" in told
    assert f"{FLOW}: 3 rows, 2027-01-05 00:00:00 to 2027-01-05 00:02:00 UTC" in told
    assert "sealed: 2027-01-05 (3 readings, 3 new, 1 out_of_range)" in told
    assert main(["ingest", "night.csv", "--store", "s", "--source", "scada", "--seal"]) == 0
    told = capsys.readouterr().out
    assert "the same bytes as night.csv, received 2027-01-06 07:00 UTC; nothing was read again" in " ".join(
        told.split()
    )
    assert "sealed: no day is over that has new readings" in told
    assert [row[0] for row in rows_in(files / "s")] == ["scada"] * 3


def test_a_mapping_and_the_refused_rows_as_csv_and_json(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", "deck.csv", "--mapping", "deck.toml", "--store", "s", "--json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)["files"]
    assert (report["source"], report["state"]) == ("deck", "done")
    assert (report["counts"]["accepted"], report["counts"]["refused"]) == (1, 1)
    assert report["tags"][0]["first_utc"] == BEGIN + 600
    assert main(["ingest", "--rejected", "deck.csv", "--store", "s"]) == 0
    header, row = csv.reader(io.StringIO(capsys.readouterr().out))
    assert header == ["file", "row", "reason", "text"]
    assert (row[0], row[1], row[3]) == ("deck.csv", "3", "2027-01-05 09:11:00,x")
    assert "value 'x' is not a number" in row[2]
    assert main(["ingest", "--rejected", "--json", "--store", "s"]) == 0
    assert len(json.loads(capsys.readouterr().out)["rejected"]) == 1


def test_a_file_that_cannot_be_read_makes_the_exit_code_one_and_the_others_go_in(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "empty.csv").touch()
    assert main(["ingest", "empty.csv", "nowhere.csv", "night.csv", "--store", "s"]) == 1
    told = capsys.readouterr().out
    assert "empty.csv: the file is empty; fetch it again" in told
    assert "nowhere.csv: cannot be read: No such file or directory" in told
    assert "3 rows, 3 accepted" in told


def test_what_refused_a_whole_file_is_shown_with_the_remedy(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "bare.csv").write_text(f"time,{FLOW}\n" + "".join(f"{iso(BEGIN + at)},1\n" for at in range(9)))
    assert main(["ingest", "bare.csv", "--store", "s"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "9 rows, 0 accepted, 9 refused" in told
    assert "or say --assume-register-units" in told
    assert "all of them: twin ingest --rejected bare.csv" in told
    assert main(["ingest", "bare.csv", "--store", "s", "--assume-register-units"]) == 0
    assert "9 rows, 9 accepted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "no file is named"),
        (["night.csv", "--received", "noon"], "--received: 'noon' found; an instant is needed"),
        (
            ["night.csv", "--received", "2027-01-05T00:00:00"],
            "an instant says its zone; write 2027-01-05T00:00:00+09:00 for Japan",
        ),
        (["night.csv", "--mapping", "nowhere.toml"], "nowhere.toml: cannot be read"),
        (["--rejected", "night.csv", "--seal"], "ingests nothing"),
    ],
)
def test_wrong_words_are_refused_before_anything_is_read(
    files: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["ingest", *words, "--store", "s"]) == 2
    assert said in capsys.readouterr().err
    assert not (files / "s").exists()


def test_a_store_without_readings_has_no_refused_rows(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", "--rejected", "--store", "s"]) == 0
    assert capsys.readouterr().out == "file,row,reason,text\n"
    assert main(["ingest", "--seal", "--store", "s"]) == 0
    assert not (files / "s").exists()


def test_a_buffer_that_is_damaged_is_told_in_one_line(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", "night.csv", "--store", "s"]) == 0
    with sqlite3.connect(files / "s" / "readings" / "buffer.sqlite") as database:
        database.execute("DROP TABLE readings")
    database.close()
    (files / "more.csv").write_text((files / "night.csv").read_text() + "\n")
    capsys.readouterr()
    assert main(["ingest", "more.csv", "--store", "s"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "the buffer of readings cannot be used: no such table: readings" in line
