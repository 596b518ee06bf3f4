"""Working copies of follow-up actions: what a report shows to its reporter, and what a save writes.

Called inside reporting's transaction; who may is asked there, and here only which declarations a focal point of one
body has.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import takewhile
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from adme.accounts.models import Role, User
from adme.accounts.permissions import assignments_of
from adme.common.rows import update_rows
from adme.observations.periods import TimePeriod
from adme.reporting.errors import BadValues, FieldProblem, NotAllowedNow
from adme.reporting.fields import Field, Holder, Values, canonical_form, stored_form
from adme.reporting.models import Evidence, Obligation
from adme.reporting.tools import Group, Record

from .checks import Told, narrative
from .fields import CATALOGUE
from .models import Action, ActionFact, ActionReport, Clause, Declaration

PLAN_FIELDS = tuple(one for one in CATALOGUE.fields if one.holder == Holder.PLAN)
_PLAN_NAMES = frozenset(one.name for one in PLAN_FIELDS)
ENDED = frozenset({"completed", "cancelled"})
REPORT_FIELDS = tuple(one for one in CATALOGUE.fields if one.holder == Holder.REPORT)
_ORDER = ("-clause__declaration__adopted_on", "clause__declaration__title", "clause__position", "clause_id", "id")


def period_end(obligation: Obligation) -> date:
    return TimePeriod.from_key(obligation.round.period).last_day


def scope_of(user: User | None, obligation: Obligation) -> frozenset[int] | None:
    """Ids of the bodies whose declarations this user follows up for the state; None is every declaration.

    A focal point may be named for one body of the state; whoever is named for the state, and the Secretariat, has all.
    """
    if user is None or obligation.state_area_id is None:
        return None
    mine = [
        one.body_id
        for one in assignments_of(user)
        if one.role == Role.FOCAL_POINT and one.state_id == obligation.state_area_id
    ]
    named = frozenset(body for body in mine if body is not None)
    return None if len(named) < len(set(mine)) or not mine else named


def _own(obligation: Obligation) -> Q:
    return Q(body_id=obligation.body_id, state_area_id=obligation.state_area_id)


def clauses_of(obligation: Obligation, scope: frozenset[int] | None) -> QuerySet[Clause]:
    """Clauses on which this report may have actions: of declarations adopted by the end of the period; for a body
    those that it leads, for a state all."""
    found = Clause.objects.filter(
        retired_at__isnull=True,
        declaration__retired_at__isnull=True,
        declaration__adopted_on__lte=period_end(obligation).isoformat(),
    )
    if obligation.body_id is not None:
        found = found.filter(declaration__in=_led_by([obligation.body_id]))
    if scope is not None:
        found = found.filter(declaration__in=_led_by(scope))
    return found


def groups(obligation: Obligation, *, for_user: User | None) -> list[Group]:
    found = clauses_of(obligation, scope_of(for_user, obligation)).select_related("declaration")
    ordered = found.order_by("-declaration__adopted_on", "declaration__title", "position", "id")
    return [Group(str(one.public_id), group_title(one)) for one in ordered]


def group_title(clause: Clause) -> str:
    return f"{clause.declaration.title} · clause {clause.number}"


def actions_of(obligation: Obligation, scope: frozenset[int] | None) -> QuerySet[Action]:
    """Actions of the reporter that belong into this report: running in its period, left open before it, or in it."""
    period = TimePeriod.from_key(obligation.round.period)
    told = ActionReport.objects.filter(action=OuterRef("pk"), obligation=obligation)
    over = (
        ActionFact.objects.current()
        .approved()
        .filter(action=OuterRef("pk"), period__lt=obligation.round.period, status__in=ENDED)
    )
    undated = Q(starts_on__isnull=True)
    begun = Q(starts_on__lte=period.last_day)
    running = Q(ends_on__isnull=True) | Q(ends_on__gte=_first_day(period))
    in_use = Q(retired_at__isnull=True, clause__retired_at__isnull=True, clause__declaration__retired_at__isnull=True)
    found = Action.objects.filter(_own(obligation)).filter(
        Q(Exists(told)) | (in_use & (undated | (begun & (running | ~Exists(over)))))
    )
    if scope is not None:
        found = found.filter(clause__declaration__in=_led_by(scope))
    return found


def _first_day(period: TimePeriod) -> date:
    months = {"A": 12, "S": 6, "Q": 3, "M": 1}[period.frequency]
    return date(period.year, 1 if period.frequency == "A" else (period.index - 1) * months + 1, 1)


def _led_by(bodies: Collection[int]) -> QuerySet[Declaration]:
    return Declaration.objects.filter(lead_bodies__in=bodies)


def records(obligation: Obligation, *, keys: Collection[str] | None, for_user: User | None) -> list[Record]:
    """A constant number of statements, however many actions there are."""
    found = actions_of(obligation, scope_of(for_user, obligation)).select_related("clause__declaration")
    if keys is not None:
        found = found.filter(public_id__in=_uuids(keys))
    actions = list(found.order_by(*_ORDER))
    ids = [action.pk for action in actions]
    told = ActionReport.objects.filter(obligation=obligation, action_id__in=ids).select_related("updated_by")
    reports = {report.action_id: report for report in told}
    approved = _approved(ids)
    pieces = Counter(
        Evidence.objects.filter(obligation=obligation, removed_at__isnull=True).values_list("record_key", flat=True)
    )
    return [_record(one, reports.get(one.pk), approved.get(one.pk, {}), pieces[str(one.public_id)]) for one in actions]


def _record(action: Action, report: ActionReport | None, approved: Mapping[str, Any], evidence: int) -> Record:
    values = values_of(action, report)
    values.evidence = evidence
    saved_at = max(action.updated_at, report.updated_at) if report else None
    return Record(
        key=str(action.public_id),
        title=action.action or "Action without a title",
        group=group_title(action.clause),
        values=values,
        kept=dict(report.kept) if report else {},
        approved={one.name: approved[one.name] for one in PLAN_FIELDS if one.name in approved},
        updated_at=saved_at.isoformat() if saved_at else "",
        updated_by=str(report.updated_by) if report and report.updated_by else "",
        is_demonstration=action.is_demonstration,
    )


def values_of(action: Action, report: ActionReport | None) -> Told:
    held = {one.name: canonical_form(one, getattr(action, one.name)) for one in PLAN_FIELDS}
    for one in REPORT_FIELDS:
        held[one.name] = canonical_form(one, getattr(report, one.name)) if report else one.empty
    return Told({one.name: held[one.name] for one in CATALOGUE.fields})


def _approved(ids: list[int]) -> dict[int, dict[str, Any]]:
    """The values of each action as they were approved last."""
    latest = ActionFact.objects.approved().filter(action_id__in=ids).values("action_id").annotate(last=Max("id"))
    found = ActionFact.objects.filter(pk__in=[row["last"] for row in latest])
    return dict(found.values_list("action_id", "content"))


def previous(obligation: Obligation, keys: Collection[str]) -> dict[str, Values]:
    """Of each action the values of the latest earlier report that was handed in; see `Told`."""
    found = (
        ActionFact.objects.current()
        .filter(_own(obligation), period__lt=obligation.round.period, action__public_id__in=_uuids(keys))
        .order_by("action_id", "period", "id")
        .values_list("action__public_id", "period", "content")
    )
    told: dict[str, dict[int, Values]] = {}
    for key, period, content in found:
        told.setdefault(str(key), {})[period] = content  # of one period the later fact: submitted after a reopening
    return {key: _earlier(list(contents.values())) for key, contents in told.items()}


def _earlier(contents: list[Values]) -> Told:
    last = contents[-1]
    values = Told({one.name: last.get(one.name, one.empty) for one in CATALOGUE.fields})
    values.evidence = len(last.get("evidence") or [])
    values.same_text = sum(1 for _ in takewhile(lambda one: narrative(one) == narrative(last), reversed(contents)))
    return values


def create_many(obligation: Obligation, rows: Sequence[tuple[str, Values]], *, by: User) -> list[str]:
    """Add (clause, values) each; their keys in the same order."""
    groups = {group for group, _values in rows}
    found = clauses_of(obligation, scope_of(by, obligation)).filter(public_id__in=_uuids(groups)).distinct()
    clauses = {str(one.public_id): one for one in found}
    for group in groups:
        if group not in clauses:
            remedy = "Choose a clause from the list; this one is not open to this report."
            raise BadValues((FieldProblem("group", "unknown_clause", group[:60], remedy),))
    actions = [_new_action(obligation, clauses[group], values, by) for group, values in rows]
    Action.objects.bulk_create(actions, batch_size=1000)
    reports = []
    for action, (_group, values) in zip(actions, rows, strict=True):
        report = ActionReport(action=action, obligation=obligation, updated_by=by)
        _set(report, REPORT_FIELDS, values)
        reports.append(report)
    ActionReport.objects.bulk_create(reports, batch_size=1000)
    return [str(one.public_id) for one in actions]


def _new_action(obligation: Obligation, clause: Clause, values: Values, by: User) -> Action:
    action = Action(
        clause=clause,
        body_id=obligation.body_id,
        state_area_id=obligation.state_area_id,
        created_by=by,
        is_demonstration=obligation.is_demonstration or clause.is_demonstration,
    )
    _set(action, PLAN_FIELDS, values)
    return action


def store(obligation: Obligation, changed: Mapping[str, Values], *, by: User) -> None:
    """Write the changed values of these records; set-based."""
    actions = _in_scope(obligation, changed, by)
    now = timezone.now()
    told = ActionReport.objects.filter(obligation=obligation, action_id__in=[one.pk for one in actions.values()])
    reports = {report.action_id: report for report in told}
    planned: list[Action] = []
    known: list[ActionReport] = []
    fresh: list[ActionReport] = []
    names: set[str] = set()
    for key, values in changed.items():
        action = actions[key]
        names |= values.keys()
        if not values.keys().isdisjoint(_PLAN_NAMES):
            _set(action, PLAN_FIELDS, values)
            action.updated_at = now
            planned.append(action)
        report = reports.get(action.pk) or ActionReport(action=action, obligation=obligation)
        (fresh if report.pk is None else known).append(report)
        _set(report, REPORT_FIELDS, values)
        report.updated_at, report.updated_by = now, by
    update_rows(planned, [*sorted(names & _PLAN_NAMES), "updated_at"])
    update_rows(known, [*sorted(names - _PLAN_NAMES), "updated_at", "updated_by"])
    ActionReport.objects.bulk_create(fresh, batch_size=1000)


def _in_scope(obligation: Obligation, keys: Iterable[str], by: User) -> dict[str, Action]:
    wanted = list(keys)
    found = actions_of(obligation, scope_of(by, obligation)).filter(public_id__in=_uuids(wanted))
    actions = {str(action.public_id): action for action in found}
    if missing := [key for key in wanted if key not in actions]:
        raise NotAllowedNow(f"{len(missing)} of these actions are not yours to report on, or no longer in this report.")
    return actions


def keep(obligation: Obligation, key: str, *, code: str, reason: str) -> None:
    action = actions_of(obligation, None).get(public_id=key)
    report, _ = ActionReport.objects.get_or_create(action=action, obligation=obligation)
    kept = {name: text for name, text in report.kept.items() if name != code}
    report.kept = kept | ({code: reason} if reason else {})
    report.save(update_fields=["kept", "updated_at"])


def remove(obligation: Obligation, key: str, *, by: User) -> bool:
    """An action that nobody was told of disappears; another one is retired, and reports that tell of it keep it."""
    found = actions_of(obligation, scope_of(by, obligation)).filter(public_id__in=_uuids([key])).first()
    if found is None:
        return False
    ActionReport.objects.filter(action=found, obligation=obligation).delete()
    if found.facts.exists() or found.reports.exists():
        found.retired_at = found.retired_at or timezone.now()
        found.save(update_fields=["retired_at", "updated_at"])
    else:
        found.delete()
    return True


def _set(instance: Action | ActionReport, fields: Iterable[Field], values: Values) -> None:
    for one in fields:
        if one.name in values:
            setattr(instance, one.name, stored_form(one, values[one.name]))


def _uuids(keys: Iterable[str]) -> list[uuid.UUID]:
    """Those of the texts that are keys at all."""
    found = []
    for key in keys:
        try:
            found.append(uuid.UUID(str(key)))
        except ValueError:
            continue
    return found
