"""One follow-up action as others read it: what it is, how it stood in each report, and what shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from adme.common.addresses import web_address
from adme.observations.periods import TimePeriod
from adme.reporting import vocabularies

from ..models import ActionFact
from .follow_up import FollowUp, evidence_note, follow_up, outputs_of, words_for
from .marks import Mark, status_mark
from .visibility import visible_to


@dataclass(frozen=True, slots=True)
class Piece:
    """Evidence: a link to the web, or a file that `id` opens for those who may."""

    title: str
    url: str
    id: str
    filename: str
    added_on: str


@dataclass(frozen=True, slots=True)
class Told:
    """What one report said."""

    period: str
    is_submitted: bool
    at: Any
    status: Mark
    explanation: str
    achieved: str
    remarks: str
    outputs: list[dict[str, str]]
    evidence: list[Piece]
    evidence_note: str


@dataclass(frozen=True, slots=True)
class ActionPage:
    fact: ActionFact
    shown: FollowUp
    policy_kinds: list[str]
    reports: list[Told]
    is_over: bool


def action_page(*, user: Any, key: UUID) -> ActionPage | None:
    """None: no such action, or none that this person may read."""
    facts = list(
        visible_to(user)
        .filter(action__public_id=key)
        .select_related("action", "clause", "declaration", "body", "state_area")
        .order_by("-period", "-id")
    )
    if not facts:
        return None
    newest = facts[0]
    found = vocabularies.load(["CL_OUTPUT_KIND", "CL_POLICY_KIND"])
    by_period = {fact.period: fact for fact in reversed(facts)}  # of one period what was handed in last
    kinds = {**found["CL_OUTPUT_KIND"].retired, **found["CL_OUTPUT_KIND"].choices}
    return ActionPage(
        fact=newest,
        shown=follow_up(newest, words_for([newest])),
        policy_kinds=[found["CL_POLICY_KIND"].label(code) for code in newest.policy_kinds],
        reports=[_told(by_period[period], kinds) for period in sorted(by_period, reverse=True)],
        is_over=newest.action.is_retired,
    )


def _told(fact: ActionFact, kinds: dict[str, str]) -> Told:
    content = fact.content
    return Told(
        period=str(TimePeriod.from_key(fact.period)),
        is_submitted=fact.standing == "submitted",
        at=fact.opened_at,
        status=status_mark(fact.status),
        explanation=content.get("explanation") or "",
        achieved=content.get("achieved") or "",
        remarks=content.get("remarks") or "",
        outputs=outputs_of(content, kinds),
        evidence=[_piece(one) for one in content.get("evidence") or []],
        evidence_note=evidence_note(fact)[0],
    )


def _piece(one: dict[str, Any]) -> Piece:
    return Piece(
        title=one.get("title", ""),
        url=web_address(one.get("url", "")),
        id=str(one.get("id", "")) if one.get("file") else "",
        filename=one.get("file", ""),
        added_on=one.get("added_on", ""),
    )
