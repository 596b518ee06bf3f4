"""Facts of approved reports, made straight into the tables: for tests of what is counted from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

from adme.accounts.models import User
from adme.observations.periods import TimePeriod
from adme.reference.models import Area, Framework, SectoralBody
from adme.reporting.models import Obligation, Publication, ReportingRound, Revision, RevisionContent
from databases_a.tool1.fields import TAGGED
from databases_a.tool1.models import Activity, ActivityFact, FactTag, WorkPlan

_numbers = count(1)
START = datetime(2026, 1, 1, tzinfo=UTC)


def moment(days: int) -> datetime:
    return START + timedelta(days=days)


def report(reporter: str, period: str, *, tool: str = "tool1", **fields: Any) -> Obligation:
    """The report of a body or of a Member State, by code."""
    span = TimePeriod.parse(period)
    round_, _ = ReportingRound.objects.get_or_create(
        tool=tool,
        period=span.key,
        defaults={
            "opens_at": datetime(span.year, 1, 1, tzinfo=UTC),
            "due_at": datetime(span.year + 10, 3, 31, tzinfo=UTC),
            "closes_at": datetime(span.year + 11, 3, 31, tzinfo=UTC),
        },
    )
    body = SectoralBody.objects.filter(code=reporter).first()
    state = None if body else Area.objects.get(code=reporter)
    found, _ = Obligation.objects.get_or_create(round=round_, body=body, state_area=state, defaults=fields)
    return found


def act(obligation: Obligation, name: str, *, day: int = 0) -> Publication:
    """An act of the workflow, and a publication that goes with it."""
    number = next(_numbers)
    user, _ = User.objects.get_or_create(email="reviewer@example.org")
    content, _ = RevisionContent.objects.get_or_create(sha256=sha256(str(number).encode()).hexdigest(), data={})
    last = obligation.revisions.count()
    revision = Revision.objects.create(
        obligation=obligation,
        number=last + 1,
        act=name,
        content=content,
        by=user,
        at=moment(day),
        reason="A reason.",
        idempotency_key=str(number),
    )
    return Publication.objects.create(revision=revision, tool=obligation.tool, at=moment(day))


def approve(obligation: Obligation, *activities: dict[str, Any], day: int = 0, demonstration: bool = False) -> None:
    """Approves the report as it is now: closes what stood in it, and opens what is given. Each: values of the
    catalogue, with `of` for an activity that stood in another report before."""
    publication = act(obligation, "approve", day=day)
    Obligation.objects.filter(pk=obligation.pk).update(state="approved")
    ActivityFact.objects.current().filter(obligation=obligation).update(closed_by=publication, closed_at=publication.at)
    for values in activities:
        _fact(obligation, publication, dict(values), demonstration)


def activity(body: str, title: str) -> Activity:
    owner = SectoralBody.objects.get(code=body)
    plan, _ = WorkPlan.objects.get_or_create(
        body=owner,
        title=f"{body} work plan",
        defaults={"framework": Framework.objects.get(code="BP2025"), "first_year": 2016, "last_year": 2026},
    )
    return Activity.objects.create(work_plan=plan, body=owner, title=title)


def _fact(obligation: Obligation, publication: Publication, values: dict[str, Any], demonstration: bool) -> None:
    assert obligation.body is not None
    subject = values.pop("of", None) or activity(obligation.body.code, f"Activity {next(_numbers)}")
    values = {"status": "completed", **values}
    columns = ("status", "activity_type", "participants_female", "participants_male", "participants_unknown")
    fact = ActivityFact.objects.create(
        activity=subject,
        obligation=obligation,
        revision=publication.revision,
        standing=values.pop("standing", "approved"),
        body=obligation.body,
        period=obligation.round.period,
        year=TimePeriod.from_key(obligation.round.period).year,
        title=subject.title,
        outcome_documents=sum(one["kind"] == "outcome_document" for one in values.get("outputs", [])),
        content=values,
        opened_by=publication,
        opened_at=publication.at,
        is_demonstration=demonstration,
        **{name: values[name] for name in columns if name in values},
    )
    FactTag.objects.bulk_create(
        FactTag(fact=fact, kind=kind, code=code) for kind in TAGGED for code in values.get(kind, [])
    )


def document(title: str, link: str = "", kind: str = "outcome_document") -> dict[str, str]:
    return {"kind": kind, "title": title, "link": link}
