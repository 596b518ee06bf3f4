"""Record sets as reporting knows them: one tool for each set, found through a family, since sets are data.

A report of a set holds one record at most: its current submission. What is in it changes by sending a new version; only
units and remarks are written by hand.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.urls import reverse

from adme.accounts.models import User
from adme.observations.periods import PeriodError, TimePeriod
from adme.reference.selectors import membership
from adme.reporting.access import is_reviewer
from adme.reporting.errors import NotAllowedNow
from adme.reporting.fields import Values
from adme.reporting.models import Obligation, Publication, ReportingRound, ReportingSchedule
from adme.reporting.tools import Blocker, Contradiction, Group, Record, Reporters, ReportTool
from adme.reporting.transitions import Act

from . import holding
from .fields import CATALOGUE
from .models import TOOL_PREFIX, RecordSet

KEY, KEPT_SECONDS, MEMO_SECONDS = "databases_c:sets", 300, 1.0
OPENS, DUE, CLOSES = 0, 90, 365  # days, as for the other tools


@dataclass
class RecordSetTool:
    """The facts of a set that reporting asks for, with no statement of their own."""

    name: str  # 'set:labour-inspections'
    title: str
    subject: str
    pk: int
    code: str
    acronym: str  # of the body
    body_id: int
    kind: str
    is_personal: bool
    is_proposed: bool
    is_reported: bool  # has a version in force and is not retired

    own_work = True
    after_submitting = (
        "The report is locked. The Secretariat approves it or returns it; you are told either way. Nobody else sees "
        "the records: once the report is approved, others read the statistics compiled from them."
    )
    noun = ("submission", "submissions")
    catalogue = CATALOGUE

    # --- who owes it, and who may -------------------------------------------------------------------------------------

    def reporters(self, round_: ReportingRound) -> Reporters:
        """The Member States of the round's last day: each has a ministry that keeps such records, or says so."""
        day = TimePeriod.from_key(round_.period).last_day
        return Reporters(states=tuple(one.area for one in membership("ASEAN") if one.holds_on(day)))

    def framework(self, obligation: Obligation) -> str:
        return ""

    def concerns(self, user: User, obligation: Obligation) -> bool:
        """A focal point named for some bodies has the sets of these bodies; one of the whole state has all."""
        from .access import bodies_of

        bodies = bodies_of(user, obligation)
        return bodies is None or self.body_id in bodies

    def may_edit(self, user: User, obligation: Obligation) -> bool:
        return self.concerns(user, obligation)

    # --- the record ---------------------------------------------------------------------------------------------------

    def records(
        self, obligation: Obligation, *, keys: Collection[str] | None = None, for_user: User | None = None
    ) -> list[Record]:
        return holding.records(obligation, keys=keys)

    def groups(self, obligation: Obligation, *, for_user: User | None = None) -> list[Group]:
        return []

    def without_groups(self, obligation: Obligation) -> tuple[str, str, str]:
        sentence = "Records are sent as a file, or entered in the form of this record set."
        return sentence, self.work_url(obligation), "Send records"

    def previous(self, obligation: Obligation, keys: Collection[str]) -> dict[str, Values]:
        return holding.previous(obligation, keys)

    def create(self, obligation: Obligation, *, group: str, values: Values, by: User) -> str:
        raise NotAllowedNow("Records are sent as a file or through the form of this record set, not added one by one.")

    def create_many(self, obligation: Obligation, rows: Sequence[tuple[str, Values]], *, by: User) -> list[str]:
        raise NotAllowedNow("Records are sent as a file or through the form of this record set, not added one by one.")

    def store(self, obligation: Obligation, key: str, *, changed: Values, by: User) -> None:
        holding.store(obligation, key, changed)

    def store_many(self, obligation: Obligation, changed: Mapping[str, Values], *, by: User) -> None:
        for key, values in changed.items():
            holding.store(obligation, key, values)

    def keep(self, obligation: Obligation, key: str, *, code: str, reason: str) -> None:
        holding.keep(obligation, key, code=code, reason=reason)

    def remove(self, obligation: Obligation, key: str, *, by: User) -> bool:
        return holding.remove(obligation, key)

    # --- checks -------------------------------------------------------------------------------------------------------

    def cross_checks(self, values: Values) -> list[Blocker]:
        return holding.cross_checks(values)

    def contradictions(self, values: Values, previous: Values | None, *, period_end: str) -> list[Contradiction]:
        return holding.contradictions(values, previous)

    def blockers(self, values: Values) -> list[Blocker]:
        return holding.blockers(values)

    # --- what others read ---------------------------------------------------------------------------------------------

    def publish(
        self, obligation: Obligation, publication: Publication, records: list[dict[str, Any]], *, standing: str
    ) -> None:
        """Nothing of a submission is readable by others but the statistics compiled from an approved one. That there is
        nothing to report needs no approval, and counts at once."""
        if standing == "approved" or publication.revision.act == Act.CERTIFY_NIL:
            holding.after_approval(obligation, publication, records)

    def withdraw_published(self, obligation: Obligation, publication: Publication, *, standing: str) -> None:
        """A certificate that there is nothing to report no longer counts; nothing else was published unapproved."""
        holding.after_return(obligation, publication)

    def record_url(self, key: str) -> str:
        return holding.address(key)

    # --- pages of its own ---------------------------------------------------------------------------------------------

    def work_url(self, obligation: Obligation, name: str = "") -> str:
        return reverse("submission", args=[obligation.public_id]) + (f"#field-{name}" if name else "")

    def work_links(self, obligation: Obligation, user: User, may_edit: bool) -> list[tuple[str, str, str, str]]:
        from .pages.submissions import work_links

        return work_links(self, obligation, user, may_edit)

    def panel(self, obligation: Obligation, user: User) -> tuple[str, dict[str, Any]]:
        from .pages.submissions import panel
        from .services.vintages import few_changed

        template, context = panel(self, obligation, user)
        return template, {**context, "few_changed": few_changed(obligation) if is_reviewer(user) else None}


