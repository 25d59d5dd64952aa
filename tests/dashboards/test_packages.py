"""Packages of a run: found by their names, downloaded as one zip, and nothing else of the disk with them."""

import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from dashboards.callbacks import serve_downloads
from dashboards.data import Data
from dashboards.packages import add_package_download, package_panel, packages_of, zipped
from dashboards.page import View
from dashboards.people import User, set_current_user

KIND = "environmental-review"
NAME = f"pilot-1234abcd-{KIND}-0a1b2c3d"
ViewOf = Callable[..., View]


def made(store: Path, name: str = NAME) -> Path:
    """Return a package made by hand."""
    folder = store / "packages" / name
    (folder / "tables").mkdir(parents=True)
    (folder / "README.txt").write_text("read me")
    (folder / "tables" / "a.csv").write_text("x\n1\n")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a store without runs, with a package and a secret beside it."""
    Data(str(tmp_path)).store()
    made(tmp_path)
    (tmp_path / "secret.txt").write_text("no")
    return tmp_path


def client_of(store: Path, role: str) -> Callable[[str], tuple[int, bytes]]:
    """Return what asks a small server for a path as somebody with a role."""
    server = Flask("packages")
    server.before_request(lambda: set_current_user(User("somebody", frozenset({role}))))
    add_package_download(server, Data(str(store)))
    serve_downloads(server)

    def ask(path: str) -> tuple[int, bytes]:
        answer = server.test_client().get(path)
        return answer.status_code, answer.data

    return ask


def test_packages_of_a_run_and_kind_are_listed_the_newest_first(store: Path) -> None:
    newer = made(store, f"pilot-1234abcd-{KIND}-ffffffff")
    os.utime(newer, (2e9, 2e9))
    for other in (
        "pilot-1234abcd-supply-statement-0a1b2c3d",
        f"pilot-1234abcd-extra-{KIND}-0a1b2c3d",
        f".pilot-1234abcd-{KIND}-11111111.partial",
        f"pilot-1234abcd-{KIND}-not8hex",
    ):
        made(store, other)
    found = packages_of(Data(str(store)), "pilot-1234abcd", KIND)
    assert [one.name for one in found] == [newer.name, NAME]
    assert (found[1].files, found[1].bytes) == (2, 11)


def test_a_store_without_packages_has_none(tmp_path: Path) -> None:
    assert packages_of(Data(str(tmp_path / "new")), "pilot-1234abcd", KIND) == []


def test_the_zip_holds_the_files_below_the_folders_name_and_is_the_same_twice(store: Path) -> None:
    folder = store / "packages" / NAME
    first = b"".join(zipped(folder))
    (folder / "README.txt").touch()
    assert b"".join(zipped(folder)) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"{NAME}/README.txt", f"{NAME}/tables/a.csv"]
        assert archive.read(f"{NAME}/tables/a.csv") == b"x\n1\n"


def test_links_in_a_package_are_not_followed(store: Path) -> None:
    folder = store / "packages" / NAME
    (folder / "link.txt").symlink_to(store / "secret.txt")
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(folder)))) as archive:
        assert f"{NAME}/link.txt" not in archive.namelist()


def test_a_large_file_is_given_piece_by_piece(store: Path) -> None:
    folder = store / "packages" / NAME
    (folder / "big.bin").write_bytes(bytes(range(256)) * 12_000)
    pieces = list(zipped(folder))
    assert len(pieces) > 3
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert len(archive.read(f"{NAME}/big.bin")) == 256 * 12_000


def test_a_reviewer_downloads_a_package_and_a_viewer_does_not(store: Path) -> None:
    code, data = client_of(store, "reviewer")(f"/download/package/{NAME}")
    assert code == 200 and zipfile.is_zipfile(io.BytesIO(data))
    assert client_of(store, "viewer")(f"/download/package/{NAME}")[0] == 403


@pytest.mark.parametrize(
    "name",
    [
        "..", "../secret.txt", "..%2fsecret.txt", f"{NAME}/README.txt", f"{NAME}/../../secret.txt", "nothing",
        f".{NAME}.partial", "%2e%2e%2fcatalogue.sqlite", f"{NAME}%00",
    ],
)  # fmt: skip
def test_no_other_name_gives_anything(store: Path, name: str) -> None:
    made(store, f".{NAME}.partial")
    assert client_of(store, "admin")(f"/download/package/{name}")[0] == 404


def test_a_store_that_was_removed_is_told_in_one_line(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.data.FRESH_S", -1.0)  # seen at the next look
    ask = client_of(store, "admin")
    assert ask(f"/download/package/{NAME}")[0] == 200
    store.rename(store.with_name("moved"))
    code, said = ask(f"/download/package/{NAME}")
    assert (code, said.decode().count("\n")) == (404, 1)
    assert "there is no such folder" in said.decode()


@pytest.mark.parametrize("kind", [KIND, "supply-statement"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_panel_says_that_there_is_no_package_and_how_to_get_one(view_of: ViewOf, lang: str, kind: str) -> None:
    view = view_of("environment", lang=lang)
    found = package_panel(view, kind)
    assert f"twin export {kind} {view.run.run_id}" in str(found.body) and found.rows is None


def test_the_panel_links_packages_for_those_who_may_take_them_away(
    view_of: ViewOf, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = view_of("environment")
    name = f"{view.run.run_id}-{KIND}-0a1b2c3d"
    made(store, name)
    monkeypatch.setattr(Data, "packages", store / "packages")
    said = str(package_panel(view, KIND).body)
    assert f"/download/package/{name}" in said and "2 files" in said
    viewer = replace(view, user=User("somebody", frozenset({"viewer"})))
    assert "/download/package/" not in str(package_panel(viewer, KIND).body)
