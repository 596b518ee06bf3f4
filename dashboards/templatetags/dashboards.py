"""How titles of KPIs are shown: `{{ leaf.title|unbroken }}`. Stored text and exports keep their own characters."""

from __future__ import annotations

import re

from django import template

register = template.Library()

WORD_JOINER = "\u2060"  # our typeface has no non-breaking hyphen; this has no width and lets no line break beside it
_RANGE = re.compile(r"(?<=\d)-(?=\d)")


@register.filter
def unbroken(title: str) -> str:
    """`15-24` stays on one line."""
    return _RANGE.sub(f"{WORD_JOINER}-{WORD_JOINER}", title)
