"""Making, finding and ending personal tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from adme.accounts.models import User
from adme.audit import services as audit

from .models import ApiToken
from .scopes import READ_ONLY, Scope

DAYS, MOST_DAYS = 180, 365
USED_AT_MOST_EVERY = timedelta(minutes=10)  # writing the time of every request would make each read a write


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def create_token(
    *, user: User, name: str, scopes: Collection[str] = READ_ONLY, days: int = DAYS
) -> tuple[ApiToken, str]:
    """The row and the token itself, which nobody can read again afterwards. Ends after 1 to 365 days."""
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(f"A token ends after 1 to {MOST_DAYS} days, not {days}.")
    chosen = [scope.value for scope in Scope if scope in scopes]
    if len(chosen) != len(set(scopes)) or not chosen:
        raise ValueError(f"Scopes are {', '.join(Scope.values)}; at least one of them, not {sorted(scopes)}.")
    token = f"adme_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(
        user=user,
        name=name,
        digest=_digest(token),
        prefix=token[:8],
        scopes=chosen,
        expires_at=timezone.now() + timedelta(days=days),
    )
    after = {"name": name, "scopes": chosen, "days": days}
    audit.record(action="api_token.created", actor=user.email, target=f"api_token:{row.pk}", after=after)
    return row, token


@transaction.atomic
def end_token(*, token: ApiToken, by: User) -> None:
    token.ended_at = timezone.now()
    token.save(update_fields=["ended_at"])
    audit.record(action="api_token.ended", actor=by.email, target=f"api_token:{token.pk}")


def find_token(token: str) -> ApiToken | None:
    """A token of an active user that has neither ended nor expired, or None."""
    now = timezone.now()
    row = (
        ApiToken.objects.select_related("user")
        .filter(digest=_digest(token), ended_at__isnull=True, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if row is None or (row.user.is_demonstration and not settings.ADME_DEMO):
        return None
    if row.last_used_at is None or now - row.last_used_at > USED_AT_MOST_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return row
