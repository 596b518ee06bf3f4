"""What all services of editions do alike: lock, compare versions, leave a trail, clean texts."""

from __future__ import annotations

import unicodedata
from typing import Any

from adme.accounts.models import User
from adme.audit import services as audit

from ..errors import BadValue, NotAllowedNow, Outdated
from ..models import Edition
from ..states import EditionState

OPEN_STATES = (EditionState.DRAFT, EditionState.CLOSED)  # figures may be taken anew
LONGEST_TEXT = 20_000


def locked(edition: Edition, *, seen: int | None = None) -> Edition:
    """The row, locked until the transaction ends. With `seen`: Outdated where somebody changed it in the meantime."""
    found = Edition.objects.select_for_update().get(pk=edition.pk)
    if seen is not None and found.version != seen:
        raise Outdated("Somebody has changed this edition since you opened the page. Look at it again, then go on.")
    return found


def require_state(edition: Edition, *allowed: EditionState, what: str) -> None:
    if edition.state not in allowed:
        is_now = EditionState(edition.state).label.lower()
        raise NotAllowedNow(f"{what} is not possible now: the edition is in the state '{is_now}'.")


def save(edition: Edition, *fields: str) -> None:
    edition.version += 1
    edition.save(update_fields=[*fields, "version"])


def trail(action: str, edition: Edition, by: User | None, **told: Any) -> None:
    audit.record(action=f"edition.{action}", actor=by.email if by else "system", target=key_of(edition), **told)


def key_of(edition: Edition) -> str:
    return f"edition:{edition.public_id}"


def plain(text: str, *, field: str = "", longest: int = LONGEST_TEXT) -> str:
    """Text without control characters, line breaks kept; nothing of it is ever read as markup."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs"))
    kept = kept.strip()
    if len(kept) > longest:
        raise BadValue(f"The text has {len(kept):,} characters; at most {longest:,} are kept.", field)
    return kept


def one_line(text: str, *, field: str, name: str, longest: int = 200) -> str:
    kept = " ".join(plain(text, field=field, longest=longest).split())
    if not kept:
        raise BadValue(f"{name} is needed.", field)
    return kept
