"""Quick rows for tests of Tool 1: a round, a body's report, activities, handed-in facts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import count
from typing import Any

from django.utils import timezone

from adme.accounts.models import Assignment, Role, User
from adme.observations.periods import TimePeriod
from adme.reference.models import Framework, SectoralBody
from adme.reporting import tools
from adme.reporting.models import Obligation, Publication, ReportingRound, Revision, RevisionContent
from databases_a.tool1.models import Activity, WorkPlan

_numbers = count(1)


def officer(body: str = "SOMHD") -> User:
    user = User.objects.create_user(f"officer{next(_numbers)}@example.org", "a long enough passphrase")
    Assignment.objects.create(user=user, role=Role.ME_OFFICER, body=SectoralBody.objects.get(code=body))
    return user


def obligation(body: str = "SOMHD", period: str = "2025", state: str = "drafting") -> Obligation:
    span = TimePeriod.parse(period)
    round_, _ = ReportingRound.objects.get_or_create(
        tool="tool1",
        period=span.key,
        defaults={
            "opens_at": datetime(span.year, 1, 1, tzinfo=UTC),
            "due_at": datetime(span.year + 2, 3, 31, tzinfo=UTC),
            "closes_at": datetime(span.year + 3, 12, 31, tzinfo=UTC),
        },
    )
    found, _ = Obligation.objects.get_or_create(
        round=round_, body=SectoralBody.objects.get(code=body), defaults={"state": state}
    )
    return found


def work_plan(body: str = "SOMHD", first: int = 2021, last: int = 2026, framework: str = "BP2025") -> WorkPlan:
    found, _ = WorkPlan.objects.get_or_create(
        body=SectoralBody.objects.get(code=body),
        title=f"{body} work plan {first}",
        defaults={
            "framework": Framework.objects.get(code=framework),
            "first_year": first,
            "last_year": last,
        },
    )
    return found


def activity(body: str = "SOMHD", **values: Any) -> Activity:
    plan = values.pop("work_plan", None) or work_plan(body)
    number = next(_numbers)
    given = {
        "number": f"1.{number}",
        "title": f"Activity {number}",
        "activity_type": "workshop",
        "frequency": "one_off",
        "starts_on": date(2024, 1, 1),
        "ends_on": date(2025, 12, 31),
        "kras": ["B.1"],
        **values,
    }
    return Activity.objects.create(work_plan=plan, body=plan.body, **given)


def hand_in(
    report: Obligation,
    *,
    standing: str = "approved",
    by: User | None = None,
    told: dict[str, dict[str, Any]] | None = None,
    evidence: dict[str, list[dict[str, str]]] | None = None,
    only: list[str] | None = None,
) -> Publication:
    """Publish the report's records as they stand, with report values of `told` by key over them."""
    tool = tools.get("tool1")
    records = [
        {
            "key": record.key,
            "title": record.title,
            "group": record.group,
            "values": {**record.values, **(told or {}).get(record.key, {})},
            "kept": {},
            "evidence": (evidence or {}).get(record.key, []),
        }
        for record in tool.records(report, keys=only)
    ]
    given = publication(report, by=by, act="approve" if standing == "approved" else "submit")
    tool.publish(report, given, records, standing=standing)
    return given


def publication(report: Obligation, *, by: User | None = None, act: str = "submit") -> Publication:
    number = next(_numbers)
    content = RevisionContent.objects.create(sha256=sha256(str(number).encode()).hexdigest(), data={"records": []})
    revision = Revision.objects.create(
        obligation=report, number=number, act=act, content=content, by=by or officer(report.body.code),
        at=timezone.now(), idempotency_key=str(number), reason="for the test",
    )  # fmt: skip
    return Publication.objects.create(revision=revision, tool="tool1", at=timezone.now())
