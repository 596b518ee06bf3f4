"""Passwords must not be made of words that belong to this place."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError

from adme.reference.models import SectoralBody

_PLACE_WORDS = ("asean", "ascc", "adme", "asec", "soca", "secretariat", "jakarta", "blueprint", "password")
_LEAST_LETTERS = 6


class ContextWordValidator:
    """Refuses a password of which too little is left once the words everyone here would try are taken out."""

    def validate(self, password: str, user: Any = None) -> None:
        acronyms = SectoralBody.objects.values_list("acronym", flat=True)
        words = sorted({*_PLACE_WORDS, *(_letters(one) for one in acronyms)}, key=len, reverse=True)
        letters = rest = _letters(password)
        for word in words:
            rest = rest.replace(word, "")
        if rest != letters and len(rest) < _LEAST_LETTERS:
            raise ValidationError(
                "This password is mostly words that are easily guessed here.", code="password_of_context_words"
            )

    def get_help_text(self) -> str:
        return "Your password can't be mostly words that belong to this place, such as ASEAN or a body's acronym."


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())
