"""Addresses that come from files: only those of the web become links."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

LONGEST = 500
_valid = URLValidator(schemes=["http", "https"])


def web_address(text: str) -> str:
    """The address when it is one of the web (http, https), else ''; never `javascript:` or a cut one."""
    if not text or len(text) > LONGEST:
        return ""
    try:
        _valid(text)
    except ValidationError:
        return ""
    return text
