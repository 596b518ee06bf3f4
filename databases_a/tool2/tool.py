"""Tool 2 as reporting knows it: follow-up to declarations, by the bodies that lead them and by the Member States."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.urls import reverse

from adme.accounts.models import User
from adme.observations.periods import TimePeriod
from adme.reference.models import Framework, SectoralBody
from adme.reference.selectors import membership
from adme.reporting.fields import Values
from adme.reporting.models import Obligation, Publication, ReportingRound
from adme.reporting.tools import Blocker, Contradiction, Group, Record, Reporters

from . import checks, publishing, working
from .fields import CATALOGUE
from .models import Declaration

DEFAULT_FRAMEWORK = "BP2025"


class Tool2:
    name = "tool2"
    title = "Tool 2"
    subject = "follow-up to declarations"
    noun = ("action", "actions")
    catalogue = CATALOGUE

    def reporters(self, round_: ReportingRound) -> Reporters:
        """Bodies that lead a declaration adopted by the round's last day (regional rows), and that day's members."""
        day = TimePeriod.from_key(round_.period).last_day
        leading = Declaration.objects.filter(retired_at__isnull=True, adopted_on__lte=day.isoformat())
        bodies = SectoralBody.objects.filter(retired_at__isnull=True, pk__in=leading.values("lead_bodies"))
        states = tuple(one.area for one in membership("ASEAN") if one.holds_on(day))
        return Reporters(bodies=tuple(bodies.order_by("acronym")), states=states)

    def framework(self, obligation: Obligation) -> str:
        day = working.period_end(obligation)
        found = Framework.objects.filter(retired_at__isnull=True, starts_on__lte=day).order_by("-starts_on").first()
        return found.code if found else DEFAULT_FRAMEWORK

    def may_edit(self, user: User, obligation: Obligation) -> bool:
        """A focal point named for some bodies edits where these lead a declaration."""
        scope = working.scope_of(user, obligation)
        return scope is None or working.clauses_of(obligation, scope).exists()

    def records(
        self, obligation: Obligation, *, keys: Collection[str] | None = None, for_user: User | None = None
    ) -> list[Record]:
        return working.records(obligation, keys=keys, for_user=for_user)

    def groups(self, obligation: Obligation, *, for_user: User | None = None) -> list[Group]:
        return working.groups(obligation, for_user=for_user)

    def without_groups(self, obligation: Obligation) -> tuple[str, str, str]:
        """What to do where no clause is followed up: a sentence, an address, and what the link is called."""
        return (
            f"An action follows up a clause of a declaration, and none is there yet for {obligation.reporter_label}. "
            "The Secretariat keeps declarations and their clauses: ask it to add the one you report on.",
            reverse("declaration_list"),
            "See the declarations",
        )

    def previous(self, obligation: Obligation, keys: Collection[str]) -> dict[str, Values]:
        return working.previous(obligation, keys)

    def create(self, obligation: Obligation, *, group: str, values: Values, by: User) -> str:
        return working.create_many(obligation, [(group, values)], by=by)[0]

    def create_many(self, obligation: Obligation, rows: Sequence[tuple[str, Values]], *, by: User) -> list[str]:
        return working.create_many(obligation, rows, by=by)

    def store(self, obligation: Obligation, key: str, *, changed: Values, by: User) -> None:
        working.store(obligation, {key: changed}, by=by)

    def store_many(self, obligation: Obligation, changed: Mapping[str, Values], *, by: User) -> None:
        working.store(obligation, changed, by=by)

    def keep(self, obligation: Obligation, key: str, *, code: str, reason: str) -> None:
        working.keep(obligation, key, code=code, reason=reason)

    def remove(self, obligation: Obligation, key: str, *, by: User) -> bool:
        return working.remove(obligation, key, by=by)

    def cross_checks(self, values: Values) -> list[Blocker]:
        return checks.cross_checks(values)

    def contradictions(self, values: Values, previous: Values | None, *, period_end: str) -> list[Contradiction]:
        return checks.contradictions(values, previous, period_end=period_end)

    def blockers(self, values: Values) -> list[Blocker]:
        return checks.blockers(values)

    def publish(
        self, obligation: Obligation, publication: Publication, records: list[dict[str, Any]], *, standing: str
    ) -> None:
        publishing.publish(obligation, publication, records, standing=standing)

    def withdraw_published(self, obligation: Obligation, publication: Publication, *, standing: str) -> None:
        publishing.withdraw(obligation, publication, standing=standing)

    def record_url(self, key: str) -> str:
        return reverse("action_detail", args=[key])
