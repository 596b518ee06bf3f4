"""Tool 1 as reporting sees it: which bodies owe it, what its records are, and how they are kept and published."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from adme.accounts.models import User
from adme.observations.periods import TimePeriod
from adme.reference.models import SectoralBody
from adme.reporting.fields import Values
from adme.reporting.models import Obligation, Publication, ReportingRound
from adme.reporting.tools import Blocker, Contradiction, Group, Record, Reporters

from . import checks
from .fields import CATALOGUE
from .selectors import working as reads
from .services import facts, working


class Tool1:
    """Implements adme.reporting.tools.ReportTool."""

    name = "tool1"
    title = "Tool 1"
    subject = "work-plan implementation"
    noun = ("activity", "activities")
    catalogue = CATALOGUE
    panel_url_name = "activity_overlaps"

    def reporters(self, round_: ReportingRound) -> Reporters:
        return Reporters(bodies=tuple(SectoralBody.objects.filter(retired_at__isnull=True).order_by("acronym")))

    def framework(self, obligation: Obligation) -> str:
        return reads.framework_of(obligation)

    def may_edit(self, user: User, obligation: Obligation) -> bool:
        return True

    def records(
        self, obligation: Obligation, *, keys: Collection[str] | None = None, for_user: User | None = None
    ) -> list[Record]:
        return reads.records(obligation, keys)

    def groups(self, obligation: Obligation, *, for_user: User | None = None) -> list[Group]:
        return reads.groups(obligation)

    def without_groups(self, obligation: Obligation) -> tuple[str, str, str]:
        """What to do where no work plan covers the period: a sentence, an address, and what the link is called."""
        year = TimePeriod.from_key(obligation.round.period).year
        asked = urlencode({"year": year, "report": obligation.public_id})
        return (
            f"An activity belongs to a work plan, and no work plan of {obligation.reporter_label} covers {year}. "
            "Add the plan, or make an existing one longer under Work plans; then come back to add the activity.",
            f"{reverse('work_plan_new')}?{asked}",
            "Add a work plan",
        )

    def previous(self, obligation: Obligation, keys: Collection[str]) -> dict[str, Values]:
        return reads.previous(obligation, keys)

    def create(self, obligation: Obligation, *, group: str, values: Values, by: User) -> str:
        return working.create_many(obligation, [(group, values)], by=by)[0]

    def create_many(self, obligation: Obligation, rows: Sequence[tuple[str, Values]], *, by: User) -> list[str]:
        return working.create_many(obligation, rows, by=by)

    def store(self, obligation: Obligation, key: str, *, changed: Values, by: User) -> None:
        working.store_many(obligation, {key: changed}, by=by)

    def store_many(self, obligation: Obligation, changed: Mapping[str, Values], *, by: User) -> None:
        working.store_many(obligation, changed, by=by)

    def keep(self, obligation: Obligation, key: str, *, code: str, reason: str) -> None:
        working.keep(obligation, key, code=code, reason=reason)

    def remove(self, obligation: Obligation, key: str, *, by: User) -> bool:
        return working.remove(obligation, key)

    def cross_checks(self, values: Values) -> list[Blocker]:
        return checks.cross_checks(values)

    def contradictions(self, values: Values, previous: Values | None, *, period_end: str) -> list[Contradiction]:
        return checks.contradictions(values, previous, period_end=period_end)

    def blockers(self, values: Values) -> list[Blocker]:
        return checks.blockers(values)

    def publish(
        self, obligation: Obligation, publication: Publication, records: list[dict[str, Any]], *, standing: str
    ) -> None:
        facts.publish(obligation, publication, records, standing=standing)

    def withdraw_published(self, obligation: Obligation, publication: Publication, *, standing: str) -> None:
        facts.withdraw(obligation, publication, standing=standing)

    def record_url(self, key: str) -> str:
        return reverse("activity_detail", args=[key])
