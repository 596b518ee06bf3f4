"""Approved reports of record sets and published figures, made straight into the tables: for tests of the dashboards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from adme.observations.services import bump_data_version
from adme.reference.models import Area
from adme.reporting.models import Obligation, Revision, RevisionContent
from databases_c.models import Compilation, RecordSet, Statistic, StatisticObservation, StatisticSeries, Submission
from tests.records.factories import make_report, send
from tests.reporting.factories import fresh, make_user


def counts(accepted: int, *, errors: int = 0, warnings: int = 0) -> dict[str, int]:
    return {
        "read": accepted + errors, "accepted": accepted, "refused": errors, "merged": 0, "errors": errors,
        "warnings": warnings,
    }  # fmt: skip


def approve(
    record_set: RecordSet, state: str, period: str | int = "2025", *, accepted: int = 10, errors: int = 0,
    warnings: int = 0, late: bool = False, **fields: Any,
) -> Obligation:  # fmt: skip
    """An approved report with a submission of so many records."""
    report = make_report(record_set, state, period)
    sent = send(report, counts=counts(accepted, errors=errors, warnings=warnings), **fields)
    act(report, "approve", sent)
    due = report.round.due_at
    moment = due + timedelta(days=1) if late else due - timedelta(days=1)
    Obligation.objects.filter(pk=report.pk).update(state="approved", first_submitted_at=moment, version=3)
    bump_data_version()
    return report


def act(report: Obligation, name: str, sent: Submission | None = None) -> None:
    """A revision of the report; an approval holds the submission."""
    data = {"records": [{"key": str(sent.public_id)}] if sent else []}
    content = RevisionContent.objects.create(sha256=fresh("content").rjust(64, "0"), data=data)
    Revision.objects.create(
        obligation=report, number=report.revisions.count() + 1, act=name, content=content, by=make_user(),
        at=timezone.now(), reason="A reason.", idempotency_key=fresh(),
    )  # fmt: skip


def certify_nil(record_set: RecordSet, state: str, period: str | int = "2025") -> Obligation:
    report = make_report(record_set, state, period)
    act(report, "certify_nil")
    Obligation.objects.filter(pk=report.pk).update(state="certified_nil", first_submitted_at=timezone.now(), version=2)
    return report


def set_aside(record_set: RecordSet, state: str, what: str, period: str | int = "2025") -> Obligation:
    """What: not_applicable or excused."""
    until = {"excused_until": timezone.now() + timedelta(days=9)} if what == "excused" else {}
    report = make_report(record_set, state, period)
    Obligation.objects.filter(pk=report.pk).update(state=what, reason="A reason.", **until)
    return report


def publish(
    statistic: Statistic, report: Obligation, cells: Mapping[str, float | str | None], *, nil: bool = False
) -> None:
    """Figures by dimensions: a number, or 'C' or 'D' for a suppressed one, or None for a missing one."""
    state = report.state_area
    assert state is not None
    assert statistic.current is not None
    compilation = Compilation.objects.create(
        recipe=statistic.current,
        obligation=report,
        submission=None if nil else report.submissions.filter(is_current=True).first(),
        sha256="0" * 64,
        at=timezone.now(),
        by="system",
    )
    area = Area.objects.get(code=state.code)
    for dimensions, told in cells.items():
        series, _ = StatisticSeries.objects.get_or_create(statistic=statistic, area=area, dimensions=dimensions)
        StatisticObservation.objects.create(
            series=series,
            period=report.round.period,
            value=None if isinstance(told, str) else told,
            obs_status="Q" if isinstance(told, str) else "A" if told is not None else "O",
            conf_status=told if isinstance(told, str) else "F",
            opened_by=compilation,
            opened_at=timezone.now(),
        )
    bump_data_version()


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def figures_of(html: str) -> dict[str, str]:
    """The JSON of every chart by its id."""
    found = {}
    for part in html.split('<figure class="figure" id="')[1:]:
        told = re.search(r"data-figure-json>(.*?)</script>", part, re.DOTALL)
        if told:
            found[part.split('"')[0]] = told.group(1)
    return found
