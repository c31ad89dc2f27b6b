"""Measures the other reads, and entering many songs at once, one connection at a time: part of `scripts/bench`."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from scripts.lib.bench_client import Caller, Request, Times, alternate
from scripts.lib.bench_report import Report, answer, constant, same_answer
from scripts.lib.bench_seed import SONGS, THE_ONE
from scripts.lib.bench_seed_more import DLC
from scripts.lib.bench_server import BenchError

READ_RATIO, DASHBOARD_RATIO = 1.5, 2.0
LIST_STATEMENTS, PACKS_STATEMENTS, FEED_STATEMENTS, COUNT_STATEMENTS = 3, 2, 3, 2
DASHBOARD_STATEMENTS, DLC_STATEMENTS = 6, 1
BATCH, BATCH_STATEMENTS = 100, 15
_COLLABORATOR, _AUTHOR = 2, 16
_FORMS = ("executemany", "values")


def reads(report: Report, tokens: Mapping[int, str], share: float) -> None:
    """Measure each read against its floor; both must give the same answer."""
    one, other = Caller(tokens[THE_ONE]), Caller(tokens[_COLLABORATOR])
    status = "?status=In%20Progress"
    for caller, label, path, floor, number, most in (
        (one, "GET /songs, all statuses", "/songs/", "songs", 100, LIST_STATEMENTS),
        (other, "GET /songs of a collaborator", f"/songs/{status}", f"songs{status}", 200, LIST_STATEMENTS),
        (one, "GET /packs", "/packs/", "packs", 1000, PACKS_STATEMENTS),
        (one, "GET /songs/recent-pack-releases", "/songs/recent-pack-releases", "recent-packs", 500, FEED_STATEMENTS),
        (one, "GET /notifications/count", "/notifications/count", "counts", 2000, COUNT_STATEMENTS),
        (one, "GET /rockband-dlc/check, exact", _check(DLC - 1), f"dlc{_query(DLC - 1)}", 1000, DLC_STATEMENTS),
        (one, "GET /rockband-dlc/check, none", _check(0), f"dlc{_query(0)}", 1000, DLC_STATEMENTS),
    ):
        product, bare = Request("GET", path), Request("GET", f"/bench/floor/{floor}")
        found = same_answer(caller, product, bare)
        rows = f" ({len(found)} rows)" if isinstance(found, list) else ""
        taken, least = alternate(caller, max(1, round(number * share)), constant(product), constant(bare))
        report.ratio(label, report.pair(label + rows, taken, least), READ_RATIO)
        report.statements(label, taken, most)
    _dashboard(report, one, share)


def _query(number: int) -> str:
    """Name an official song, or with 0 one that is none."""
    artist = f"Official Artist {number % 500}" if number else "Nobody At All"
    return f"?{urlencode({'title': f'Official Song {number}', 'artist': artist})}"


def _check(number: int) -> str:
    return f"/rockband-dlc/check{_query(number)}"


def _dashboard(report: Report, caller: Caller, share: float) -> None:
    """Measure the dashboard; chance chooses what it shows, so what it can show is compared."""
    label = "GET /dashboard/suggestions"
    product, floor = (
        Request("GET", f"{path}?limit=6") for path in ("/dashboard/suggestions", "/bench/floor/suggestions")
    )
    if _all_shown(caller, product) != _all_shown(caller, floor):
        message = "The floor's dashboard differs from the product's, so the two cannot be compared."
        raise BenchError(message)
    taken, least = alternate(caller, max(1, round(300 * share)), constant(product), constant(floor))
    report.ratio(label, report.pair(label, taken, least), DASHBOARD_RATIO)
    report.statements(label, taken, DASHBOARD_STATEMENTS)


def _all_shown(caller: Caller, request: Request) -> Mapping[str, Any]:
    """Return every suggestion by its id; among so many answers each of a dozen is there."""
    return {item["id"]: item for _ in range(60) for item in answer(caller, request)}


def batches(report: Report, tokens: Mapping[int, str], share: float) -> None:
    """Measure entering a hundred songs against the bare insert of the same rows; each batch is deleted again."""
    caller, kinds = Caller(tokens[_AUTHOR]), ("/songs/batch", *(f"/bench/floor/batch/{form}" for form in _FORMS))
    times = {path: Times() for path in kinds}
    number = max(3, round(60 * share))
    for index in range(-3, number):
        for path in kinds:
            reply = caller.send(Request("POST", path, _songs(index)))
            if reply.status != HTTPStatus.OK:
                message = f"{path}: {reply.status} {reply.content[:300]!r}"
                raise BenchError(message)
            if index >= 0:
                times[path].add(reply)
            answer(caller, Request("DELETE", f"/bench/floor/songs-after/{SONGS}"))
    product, *floors = times.values()
    label = f"POST /songs/batch ({BATCH} songs)"
    for form, floor in zip(_FORMS, floors, strict=True):
        report.pair(label, product, floor, f"bare insert, {form}")
    report.statements("batch", product, BATCH_STATEMENTS)


def _songs(index: int) -> list[dict[str, Any]]:
    return [
        {
            "title": f"Batch {index} Song {place}",
            "artist": f"Batch Artist {place % 10}",
            "album": "Batch Album",
            "year": 2001,
            "status": "In Progress",
            "pack_id": None,
        }
        for place in range(BATCH)
    ]
