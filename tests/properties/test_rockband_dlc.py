"""What the database calls neighbours of an entered song contains all that the rule calls near, whatever is stored."""

from __future__ import annotations

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.database import Database
from trackflow.services.rockband_dlc import queries
from trackflow.services.rockband_dlc.matching import MatchType, Name, Wanted
from trackflow.unit_of_work import release

WORDS = (
    "the", "Foo", "foo's", "FOO\u2019S", "Fighters", "&", "and", "Ever-long", "\u00e9verlong", "Stra\u00dfe", "strasse",
    "ab", "o", "%", "_", "/", "!!!", "\u6771\u4eac", "2020", "(Live)", "(Deluxe)", "- 2011 Remaster", "\ufb01n",
    "\u2121", "\u0130",
)  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=2)), min_size=1, max_size=4).map(" ".join)
names = texts.filter(lambda text: bool(text.strip()) and "\x00" not in text)
songs = st.tuples(names, names)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(official=st.lists(songs, min_size=1, max_size=12), entered=st.one_of(songs, st.none()))
def test_the_check_finds_what_the_rule_finds(
    app: Flask, database: Database, official: list[tuple[str, str]], entered: tuple[str, str] | None
) -> None:
    title, artist = entered or official[0]
    with database.together():
        database.execute("DELETE FROM rock_band_dlc")
        ids = [database.insert("rock_band_dlc", title=title, artist=artist, origin="DLC") for title, artist in official]
    wanted = Wanted(Name.of(title), Name.of(artist))
    near = {
        song_id: wanted.compare(Name.of_stored(stored[0]), Name.of_stored(stored[1]))
        for song_id, stored in zip(ids, official, strict=True)
    }

    with app.app_context():
        answer = queries.check(title, artist)
        release()

    kinds = [kind for kind in MatchType if kind in near.values()]
    assert answer["match_type"] == (kinds[0].value if kinds else None)
    if answer["match_type"] == MatchType.EXACT:
        assert near[answer["dlc_entry"]["id"]] is MatchType.EXACT
    if answer["match_type"] == MatchType.PARTIAL:
        expected = {song_id for song_id, nearness in near.items() if nearness is MatchType.PARTIAL}
        found = [item["id"] for item in answer["similar_matches"]]
        assert set(found) <= expected
        assert len(found) == min(5, len(expected))
