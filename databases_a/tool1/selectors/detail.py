"""One activity as its reports tell it, the latest first. Only facts that the reader may see; drafts are none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from adme.common import formatting
from adme.observations.periods import TimePeriod
from adme.reporting import vocabularies
from adme.reporting.fields import Field, Kind, Section, is_empty, shown
from adme.reporting.vocabularies import Vocabulary

from ..fields import CATALOGUE
from ..models import ActivityFact, ActivityLink, Stand
from ..related import Related, related_to
from .visibility import sees_submitted, visible_to

ABOUT_THE_PLAN = ("activity", "alignment", "partners")
OF_THE_PERIOD = ("progress", "results")


@dataclass(frozen=True, slots=True)
class Piece:
    """One output or one evidence: `url` is blank where only a name is known."""

    kind: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One field as people read it: a text, or several labels."""

    label: str
    text: str
    labels: tuple[str, ...] = ()
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """What one report said."""

    period: str
    status: str
    status_label: str
    percent: int | None
    standing: str
    standing_label: str
    told_at: datetime
    lines: tuple[Line, ...]
    outputs: tuple[Piece, ...]
    evidence: tuple[Piece, ...]
    participants: int | None


@dataclass(frozen=True, slots=True)
class LinkedActivity:
    key: str
    title: str
    body: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class DetailPage:
    key: str
    title: str
    body: str
    body_code: str
    body_name: str
    number: str
    work_plan: str
    tellings: tuple[Telling, ...]  # latest first
    plan: tuple[Part, ...]
    links: tuple[LinkedActivity, ...]
    related: tuple[Related, ...]
    is_demonstration: bool
    sees_submitted: bool

    @property
    def latest(self) -> Telling:
        return self.tellings[0]

    @property
    def strip(self) -> tuple[Telling, ...]:
        return tuple(reversed(self.tellings))


def detail(user: Any, key: UUID) -> DetailPage | None:
    """About ten statements, however many periods there are. None: nothing that this user may read."""
    facts = list(
        visible_to(user)
        .filter(activity__public_id=key)
        .select_related("body", "activity")
        .order_by("-period", "-standing")
    )
    if not facts:
        return None
    words = vocabularies.load(CATALOGUE.vocabularies)
    latest = facts[0]
    content = latest.content
    return DetailPage(
        key=str(key),
        title=latest.title,
        body=latest.body.acronym,
        body_code=latest.body.code,
        body_name=latest.body.name,
        number=content.get("number", ""),
        work_plan=content.get("work_plan", ""),
        tellings=tuple(_telling(fact, words) for fact in facts),
        plan=tuple(_part(section, content, words) for section in CATALOGUE.sections if section.name in ABOUT_THE_PLAN),
        links=_links(user, latest.activity_id),
        related=tuple(related_to(str(key), user)),
        is_demonstration=any(fact.is_demonstration for fact in facts),
        sees_submitted=sees_submitted(user),
    )


def _telling(fact: ActivityFact, words: Mapping[str, Vocabulary]) -> Telling:
    content = fact.content
    counted = [fact.participants_female, fact.participants_male, fact.participants_unknown]
    given = [one for one in counted if one is not None]
    left_out = {"status", "percent_complete", "outputs"}
    told = [one for name in OF_THE_PERIOD for one in CATALOGUE.of_section(name) if one.name not in left_out]
    return Telling(
        period=str(TimePeriod.from_key(fact.period)),
        status=fact.status,
        status_label=words["CL_ACTIVITY_STATUS"].label(fact.status),
        percent=fact.percent_complete,
        standing=fact.standing,
        standing_label=Stand(fact.standing).label,
        told_at=fact.opened_at,
        lines=_lines(told, content, words),
        outputs=tuple(
            Piece(words["CL_OUTPUT_KIND"].label(item["kind"]), item["title"], item["link"])
            for item in content.get("outputs") or ()
        ),
        evidence=tuple(_evidence(one) for one in content.get("evidence") or ()),
        participants=sum(given) if given else None,
    )


def _evidence(one: Mapping[str, str]) -> Piece:
    if one.get("url"):
        return Piece("Link", one["title"], one["url"])
    url = reverse("evidence_file", args=[one["id"]]) if one.get("id") else ""
    return Piece(f"File {one.get('file', '')}".strip(), one["title"], url)


def _part(section: Section, content: Mapping[str, Any], words: Mapping[str, Vocabulary]) -> Part:
    wanted = [one for one in CATALOGUE.of_section(section.name) if one.name not in {"number", "title"}]
    return Part(section.title, _lines(wanted, content, words))


def _lines(wanted: list[Field], content: Mapping[str, Any], words: Mapping[str, Vocabulary]) -> tuple[Line, ...]:
    """Fields that hold something; zero does."""
    return tuple(
        _line(one, content[one.name], words) for one in wanted if not is_empty(content.get(one.name, one.empty))
    )


def _line(one: Field, value: Any, words: Mapping[str, Vocabulary]) -> Line:
    if one.kind == Kind.CODES:
        return Line(one.label, "", tuple(words[one.vocabulary].label(code) for code in value))
    if one.kind == Kind.DAY:
        return Line(one.label, formatting.day(date.fromisoformat(value)))
    return Line(one.label, shown(one, value, words), is_long=one.kind == Kind.LONG_TEXT)


def _links(user: Any, activity: int) -> tuple[LinkedActivity, ...]:
    """Decisions of the overlap finder in both directions; 'distinct' is for the planners only."""
    found = ActivityLink.objects.filter(Q(activity=activity) | Q(other=activity)).exclude(
        kind=ActivityLink.Kind.DISTINCT
    )
    pairs = {link.other_id if link.activity_id == activity else link.activity_id: link for link in found.order_by("id")}
    facts = visible_to(user).filter(activity__in=pairs).select_related("activity", "body").order_by("period")
    latest = {fact.activity_id: fact for fact in facts.defer("content", "search_text")}
    return tuple(
        LinkedActivity(
            key=str(fact.activity.public_id),
            title=fact.title,
            body=fact.body.acronym,
            kind=pairs[number].get_kind_display(),
            reason=pairs[number].reason,
        )
        for number, fact in sorted(latest.items(), key=lambda pair: (pair[1].body.acronym, pair[1].title))
    )
