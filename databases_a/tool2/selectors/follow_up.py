"""One fact as pages show it: who, what, how it stands, and what shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from adme.common.addresses import web_address
from adme.observations.periods import TimePeriod
from adme.reporting import vocabularies
from databases_a.tool1.models import ActivityFact

from ..models import ActionFact
from .marks import Mark, status_mark

MONTHS_UNTIL_STALE = 24


@dataclass(frozen=True, slots=True)
class Link:
    code: str
    title: str
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`evidence_note` says what is missing or old; blank when there is nothing to say."""

    key: str
    title: str
    who: str
    level: str
    status: Mark
    period: str
    is_submitted: bool
    type_name: str
    evidence_count: int
    evidence_text: str
    evidence_note: str
    is_stale: bool
    activities: list[Link]
    kpis: list[Link]
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Labels of the codes that facts hold, read once for a page."""

    types: Mapping[str, str]
    kpis: Mapping[str, str]
    activities: Mapping[str, str]

    def activity(self, key: str) -> Link:
        title = self.activities.get(key, "")
        return Link(key, title or "an activity that is not published", bool(title))

    def kpi(self, code: str) -> Link:
        title = self.kpis.get(code, "")
        return Link(code, title or f"KPI {code}", bool(title))


def words_for(facts: Iterable[ActionFact]) -> Words:
    """Three queries, whatever the number of facts."""
    keys = {key for fact in facts for key in fact.content.get("activities") or []}
    found = vocabularies.load(["CL_ACTION_TYPE", "kpi"])
    kpis = found["kpi"]
    types = found["CL_ACTION_TYPE"]
    return Words(
        {**types.retired, **types.choices}, {**kpis.retired, **kpis.choices}, published_activities(keys)
    )  # fmt: skip


def published_activities(keys: Collection[str]) -> dict[str, str]:
    """Titles of those Tool 1 activities that stand in an approved report; a draft of a body is never named here."""
    if not keys:
        return {}
    facts = ActivityFact.objects.current().approved().filter(activity__public_id__in=list(keys)).order_by("period")
    rows = facts.values_list("activity__public_id", "body__acronym", "title")
    return {str(key): f"{body}: {title}" for key, body, title in rows}


def follow_up(fact: ActionFact, words: Words) -> FollowUp:
    note, stale = evidence_note(fact)
    return FollowUp(
        key=str(fact.action.public_id),
        title=fact.title,
        who=who(fact),
        level="regional" if fact.body_id else "national",
        status=status_mark(fact.status),
        period=str(TimePeriod.from_key(fact.period)),
        is_submitted=fact.standing == "submitted",
        type_name=words.types.get(fact.action_type, fact.action_type),
        evidence_count=fact.evidence_count,
        evidence_text=evidence_text(fact),
        evidence_note=note,
        is_stale=stale,
        activities=[words.activity(key) for key in fact.content.get("activities") or []],
        kpis=[words.kpi(code) for code in fact.content.get("kpis") or []],
        is_demonstration=fact.is_demonstration,
    )


def who(fact: ActionFact) -> str:
    return fact.body.acronym if fact.body else fact.state_area.name if fact.state_area else ""


def evidence_text(fact: ActionFact) -> str:
    documents = len(fact.content.get("outputs") or [])
    if fact.evidence_count:
        return f"{fact.evidence_count} piece{'' if fact.evidence_count == 1 else 's'}"
    if documents:
        return f"{documents} document{'' if documents == 1 else 's'} named"
    return "" if evidence_note(fact)[1] else "none needed yet"


def evidence_note(fact: ActionFact) -> tuple[str, bool]:
    """What to say about the evidence of an action that has begun, and whether it calls for attention."""
    if fact.status in {"not_started", "postponed", "cancelled", ""}:
        return "", False
    if fact.evidence_newest_on is None:
        documents = fact.content.get("outputs") or []
        return ("", False) if documents else ("No evidence", True)
    if is_stale(fact.evidence_newest_on.isoformat(), fact.period):
        return f"Newest evidence is of {fact.evidence_newest_on.year}", True
    return "", False


def is_stale(newest_on: str, period: int) -> bool:
    """Older than 24 months before the end of the period."""
    end = TimePeriod.from_key(period).last_day
    months = end.year * 12 + end.month - 1 - MONTHS_UNTIL_STALE
    limit = f"{months // 12:04d}-{months % 12 + 1:02d}-{end.day:02d}"  # as text, so that 29 February needs no care
    return newest_on < limit


def outputs_of(content: Mapping[str, Any], kinds: Mapping[str, str]) -> list[dict[str, str]]:
    """Documents and products with a link only where it leads to the web."""
    return [
        {
            "kind": kinds.get(item.get("kind", ""), item.get("kind", "")),
            "title": item.get("title", ""),
            "url": web_address(item.get("link", "")),
        }
        for item in content.get("outputs") or []
    ]
