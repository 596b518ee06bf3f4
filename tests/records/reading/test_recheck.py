"""Files sent earlier, checked again under other rules: counts before and after, and nothing else changes."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from adme.audit.models import AuditEvent
from adme.jobs.errors import JobRefused
from adme.reporting.errors import NotAllowedNow
from databases_c.models import Recheck, Submission
from databases_c.services import recheck as service
from databases_c.services import sets
from tests.records import factories as make

from .through_target import sent, submission_of

pytestmark = pytest.mark.usefixtures("reference_data")
STRICT = {**make.WARN, "code": "far_fewer", "level": "error", "params": {"column": "persons", "least": 20}}


@pytest.fixture
def submission(report, sender) -> Submission:
    return submission_of(sent(report, make.csv_text(), sender))


def run(version, submissions, by) -> service.Told:
    return service.recheck_all(
        version_id=version.pk, submission_ids=[one.pk for one in submissions], by_id=by.pk, progress=lambda *_: None
    )


def test_counts_by_rule_before_and_after_under_a_draft(record_set, submission, analyst) -> None:
    draft = make.make_version(record_set, rules=[STRICT], most_refused=1, in_force=False)
    before = Submission.objects.values().get()
    told = run(draft, [submission], analyst)
    assert (told.done, told.absent) == (1, 0)
    found = Recheck.objects.get()
    assert found.by_rule == {"far_fewer": [0, 2], "few_persons": [1, 0]}
    assert (found.verdict, found.counts["refused"], found.by) == ("partly", 2, analyst)
    assert Submission.objects.values().get() == before
    assert run(draft, [submission], analyst).done == Recheck.objects.count() == 1


def test_counts_of_a_draft_go_when_it_changes_or_is_discarded(record_set, submission, analyst) -> None:
    draft = make.make_version(record_set, rules=[STRICT], most_refused=1, in_force=False)
    run(draft, [submission], analyst)
    assert Recheck.objects.count() == 1
    changed = {**draft.layout, "rules": []}
    sets.save_layout(record_set=record_set, layout=changed, seen=sets.fingerprint(draft), by=analyst)
    assert not Recheck.objects.exists(), "they told of the rule that is gone"
    draft.refresh_from_db()
    run(draft, [submission], analyst)
    sets.discard_draft(version=draft, by=analyst)
    assert not Recheck.objects.exists()
    with pytest.raises(JobRefused, match="discarded before its check began"):
        run(draft, [submission], analyst)


def test_a_draft_that_changes_while_files_are_checked_gets_no_counts_of_its_old_rules(
    record_set, submission, analyst
) -> None:
    draft = make.make_version(record_set, rules=[STRICT], most_refused=1, in_force=False)
    changed = {**draft.layout, "rules": []}
    sets.save_layout(record_set=record_set, layout=changed, seen=sets.fingerprint(draft), by=analyst)
    with pytest.raises(JobRefused, match="changed or discarded while files were checked"):
        service.recheck_one(submission=submission, version=draft, by=analyst)
    assert not Recheck.objects.exists()


def test_another_choice_of_files_is_another_job_while_the_first_one_waits(
    record_set, submission, sender, analyst
) -> None:
    other = submission_of(sent(make.make_report(record_set, period="2024"), make.csv_text(), sender))
    first = service.recheck(version=record_set.current, submissions=[submission], by=analyst)
    again = service.recheck(version=record_set.current, submissions=[submission], by=analyst)
    second = service.recheck(version=record_set.current, submissions=[submission, other], by=analyst)
    assert first == again
    assert second.args["submissions"] == sorted([submission.pk, other.pk])


def test_numbers_are_complete_where_findings_are_cut(record_set, sender, analyst) -> None:
    report = make.make_report(record_set, period="2024")
    rows = [["N", "F", "x"]] * 1500
    submission = submission_of(sent(report, make.csv_text(rows), sender))
    run(record_set.current, [submission], analyst)
    assert Recheck.objects.get().by_rule == {"not_a_number": [1500, 1500]}


def test_file_that_is_gone_is_counted_as_absent(record_set, submission, analyst) -> None:
    submission.batch.file.delete()
    told = run(record_set.current, [submission], analyst)
    assert (told.done, told.absent, Recheck.objects.count()) == (0, 1, 0)
    assert "not kept any more" in told.message


def test_analyst_queues_the_job_and_it_is_on_record(record_set, submission, analyst) -> None:
    job = service.recheck(version=record_set.current, submissions=[submission], by=analyst)
    assert job.args["submissions"] == [submission.pk]
    assert job.name == service.JOB
    assert AuditEvent.objects.filter(action="records.recheck", actor=analyst.email).exists()
    from adme.jobs import registry

    assert registry.get(service.JOB).queue == "imports"


def test_others_may_not_and_nonsense_is_refused(record_set, submission, analyst, sender) -> None:
    with pytest.raises(PermissionDenied):
        service.recheck(version=record_set.current, submissions=[submission], by=sender)
    with pytest.raises(NotAllowedNow, match="at least one"):
        service.recheck(version=record_set.current, submissions=[], by=analyst)
    other = make.make_set("other")
    with pytest.raises(NotAllowedNow, match="another record set"):
        service.recheck(version=other.current, submissions=[submission], by=analyst)
