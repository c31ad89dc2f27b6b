"""The demo community: the same seed, number of people, steps and time always make the same world.

Pure: no database, no clock. `commands` gives the objects their ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from trackflow.models import CollaborationType, SongStatus
from trackflow.services.demo import names
from trackflow.services.demo.shapes import Entry, Pack, Part, Person, Right, Song, Track, World

MIN_PEOPLE, MAX_PEOPLE = 4, 200
ADMIN_NAME = "demo_admin"
PLACEHOLDER_NAME = "old_bandmate"
CUSTOM_STEPS = (
    ("tempo_map", "drums", "bass", "guitar", "vocals", "compile"),
    ("midi", "tempo_map", "drums", "bass", "guitar", "keys", "vocals", "lip_sync", "playtest", "compile"),
)
_SONGS = (6, 14)
_TRACKS_PER_ALBUM = 6
_PLANS, _WORKS, _OUT = SongStatus.FUTURE_PLANS, SongStatus.IN_PROGRESS, SongStatus.RELEASED
# Everything in progress began before this many days ago, and nothing was released before.
_BEGUN_BEFORE, _DONE_SINCE = 44, 43


def build(seed: int, people: int, now: datetime, default_steps: Sequence[str]) -> World:
    """Make the world as it is at `now`; who has no own steps works by the default ones."""
    return _Builder(Random(seed), now.replace(microsecond=0), tuple(default_steps)).build(people)  # noqa: S311  (a demo)


class _Builder:
    def __init__(self, random: Random, now: datetime, default_steps: tuple[str, ...]) -> None:
        self.random = random
        self.now = now
        self.default_steps = default_steps
        self.world = World()
        self.tracks = self._make_tracks()

    def build(self, people: int) -> World:
        """Make the people, then let each author do what authors do."""
        self.world.people = self._make_people(people)
        authors = [place for place, person in enumerate(self.world.people) if not person.is_placeholder]
        for author in authors:
            self._let_write(author)
        for pack in range(len(self.world.packs)):
            self._share_pack(pack, authors)
        for song in range(len(self.world.songs)):
            self._share_song(song)
        return self.world

    def _ago(self, days: float) -> datetime:
        return self.now - timedelta(minutes=round(days * 24 * 60))

    def _chance(self, per_cent: int) -> bool:
        return self.random.randrange(100) < per_cent

    def _between(self, start: datetime, end: datetime) -> datetime:
        return start + timedelta(seconds=self.random.randint(0, max(0, int((end - start).total_seconds()))))

    def _make_tracks(self) -> list[Track]:
        titles = [f"{first} {second}" for first in names.FIRST_WORDS for second in names.SECOND_WORDS]
        self.random.shuffle(titles)
        tracks = []
        for number, title in enumerate(titles):
            place = number // _TRACKS_PER_ALBUM
            artist = names.ARTISTS[place % len(names.ARTISTS)]
            album = f"{names.FIRST_WORDS[place % 24]} {names.ALBUM_WORDS[place % 7]}"
            tracks.append(Track(title, artist, album, 1968 + (place * 11) % 57))
        return tracks

    def _make_people(self, number: int) -> list[Person]:
        random = self.random
        nicknames = random.sample(names.NICKNAMES, len(names.NICKNAMES))
        people = [Person(ADMIN_NAME, self._ago(400), self._ago(0.2), streak=3, is_admin=True)]
        for place in range(number - 2):
            again = place // len(nicknames)
            nickname = nicknames[place % len(nicknames)] + (str(again + 1) if again else "")
            people.append(
                Person(
                    nickname,
                    created_at=self._ago(random.uniform(60, 380)),
                    last_login_at=self._ago(random.uniform(0.05, 9)),
                    streak=random.randint(1, 9),
                    display_name=random.choice(names.DISPLAY_NAMES) if self._chance(30) else None,
                    website_url=f"https://{nickname.replace('_', '-')}.example/" if self._chance(30) else None,
                    shares=self._chance(50),
                    steps=CUSTOM_STEPS[place % len(CUSTOM_STEPS)] if place % 3 == 1 else None,
                )
            )
        return [*people, Person(PLACEHOLDER_NAME, self._ago(390), is_placeholder=True)]

    def _let_write(self, author: int) -> None:
        """Give an author packs and songs; the first three songs show one status each."""
        random, person = self.random, self.world.people[author]
        own_packs = [self._make_pack(author, stage) for stage in random.sample((_PLANS, _WORKS, _OUT), 2)]
        tracks = random.sample(self.tracks, random.randint(*_SONGS))
        for place, track in enumerate(tracks):
            if place < len(SongStatus):
                self.world.songs.append(self._make_song(author, track, list(SongStatus)[place], None))
            else:
                number, stage = random.choice(own_packs)
                self.world.songs.append(self._make_song(author, track, stage, number))
        imported = Song(author, random.choice([track for track in self.tracks if track not in tracks]), [])
        imported.history = [Entry(None, _OUT, self._between(person.created_at, self.now))]
        self.world.songs.append(imported)

    def _make_pack(self, owner: int, stage: SongStatus) -> tuple[int, SongStatus]:
        random, world = self.random, self.world
        taken = {pack.name for pack in world.packs if pack.owner == owner}
        name = random.choice([name for name in names.PACKS if name not in taken])
        created_at = self._between(world.people[owner].created_at, self._ago(_BEGUN_BEFORE))
        released_at = self._ago(random.uniform(1, _DONE_SINCE)) if stage is _OUT else None
        world.packs.append(
            Pack(
                owner,
                name,
                created_at,
                priority=random.choice((None, 1, 2, 3, 4, 5)),
                released_at=released_at,
                show_on_homepage=self._chance(85),
                description=random.choice(names.DESCRIPTIONS) if released_at else None,
            )
        )
        return len(world.packs) - 1, stage

    def _make_song(self, owner: int, track: Track, stage: SongStatus, pack: int | None) -> Song:
        """Let a song come as far as `stage`; a few planned ones were in progress before."""
        random, person = self.random, self.world.people[owner]
        home = self.world.packs[pack] if pack is not None else None
        start = self._between(home.created_at if home else person.created_at, self._ago(_BEGUN_BEFORE))
        end = (home.released_at if home else None) or self._ago(random.uniform(0, _DONE_SINCE))
        song = Song(owner, track, [Entry(None, _PLANS, start)], pack)
        song.is_public = person.shares or self._chance(25)
        if stage is not _PLANS or self._chance(15):
            self._work_on(song, stage, end)
        if stage is _OUT:
            song.history.append(Entry(_WORKS, _OUT, end))
            song.released_at = end
        elif stage is _PLANS and song.status is _WORKS:
            song.history.append(Entry(_WORKS, _PLANS, end))
        elif pack is not None and self._chance(20):
            song.optional = True
        return song

    def _work_on(self, song: Song, stage: SongStatus, end: datetime) -> None:
        random = self.random
        begun = self._between(song.created_at, end)
        song.history.append(Entry(_PLANS, _WORKS, begun))
        song.measured = self.world.people[song.owner].steps or self.default_steps
        number = len(song.measured) if stage is _OUT else random.randint(0, len(song.measured))
        moments = sorted(self._between(begun, end) for _ in range(number))
        song.done = dict(zip(song.measured, moments, strict=False))
        song.notes = random.choice(names.NOTES) if stage is _WORKS and self._chance(40) else None

    def _share_pack(self, number: int, authors: Sequence[int]) -> None:
        """Let up to two others into a pack; one of them adds a song of their own."""
        random, pack = self.random, self.world.packs[number]
        others = random.sample([author for author in authors if author != pack.owner], 2)
        kinds = (CollaborationType.PACK_EDIT, CollaborationType.PACK_VIEW)
        for other, kind in zip(others[: random.randint(0, 2)], kinds, strict=False):
            since = self._between(max(pack.created_at, self.world.people[other].created_at), self._ago(_BEGUN_BEFORE))
            self.world.rights.append(Right(other, kind, since, pack=number))
            own = [song for song in self.world.songs if song.owner == other and song.pack is None]
            wanted = _OUT if pack.released_at else _WORKS
            fitting = [song for song in own if song.status is wanted and (wanted is _WORKS or song.released_at)]
            if kind is CollaborationType.PACK_EDIT and fitting:
                fitting[0].pack = number

    def _share_song(self, number: int) -> None:
        """Let somebody help with a song in progress, mostly by taking over open steps."""
        random, song = self.random, self.world.songs[number]
        if song.status is not _WORKS or self._chance(60):
            return
        people = [place for place in range(1, len(self.world.people)) if place != song.owner]
        for helper in random.sample(people, random.randint(1, 2)):
            since = self._between(max(song.history[-1].at, self.world.people[helper].created_at), self.now)
            self.world.rights.append(Right(helper, CollaborationType.SONG_EDIT, since, song=number))
            open_steps = [step for step in song.measured if step not in song.done]
            for step in random.sample(open_steps, min(len(open_steps), random.randint(0, 3))):
                self.world.parts.append(Part(number, helper, step, since))
