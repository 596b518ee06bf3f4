"""The demonstration of Database C: loaded once, marked everywhere, and the same whichever way it is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from adme.accounts import demonstration as people
from adme.jobs.models import Job, JobState
from adme.observations.models import DataVersion
from adme.reference.models import Area
from adme.reporting import vocabularies
from adme.reporting.models import Contribution, Notice, Obligation, Publication, ReportingSchedule, Revision
from adme.reporting.states import State
from databases_c.demonstration import loading
from databases_c.demonstration.fates import Ending, Fate, Sent, fate_of
from databases_c.demonstration.hints import Hints, read_hints
from databases_c.demonstration.history import Play
from databases_c.demonstration.past import Past
from databases_c.demonstration.rows import Subject
from databases_c.models import Finding, RecordSet, StatisticObservation, Submission, Verdict
from databases_c.tool import FAMILY
from tests.records import factories
from tests.reporting import factories as reporting

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 20, 3, tzinfo=UTC)


@pytest.fixture
def two_sets(reference_data: None, settings: Any, tmp_path: Path) -> None:
    """Only two sets are reported: all of them take too long for a test."""
    settings.MEDIA_ROOT, settings.ADME_DEMO = str(tmp_path), True
    RecordSet.objects.exclude(code__in=["child-protection-cases", "film-awards"]).update(retired_at=timezone.now())
    FAMILY.forget()
    people.focal_point_of(Area.objects.get(code="THA"))
    people.reviewer()


def test_the_command_refuses_outside_the_demonstration(reference_data: None, settings: Any) -> None:
    settings.ADME_DEMO = False
    with pytest.raises(CommandError, match="Set ADME_DEMO=1"):
        call_command("load_demo_records", apply=True)
    assert not Submission.objects.exists()


def test_without_apply_nothing_is_written(two_sets: None) -> None:
    call_command("load_demo_records")
    assert not Submission.objects.exists()
    assert not ReportingSchedule.objects.filter(tool="set:film-awards", last_period="2025").exists()


def test_the_load_is_marked_complete_and_silent(two_sets: None) -> None:
    call_command("load_demo_records", apply=True)

    reports = Obligation.objects.filter(is_demonstration=True, round__tool__startswith="set:")
    standings = set(reports.values_list("state", flat=True))
    assert {State.APPROVED, State.CERTIFIED_NIL, State.DUE, State.EXCUSED, State.DRAFTING} <= standings
    assert not reports.filter(round__period__gt=2025999).exists()
    assert not reports.filter(state_area__code="TLS", round__period__lt=2025000).exists()
    assert reports.filter(first_submitted_at__gt=F("round__due_at")).exists()

    sent = Submission.objects.all()
    assert set(sent.values_list("is_demonstration", flat=True)) == {True}
    assert all(name.startswith("demonstration-") for name in sent.values_list("filename", flat=True))
    assert set(sent.values_list("verdict", flat=True)) >= {Verdict.ACCEPTED, Verdict.PARTLY, Verdict.REJECTED}
    assert sent.filter(created_at__year=2023).exists()
    assert not sent.filter(is_current=True, verdict=Verdict.PARTLY, remarks="").exists()

    shown = StatisticObservation.objects.filter(closed_at=None)
    assert set(shown.values_list("is_demonstration", flat=True)) == {True}
    assert {"A", "Q", "M"} >= set(shown.values_list("obs_status", flat=True)) >= {"A", "Q"}
    assert shown.filter(conf_status="C").exists()
    assert shown.filter(conf_status="D").exists()
    assert shown.filter(opened_at__year=2023).exists()
    approved = reports.filter(state=State.APPROVED).values_list("pk", flat=True)
    compiled = set(shown.values_list("opened_by__obligation", flat=True))
    assert set(approved) <= compiled
    private = sent.filter(version__record_set__discards_rows=True, obligation__state=State.APPROVED)
    assert not private.filter(rows_discarded_at=None).exists()

    queued = Job.objects.filter(state=JobState.QUEUED)
    assert not queued.filter(name__in=["reporting.mail", "records.compile"]).exists()
    assert not Notice.objects.filter(obligation__in=reports, mailed_at=None).exists()


def test_a_second_load_changes_nothing(two_sets: None) -> None:
    call_command("load_demo_records", apply=True)
    before = (Submission.objects.count(), Revision.objects.count(), Job.objects.count(), DataVersion.objects.count())
    call_command("load_demo_records", apply=True)
    after = (Submission.objects.count(), Revision.objects.count(), Job.objects.count(), DataVersion.objects.count())
    assert before == after
    assert loading.load() == {}


def test_fates_never_change_and_every_kind_comes() -> None:
    period = loading.TimePeriod(2024)
    states = ["IDN", "VNM", "LAO", "MMR", "THA", "BRN"]
    codes = [f"set-{number}" for number in range(60)]
    made = [fate_of(code, state, period, is_last=False, is_nil=False) for code in codes for state in states]
    again = [fate_of(code, state, period, is_last=False, is_nil=False) for code in codes for state in states]
    assert made == again
    assert {one.ending for one in made} == {Ending.APPROVED, Ending.NOTHING, Ending.EXCUSED}
    assert {kind for one in made for kind in one.versions} == set(Sent)
    assert all(one.versions[-1] in {Sent.GOOD, Sent.PARTLY, Sent.SUSPICIOUS} for one in made)


# --- the short way leaves what the services leave -------------------------------------------------------------------


WAYS = [
    (Sent.GOOD,),
    (Sent.WITHOUT_COLUMN, Sent.MANY_REFUSED, Sent.GOOD),
    (Sent.PARTLY,),
    (Sent.MISTAKEN, Sent.GOOD),
    (Sent.SUSPICIOUS,),
]


@pytest.mark.parametrize("returned", [False, True])
@pytest.mark.parametrize("versions", WAYS, ids=lambda one: "-".join(one))
def test_what_is_written_at_once_is_what_the_services_write(
    two_sets: None, versions: tuple[Sent, ...], returned: bool
) -> None:
    fate = _fate(Ending.APPROVED, versions, returned)
    assert _left_by_services(fate) == _left_at_once(fate)


@pytest.mark.parametrize("ending", [Ending.NIL, Ending.EXCUSED])
def test_what_is_set_aside_at_once_is_what_the_services_set_aside(two_sets: None, ending: Ending) -> None:
    fate = _fate(ending, (Sent.GOOD,), False)
    assert _left_by_services(fate) == _left_at_once(fate)


def _fate(ending: Ending, versions: tuple[Sent, ...], returned: bool) -> Fate:
    back = NOW + timedelta(days=4) if returned else None
    return Fate(ending, versions, NOW, back, NOW + timedelta(days=20), "Please check.", "figures", by_form=False)


def _left_by_services(fate: Fate) -> dict[str, Any]:
    with transaction.atomic():
        report, play = _report()
        play.report(report, fate)
        found = _left(report)
        transaction.set_rollback(True)
    return found


def _left_at_once(fate: Fate) -> dict[str, Any]:
    with transaction.atomic():
        report, play = _report()
        past = Past()
        past.add(report, fate, play)
        past.write()
        found = _left(report)
        transaction.set_rollback(True)
    return found


def _report() -> tuple[Obligation, Play]:
    record_set = RecordSet.objects.select_related("current").get(code="film-awards")
    reporting.make_round(
        record_set.tool, "2025", opens=NOW - timedelta(days=400), due=NOW, closes=NOW + timedelta(days=300)
    )
    report = factories.make_report(record_set, "THA", "2025", is_demonstration=True)
    area = Area.objects.get(code="THA")
    assert record_set.current is not None
    layout = record_set.current.read_layout()
    lists = vocabularies.load({one.code_list for one in layout.columns if one.code_list})
    hints = read_hints(Path(__file__).parents[3] / "fixtures/demonstration/records.csv").get("film-awards", Hints())
    subject = Subject("film-awards", record_set.kind, "THA", layout, hints, lists)
    return report, Play(record_set, subject, people.focal_point_of(area), people.reviewer())


def _left(report: Obligation) -> dict[str, Any]:
    report.refresh_from_db()
    submissions = Submission.objects.filter(obligation=report).order_by("number")
    revisions = Revision.objects.filter(obligation=report).order_by("number").select_related("content")
    contents = [(one.number, [record["values"] for record in one.content.data["records"]]) for one in revisions]
    findings = Finding.objects.filter(submission__obligation=report).order_by("submission__number", "id")
    publications = Publication.objects.filter(revision__obligation=report).order_by("id")
    return {
        "report": (report.state, report.reason, report.excused_until, report.submitted_at, report.submitted_by,
                   report.first_submitted_at, report.decided_at, report.decided_by),
        "submissions": list(submissions.values(
            "number", "channel", "filename", "sha256", "verdict", "counts", "sums", "rows_sha256", "units_known",
            "units_reporting", "remarks", "is_current", "used_at", "sent_by", "is_demonstration", "created_at",
        )),
        "rows": [bool(one.rows_file) for one in submissions],
        "findings": list(findings.values(
            "submission__number", "rule", "level", "row", "record", "column", "seen", "remedy", "decision", "reason",
            "decided_by", "decided_at",
        )),
        "revisions": list(revisions.values("number", "act", "by", "at", "reason", "reason_codes")),
        "contents": contents,
        "publications": list(publications.values("revision__number", "tool", "at")),
        "authors": list(Contribution.objects.filter(obligation=report).values("user", "settled_at")),
    }  # fmt: skip
