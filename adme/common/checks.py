"""Start-up checks: production refuses the development key, no hosts, SQLite, or a missing Redis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def production_is_safe(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Only the production profile sets ADME_PRODUCTION; the embedded profile may run with nothing set."""
    if not getattr(settings, "ADME_PRODUCTION", False):
        return []
    found: list[CheckMessage] = []
    if settings.SECRET_KEY == settings.DEVELOPMENT_KEY or len(settings.SECRET_KEY) < 50 or " " in settings.SECRET_KEY:
        found.append(
            Error(
                "SECRET_KEY is the development key, too short, or has blanks in it.",
                hint="Set 50 or more random characters.",
                id="adme.E001",
            )
        )
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS is empty or open.", hint="Name the hosts that serve ADME.", id="adme.E002"))
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        found.append(
            Error("Production runs on SQLite.", hint="Set DATABASE_URL to a PostgreSQL address.", id="adme.E003")
        )
    if not settings.REDIS_URL:
        found.append(Error("REDIS_URL is not set.", hint="Celery and the shared cache need Redis.", id="adme.E004"))
    if settings.DEBUG:
        found.append(Error("DEBUG is on in production.", id="adme.E005"))
    if settings.ADME_DEMO:
        found.append(
            Error("ADME_DEMO is on in production.", hint="Demonstration users must not exist there.", id="adme.E006")
        )
    return found
