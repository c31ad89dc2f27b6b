"""The achievements that there are, as data; `flask catalogue load` puts them into the database.

An entry is known by its code, for ever: two names occur twice. Points follow from the rarity, four entries have their
own. An entry without a metric is given for a fact: the account itself, the first bug report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trackflow.models import Rarity

WELCOME_ABOARD = "welcome_aboard"
BUG_REPORTER = "bug_reporter"
REPLACED: Mapping[str, str] = {"account_created": WELCOME_ABOARD}
"""Codes of older catalogues whose holders get another entry instead."""

POINTS: Mapping[Rarity, int] = {
    Rarity.COMMON: 10,
    Rarity.UNCOMMON: 25,
    Rarity.RARE: 50,
    Rarity.EPIC: 100,
    Rarity.LEGENDARY: 250,
}
_OWN_POINTS = {WELCOME_ABOARD: 5, BUG_REPORTER: 20, "priority_setter": 15, "immortal_legend": 500}

_C, _U, _R, _E, _L = Rarity
_Rung = tuple[int, Rarity, str, str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """An achievement; its fields are the columns of the table."""

    code: str
    name: str
    description: str
    icon: str
    category: str
    points: int
    rarity: str
    target_value: int | None
    metric_type: str | None


def _ladder(category: str, metric: str, first: str | None, further: str, *rungs: _Rung) -> Iterator[Entry]:
    """Make the entries of one metric; a rung is target, rarity, code, name, icon, and `first` the text of target 1."""
    for target, rarity, code, name, icon in rungs:
        text = first if first is not None and target == 1 else further.format(target)
        yield _entry(category, metric, target, rarity, code, name, icon, text)


def _entry(  # noqa: PLR0913, PLR0917  (one row of a table)
    category: str, metric: str | None, target: int | None, rarity: Rarity, code: str, name: str, icon: str, text: str
) -> Entry:
    points = _OWN_POINTS.get(code, POINTS[rarity])
    return Entry(code, name, text, icon, category, points, rarity.value, target, metric)


# One line per entry is what the reader of a table wants.
# fmt: off
CATALOGUE: tuple[Entry, ...] = (
    *_ladder(
        "milestone_future", "total_future_created",
        "Plan a song: your first one under Future Plans.",
        "Plan {} songs, counting every one that ever was under Future Plans.",
        (1, _C, "dreamer", "Dreamer", "💭"),
        (5, _C, "visionary", "Visionary", "🔮"),
        (10, _U, "long_term_planner", "Long Term Planner", "📋"),
        (25, _U, "strategic_thinker", "Strategic Thinker", "🗺️"),
        (50, _R, "master_planner", "Master Planner", "📊"),
        (100, _E, "future_architect", "Future Architect", "🏗️"),
        (250, _E, "planning_legend", "Planning Legend", "📐"),
    ),
    *_ladder(
        "milestone_wip", "wip_creations",
        "Start working on a song.",
        "Start working on {} songs, counting every one that ever was in progress.",
        (1, _C, "getting_started_wip", "Getting Started", "🎬"),
        (5, _C, "hard_worker", "Hard Worker", "💪"),
        (10, _U, "dedicated_creator", "Dedicated Creator", "🎨"),
        (25, _U, "busy_bee", "Busy Bee", "🐝"),
        (50, _R, "workhorse", "Workhorse", "🐴"),
    ),
    *_ladder(
        "milestone_wip", "wip_completions",
        "Release a song with every step of your workflow done.",
        "Release {} songs with every step of your workflow done.",
        (1, _C, "first_finish", "First Finish", "🎉"),
        (5, _C, "finisher", "Finisher", "✅"),
        (10, _U, "wip_master", "WIP Master", "🏁"),
        (25, _R, "finishing_touch", "Finishing Touch", "✨"),
        (50, _E, "fireworks_master", "Fireworks Master", "🎇"),
    ),
    *_ladder(
        "milestone_released", "total_released",
        "Release your first song.",
        "Own {} released songs.",
        (1, _C, "first_release", "First Release", "✨"),
        (5, _C, "rising_star", "Rising Star", "⭐"),
        (10, _U, "published_artist", "Published Artist", "🌟"),
        (25, _R, "pro_performer", "Pro Performer", "💫"),
        (50, _R, "chart_topper", "Chart Topper", "🏆"),
        (100, _E, "hall_of_fame", "Hall of Fame", "🎖️"),
        (250, _L, "legendary_status", "Legendary Status", "👑"),
        (500, _L, "immortal_legend", "Immortal Legend", "🏛️"),
    ),
    *_ladder(
        "milestone_packs", "total_packs",
        "Create your first pack.",
        "Own {} packs at the same time.",
        (1, _C, "pack_starter", "Pack Starter", "📦"),
        (3, _U, "pack_creator", "Pack Creator", "📚"),
        (5, _U, "pack_master", "Pack Master", "📖"),
        (10, _R, "pack_legend", "Pack Legend", "📘"),
        (20, _E, "pack_collector", "Pack Collector", "📗"),
    ),
    _entry(
        "milestone_packs", "packs_with_priority", 1, _C, "priority_setter", "Priority Setter", "📋",
        "Set the priority of a pack.",
    ),
    _entry(
        "milestone_packs", "distinct_pack_priorities", 5, _R, "pack_organizer", "Pack Organizer", "📊",
        "Use 5 levels of priority among your packs.",
    ),
    *_ladder(
        "activity", "total_spotify_imports",
        "Import a playlist from Spotify.",
        "Import {} playlists from Spotify.",
        (1, _C, "first_spotify_import", "Spotify Explorer", "🎧"),
        (5, _U, "five_spotify_imports", "Playlist Master", "📋"),
        (10, _R, "ten_spotify_imports", "Spotify Power User", "🎵"),
    ),
    *_ladder(
        "activity", "login_streak",
        None, "Sign in {} days in a row.",
        (3, _C, "three_day_streak", "Early Bird", "🌅"),
        (7, _U, "seven_day_streak", "Dedicated", "📅"),
        (14, _U, "fourteen_day_streak", "Committed", "💪"),
        (30, _R, "thirty_day_streak", "Loyal", "❤️"),
        (60, _E, "sixty_day_streak", "Devoted", "🔥"),
        (100, _L, "hundred_day_streak", "TrackFlow Veteran", "🏅"),
    ),
    *_ladder(
        "activity", "total_feature_requests",
        "Suggest a feature.",
        "Suggest {} features.",
        (1, _C, "first_feature_request", "Idea Generator", "💡"),
        (5, _U, "five_feature_requests", "Innovator", "🚀"),
    ),
    _entry("activity", None, None, _C, WELCOME_ABOARD, "Welcome Aboard!", "👋", "Open an account and join in."),
    _entry(
        "customization", "profile_pic", 1, _C, "profile_picture_set", "Picture Perfect", "🖼️",
        "Give your profile a picture.",
    ),
    _entry(
        "customization", "personal_link", 1, _C, "personal_link_set", "Find Me Here", "🔗",
        "Give your profile a link of your own.",
    ),
    _entry(
        "customization", "contact_method", 1, _C, "contact_method_set", "Open Line", "📮",
        "Say how others may reach you.",
    ),
    *_ladder(
        "quality", "completed_songs",
        "Complete every step of your workflow on a song.",
        "Complete every step of your workflow on {} songs.",
        (1, _C, "first_complete_song", "Perfectionist", "✨"),
        (5, _U, "five_complete_songs", "Multi-Talented", "🎭"),
        (10, _R, "ten_complete_songs", "Master Craftsman", "🔨"),
        (25, _E, "twenty_five_complete_songs", "Artisan", "🎨"),
    ),
    *_ladder(
        "quality", "completed_packs",
        "Have a pack in which every song is complete.",
        "Have {} packs in which every song is complete.",
        (1, _U, "first_complete_pack", "Pack Perfectionist", "📦✨"),
        (3, _R, "three_complete_packs", "Pack Master", "📚🏆"),
        (5, _E, "five_complete_packs", "Pack Legend", "📖👑"),
    ),
    _entry("quality", "series_created", 1, _C, "first_album_series", "Series Starter", "🎬", "Start an album series."),
    *_ladder(
        "quality", "completed_series",
        "Have an album series whose core songs are all released.",
        "Have {} album series whose core songs are all released.",
        (1, _U, "first_complete_series", "Series Master", "🎯"),
        (3, _R, "three_complete_series", "Series Collector", "📀"),
        (5, _E, "five_complete_series", "Series Legend", "🎪"),
    ),
    _entry("quality", None, None, _C, BUG_REPORTER, "Bug Reporter", "🐛", "Report a bug, so that it can be mended."),
    *_ladder(
        "social", "collaborations_total",
        "Work on a song together with somebody, as its owner or as a guest.",
        "Count {} collaborations on songs, as their owner or as a guest.",
        (1, _C, "first_collaboration_added", "Collaborative Spirit", "🤝"),
        (3, _U, "three_collaborations_social", "Team Player", "👥"),
        (5, _U, "five_collaborations_added", "Popular Collaborator", "⭐"),
        (10, _R, "ten_collaborations_added", "Social Butterfly", "🦋"),
        (25, _E, "twenty_five_collaborations_added", "Community Leader", "👑"),
    ),
    *_ladder(
        "social", "public_wips",
        "Show an unfinished song to everybody.",
        "Show {} unfinished songs to everybody at the same time.",
        (1, _C, "first_public_wip", "Open Creator", "🌐"),
        (5, _U, "five_public_wips", "Community Sharer", "📢"),
        (10, _R, "ten_public_wips", "Open Workshop", "🏭"),
        (25, _E, "twenty_five_public_wips", "Transparent Creator", "💎"),
    ),
    *_ladder(
        "social", "collab_requests_sent",
        "Ask somebody whether you may help with a song.",
        "Ask {} times whether you may help with a song.",
        (1, _C, "first_collab_request", "Reach Out", "🤲"),
        (5, _U, "five_collab_requests", "Active Networker", "🕸️"),
        (10, _R, "ten_collab_requests", "Collaboration Seeker", "🔍"),
    ),
    *_ladder(
        "diversity", "unique_artists",
        None, "Release songs by {} different artists.",
        (5, _U, "five_different_artists", "Variety Seeker", "🎭"),
        (10, _R, "ten_different_artists", "Music Explorer", "🌍"),
        (25, _E, "twenty_five_different_artists", "Artist Collector", "🎨"),
        (50, _E, "fifty_different_artists", "Diversity Master", "🌈"),
        (100, _L, "hundred_different_artists", "Universal Listener", "🎵"),
    ),
    *_ladder(
        "diversity", "unique_years",
        None, "Release songs that appeared in {} different years.",
        (5, _U, "five_different_years", "Time Traveler", "⏰"),
        (10, _R, "ten_different_years", "Decade Explorer", "📅"),
        (25, _E, "twenty_five_different_years", "Era Collector", "🕰️"),
        (50, _E, "fifty_different_years", "Timeline Master", "📆"),
    ),
    *_ladder(
        "diversity", "unique_decades",
        None, "Release songs that appeared in {} different decades.",
        (2, _U, "two_different_decades", "Decade Dabbler", "🎸"),
        (3, _R, "three_different_decades", "Multi-Decade", "🎹"),
        (4, _E, "four_different_decades", "Decade Master", "🎺"),
        (5, _L, "five_different_decades", "Timeline Legend", "🎻"),
    ),
    _entry(
        "diversity", "alphabet_coverage", 26, _L, "alphabet_collector", "Alphabet Collector", "🔤",
        "Release songs whose titles begin with all 26 letters of the alphabet.",
    ),
)
# fmt: on
