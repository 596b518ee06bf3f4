"""Released editions as Atom 1.0 (RFC 4287) and RSS 2.0. Pure: rows in, bytes out."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from dissemination.editions.states import Cause

TITLE = "ADME editions"
ABOUT = "Figures of the ASEAN Socio-Cultural Community, frozen for a meeting."
AUTHOR = "ASEAN Secretariat, ADME"
_ATOM = "http://www.w3.org/2005/Atom"
_NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)  # a feed must say when it changed, even before its first entry
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


@dataclass(frozen=True, slots=True)
class Entry:
    """One released edition. `brief` is the full address of its brief, '' while it is not built."""

    public_id: uuid.UUID
    title: str
    summary: str
    url: str
    brief: str
    released_at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """`site` is the address of the list of editions, `own` that of the feed, without any secret."""

    site: str
    own: str
    entries: Sequence[Entry]

    @property
    def updated(self) -> datetime:
        return max((one.released_at for one in self.entries), default=_NOTHING_YET)

    @property
    def urn(self) -> str:
        return uuid.uuid5(uuid.NAMESPACE_URL, self.site).urn


def summary_of(*, meeting: str, day: str, previous: int | None, causes: Mapping[str, int]) -> str:
    """'For ..., 1 December 2026. 12 figures differ from edition 3: Source revised its figure 9, ...'"""
    first = f"For {meeting}, {day}."
    if previous is None:
        return f"{first} The first edition."
    count = sum(causes.values())
    if not count:
        return f"{first} No figure differs from edition {previous}."
    told = ", ".join(f"{one.label} {causes[one.value]}" for one in Cause if causes.get(one.value))
    return f"{first} {count} {'figure differs' if count == 1 else 'figures differ'} from edition {previous}: {told}."


def atom(feed: Feed) -> bytes:
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _texts(root, {"id": feed.urn, "title": TITLE, "subtitle": ABOUT, "updated": _rfc3339(feed.updated)})
    ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": feed.own})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.site})
    _texts(ET.SubElement(root, "author"), {"name": AUTHOR})
    for one in feed.entries:
        entry = ET.SubElement(root, "entry")
        when = _rfc3339(one.released_at)
        _texts(entry, {"id": one.public_id.urn, "title": one.title, "updated": when, "published": when})
        ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": one.url})
        if one.brief:
            ET.SubElement(
                entry, "link",
                {"rel": "enclosure", "type": "application/pdf", "href": one.brief, "title": "Brief"},
            )  # fmt: skip
        _texts(entry, {"summary": one.summary})
    return _bytes(root)


def rss(feed: Feed) -> bytes:
    root = ET.Element("rss", {"version": "2.0", "xmlns:atom": _ATOM})
    channel = ET.SubElement(root, "channel")
    _texts(channel, {"title": TITLE, "link": feed.site, "description": ABOUT, "language": "en"})
    _texts(channel, {"lastBuildDate": format_datetime(feed.updated)})
    ET.SubElement(channel, "atom:link", {"rel": "self", "type": "application/rss+xml", "href": feed.own})
    for one in feed.entries:
        item = ET.SubElement(channel, "item")
        brief = f" Brief (PDF): {one.brief}" if one.brief else ""
        _texts(item, {"title": one.title, "link": one.url, "description": f"{one.summary}{brief}"})
        ET.SubElement(item, "guid", {"isPermaLink": "false"}).text = one.public_id.urn
        _texts(item, {"pubDate": format_datetime(one.released_at)})
    return _bytes(root)


def _texts(parent: ET.Element, told: Mapping[str, str]) -> None:
    for name, text in told.items():
        ET.SubElement(parent, name).text = _FORBIDDEN.sub("", text)


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bytes(root: ET.Element) -> bytes:
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


WRITERS = {"atom": (atom, "application/atom+xml; charset=utf-8"), "rss": (rss, "application/rss+xml; charset=utf-8")}


def newest(entries: Iterable[Entry], most: int = 50) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda one: one.released_at, reverse=True)[:most])
