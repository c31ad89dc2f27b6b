"""`flask dlc import`."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.conftest import Run
from tests.conftest import Person
from tests.support import rows
from tests.support.database import Database

COUNTS = "official songs: {} processed, {} new, {} duplicates skipped, {} without song or artist skipped, {} errors\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "songs.csv"
    lines = (
        "Song,Artist,Origin,Year",
        "Everlong,Foo Fighters,RB2,1997",
        "everlong,FOO FIGHTERS,,",
        ",Nobody,,",
        "A,B,,",
    )
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path


def titles(database: Database) -> list[str]:
    return database.column("SELECT title FROM rock_band_dlc ORDER BY id")


def test_an_import_says_what_it_did_and_can_be_repeated(run: Run, file: Path, database: Database) -> None:
    result = run("dlc", "import", str(file))
    assert (result.exit_code, result.stdout, result.stderr) == (0, COUNTS.format(4, 2, 1, 1, 0), "")
    assert titles(database) == ["Everlong", "A"]
    result = run("dlc", "import", str(file))
    assert (result.exit_code, result.stdout) == (0, COUNTS.format(4, 0, 3, 1, 0))
    assert titles(database) == ["Everlong", "A"]


def test_a_trial_stores_nothing(run: Run, file: Path, database: Database) -> None:
    result = run("dlc", "import", str(file), "--dry-run")
    assert (result.exit_code, result.stdout) == (0, COUNTS.format(4, 2, 1, 1, 0) + "dry run: nothing was stored\n")
    assert titles(database) == []


def test_bad_rows_are_named_and_nothing_is_stored(run: Run, file: Path, database: Database) -> None:
    with file.open("ab") as more:
        more.write(b"\nToo,Many,Cells,For,This\nC,D,,\nBad\xff,E,,\n")
    result = run("dlc", "import", str(file))
    assert result.exit_code == 1
    assert result.stdout == COUNTS.format(7, 3, 1, 1, 2)
    assert result.stderr.splitlines() == [
        "line 6: 5 cells, but the header has 4",
        "line 8: Song is not UTF-8",
        "Error: The file has bad rows, so nothing was stored. Correct them, or leave them out by --skip-bad.",
    ]
    assert titles(database) == []

    result = run("dlc", "import", str(file), "--skip-bad")
    assert (result.exit_code, result.stdout) == (0, COUNTS.format(7, 3, 1, 1, 2))
    assert result.stderr.splitlines()[0] == "line 6: 5 cells, but the header has 4"
    assert titles(database) == ["Everlong", "A", "C"]


def test_of_many_bad_rows_some_are_shown(run: Run, file: Path) -> None:
    file.write_text("Song,Artist,Origin\n" + "x\n" * 100)
    result = run("dlc", "import", str(file), "--skip-bad")
    assert len(result.stderr.splitlines()) == 21
    assert result.stderr.endswith("... and 80 more bad rows\n")


def test_links(run: Run, file: Path, database: Database, person: Person) -> None:
    song_id = rows.song(database, person("alice"), "Everlong (Live)", artist="Foo Fighters")
    result = run("dlc", "import", str(file), "--link")
    assert result.stdout.splitlines()[1] == "links: 2 without one, 1 linked, 1 not found"
    assert database.column("SELECT linked_song_id FROM rock_band_dlc ORDER BY id") == [song_id, None]


@pytest.mark.parametrize("content", ["", "Title,Artist,Origin\nA,B,C\n", "Song;Artist;Origin\nA;B;C\n"])
def test_a_file_without_the_columns_is_refused(content: str, run: Run, file: Path, database: Database) -> None:
    file.write_text(content)
    result = run("dlc", "import", str(file), "--skip-bad")
    assert result.exit_code == 1
    assert "Error: The first line must name the columns Song, Artist, Origin; missing: " in result.stderr
    assert titles(database) == []


def test_a_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.csv"):
        assert run("dlc", "import", str(path)).exit_code == 2


def test_a_terminal_sees_the_progress(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    # `trackflow.cli.dlc` is also the name of the group in the package.
    monkeypatch.setattr(sys.modules["trackflow.cli.dlc"], "sys", SimpleNamespace(stderr=terminal))
    result = run("dlc", "import", str(file))
    assert result.exit_code == 0, result.output
    assert "official songs" in terminal.getvalue()
    assert "100%" in terminal.getvalue()


class _Terminal(io.StringIO):
    """A terminal that remembers what it showed."""

    def isatty(self) -> bool:
        """Say that somebody looks at it."""
        return True
