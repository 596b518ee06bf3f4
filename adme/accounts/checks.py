"""Start-up check of accounts: no demonstration users in production."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def no_demonstration_in_production(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """ADME_DEMO opens accounts whose password is printed on the login page."""
    if not (getattr(settings, "ADME_PRODUCTION", False) and settings.ADME_DEMO):
        return []
    return [
        Error(
            "ADME_DEMO is on in production: demonstration users could log in with a public password.",
            hint="Unset ADME_DEMO.",
            id="adme.E010",
        )
    ]
