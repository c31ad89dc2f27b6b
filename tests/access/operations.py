"""Every operation of the product with who may call it: the tests' own table, written from the contract.

`public`: anybody, a token is ignored. `optional`: anybody, a bad token counts as none. `user`: an active account.
`admin`: an administrator. Paths are without `/api` and trailing slash; names of parameters are not binding.
"""

from __future__ import annotations

_TABLE = """
# auth
public   POST   /auth/login
user     POST   /auth/refresh
user     GET    /auth/me
public   POST   /auth/register
public   GET    /auth/unclaimed-users
public   POST   /auth/claim-user
user     GET    /auth/users
public   POST   /auth/forgot-password
public   POST   /auth/reset-password
public   GET    /auth/forgot-password-test
public   GET    /auth/ping

# users
user     GET    /user-settings/me
user     PUT    /user-settings/me
user     GET    /user-settings/users/{username}/profile
optional GET    /profiles/{username}
optional GET    /profiles

# songs
user     POST   /songs
user     GET    /songs
user     GET    /songs/{song_id}
user     GET    /songs/{song_id}/owner-id
user     PATCH  /songs/{song_id}
user     DELETE /songs/{song_id}
user     POST   /songs/batch
user     POST   /songs/bulk-delete
user     POST   /songs/{song_id}/collaborations
user     POST   /songs/release-pack
public   GET    /songs/recent-releases
optional GET    /songs/recent-pack-releases
public   GET    /songs/recent-pack-releases/count
user     GET    /songs/all-artists
user     GET    /songs/autocomplete/artists
user     GET    /songs/autocomplete/albums
user     GET    /songs/autocomplete/collaborators
user     GET    /songs/autocomplete/packs
admin    GET    /songs/debug-songs

# packs
user     GET    /packs
user     POST   /packs
user     GET    /packs/{pack_id}
user     PATCH  /packs/{pack_id}
user     DELETE /packs/{pack_id}
user     PATCH  /packs/{pack_id}/status
user     POST   /packs/{pack_id}/release
user     GET    /packs/near-completion
user     GET    /packs/autocomplete

# workflows
user     GET    /workflows/my-workflow
user     PUT    /workflows/my-workflow
user     POST   /workflows/reset-to-default
user     GET    /workflows/my-workflow/summary
user     GET    /workflows/user/{user_id}
user     GET    /workflows/user/{user_id}/workflow-fields
user     GET    /workflows/songs/{song_id}/progress
user     GET    /workflows/songs/progress/bulk
user     PUT    /workflows/songs/{song_id}/progress/{step_name}
user     POST   /workflows/songs/{song_id}/progress/bulk
user     GET    /authoring/recent
user     GET    /authoring/{song_id}
user     PUT    /authoring/{song_id}
user     POST   /authoring/complete/{song_id}
user     GET    /authoring/wip-collaborations/bulk
user     GET    /authoring/{song_id}/wip-collaborations
user     PUT    /authoring/{song_id}/wip-collaborations

# file-links
user     GET    /file-links/{song_id}
user     GET    /file-links/song/{song_id}
user     POST   /file-links/{song_id}
user     DELETE /file-links/{link_id}

# tools
user     POST   /tools/bulk-clean
user     POST   /tools/fix-broken-titles
user     POST   /tools/bulk-enhance
user     POST   /tools/bulk-enhance-stream

# dashboard
user     GET    /dashboard/suggestions

# rockband-dlc
public   GET    /rockband-dlc/check
public   GET    /rockband-dlc/search
public   GET    /rockband-dlc/stats

# collaborations
user     POST   /collaborations/packs/{pack_id}/collaborate
user     DELETE /collaborations/packs/{pack_id}/collaborate/{user_id}
user     GET    /collaborations/packs/{pack_id}/collaborators
user     POST   /collaborations/songs/{song_id}/collaborate
user     DELETE /collaborations/songs/{song_id}/collaborate/{user_id}
user     GET    /collaborations/songs/{song_id}/collaborators
user     GET    /collaborations/available-users
user     GET    /collaborations/my-collaborations
user     GET    /collaborations/on-my-packs

# collaboration-requests
user     POST   /collaboration-requests
user     GET    /collaboration-requests/received
user     GET    /collaboration-requests/sent
user     PUT    /collaboration-requests/{request_id}/respond
user     PUT    /collaboration-requests/{request_id}/reopen
user     DELETE /collaboration-requests/{request_id}
user     GET    /collaboration-requests/song/{song_id}/available-parts
user     POST   /collaboration-requests/batch
user     GET    /collaboration-requests/batches/received
user     GET    /collaboration-requests/batches/sent
user     PUT    /collaboration-requests/batches/{batch_id}/respond
user     DELETE /collaboration-requests/batches/{batch_id}

# public-songs
user     GET    /public-songs/browse
user     POST   /public-songs/artist-images
user     GET    /public-songs/shared-connections
user     GET    /public-songs/artist-connection-details
user     POST   /public-songs/songs/{song_id}/toggle-public
user     POST   /public-songs/songs/bulk-toggle-public
user     POST   /public-songs/users/toggle-default-sharing
user     GET    /public-songs/my-public-songs
user     GET    /public-songs/check-duplicates
user     POST   /public-songs/check-duplicates-batch
user     POST   /public-songs/make-all-future-plans-public
user     POST   /public-songs/make-all-future-plans-private

# community
optional GET    /community/public-wips

# notifications
user     GET    /notifications
user     GET    /notifications/count
user     PUT    /notifications/{notification_id}/read
user     PUT    /notifications/mark-all-read
user     DELETE /notifications
user     DELETE /notifications/{notification_id}
user     POST   /notifications/welcome

# achievements
public   GET    /achievements
user     GET    /achievements/me
user     GET    /achievements/me/progress
user     GET    /achievements/with-progress
user     GET    /achievements/with-progress-and-breakdown
user     POST   /achievements/check
optional GET    /achievements/leaderboard
user     GET    /achievements/points
user     GET    /achievements/points-breakdown
public   GET    /achievements/info

# stats
user     GET    /stats
user     GET    /stats/year/{year}/details
user     GET    /stats/decade/{decade}/details
user     GET    /stats/user/top_artists
user     GET    /stats/user/top_albums
user     GET    /stats/user/top_years
user     GET    /stats/user/top_decades
user     GET    /stats/user/top_packs
user     GET    /stats/user/top_collaborators
public   GET    /stats/overview

# feature-requests
user     POST   /feature-requests
user     GET    /feature-requests
user     GET    /feature-requests/{id}
user     PATCH  /feature-requests/{id}
user     DELETE /feature-requests/{id}
user     POST   /feature-requests/{id}/vote
user     POST   /feature-requests/{id}/comments
user     PATCH  /feature-requests/{id}/comments/{comment_id}
user     DELETE /feature-requests/{id}/comments/{comment_id}
admin    PATCH  /feature-requests/{id}/mark-done
admin    PATCH  /feature-requests/{id}/mark-rejected

# album-series
user     GET    /album-series
optional GET    /album-series/{series_id}
optional GET    /album-series/{series_id}/songs
user     POST   /album-series/create-from-pack
user     PUT    /album-series/{series_id}/release
user     PUT    /album-series/{series_id}/status
user     PUT    /album-series/{series_id}/rgw-post-url
user     DELETE /album-series/{series_id}
user     POST   /album-series/{series_id}/fetch-album-art
admin    POST   /album-series/fetch-all-album-art
user     GET    /album-series/{series_id}/spotify-tracklist
user     POST   /album-series/{series_id}/preexisting
user     POST   /album-series/{series_id}/irrelevant
user     POST   /album-series/{series_id}/disc-action
user     POST   /album-series/{series_id}/check-dlc
user     POST   /album-series/{series_id}/add-missing
user     POST   /album-series/{series_id}/override
user     DELETE /album-series/{series_id}/override

# spotify
user     GET    /spotify/album-tracklist
user     GET    /spotify/{song_id}/spotify-options
user     POST   /spotify/{song_id}/enhance
user     POST   /spotify/import-playlist
user     POST   /spotify/artists/{artist_id}/fetch-image
admin    POST   /spotify/artists/fetch-all-missing-images

# admin
admin    GET    /admin/users
admin    PATCH  /admin/users/{user_id}/toggle-admin
admin    DELETE /admin/users/{user_id}
admin    POST   /admin/impersonate/{user_id}
admin    GET    /admin/online-users
admin    GET    /admin/activity-feed
admin    GET    /admin/recently-authored-parts
admin    POST   /admin/broadcast-notification
admin    POST   /admin/fix-song-artist-links
admin    GET    /admin/release-posts
admin    POST   /admin/release-posts
admin    POST   /admin/release-posts/auto-generate
admin    GET    /admin/updates
admin    POST   /admin/updates
admin    PUT    /admin/updates/{update_id}
admin    DELETE /admin/updates/{update_id}
public   GET    /updates
user     POST   /bug-reports/submit

# community-events
user     GET    /community-events
user     GET    /community-events/active
user     GET    /community-events/featured
user     GET    /community-events/{event_id}
user     GET    /community-events/{event_id}/songs
user     GET    /community-events/{event_id}/registrations
user     POST   /community-events/{event_id}/register
user     DELETE /community-events/{event_id}/register
user     POST   /community-events/{event_id}/add-song
user     POST   /community-events/{event_id}/swap-song
user     POST   /community-events/{event_id}/remove-song
user     POST   /community-events/{event_id}/submit-song
user     PATCH  /community-events/{event_id}/submission
admin    POST   /admin/community-events
admin    GET    /admin/community-events
admin    GET    /admin/community-events/{event_id}
admin    PATCH  /admin/community-events/{event_id}
admin    DELETE /admin/community-events/{event_id}
admin    GET    /admin/community-events/{event_id}/registrations
admin    GET    /admin/community-events/{event_id}/songs
admin    POST   /admin/community-events/{event_id}/release
admin    POST   /admin/community-events/{event_id}/unrelease

# conventions
public   GET    /
public   GET    /health
"""

# What is registered beyond the product's operations, each with the reason why the table above does not know it.
EXEMPT: dict[str, str] = {
    "GET /ready": "the probe of the platform that asks the database; no client calls it",
}


def _rows() -> dict[str, str]:
    lines = (line.split() for line in _TABLE.splitlines() if line and not line.startswith("#"))
    return {f"{method} {path}": access for access, method, path in lines}


OPERATIONS: dict[str, str] = _rows()
"""Operation, as in `GET /songs/{song_id}`, -> access."""