class RecordSetFamily:
    """All sets by tool name. Kept in the cache for every process, and for a second in this one, so that a list of many
    reports asks once; forgotten when a set is saved."""

    title = "Database C: administrative records"

    def __init__(self) -> None:
        self._memo: tuple[float, dict[str, ReportTool]] = (0.0, {})

    def get(self, name: str) -> ReportTool | None:
        found = self._held().get(name)
        if found is None and name.startswith(TOOL_PREFIX):
            found = self._read().get(name)
        return found

    def all(self) -> list[ReportTool]:
        return [one for one in self._held().values() if getattr(one, "is_reported", False)]

    def watch(self) -> None:
        post_save.connect(self._changed, sender=RecordSet, dispatch_uid="databases_c.family.saved")
        post_delete.connect(self._changed, sender=RecordSet, dispatch_uid="databases_c.family.deleted")

    def forget(self) -> None:
        self._memo = (0.0, {})
        cache.delete(KEY)

    def _changed(self, **kwargs: Any) -> None:
        """Now for the rest of this transaction, and after it, since another process may have read the old row."""
        self.forget()
        transaction.on_commit(self.forget)

    def _held(self) -> dict[str, ReportTool]:
        until, found = self._memo
        if time.monotonic() < until:
            return found
        rows = cache.get(KEY)
        return self._read() if rows is None else self._keep(rows)

    def _read(self) -> dict[str, ReportTool]:
        found = RecordSet.objects.select_related("body").order_by("body__acronym", "title")
        rows = [
            astuple(RecordSetTool(
                one.tool, one.title, f"administrative records, {one.body.acronym}", one.pk, one.code,
                one.body.acronym, one.body_id, one.kind, one.is_personal, one.is_proposed,
                one.retired_at is None and one.current_id is not None,
            ))
            for one in found
        ]  # fmt: skip
        cache.set(KEY, rows, KEPT_SECONDS)
        return self._keep(rows)

    def _keep(self, rows: Sequence[tuple[Any, ...]]) -> dict[str, ReportTool]:
        found: dict[str, ReportTool] = {one.name: one for one in (RecordSetTool(*row) for row in rows)}
        self._memo = (time.monotonic() + MEMO_SECONDS, found)
        return found


FAMILY = RecordSetFamily()


def tool_of(obligation: Obligation) -> RecordSetTool | None:
    """The set's tool; None where the report is not one of Database C."""
    found = FAMILY.get(obligation.tool) if obligation.tool.startswith(TOOL_PREFIX) else None
    return found if isinstance(found, RecordSetTool) else None


def schedule(record_set: RecordSet) -> ReportingSchedule:
    """The rule by which reports of the set are asked for; made when its first version comes into force.

    Another periodicity changes it while no report was asked for yet. After that the calendar's page does, with a
    reason, since people have deadlines by then.
    """
    held = ReportingSchedule.objects.filter(tool=record_set.tool, retired_at__isnull=True).order_by("-first_period")
    found = held.first()
    wanted = {"frequency": record_set.periodicity, "first_period": _first_period(record_set)}
    if found is None:
        return ReportingSchedule.objects.create(
            tool=record_set.tool, opens_after_start=OPENS, due_after_end=DUE, closes_after_end=CLOSES, **wanted
        )
    if not found.rounds.exists() and (found.frequency, found.first_period) != tuple(wanted.values()):
        found.frequency, found.first_period = wanted["frequency"], wanted["first_period"]
        found.save(update_fields=["frequency", "first_period"])
    return found


def _first_period(record_set: RecordSet) -> str:
    """First period in the form of the periodicity: '2026' of a quarterly set is '2026-Q1'."""
    try:
        period = TimePeriod.parse(record_set.first_period)
    except PeriodError:
        return record_set.first_period
    if period.frequency == record_set.periodicity:
        return record_set.first_period
    ending = {"S": "-S1", "Q": "-Q1"}.get(record_set.periodicity, "")
    return f"{period.year}{ending}"
