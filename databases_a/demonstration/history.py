"""Plays the made-up reports through the real services, with the times of then: draft, submit, return, approve."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from adme.accounts import demonstration as people
from adme.accounts.models import User
from adme.reporting.models import Evidence, Obligation, RecordChange
from adme.reporting.selectors.readiness import readiness
from adme.reporting.services import workflow
from adme.reporting.services.records import RowChange, keep_contradiction, save_many
from adme.reporting.transitions import Act

from .fates import Ending, Fate, fate_of

EXCUSED_UNTIL_DAYS = 120
NIL = "Nothing was planned for this period (demonstration)."
KEPT = "Checked with the lead Member State: both statements are right (demonstration)."
LINK = "https://example.org/adme-demonstration/evidence/{}"


@dataclass(frozen=True, slots=True)
class Told:
    """What a report says about one record: the values of the period, and perhaps a piece of evidence."""

    values: Mapping[str, Any]
    evidence: str = ""


ByKey = dict[str, Told]
ByYear = dict[int, ByKey]


@transaction.atomic
def play(obligations: Sequence[Obligation], told: ByYear, person: Callable[[], User]) -> int:
    """One reporter's reports in the order of their years. A missing report is made up for the next year."""
    owed: ByKey = {}
    played = 0
    for obligation in sorted(obligations, key=lambda one: one.round.period):
        year = obligation.round.period // 1000
        reporter = obligation.body.code if obligation.body else obligation.state_area.code  # type: ignore[union-attr]
        fate = fate_of(reporter, year, obligation.tool)
        rows = {**owed, **told.get(year, {})}
        if fate.ending == Ending.NOTHING:
            owed = rows
            continue
        owed = {}
        _play_one(obligation, rows, fate, person())
        played += 1
    return played


def _play_one(obligation: Obligation, rows: ByKey, fate: Fate, by: User) -> None:
    if fate.ending in {Ending.EXCUSED, Ending.NOT_APPLICABLE}:
        _set_aside(obligation, fate)
        return
    if not rows:
        _act(obligation, Act.CERTIFY_NIL, by, fate.submitted_at, "1", NIL)
        return
    part = dict(list(rows.items())[: max(1, len(rows) // 2)]) if fate.ending == Ending.DRAFTING else rows
    _draft(obligation, part, by, fate.drafted_at)
    if fate.ending == Ending.DRAFTING:
        return
    _keep_contradictions(obligation, by, fate.submitted_at)
    _act(obligation, Act.SUBMIT, by, fate.submitted_at, "1")
    if fate.returned_at is not None:
        _act(obligation, Act.RETURN, people.reviewer(), fate.returned_at, "2", fate.reason, [fate.reason_code])
        if fate.ending == Ending.RETURNED:
            return
        _mend(obligation, part, by, fate.returned_at + timedelta(days=2))
        _act(obligation, Act.SUBMIT, by, fate.returned_at + timedelta(days=4), "3")
    if fate.ending == Ending.APPROVED:
        _act(obligation, Act.APPROVE, people.reviewer(), fate.decided_at, "4")


def _draft(obligation: Obligation, rows: ByKey, by: User, at: datetime) -> None:
    Evidence.objects.bulk_create(
        [
            Evidence(
                obligation=obligation,
                record_key=key,
                title=f"{told.evidence} (demonstration)",
                url=LINK.format(key[:8]),
                added_by=by,
                added_at=at,
            )
            for key, told in rows.items()
            if told.evidence
        ]
    )
    _save(obligation, rows, by, at)


def _mend(obligation: Obligation, rows: ByKey, by: User, at: datetime) -> None:
    """After a return something is different: the first two records get a remark."""
    remark = "Completed after the Secretariat's question."
    _save(obligation, {key: Told({"remarks": remark}) for key in list(rows)[:2]}, by, at)


def _save(obligation: Obligation, rows: ByKey, by: User, at: datetime) -> None:
    changes = [RowChange(key=key, group="", values=dict(told.values)) for key, told in rows.items()]
    save_many(obligation_id=obligation.pk, rows=changes, by=by, channel=RecordChange.Channel.GRID, now=at)


def _keep_contradictions(obligation: Obligation, by: User, at: datetime) -> None:
    for one in readiness(obligation).records:
        for found in one.contradictions:
            keep_contradiction(
                obligation_id=obligation.pk, key=one.record.key, code=found.code, reason=KEPT, by=by, now=at
            )


def _set_aside(obligation: Obligation, fate: Fate) -> None:
    excused = fate.ending == Ending.EXCUSED
    until = (obligation.round.due_at + timedelta(days=EXCUSED_UNTIL_DAYS)).date() if excused else None
    why = (
        "Demonstration: the work plan is being renewed; the report follows with the new one."
        if excused
        else "Demonstration: joined ASEAN on 26 October 2025; the first report is that for 2026."
    )
    act = Act.EXCUSE if excused else Act.NOT_APPLICABLE
    key = f"demonstration-{obligation.pk}-0"
    workflow.perform(
        obligation_id=obligation.pk, act=act, by=people.reviewer(), idempotency_key=key, reason=why, until=until,
        now=fate.drafted_at,
    )  # fmt: skip


def _act(
    obligation: Obligation,
    act: Act,
    by: User,
    at: datetime,
    step: str,
    reason: str = "",
    codes: Sequence[str] = (),
) -> None:
    seen = obligation.revisions.order_by("-number").values_list("pk", flat=True).first()
    workflow.perform(
        obligation_id=obligation.pk,
        act=act,
        by=by,
        idempotency_key=f"demonstration-{obligation.pk}-{step}",
        reason=reason,
        reason_codes=codes,
        revision_id=seen,
        now=at,
    )
