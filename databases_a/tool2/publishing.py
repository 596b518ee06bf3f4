"""Facts of Tool 2: what a handed-in report says of each action, readable from one publication to another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone

from adme.common.text import fold
from adme.observations.periods import TimePeriod
from adme.observations.services import bump_data_version
from adme.observations.signals import series_changed
from adme.reporting.models import Evidence, Obligation, Publication

from .models import Action, ActionFact

SERIES = frozenset({"TOOL2:*"})
SUBMITTED, APPROVED = "submitted", "approved"


def publish(obligation: Obligation, publication: Publication, records: list[dict[str, Any]], *, standing: str) -> None:
    """Opens a fact for each record, and closes the earlier ones of this standing; an approval closes both."""
    closed = _close(obligation, publication, [standing, SUBMITTED])
    actions = {
        str(one.public_id): one
        for one in Action.objects.filter(public_id__in=[record["key"] for record in records]).select_related(
            "clause__declaration"
        )
    }
    newest = _newest_evidence(obligation, publication.at)
    facts = [
        _fact(obligation, publication, record, actions[record["key"]], newest.get(record["key"]), standing)
        for record in records
    ]
    ActionFact.objects.bulk_create(facts, batch_size=500)
    if standing == APPROVED and (facts or closed):
        _announce(obligation, publication)


def withdraw(obligation: Obligation, publication: Publication, *, standing: str) -> None:
    if _close(obligation, publication, [standing]) and standing == APPROVED:
        _announce(obligation, publication)


def _close(obligation: Obligation, publication: Publication, standings: Iterable[str]) -> int:
    """Submitted facts stay beside approved ones when a reopened report is handed in again, so approval closes both."""
    current = ActionFact.objects.current().filter(obligation=obligation, standing__in=set(standings))
    return current.update(closed_by=publication, closed_at=publication.at)


def _announce(obligation: Obligation, publication: Publication) -> None:
    bump_data_version()
    trigger = f"Tool 2 report of {obligation.reporter_label} for {obligation.round.period_label}"
    series_changed.send(sender=ActionFact, codes=SERIES, trigger=trigger, actor=publication.revision.by.email)


def _newest_evidence(obligation: Obligation, moment: datetime) -> dict[str, date]:
    """Per record the day of its newest evidence in any report of this reporter."""
    same = Q(obligation__body_id=obligation.body_id, obligation__state_area_id=obligation.state_area_id)
    found = (
        Evidence.objects.filter(same, obligation__round__tool="tool2", removed_at__isnull=True, added_at__lte=moment)
        .order_by()
        .values("record_key")
        .annotate(newest=Max("added_at"))
    )
    return {row["record_key"]: timezone.localtime(row["newest"]).date() for row in found}


def _fact(
    obligation: Obligation,
    publication: Publication,
    record: dict[str, Any],
    action: Action,
    newest: date | None,
    standing: str,
) -> ActionFact:
    values = record["values"]
    outputs, evidence = values.get("outputs") or [], list(record.get("evidence") or [])
    period = obligation.round.period
    return ActionFact(
        action=action,
        clause=action.clause,
        declaration=action.clause.declaration,
        obligation=obligation,
        revision=publication.revision,
        standing=standing,
        body_id=obligation.body_id,
        state_area_id=obligation.state_area_id,
        period=period,
        year=TimePeriod.from_key(period).year,
        title=record["title"],
        action_type=values.get("action_type") or "",
        status=values.get("status") or "",
        policy_kinds=values.get("policy_kinds") or [],
        in_force_since=date.fromisoformat(values["in_force_since"]) if values.get("in_force_since") else None,
        outcome_documents=sum(1 for one in outputs if one.get("kind") == "outcome_document"),
        evidence_count=len(evidence),
        evidence_newest_on=newest,
        content={**values, "evidence": evidence},
        search_text=_search_text(record, action),
        opened_by=publication,
        opened_at=publication.at,
        is_demonstration=action.is_demonstration or obligation.is_demonstration,
    )


def _search_text(record: dict[str, Any], action: Action) -> str:
    values = record["values"]
    names = ("responsible", "achieved", "explanation", "remarks")
    parts = [record["title"], *(str(values.get(name) or "") for name in names), action.clause.declaration.title]
    parts += [one.get("title", "") for one in values.get("outputs") or []]
    return fold(" ".join(parts))
