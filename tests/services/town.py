"""A user whom every table refers to, and the people around: for tests of deleting accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database

NAME, ADDRESS = "Zoe_Gone", "zoe@gone.example"


@dataclass
class Town:
    """Zoe, who goes, Adam the administrator and Bobby, who works with Zoe; every table has rows that refer to her."""

    database: Database
    clock: Clock
    zoe: int
    adam: int
    bobby: int

    def add(self, table: str, **values: Any) -> int:
        return self.database.insert(table, **values)

    def fill(self) -> None:
        with self.database.together():
            self._work()
            self._requests()
            self._community()
            self._traces()

    def _work(self) -> None:
        zoe, bobby = self.zoe, self.bobby
        rows.workflow(self.database, zoe, "drums", "bass")
        self.own_pack = rows.pack(self.database, zoe, "Own")
        self.shared_pack = rows.pack(self.database, zoe, "Shared", released_by_user_id=zoe, event_organizer_id=zoe)
        self.event_pack = rows.pack(self.database, zoe, "Event", is_community_event=True)
        self.own_series, self.mixed_series = (
            self.add("album_series", album_name=name, artist_name="Band", pack_id=self.own_pack)
            for name in ("Own", "Mixed")
        )
        series = {"album_series_id": self.own_series}
        self.own = rows.song(self.database, zoe, "Own", pack_id=self.own_pack, status="Released", **series)
        rows.song(self.database, zoe, "Own too", pack_id=self.shared_pack, album_series_id=self.mixed_series)
        self.theirs = rows.song(
            self.database, bobby, "Theirs", pack_id=self.shared_pack, album_series_id=self.mixed_series
        )
        for song in (self.own, self.theirs):
            self.add("song_progress", song_id=song, step_name="drums", completed_by_user_id=zoe)
            self.add("status_ledger", song_id=song, user_id=zoe, to_status="In Progress")
            self.add("file_links", song_id=song, user_id=zoe, file_url="https://files.example/a", message="take")
            for name in (NAME, "ZOE_gone", " zoe_gone "):
                self.add("wip_collaborations", song_id=song, collaborator=name, field="drums")
        self.add("wip_collaborations", song_id=self.theirs, collaborator="zoe_gone2", field="bass")
        self.add("authoring", song_id=self.own)
        self.add("file_links", song_id=self.own, user_id=bobby, file_url="https://files.example/b", message="take")
        self.add("rock_band_dlc", title="Own", artist="Artist", linked_song_id=self.own)
        for series_id in (self.own_series, self.mixed_series):
            self.add("album_series_overrides", series_id=series_id, title_clean="own", linked_song_id=self.own)
        rows.grant(self.database, bobby, "song_edit", on=self.own)
        rows.grant(self.database, zoe, "song_edit", on=self.theirs)
        rows.grant(self.database, bobby, "pack_edit", on=self.shared_pack)
        rows.grant(self.database, self.adam, "pack_view", on=self.shared_pack)
        self.add("artists", name="Artist", user_id=zoe)

    def _requests(self) -> None:
        pairs = ((self.zoe, self.bobby, self.theirs), (self.bobby, self.zoe, self.own))
        for requester, owner, song in pairs:
            batch = self.add(
                "collaboration_request_batches", requester_id=requester, target_user_id=owner, message="May I?"
            )
            self.add(
                "collaboration_requests",
                song_id=song,
                requester_id=requester,
                owner_id=owner,
                message="May I?",
                batch_id=batch,
            )

    def _community(self) -> None:
        zoe, bobby = self.zoe, self.bobby
        self.plain, self.voted, self.discussed = (self.idea(zoe, title) for title in ("plain", "voted", "discussed"))
        self.other_idea = self.idea(bobby, "other")
        for idea in (self.plain, self.voted, self.other_idea):
            self.add("feature_request_votes", feature_request_id=idea, user_id=zoe, vote_type="upvote")
        self.add("feature_request_votes", feature_request_id=self.voted, user_id=bobby, vote_type="downvote")
        self.comment(self.discussed, bobby)
        self.alone = self.comment(self.other_idea, zoe)
        self.self_answered = self.comment(self.other_idea, zoe)
        self.own_answer = self.comment(self.other_idea, zoe, self.self_answered)
        self.answered = self.comment(self.other_idea, zoe)
        self.deeper = self.comment(self.other_idea, zoe, self.answered)
        self.answer = self.comment(self.other_idea, bobby, self.deeper)
        self.add("community_event_registrations", pack_id=self.event_pack, user_id=zoe)
        self.update = self.add("updates", title="News", content="News", type="feature", author_id=zoe)
        self.post = self.add(
            "release_posts",
            post_type="curated",
            title="Out",
            author_id=zoe,
            pack_id=self.own_pack,
            linked_song_ids=[self.own, self.theirs],
        )
        for user, song in ((zoe, self.theirs), (bobby, self.own)):
            notice = {"user_id": user, "type": "general", "title": "Hi", "message": "Hi", "related_song_id": song}
            self.add("notifications", **notice, related_feature_request_id=self.plain, related_comment_id=self.alone)

    def _traces(self) -> None:
        achievement = self.add("achievements", code="x", name="x", description="x", icon="x", category="x")
        self.add("user_achievements", user_id=self.zoe, achievement_id=achievement)
        self.add("activity_logs", user_id=self.zoe, activity_type="login", description=f"{NAME} signed in")
        self.add("presence", user_id=self.zoe, last_seen=self.clock.time)
        for email in (ADDRESS, "bobby@example.org"):
            self.add("password_reset_tokens", email=email, token=email, expires_at=self.clock.time)
            self.add("outbox", kind="password_reset", payload={"email": email}, dedup_key=email[:3])
            self.add("outbox", kind="password_reset", payload={"email": email}, sent_at=self.clock.time)
        self.add("outbox", kind="other", payload={"text": "Hello"})

    def idea(self, user: int, title: str) -> int:
        return self.add("feature_requests", title=title, description=title, user_id=user)

    def comment(self, idea: int, user: int, parent: int | None = None) -> int:
        values = {"feature_request_id": idea, "user_id": user, "parent_comment_id": parent}
        return self.add("feature_request_comments", comment="text", **values)

    def owner(self, table: str, row: int, column: str = "user_id") -> int | None:
        found = self.database.column(f"SELECT {column} FROM {table} WHERE id = :id", id=row)  # noqa: S608  (constants)
        return found[0] if found else None
