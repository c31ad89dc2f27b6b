"""Measures the server under the load that it is built for: what `scripts/bench` does."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from http import HTTPStatus
from multiprocessing import get_context
from pathlib import Path

from scripts.lib.bench_client import Caller, Request, Times, alternate, together
from scripts.lib.bench_latency import batches, reads
from scripts.lib.bench_report import Report, constant, same_answer
from scripts.lib.bench_seed import PACKS_EACH, SONGS, SONGS_OF_ONE, THE_ONE, USERS
from scripts.lib.bench_server import BenchError, fill, running_server, scratch_database
from trackflow.services.workflows.template import DEFAULT_STEPS

MODES = ("latency", "concurrent", "flood")
LIST_RATIO, LIST_STATEMENTS, ME_STATEMENTS, TOGGLE_STATEMENTS = 1.5, 3, 1, 8
CONNECTIONS, FLOODERS = 16, 50
_CHEAP, _REAL = 4, 12
_STARVED_MS = 1_000.0
_STEPS = [step.step_name for step in DEFAULT_STEPS]

Tokens = Mapping[int, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the measurements; return 0 if every target was met."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("modes", nargs="*", metavar="mode", help=f"{', '.join(MODES)}; all by default")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server of its own, not on SQLite")
    parser.add_argument(
        "--share", type=float, default=1.0, help="a part of the requests, for a quick look (%(default)s)"
    )
    options = parser.parse_args(arguments)
    if unknown := set(options.modes) - set(MODES):
        parser.error(f"no such mode: {', '.join(sorted(unknown))}")
    try:
        with tempfile.TemporaryDirectory(prefix="trackflow-bench-") as name:
            return _measure(Path(name), options.modes or MODES, options.share, postgresql=options.postgresql)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 2


def _measure(folder: Path, modes: Iterable[str], share: float, *, postgresql: bool) -> int:
    report, started = Report(), time.monotonic()
    with scratch_database(folder, postgresql=postgresql) as url:
        tokens = fill(folder, url, range(1, CONNECTIONS + 1))
        print(f"{SONGS} songs of {USERS} users in {time.monotonic() - started:.0f} s; one user has {SONGS_OF_ONE}")
        if {"latency", "concurrent"} & {*modes}:
            with running_server(folder, url, bcrypt_rounds=_CHEAP):
                if "latency" in modes:
                    _latency(report, tokens[THE_ONE], share)
                    reads(report, tokens, share)
                    batches(report, tokens, share)
                if "concurrent" in modes:
                    _concurrent(report, tokens, 10 * share)
        if "flood" in modes:
            with running_server(folder, url, bcrypt_rounds=_REAL):
                _flood(report, tokens[THE_ONE], 10 * share)
    return 1 if report.missed else 0


def _latency(report: Report, token: str, share: float) -> None:
    print("\nlatency: one connection, product and floor in turns")
    listing = Request("GET", "/songs/?status=In%20Progress")
    floor_listing = Request("GET", "/bench/floor/songs?status=In%20Progress")
    caller = Caller(token)
    found = same_answer(caller, listing, floor_listing)
    ratios = []
    for packed in (True, False):
        number = round(200 * share)
        product, floor = alternate(Caller(token, packed=packed), number, constant(listing), constant(floor_listing))
        label = f"GET /songs ({len(found)} rows, {'gzip' if packed else 'plain'})"
        ratios.append(report.pair(label, product, floor))
        report.statements("list", product, LIST_STATEMENTS)
    report.ratio("list", max(ratios), LIST_RATIO)

    product, floor = alternate(
        caller, round(2000 * share), constant(Request("GET", "/auth/me")), constant(Request("GET", "/bench/floor/me"))
    )
    report.pair("GET /auth/me", product, floor)
    report.statements("me", product, ME_STATEMENTS)

    product, floor = alternate(
        caller,
        round(500 * share),
        lambda index: _toggle("/authoring", index),
        lambda index: _toggle("/bench/floor/authoring", index),
    )
    report.pair("PUT /authoring/{id}", product, floor)
    report.statements("toggle", product, TOGGLE_STATEMENTS)


def _toggle(path: str, index: int) -> Request:
    """Mark a step of one of the one user's songs; product and floor mark different steps, and undo each other never."""
    song = 1 + (index // 4) % 200
    step = _STEPS[(0 if path == "/authoring" else 6) + (index // 2) % 2]
    return Request("PUT", f"{path}/{song}", {step: index % 2 == 0})


def _concurrent(report: Report, tokens: Tokens, seconds: float) -> None:
    print(f"\nconcurrent: {CONNECTIONS} connections read and write for {seconds:.0f} s")
    callers = [(Caller(token), _mixed(user)) for user, token in tokens.items()]
    each = together(seconds, callers)
    everything = Times()
    for times in each:
        everything.milliseconds += times.milliseconds
        everything.statuses += times.statuses
        everything.statements = max(everything.statements, times.statements)
    number = len(everything.milliseconds)
    report.times("all requests", everything, f"{number / seconds:.0f} a second")
    _statuses(everything.statuses)
    failed = sum(count for status, count in everything.statuses.items() if status >= 500)  # noqa: PLR2004
    report.target(f"no 5xx: {failed}", is_met=failed == 0 and number > 0)


def _mixed(user: int) -> Callable[[int], Request]:
    """Make the requests of one person at work: lists, progress, the account, and every fifth a step of an own song."""
    own = (
        range(1, 40)
        if user == THE_ONE
        else [song for song in range(SONGS_OF_ONE + 1, SONGS) if 2 + song % (USERS - 1) == user]
    )
    ids = ",".join(str(song) for song in own[:30])

    def make(index: int) -> Request:
        song = own[index // 5 % len(own)]
        return (
            Request("GET", "/songs/?status=In%20Progress") if user != THE_ONE else Request("GET", "/songs/?limit=50"),
            Request("GET", f"/workflows/songs/progress/bulk?song_ids={ids}"),
            Request("GET", "/auth/me"),
            Request("GET", f"/songs/?pack_id={(user - 1) * PACKS_EACH + 1}"),
            Request("PUT", f"/authoring/{song}", {_STEPS[index % 7]: index % 2 == 0}),
        )[index % 5]

    return make


def _flood(report: Report, token: str, seconds: float) -> None:
    print(f"\nflood: {FLOODERS} connections try wrong passwords, each {_REAL} rounds of bcrypt, for {seconds:.0f} s")
    me = constant(Request("GET", "/auth/me"))
    (before,) = alternate(Caller(token), 500, me)
    report.times("GET /auth/me before", before)
    # In a process of its own: its threads would take turns with the one that measures.
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        flood = pool.submit(_wrong_passwords, seconds)
        caller, meanwhile = Caller(token), Times()
        while not flood.done():
            meanwhile.add(caller.send(me(0)))
    statuses = flood.result()
    report.times("GET /auth/me meanwhile", meanwhile)
    print(f"  {statuses.total()} sign-ins", end="")
    _statuses(statuses)
    is_served = meanwhile.percentile(99) < _STARVED_MS and set(meanwhile.statuses) == {HTTPStatus.OK}
    report.target(f"me is still served within {_STARVED_MS:.0f} ms", is_met=is_served)


def _wrong_passwords(seconds: float) -> Counter[int]:
    """Try to sign in under names that nobody has, which costs as much as a wrong password; return how it ended."""

    def attempt(index: int) -> Request:
        return Request("POST", "/auth/login", {"username": f"nobody_{index}", "password": "wrong"})

    each = together(seconds, [(Caller(None), attempt) for _ in range(FLOODERS)])
    return sum((times.statuses for times in each), Counter())


def _statuses(statuses: Counter[int]) -> None:
    print("  answered " + ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items())))
