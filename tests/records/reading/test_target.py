"""Files of records through the import pipeline: a submission with its verdict, put into the report when applied."""

from __future__ import annotations

import gzip
import hashlib

import pytest
from django.utils import timezone

from adme.ingest import services as ingest
from adme.ingest import targets
from adme.ingest.errors import NotAllowedNow
from adme.ingest.models import BatchState
from databases_c import target
from databases_c.models import Channel, Finding, Submission, Verdict
from tests.records import factories as make

from .through_target import kept_files, read, receive, sent, submission_of

pytestmark = pytest.mark.usefixtures("reference_data")


def test_good_file_becomes_a_submission_with_counts_findings_and_rows(report, sender) -> None:
    batch = sent(report, make.csv_text(), sender)
    submission = submission_of(batch)
    assert batch.state == BatchState.PREVIEWED
    assert (submission.number, submission.verdict, submission.channel) == (1, Verdict.WITH_WARNINGS, Channel.CSV)
    assert submission.counts == {"read": 4, "accepted": 4, "refused": 0, "merged": 0, "errors": 0, "warnings": 1}
    assert (submission.sent_by, submission.sha256, submission.is_current) == (sender, batch.sha256, False)
    finding = submission.findings.get()
    assert (finding.rule, finding.level, finding.row, finding.column, finding.seen) == (
        "few_persons", "warning", 4, "Persons", "8",
    )  # fmt: skip
    assert list(target.read_rows(submission)) == make.ROWS
    assert [row[0] for row in target.read_numbered_rows(submission)] == ["2", "3", "4", "5"]
    plain = gzip.decompress(submission.rows_file.read())
    assert hashlib.sha256(plain).hexdigest() == submission.rows_sha256
    assert "4 of 4 records" in targets.get("records").sentence(batch)


def test_rejected_file_refuses_the_batch_keeps_the_findings_and_no_rows(report, sender) -> None:
    batch = sent(report, make.csv_text([["N", "F", "x"], ["S", "M", "1"]]), sender)
    submission = submission_of(batch)
    assert (batch.state, submission.verdict) == (BatchState.REFUSED, Verdict.REJECTED)
    assert batch.problems.get().code == "too_many_refused"
    assert "1 of 2 records were refused" in batch.problems.get().hint
    assert submission.findings.filter(rule="not_a_number", row=2, seen="x").exists()
    assert (submission.rows_file.name, submission.rows_sha256, kept_files()) == ("", "", [])
    with pytest.raises(target.RowsGone, match="rejected"):
        next(target.read_rows(submission))


def test_structural_faults_are_told_first_and_in_the_pipeline_too(report, sender) -> None:
    batch = sent(report, make.csv_text(header=("Province", "Gender", "Persons")), sender)
    assert sorted(batch.problems.values_list("code", flat=True)) == ["missing_column", "unknown_column"]
    found = submission_of(batch).findings.all()
    assert all(one.is_structural for one in found)
    assert [one.column for one in found] == ["Gender", "Sex"]


def test_reading_again_takes_the_place_of_the_first_reading(report, sender) -> None:
    batch = receive(report, make.csv_text().encode(), sender)
    read(batch)
    first = submission_of(batch)
    ingest.ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.RECEIVED)
    read(batch)
    again = Submission.objects.get()
    assert (again.pk, again.number, again.findings.count()) == (first.pk, 1, 1)
    assert list(target.read_rows(again)) == make.ROWS
    assert Finding.objects.count() == 1


def test_versions_are_numbered_and_the_applied_one_is_what_the_report_holds(report, sender) -> None:
    first = sent(report, make.csv_text([["N", "F", "x"]]), sender)
    second = sent(report, make.csv_text(), sender)
    assert [submission_of(one).number for one in (first, second)] == [1, 2]
    ingest.approve(batch_id=second.pk, by=sender, in_background=False)
    batch = ingest.apply(batch_id=second.pk)
    assert batch.counts["records"] == 4
    assert submission_of(second).is_current
    assert "report holds" in targets.get("records").sentence(batch)
    with pytest.raises(NotAllowedNow, match="Another version"):
        targets.get("records").undo(batch, actor=sender.email)


def test_who_may_not_write_the_report_does_not_apply(report, sender) -> None:
    from tests.reporting import factories as people

    batch = sent(report, make.csv_text(), sender)
    ingest.approve(batch_id=batch.pk, by=people.focal_point("LAO"), in_background=False)
    with pytest.raises(NotAllowedNow):
        ingest.apply(batch_id=batch.pk)
    assert not submission_of(batch).is_current


