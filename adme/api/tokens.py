"""Making, finding and ending personal tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from adme.accounts.models import User
from adme.audit import services as audit

from .models import ApiToken

LIFETIME = timedelta(days=180)
USED_AT_MOST_EVERY = timedelta(minutes=10)  # writing the time of every request would make each read a write


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def create_token(*, user: User, name: str) -> tuple[ApiToken, str]:
    """The row and the token itself, which nobody can read again afterwards."""
    token = f"adme_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(
        user=user, name=name, digest=_digest(token), prefix=token[:8], expires_at=timezone.now() + LIFETIME
    )
    audit.record(action="api_token.created", actor=user.email, target=f"api_token:{row.pk}", after={"name": name})
    return row, token


@transaction.atomic
def end_token(*, token: ApiToken, by: User) -> None:
    token.ended_at = timezone.now()
    token.save(update_fields=["ended_at"])
    audit.record(action="api_token.ended", actor=by.email, target=f"api_token:{token.pk}")


def user_of_token(token: str) -> User | None:
    """The active user of a token that has neither ended nor expired, or None."""
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
    return row.user
