"""Writes of a person's own watches, wishes and feed address."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from adme.accounts.models import User
from adme.accounts.permissions import Permission, may
from adme.audit import services as audit

from . import selectors
from .errors import NotWatchable
from .models import FeedKey, Pace, Watch, WatchKind, Wishes

MOST = 200  # more than all leaves, states and bodies together
USED_AT_MOST_EVERY = timedelta(minutes=10)


@transaction.atomic
def watch(*, user: User, kind: str, code: str) -> bool:
    """Watch a thing; whether that is new. NotWatchable where there is no such thing or no right to read it."""
    _require_watchable(user, kind, code)
    if Watch.objects.filter(user=user).count() >= MOST:
        raise NotWatchable(f"You watch {MOST} things already, the most that is possible. Take some off first.")
    return Watch.objects.get_or_create(user=user, kind=kind, code=code)[1]


def _require_watchable(user: User, kind: str, code: str) -> None:
    if kind not in WatchKind.values:
        raise NotWatchable(f"'{kind}' cannot be watched; {', '.join(WatchKind.values)} can.")
    if kind == WatchKind.BODY and not may(user, Permission.REPORT_READ):
        raise NotWatchable("Bodies can be watched by those who may read their reports.")
    if code not in selectors.things(WatchKind(kind)):
        raise NotWatchable(f"There is no {WatchKind(kind).label} with the code '{code}' to watch.")


def unwatch(*, user: User, kind: str, code: str) -> bool:
    """Whether it was watched until now. Works for what can no longer be watched too."""
    return bool(Watch.objects.filter(user=user, kind=kind, code=code).delete()[0])


def set_wishes(*, user: User, pace: str, by_mail: bool, editions: bool) -> Wishes:
    chosen = {"pace": Pace(pace), "by_mail": by_mail, "editions": editions}
    return Wishes.objects.update_or_create(user=user, defaults=chosen)[0]


# --- the personal address of feeds ------------------------------------------------------------------------------------


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def make_feed_key(*, user: User) -> str:
    """A new address, in whose place the earlier one ends. The key itself, which nobody can read again afterwards."""
    User.objects.select_for_update().get(pk=user.pk)
    FeedKey.objects.filter(user=user, ended_at__isnull=True).update(ended_at=timezone.now())
    key = f"feed_{secrets.token_urlsafe(32)}"
    row = FeedKey.objects.create(user=user, digest=_digest(key), prefix=key[:8])
    audit.record(action="feed_key.created", actor=user.email, target=f"feed_key:{row.pk}")
    return key


@transaction.atomic
def end_feed_key(*, user: User) -> bool:
    ended = FeedKey.objects.filter(user=user, ended_at__isnull=True).update(ended_at=timezone.now())
    if ended:
        audit.record(action="feed_key.ended", actor=user.email, target=f"feed_key of {user.email}")
    return bool(ended)


def user_of_feed_key(key: str) -> User | None:
    """Who may read the feeds by this key now, or None."""
    held = FeedKey.objects.select_related("user").filter(digest=_digest(key), ended_at__isnull=True)
    row = held.filter(user__is_active=True).first()
    if row is None or (row.user.is_demonstration and not settings.ADME_DEMO):
        return None
    if not may(row.user, Permission.DASHBOARD_VIEW):
        return None
    now = timezone.now()
    if row.last_used_at is None or now - row.last_used_at > USED_AT_MOST_EVERY:
        FeedKey.objects.filter(pk=row.pk).update(last_used_at=now)
    return row.user