def test_sums_are_compared_with_the_last_approved_period_of_the_same_state(record_set, sender) -> None:
    rule = {
        "code": "last", "kind": "against_last", "level": "warning", "instruction": "Check the change.",
        "params": {"column": "persons", "by": ["province"], "most_change": 10},
    }  # fmt: skip
    make.make_version(record_set, rules=[rule])
    earlier = make.make_report(record_set, period="2024")
    make.send(earlier, sums={"last": {"N": 100, "S": 48}})
    other_state = make.make_report(record_set, state="LAO", period="2024")
    make.send(other_state, sums={"last": {"N": 1, "S": 1}})
    report = make.make_report(record_set)
    assert submission_of(sent(report, make.csv_text(), sender)).verdict == Verdict.ACCEPTED  # nothing approved yet

    type(report).objects.filter(pk__in=[earlier.pk, other_state.pk]).update(state="approved")
    found = submission_of(sent(report, make.csv_text(), sender))
    assert [(one.rule, one.record, one.seen) for one in found.findings.all()] == [
        ("last", "N", "42 now, 100 before, 58 % apart")
    ]
    assert found.sums == {"last": {"N": 42, "S": 48}}


@pytest.mark.parametrize("is_current", [True, False])
def test_what_a_report_has_held_is_not_changed_by_another_reading(report, sender, is_current) -> None:
    """A worker that was killed reads again, or a person asks for it, when the layout is another one by now."""
    batch = sent(report, make.csv_text(), sender)
    held = submission_of(batch)
    Submission.objects.filter(pk=held.pk).update(is_current=is_current, used_at=timezone.now())
    finding = held.findings.get()
    held.findings.update(decision="confirmed", reason="Small course.", decided_by=sender, decided_at=timezone.now())
    stricter = {**make.COLUMNS[2], "least": 20}
    make.make_version(held.version.record_set, columns=[*make.COLUMNS[:2], stricter], rules=[])
    again = ingest.read(batch_id=batch.pk, progress=lambda done, what: None)
    now = submission_of(again)
    assert again.state == BatchState.PREVIEWED
    assert (now.version, now.verdict, now.counts) == (held.version, held.verdict, held.counts)
    assert (now.rows_file.name, now.rows_sha256) == (held.rows_file.name, held.rows_sha256)
    assert list(target.read_rows(now)) == make.ROWS
    assert (now.findings.get().pk, now.findings.get().decision) == (finding.pk, "confirmed")


def test_a_version_that_no_report_has_held_is_judged_anew(report, sender) -> None:
    batch = sent(report, make.csv_text(), sender)
    held = submission_of(batch)
    stricter = {**make.COLUMNS[2], "least": 20}
    make.make_version(held.version.record_set, columns=[*make.COLUMNS[:2], stricter])
    again = ingest.read(batch_id=batch.pk, progress=lambda done, what: None)
    assert (again.state, submission_of(again).verdict) == (BatchState.REFUSED, Verdict.REJECTED)


def test_rows_that_are_not_where_they_were_kept_are_said_to_be_gone(report, sender) -> None:
    submission = submission_of(sent(report, make.csv_text(), sender))
    submission.rows_file.storage.delete(submission.rows_file.name)
    with pytest.raises(target.RowsGone, match="not where they were kept"):
        target.rows_as_csv(submission)


def test_rows_for_a_download_run_nothing_in_a_spreadsheet(sender, reference_data) -> None:
    columns = [
        {"name": "name", "label": "Name", "type": "text"},
        {"name": "change", "label": "Change", "type": "number"},
    ]
    report = make.make_report(make.make_set(columns=columns))
    batch = sent(report, "name,change\n=1+1,-5.5\n", sender)
    told = b"".join(target.rows_as_csv(submission_of(batch))).decode()
    assert told.splitlines() == ["name,change", "'=1+1,-5.5"]


def test_set_without_a_layout_in_force_takes_no_file(sender, reference_data) -> None:
    report = make.make_report(make.make_set(in_force=False))
    batch = sent(report, make.csv_text(), sender)
    assert (batch.state, batch.problems.get().code) == (BatchState.REFUSED, "no_layout")


def test_disk_that_fails_while_storing_leaves_no_submission_and_no_file(report, sender, monkeypatch) -> None:
    def broken(*args, **options):
        raise OSError("No space left on device")

    monkeypatch.setattr(Finding.objects, "bulk_create", broken)
    batch = receive(report, make.csv_text().encode(), sender)
    with pytest.raises(OSError, match="No space"):
        read(batch)
    assert not Submission.objects.exists()
    assert kept_files() == []
