"""The stamp that every file carries, by which ADME recognises it again: one line of ASCII, the same in every format.

    ADME-STAMP edition=3;version=128;taken=2026-11-22T08:00:00+00:00;hash=9f2c...;file=5b1e...

It names the edition (or `-`), the data version, when the figures were read (UTC), the SHA-256 of the frozen content (or
`-`) and the public id of the file (or `-`). No character of it is escaped in JSON, XML, CSV or PDF strings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from .content import Stamp

MARK = "ADME-STAMP"
NOTHING = "-"
_STAMP = re.compile(
    MARK + r"\s+edition=(?P<edition>-|\d{1,6});version=(?P<version>\d{1,12});taken=(?P<taken>[0-9T:.+Z-]{10,40});"
    r"hash=(?P<hash>-|[0-9a-f]{64});file=(?P<file>[0-9a-fA-F-]{36}|-(?![0-9a-fA-F-]))"
)
_FORMS = ("utf-8", "utf-16-be", "utf-16-le")


@dataclass(frozen=True, slots=True)
class ParsedStamp:
    """What a stamp says of its file. `edition` and `hash` are "" for figures that are not of an edition."""

    edition: str
    data_version: int
    taken_at: datetime  # UTC
    hash: str
    file: UUID | None

    @property
    def number(self) -> int | None:
        return int(self.edition) if self.edition else None


def stamp_text(stamp: Stamp, file_id: UUID | str = "") -> str:
    """The line for a file of this content."""
    taken = stamp.taken_at.astimezone(UTC).isoformat(timespec="microseconds")
    return (
        f"{MARK} edition={stamp.edition or NOTHING};version={stamp.data_version};taken={taken};"
        f"hash={stamp.hash or NOTHING};file={file_id or NOTHING}"
    )


def read_stamp(given: str | bytes) -> ParsedStamp | None:
    """The first whole stamp in a text, or in the plain bytes of a file; None where there is none."""
    if isinstance(given, str):
        return _first(given)
    for form in _FORMS:
        mark = MARK.encode(form)
        at = given.find(mark)
        while at >= 0:
            if found := _first(given[at : at + 1000].decode(form, errors="ignore")):
                return found
            at = given.find(mark, at + len(mark))
    return None


def _first(text: str) -> ParsedStamp | None:
    return next((parsed for match in _STAMP.finditer(text) if (parsed := _parsed(match))), None)


def _parsed(match: re.Match[str]) -> ParsedStamp | None:
    try:
        taken = datetime.fromisoformat(match["taken"])
        file = None if match["file"] == NOTHING else UUID(match["file"])
        if taken.tzinfo is None:
            return None
        return ParsedStamp(
            edition=_or_empty(match["edition"]),
            data_version=int(match["version"]),
            taken_at=taken.astimezone(UTC),
            hash=_or_empty(match["hash"]),
            file=file,
        )
    except (ValueError, OverflowError):
        return None


def _or_empty(text: str) -> str:
    return "" if text == NOTHING else text
