"""Full addresses, for texts that are read outside of ADME."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse


def absolute(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def absolute_of(name: str, *parts: Any) -> str:
    """Of the page with this URL name."""
    return absolute(reverse(name, args=parts))
