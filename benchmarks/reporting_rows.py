"""Made-up people, reports and rows for `benchmarks.reporting`. All of it goes through the services where they exist."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

_WORDS = "The workshop gathered experts of all Member States and agreed on the next steps of the programme. "
CHANGED = ("title", "expected_output", "remarks", "percent_complete", "participants_male")


def person(name: str, role: str, body: Any = None) -> Any:
    from adme.accounts.models import Assignment, User

    user, _ = User.objects.get_or_create(email=f"benchmark-{name}@example.org")
    Assignment.objects.get_or_create(user=user, role=role, body=body)
    return user


def report(body: Any, year: int = 2025, tool: str = "tool1") -> Any:
    from django.utils import timezone

    from adme.reporting.models import Obligation, ReportingRound

    now = timezone.now()
    round_, _ = ReportingRound.objects.get_or_create(
        tool=tool,
        period=year * 1000,
        defaults={"opens_at": now - timedelta(9), "due_at": now + timedelta(9), "closes_at": now + timedelta(99)},
    )
    return Obligation.objects.get_or_create(round=round_, body=body)[0]


def plan_of(body: Any) -> str:
    from adme.reference.models import Framework
    from databases_a.tool1.models import WorkPlan

    plan, _ = WorkPlan.objects.get_or_create(
        body=body, title="Benchmark", framework=Framework.objects.get(code="BP2025"), first_year=2021, last_year=2025
    )
    return str(plan.public_id)


def new_rows(plan: str, many: int) -> list[Any]:
    """About 1.5 kB of values each, complete enough to be handed in."""
    from adme.reporting.services.records import RowChange

    return [
        RowChange(
            "",
            plan,
            {
                "number": f"1.{number}", "title": f"Activity {number}", "description": _WORDS * 5,
                "expected_output": _WORDS * 3, "activity_type": "workshop", "frequency": "one_off",
                "starts_on": "2025-01-15", "ends_on": "2025-12-01", "kras": ["B.1", "C.1"],
                "sdg_targets": ["3.3", "4.7"], "lead_states": ["IDN", "VNM"], "stakeholders": ["youth"],
                "status": "ongoing", "percent_complete": number % 90, "achieved": _WORDS * 4,
                "participants_female": number % 300,
            },
        )
        for number in range(many)
    ]  # fmt: skip


def changed_rows(records: list[Any]) -> list[Any]:
    from adme.reporting.services.records import RowChange

    return [
        RowChange(
            one.key,
            "",
            {
                "title": f"{one.title} anew", "expected_output": _WORDS, "remarks": _WORDS, "percent_complete": 95,
                "participants_male": 7,
            },
        )
        for one in records
    ]  # fmt: skip


def ledger(years: range, by: Any) -> int:
    """Reports of all bodies for these years, handed in and waiting for review; how many reports there are now."""
    from django.utils import timezone

    from adme.reference.models import SectoralBody
    from adme.reporting.models import Obligation, Revision, RevisionContent

    now = timezone.now()
    content, _ = RevisionContent.objects.get_or_create(sha256="0" * 64, defaults={"data": {"records": []}})
    for body in SectoralBody.objects.filter(retired_at__isnull=True):
        for year in years:
            for tool in ("tool1", "tool2"):
                owed = report(body, year, tool)
                if owed.state == "due":
                    owed.state, owed.submitted_at, owed.submitted_by, owed.first_submitted_at = (
                        "submitted", now, by, now
                    )  # fmt: skip
                    owed.save()
                    Revision.objects.create(
                        obligation=owed, number=1, act="submit", content=content, by=by, at=now, idempotency_key="bench"
                    )
    return Obligation.objects.count()
