"""Activities of other bodies that are like a drafted one: candidates by full text, then compared one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from adme.reference.models import CrossPillarIssue
from adme.reporting import vocabularies
from adme.reporting.fields import Values
from adme.reporting.models import Obligation
from adme.reporting.tools import Record
from adme.reporting.vocabularies import Vocabulary

from ..models import ActivityLink, Stand
from ..overlaps import Likeness, Subject, ranked, terms, weights
from .fulltext import holding_any
from .visibility import visible_to

CANDIDATES, SHOWN, WORDS_SOUGHT, SAMPLE = 150, 8, 24, 400


@dataclass(frozen=True, slots=True)
class Overlap:
    key: str
    title: str
    body: str
    period_standing: str
    shares: tuple[str, ...]  # sentences
    percent: int  # of likeness
    decision: str  # kind of ActivityLink, or ""
    decision_label: str
    reason: str
    decided_by: str
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class Lead:
    """A cross-pillar issue that the activity serves, and who leads it."""

    number: str
    title: str
    bodies: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class OverlapPanel:
    overlaps: tuple[Overlap, ...]
    leads: tuple[Lead, ...]
    is_too_short: bool  # nothing in the title and description to compare

    @property
    def undecided(self) -> int:
        return sum(not one.decision for one in self.overlaps)


def overlaps_of(user: Any, obligation: Obligation, record: Record) -> OverlapPanel:
    """Eight statements or fewer, however many activities there are."""
    mine = subject(record.values)
    weigh = _at_large(user)
    sought = [word for word, _ in terms(mine).most_common() if weigh.get(word, 1.0)][:WORDS_SOUGHT]
    facts = list(_candidates(user, obligation, sought))
    found = ranked(mine, [subject(fact.content) for fact in facts], SHOWN, weigh)
    decided = {
        link.other_id: link for link in ActivityLink.objects.filter(activity__public_id=record.key).select_related("by")
    }
    words = vocabularies.load({"kra", "state"}) if found else {}
    shown = [_overlap(facts[place], likeness, decided, words) for place, likeness in found]
    return OverlapPanel(tuple(shown), leads(record.values, obligation), not sought)


def _at_large(user: Any) -> dict[str, float]:
    """How telling words are, by the newest facts of all bodies."""
    newest = visible_to(user).order_by("-pk").values_list("title", "content__description")[:SAMPLE]
    return weights(terms(Subject(title, description or "")) for title, description in newest)


def subject(values: Values) -> Subject:
    return Subject(
        title=values.get("title") or "",
        description=values.get("description") or "",
        kras=frozenset(values.get("kras") or ()),
        states=frozenset(values.get("lead_states") or ()),
        starts_on=values.get("starts_on") or "",
        ends_on=values.get("ends_on") or "",
    )


def _candidates(user: Any, obligation: Obligation, words: list[str]) -> Any:
    readable = visible_to(user)
    later = readable.filter(activity=OuterRef("activity"), period__gt=OuterRef("period"))
    same = readable.filter(activity=OuterRef("activity"), period=OuterRef("period"), standing__gt=OuterRef("standing"))
    others = readable.exclude(body_id=obligation.body_id).filter(~Exists(later), ~Exists(same))
    return holding_any(others.select_related("activity", "body"), words, CANDIDATES)


def _overlap(
    fact: Any, likeness: Likeness, decided: Mapping[int, ActivityLink], words: Mapping[str, Vocabulary]
) -> Overlap:
    link = decided.get(fact.activity_id)
    return Overlap(
        key=str(fact.activity.public_id),
        title=fact.title,
        body=fact.body.acronym,
        period_standing=f"{Stand(fact.standing).label} for {fact.year}",
        shares=sentences(likeness, words, fact.body.acronym),
        percent=round(100 * likeness.score),
        decision=link.kind if link else "",
        decision_label=link.get_kind_display() if link else "",
        reason=link.reason if link else "",
        decided_by=str(link.by) if link else "",
        is_demonstration=fact.is_demonstration,
    )


def sentences(likeness: Likeness, words: Mapping[str, Vocabulary], body: str) -> tuple[str, ...]:
    """What the two share, as short sentence parts."""
    found = [f"Words: {', '.join(likeness.words)}"]
    if likeness.kras:
        found.append(f"Same KRA: {'; '.join(words['kra'].label(code) for code in likeness.kras)}")
    if likeness.years:
        first, last = likeness.years
        found.append(f"Both run in {first}" if first == last else f"Both run from {first} to {last}")
    if likeness.states:
        found.append(f"Led by the same: {', '.join(words['state'].label(code) for code in likeness.states)}")
    return tuple(found)


def leads(values: Values, obligation: Obligation) -> tuple[Lead, ...]:
    numbers = [int(code) for code in values.get("issues") or () if str(code).isdecimal()]
    if not numbers:
        return ()
    own = obligation.reporter_label
    return tuple(
        Lead(str(one.number), one.title, one.lead_bodies, own in [part.strip() for part in one.lead_bodies.split(";")])
        for one in CrossPillarIssue.objects.filter(number__in=numbers, retired_at__isnull=True)
    )
