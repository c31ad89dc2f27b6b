"""Three tables: which blueprint answers where, who hears of which event, which job runs when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from trackflow.blueprints import auth as auth_routes
from trackflow.blueprints import authoring as authoring_routes
from trackflow.blueprints import collaborations as collaboration_routes
from trackflow.blueprints import dashboard as dashboard_routes
from trackflow.blueprints import file_links as file_link_routes
from trackflow.blueprints import notifications as notification_routes
from trackflow.blueprints import packs as pack_routes
from trackflow.blueprints import releases as release_routes
from trackflow.blueprints import rockband_dlc as rockband_dlc_routes
from trackflow.blueprints import song_lists as song_list_routes
from trackflow.blueprints import songs as song_routes
from trackflow.blueprints import system as system_routes
from trackflow.blueprints import tools as tool_routes
from trackflow.blueprints import user_settings as user_settings_routes
from trackflow.blueprints import workflows as workflow_routes
from trackflow.jobs import mail as mail_jobs
from trackflow.jobs import maintenance
from trackflow.jobs.table import Job
from trackflow.services.activity import listeners as activity
from trackflow.services.auth import events as auth
from trackflow.services.authoring import events as authoring
from trackflow.services.collaborations import events as collaborations
from trackflow.services.mail import listeners as mail
from trackflow.services.notifications import listeners as notifications
from trackflow.services.pack_lifecycle import events as pack_lifecycle
from trackflow.services.packs import events as packs
from trackflow.services.songs import events as songs
from trackflow.services.stats import listeners as stats
from trackflow.services.users import events as users
from trackflow.services.workflows import events as workflows
from trackflow.unit_of_work import Handlers
from trackflow.web.api import Blueprint

E = TypeVar("E")

BLUEPRINTS: tuple[tuple[Blueprint, str], ...] = (
    (system_routes.blp, ""),
    (auth_routes.blp, "/auth"),
    (user_settings_routes.blp, "/user-settings"),
    (song_routes.blp, "/songs"),
    (song_list_routes.blp, "/songs"),
    (release_routes.blp, "/songs"),
    (pack_routes.blp, "/packs"),
    (workflow_routes.blp, "/workflows"),
    (authoring_routes.blp, "/authoring"),
    (file_link_routes.blp, "/file-links"),
    (tool_routes.blp, "/tools"),
    (collaboration_routes.blp, "/collaborations"),
    (dashboard_routes.blp, "/dashboard"),
    (notification_routes.blp, "/notifications"),
    (rockband_dlc_routes.blp, "/rockband-dlc"),
)


def on(
    event: type[E],
    *,
    required: Sequence[Callable[[E], object]] = (),
    isolated: Sequence[Callable[[E], object]] = (),
    after_commit: Sequence[Callable[[E], object]] = (),
    awaits: str = "",  # noqa: ARG001  (for the reader: who will listen, and to what end)
) -> tuple[type, Handlers]:
    """Wire an event: required handlers fail the command, isolated ones cost only themselves, the last come later."""
    return event, Handlers(tuple(required), tuple(isolated), tuple(after_commit))


EVENTS: Mapping[type, Handlers] = dict(
    [
        on(
            auth.AccountRegistered,
            isolated=[activity.on_registered, stats.on_signed_in],
            awaits="achievements: welcome_aboard, login_streak",
        ),
        on(
            auth.AccountClaimed,
            isolated=[activity.on_claimed, stats.on_signed_in, notifications.on_account_claimed],
            awaits="achievements: welcome_aboard, login_streak",
        ),
        on(
            auth.SignedIn,
            isolated=[activity.on_signed_in, stats.on_signed_in],
            awaits="achievements: login_streak, and welcome_aboard on the first",
        ),
        on(
            auth.PasswordResetRequested,
            required=[mail.on_password_reset_requested],
            after_commit=[mail_jobs.wake_mail_job],
        ),
        on(auth.PasswordReset, isolated=[activity.on_password_reset]),
        on(auth.AccountDeleted, awaits="admin: the activity log"),
        on(auth.AccountDeactivated, awaits="admin: the activity log"),
        on(users.SettingsChanged, awaits="achievements: profile_pic, personal_link, contact_method"),
        on(
            workflows.WorkflowChanged,
            isolated=[activity.on_workflow_changed],
            awaits="achievements: completed_songs, completed_packs, wip_completions",
        ),
        on(
            workflows.WorkflowReset,
            isolated=[activity.on_workflow_reset],
            awaits="achievements: completed_songs, completed_packs, wip_completions",
        ),
        on(
            authoring.StepsCompleted,
            isolated=[notifications.on_steps_completed],
            awaits="achievements: completed_songs, completed_packs, wip_completions",
        ),
        on(authoring.AssignmentsReplaced, isolated=[notifications.on_assignments_replaced]),
        on(
            songs.SongsCreated,
            isolated=[activity.on_songs_created],
            awaits="achievements: total_future_created, wip_creations, total_released and the diversity metrics",
        ),
        on(
            songs.SongEdited,
            isolated=[activity.on_song_edited],
            awaits="achievements: public_wips and the diversity metrics, for the owner",
        ),
        on(
            songs.SongStatusChanged,
            isolated=[notifications.on_song_status_changed],
            awaits="achievements: total_released, wip_creations, total_future_created, wip_completions, public_wips",
        ),
        on(
            songs.SongsWentPublic,
            isolated=[notifications.on_songs_went_public],
            awaits="achievements: public_wips",
        ),
        on(
            packs.PackCreated,
            isolated=[activity.on_pack_created],
            awaits="achievements: total_packs, packs_with_priority, distinct_pack_priorities",
        ),
        on(
            packs.PackEdited,
            isolated=[activity.on_pack_edited],
            awaits="achievements: packs_with_priority, distinct_pack_priorities",
        ),
        on(packs.PackDeleted, isolated=[activity.on_pack_deleted]),
        on(
            pack_lifecycle.PackReleased,
            isolated=[activity.on_pack_released],
            awaits="achievements: total_packs, total_released, wip_completions, completed_series, diversity",
        ),
        on(pack_lifecycle.PackShown, isolated=[notifications.on_pack_shown]),
        on(
            pack_lifecycle.PackStatusChanged,
            isolated=[activity.on_pack_status_changed],
            awaits="achievements: total_packs, completed_packs",
        ),
        on(songs.SongCollaboratorsAdded, awaits="achievements: collaborations_total"),
        on(songs.SongCollaboratorsReplaced, isolated=[activity.on_song_collaborators_replaced]),
        on(
            collaborations.PackCollaboratorAdded,
            isolated=[activity.on_pack_collaborator_added],
            awaits="achievements: collaborations_total",
        ),
        on(collaborations.PackCollaboratorRemoved, isolated=[activity.on_pack_collaborator_removed]),
        on(
            collaborations.SongCollaboratorAdded,
            isolated=[activity.on_song_collaborator_added],
            awaits="achievements: collaborations_total",
        ),
        on(collaborations.SongCollaboratorRemoved, isolated=[activity.on_song_collaborator_removed]),
    ]
)

JOBS: tuple[Job, ...] = (
    Job(
        name=mail_jobs.SEND_OUTBOX,
        function=mail_jobs.send_outbox,
        every=30,
        per_process=True,
        description="Send the mails that wait; woken at once when one is queued.",
    ),
    Job(
        name="flush_presence",
        function=maintenance.flush_presence,
        every=5,
        per_process=True,
        description="Store who was seen by this process.",
    ),
    Job(
        name="purge_reset_tokens",
        function=maintenance.purge_reset_tokens,
        every=3600,
        description="Delete reset tokens whose hour is over.",
    ),
    Job(
        name="purge_outbox",
        function=maintenance.purge_outbox,
        every=86_400,
        description="Delete messages sent a week ago or given up a month ago.",
    ),
    Job(
        name="purge_job_slots",
        function=maintenance.purge_job_slots,
        every=86_400,
        description="Delete the traces of runs older than two weeks.",
    ),
)
