"""A mail to the owner of a token that ends within two weeks, so that no nightly run stops unawares."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F
from django.utils import timezone

from .models import ApiToken

BEFORE = timedelta(days=14)
_TEXT = """Your API token '{name}' ends on {day:%-d %B %Y}.

A program that uses it will be refused from then on. Make a new token under API tokens, give it to the program, and end
the old one.
"""


def tell_owners() -> int:
    """Each token is told of once; one that was made for less than that is not. How many mails were sent."""
    now = timezone.now()
    found = ApiToken.objects.select_related("user").filter(
        ended_at=None, warned_at=None, expires_at__gt=now, expires_at__lte=now + BEFORE, user__is_active=True
    )
    found = found.filter(user__is_demonstration=False, expires_at__gt=F("created_at") + BEFORE)
    sent = 0
    for token in found:
        text = _TEXT.format(name=token.name, day=timezone.localdate(token.expires_at))
        send_mail("ADME: an API token of yours ends soon", text, settings.DEFAULT_FROM_EMAIL, [token.user.email])
        ApiToken.objects.filter(pk=token.pk).update(warned_at=now)
        sent += 1
    return sent
