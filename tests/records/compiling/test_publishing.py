"""From approval to series: what is published follows what stands, replays exactly, and keeps its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from adme.audit.models import AuditEvent
from adme.ingest.models import ImportBatch
from adme.jobs.models import Job, JobState
from adme.jobs.testing import run_all_jobs
from adme.observations import registry
from adme.observations.services import current_data_version
from adme.observations.signals import series_changed
from adme.reporting.models import Obligation
from adme.reporting.transitions import Act
from databases_c.compiling import CannotCompile
from databases_c.models import (
    Compilation,
    RecipeVersion,
    RecordSet,
    Statistic,
    StatisticObservation,
    Submission,
)
from databases_c.selectors import statistics as selectors
from databases_c.services import compile as compiling
from databases_c.services import publish
from databases_c.services.compile import compile_report, recompile, replay
from tests.records import factories as records
from tests.reporting import factories as reporting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]

BY_SEX = [{"column": "sex", "concept": "SEX", "label": "Sex", "code_list": "CL_SEX"}]
RECIPE: dict[str, Any] = {
    "numerator": {"measure": "sum", "column": "persons"}, "dimensions": BY_SEX, "minimum_cell": 5,
}  # fmt: skip
ROWS = [["N", "F", "12"], ["N", "M", "30"], ["S", "F", "8"], ["S", "M", "40"]]
SMALL = [["N", "F", "2"], ["N", "M", "30"], ["S", "F", "1"], ["S", "M", "40"]]
CODE = "ARBMD:PERSONS_TRAINED"


@pytest.fixture
def record_set(settings: Any, tmp_path: Any) -> RecordSet:
    settings.MEDIA_ROOT = tmp_path
    return records.make_set()


@pytest.fixture
def statistic(record_set: RecordSet) -> Statistic:
    return records.make_statistic(record_set, RECIPE)


def approve(report: Obligation, rows: Sequence[Sequence[str]] = ROWS, *, run: bool = True, **fields: Any) -> Submission:
    """The state sends, hands in, and the Secretariat approves."""
    focal, reviewer = reporting.focal_point(), reporting.analyst()
    submission = records.send(report, rows, by=focal, **fields)
    hand_in(report, focal, reviewer)
    if run:
        assert {job.state for job in run_jobs()} == {JobState.SUCCEEDED}
    return submission


def run_jobs() -> list[Job]:
    """Those of compilation, without the mails."""
    return [job for job in run_all_jobs() if job.name.startswith("records.")]


def hand_in(report: Obligation, focal: Any, reviewer: Any) -> None:
    Obligation.objects.filter(pk=report.pk, state="due").update(state="drafting")
    reporting.act(report, Act.SUBMIT, focal)
    reporting.act(report, Act.APPROVE, reviewer)


def adopt(statistic: Statistic, **changes: Any) -> RecipeVersion:
    """The next recipe in force, as the service of recipes leaves it."""
    old = statistic.versions.get(state="in_force")
    RecipeVersion.objects.filter(pk=old.pk).update(state="superseded")
    new = RecipeVersion.objects.create(
        statistic=statistic, number=old.number + 1, recipe={**old.recipe, **changes}, layout=old.layout,
        state="in_force", adopted_at=timezone.now(),
    )  # fmt: skip
    statistic.current = new
    statistic.save(update_fields=["current"])
    return new


def figures(statistic: Statistic, **options: Any) -> dict[str, Any]:
    return {row.dimensions: row.value for row in selectors.observations(statistic, **options)}


def marks(statistic: Statistic) -> dict[str, str]:
    return {row.dimensions: row.obs_status + row.conf_status for row in selectors.observations(statistic)}


def heard(signal_log: list[Mapping[str, Any]]) -> list[list[str]]:
    return [sorted(one["codes"]) for one in signal_log]


@pytest.fixture
def changes() -> Any:
    log: list[dict[str, Any]] = []

    def listen(sender: Any, **told: Any) -> None:
        if sender is StatisticObservation:
            log.append(told)

    series_changed.connect(listen)
    yield log
    series_changed.disconnect(listen)


# --- approval ---------------------------------------------------------------------------------------------------------


def test_nothing_is_published_before_the_approval(record_set: RecordSet, statistic: Statistic) -> None:
    report, focal = records.make_report(record_set, "VNM"), reporting.focal_point()
    records.send(report, by=focal)
    Obligation.objects.filter(pk=report.pk).update(state="drafting")
    reporting.act(report, Act.SUBMIT, focal)
    assert run_jobs() == []
    assert figures(statistic) == {}


def test_an_approved_report_becomes_series(record_set: RecordSet, statistic: Statistic, changes: Any) -> None:
    version = current_data_version().number
    submission = approve(records.make_report(record_set))
    assert figures(statistic) == {"": 90.0, "SEX=F": 20.0, "SEX=M": 70.0}
    (compilation,) = Compilation.objects.all()
    assert (compilation.submission, compilation.is_preview) == (submission, False)
    assert compilation.result == [["", 90.0, "A", "F"], ["SEX=F", 20.0, "A", "F"], ["SEX=M", 70.0, "A", "F"]]
    assert compilation.counts["used"] == 4
    assert heard(changes) == [[CODE]]
    assert changes[0]["actor"] == compilation.by != ""
    assert current_data_version().number == version + 1
    assert AuditEvent.objects.filter(action="statistics.compiled").count() == 1


def test_a_suppressed_value_is_stored_nowhere(record_set: RecordSet, statistic: Statistic) -> None:
    approve(records.make_report(record_set), SMALL)
    assert marks(statistic) == {"": "AF", "SEX=F": "QC", "SEX=M": "QD"}
    assert figures(statistic)["SEX=F"] is None
    (compilation,) = Compilation.objects.all()
    assert all(value is None for _, value, status, _ in compilation.result if status == "Q")
    assert not StatisticObservation.objects.filter(obs_status="Q", value__isnull=False).exists()


def test_every_statistic_of_the_set_is_compiled_in_one_go(record_set: RecordSet, changes: Any) -> None:
    records.make_statistic(record_set, RECIPE)
    records.make_statistic(record_set, {**RECIPE, "dimensions": []}, code="PERSONS_IN_ALL")
    version = current_data_version().number
    approve(records.make_report(record_set))
    assert heard(changes) == [["ARBMD:PERSONS_IN_ALL", CODE]]
    assert current_data_version().number == version + 1


def test_a_recipe_that_does_not_fit_is_a_failed_job_with_a_sentence_and_holds_up_no_other(
    record_set: RecordSet, statistic: Statistic
) -> None:
    other = records.make_statistic(record_set, RECIPE, code="OTHER")
    RecipeVersion.objects.filter(statistic=other).update(
        recipe={**RECIPE, "numerator": {"measure": "sum", "column": "gone"}}
    )
    approve(records.make_report(record_set), run=False)
    (job,) = run_jobs()
    assert job.state == JobState.FAILED
    assert "OTHER, Viet Nam 2025: Recipe 1 of OTHER does not fit the records" in job.error + job.message
    assert figures(statistic)[""] == 90.0
    assert figures(other) == {}


# --- replay and vintages ----------------------------------------------------------------------------------------------


def test_the_same_recipe_over_the_same_rows_changes_nothing(
    record_set: RecordSet, statistic: Statistic, changes: Any
) -> None:
    report = records.make_report(record_set)
    submission = approve(report)
    (first,) = Compilation.objects.all()
    kept = list(StatisticObservation.objects.values_list("pk", flat=True))
    version = current_data_version().number
    assert statistic.current is not None
    assert compile_report(report, submission, statistic.current, preview=False, by="system") == first
    recompile(statistic)
    run_all_jobs()
    assert list(StatisticObservation.objects.values_list("pk", flat=True)) == kept
    assert (Compilation.objects.count(), current_data_version().number, len(changes)) == (1, version, 1)
    assert replay(first)


def test_a_preview_has_the_same_checksum_and_result_and_publishes_nothing(
    record_set: RecordSet, statistic: Statistic, changes: Any
) -> None:
    report = records.make_report(record_set)
    submission = records.send(report)
    assert statistic.current is not None
    preview = compile_report(report, submission, statistic.current, preview=True, by=reporting.analyst())
    assert (preview.is_preview, figures(statistic), changes) == (True, {}, [])
    published = compile_report(report, submission, statistic.current, preview=False, by="system")
    assert (published.sha256, published.result) == (preview.sha256, preview.result)


def test_only_an_analyst_may_compile_by_hand(record_set: RecordSet, statistic: Statistic) -> None:
    report = records.make_report(record_set)
    submission = records.send(report)
    assert statistic.current is not None
    with pytest.raises(PermissionDenied):
        compile_report(report, submission, statistic.current, preview=True, by=reporting.focal_point())


def test_a_report_approved_anew_replaces_and_what_was_known_before_stays_known(
    record_set: RecordSet, statistic: Statistic
) -> None:
    report = records.make_report(record_set)
    approve(report)
    before = timezone.now()
    reporting.act(report, Act.REOPEN, reporting.analyst(), reason="A province is missing.")
    run_all_jobs()
    assert figures(statistic)[""] == 90.0  # counts until it is approved anew
    approve(report, [*ROWS[:2], ["S", "F", "10"], ["S", "M", "40"]])
    assert figures(statistic) == {"": 92.0, "SEX=F": 22.0, "SEX=M": 70.0}
    assert figures(statistic, as_of=before) == {"": 90.0, "SEX=F": 20.0, "SEX=M": 70.0}
    revisions = selectors.revisions(statistic, area="VNM", dimensions="SEX=F", period=2025000)
    assert [(one.value, one.known_until is None, one.submission) for one in revisions] == [
        (20.0, False, 1), (22.0, True, 2)
    ]  # fmt: skip
    points = registry.read([CODE], areas=["VNM"], as_of=before)
    assert [(one.value, one.dimensions) for one in points] == [(90.0, "")]


def test_a_category_that_is_gone_is_closed(record_set: RecordSet, statistic: Statistic) -> None:
    report = records.make_report(record_set)
    approve(report)
    reporting.act(report, Act.REOPEN, reporting.analyst(), reason="Wrong file.")
    approve(report, [["N", "M", "30"]])
    assert figures(statistic) == {"": 30.0, "SEX=M": 30.0}


def test_a_returned_report_changes_nothing_that_was_approved(record_set: RecordSet, statistic: Statistic) -> None:
    report, focal, reviewer = records.make_report(record_set), reporting.focal_point(), reporting.analyst()
    approve(report)
    reporting.act(report, Act.REOPEN, reviewer, reason="A province is missing.")
    records.send(report, [["N", "F", "900"]], by=focal)
    reporting.act(report, Act.SUBMIT, focal)
    reporting.act(report, Act.RETURN, reviewer, reason="Still missing.")
    run_all_jobs()
    recompile(statistic)
    run_all_jobs()
    assert figures(statistic)[""] == 90.0


def test_an_old_job_that_runs_late_publishes_what_stands_now(record_set: RecordSet, statistic: Statistic) -> None:
    report = records.make_report(record_set)
    approve(report, run=False)
    reporting.act(report, Act.REOPEN, reporting.analyst(), reason="Wrong file.")
    approve(report, [["N", "M", "30"]], run=False)
    jobs = run_jobs()
    assert [(job.name, job.state) for job in jobs] == [("records.compile", JobState.SUCCEEDED)] * 2
    assert figures(statistic)[""] == 30.0
    assert Compilation.objects.count() == 1


def test_two_states_and_periods_stand_beside_one_another(record_set: RecordSet, statistic: Statistic) -> None:
    approve(records.make_report(record_set, "VNM", "2025"))
    approve(records.make_report(record_set, "VNM", "2026"), [["N", "M", "30"]])
    rows = selectors.observations(statistic, totals_only=True)
    assert [(row.period, row.value) for row in rows] == [(2025000, 90.0), (2026000, 30.0)]


# --- nothing to report ------------------------------------------------------------------------------------------------


def test_certified_nil_is_nought_for_counts_and_no_value_for_ratios(record_set: RecordSet) -> None:
    total = records.make_statistic(record_set, RECIPE)
    mean = records.make_statistic(
        record_set, {"numerator": {"measure": "mean", "column": "persons"}, "minimum_cell": 0}, code="MEAN"
    )
    share = records.make_statistic(
        record_set, {**RECIPE, "denominator": {"part": {"measure": "count"}}, "dimensions": []}, code="SHARE"
    )
    report = records.make_report(record_set)
    reporting.act(report, Act.CERTIFY_NIL, reporting.focal_point(), reason="No course was held.")
    run_all_jobs()
    assert (figures(total), marks(total)) == ({"": 0.0}, {"": "AF"})
    assert (figures(mean), marks(mean)) == ({"": None}, {"": "MF"})
    assert (figures(share), marks(share)) == ({"": None}, {"": "MF"})
    (info,) = registry.describe_observations([registry.read([CODE], areas=["VNM"])[0].reference]).values()
    assert "certified that there is nothing" in info.note


def test_a_returned_certificate_is_taken_back(record_set: RecordSet, statistic: Statistic, changes: Any) -> None:
    report = records.make_report(record_set)
    reporting.act(report, Act.CERTIFY_NIL, reporting.focal_point(), reason="No course was held.")
    run_all_jobs()
    reporting.act(report, Act.RETURN, reporting.analyst(), reason="There were courses.")
    run_all_jobs()
    assert figures(statistic) == {}
    assert len(changes) == 2
    approve(report)
    assert figures(statistic)[""] == 90.0


# --- recipes ----------------------------------------------------------------------------------------------------------


def test_adoption_compiles_every_approved_report_anew(
    record_set: RecordSet, statistic: Statistic, changes: Any
) -> None:
    approve(records.make_report(record_set))
    approve(records.make_report(record_set, period="2026"), [["N", "M", "30"]])
    draft = records.make_report(record_set, "THA")
    records.send(draft)
    adopt(statistic, filters=[{"column": "province", "test": "is", "values": ["N"]}])
    recompile(statistic)
    (job,) = run_jobs()
    assert job.outcome == {"compiled": 2, "unchanged": 0, "message": "2 compiled, 0 unchanged"}
    found = {(row.area, row.period): row.value for row in selectors.observations(statistic, totals_only=True)}
    assert found == {("VNM", 2025000): 42.0, ("VNM", 2026000): 30.0}


def test_a_new_recipe_does_not_rely_on_what_an_older_one_has_shown(record_set: RecordSet) -> None:
    """The first recipe hides F and one other code; the second, with another mask, may not open F by a subtraction."""
    rows = [["N", "F", "3"], ["N", "M", "30"], ["N", "_O", "40"], ["S", "M", "30"], ["S", "_O", "35"]]
    statistic = records.make_statistic(record_set, RECIPE)
    approve(records.make_report(record_set), rows)
    first = {name for name, value in figures(statistic).items() if value is not None}
    adopt(statistic, round_to=1)
    recompile(statistic)
    run_all_jobs()
    second = {name for name, value in figures(statistic).items() if value is not None}
    assert Compilation.objects.count() == 2
    assert first == second
    assert len({"", "SEX=F", "SEX=M", "SEX=_O"} - (first | second)) == 2


def test_records_in_an_older_layout_are_compiled_where_the_columns_are_there(record_set: RecordSet) -> None:
    report = records.make_report(record_set)
    older = record_set.current
    records.make_version(record_set, columns=[*reversed(records.COLUMNS)])
    record_set.refresh_from_db()
    statistic = records.make_statistic(record_set, RECIPE)
    approve(report, ROWS, version=older)
    assert figures(statistic)[""] == 90.0


def test_a_retired_statistic_is_not_compiled(record_set: RecordSet, statistic: Statistic) -> None:
    Statistic.objects.update(retired_at=timezone.now())
    approve(records.make_report(record_set))
    assert figures(statistic) == {}


# --- denominators -----------------------------------------------------------------------------------------------------


def test_another_statistic_is_a_denominator_and_its_change_compiles_anew(record_set: RecordSet) -> None:
    places = records.make_set(title="Places")
    records.make_statistic(places, RECIPE, code="PLACES")
    share = records.make_statistic(
        record_set, {**RECIPE, "multiplier": 100, "denominator": {"series": "ARBMD:PLACES", "by_dimensions": True}}
    )
    approve(records.make_report(record_set), ROWS)
    assert marks(share) == {"": "OF", "SEX=F": "OF", "SEX=M": "OF"}
    approve(records.make_report(places), [["N", "F", "200"], ["N", "M", "100"]], run=False)
    run_all_jobs()
    assert figures(share) == {"": 30.0, "SEX=F": 10.0, "SEX=M": 70.0}
    last = Compilation.objects.filter(recipe__statistic=share).order_by("-id")[0]
    assert len(last.inputs) == 3
    assert all(one.startswith("C:") for one in last.inputs)


def test_statistics_that_divide_by_one_another_do_not_compile_each_other_for_ever(record_set: RecordSet) -> None:
    plain = {**RECIPE, "dimensions": []}
    one = records.make_statistic(record_set, {**plain, "denominator": {"series": "ARBMD:TWO"}}, code="ONE")
    two = records.make_statistic(record_set, {**plain, "denominator": {"series": "ARBMD:ONE"}}, code="TWO")
    approve(records.make_report(record_set))
    assert (marks(one), marks(two)) == ({"": "OF"}, {"": "OF"})
    assert Compilation.objects.count() == 2


@pytest.mark.parametrize(("years", "mark"), [(0, "OF"), (1, "OF"), (2, "EF"), (5, "EF")])
def test_an_earlier_denominator_stands_in_as_far_as_the_recipe_allows(
    record_set: RecordSet, years: int, mark: str
) -> None:
    places = records.make_set(title="Places")
    records.make_statistic(places, {**RECIPE, "dimensions": []}, code="PLACES")
    approve(records.make_report(places, period="2023"), ROWS)
    share = records.make_statistic(
        record_set, {**RECIPE, "dimensions": [], "denominator": {"series": "ARBMD:PLACES", "at_most_years_old": years}}
    )
    approve(records.make_report(record_set), ROWS)
    assert marks(share) == {"": mark}


def test_a_quarter_takes_the_denominator_of_its_year(record_set: RecordSet) -> None:
    places = records.make_set(title="Places")
    records.make_statistic(places, {**RECIPE, "dimensions": []}, code="PLACES")
    approve(records.make_report(places), ROWS)
    share = records.make_statistic(record_set, {**RECIPE, "dimensions": [], "denominator": {"series": "ARBMD:PLACES"}})
    approve(records.make_report(record_set, period="2025-Q2"), ROWS)
    assert [(row.period, row.value) for row in selectors.observations(share)] == [(2025202, 1.0)]


def test_two_workers_with_the_same_report_publish_it_once(
    record_set: RecordSet, statistic: Statistic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has read and calculated while the first published: it finds the very same there, and adds nothing."""
    report = records.make_report(record_set)
    approve(report, run=False)
    calculate, inner = compiling.carry_out, []

    def overtaken(planned: Any) -> Any:
        if not inner:
            inner.append(None)
            inner[0] = publish.compile_standing(report.pk, actor="the other worker")
        return calculate(planned)

    monkeypatch.setattr(compiling, "carry_out", overtaken)
    outer = publish.compile_standing(report.pk, actor="this worker")
    assert (inner[0].compiled, outer.compiled, outer.unchanged) == (1, 0, 1)
    assert Compilation.objects.count() == 1
    assert StatisticObservation.objects.filter(closed_at__isnull=False).count() == 0
    assert AuditEvent.objects.filter(action="statistics.compiled").count() == 1


# --- discarding rows --------------------------------------------------------------------------------------------------


PERSONAL = [
    {"name": "person", "label": "Person", "type": "text", "is_key": True, "is_personal": True},
    {"name": "sex", "label": "Sex", "type": "code", "code_list": "CL_SEX", "required": True},
]
PERSONS = [[f"P{number}", "F" if number % 2 else "M"] for number in range(40)]
COUNT = {"numerator": {"measure": "count"}, "dimensions": BY_SEX}


@pytest.fixture
def discarding(settings: Any, tmp_path: Any) -> RecordSet:
    settings.MEDIA_ROOT = tmp_path
    return records.make_set(columns=PERSONAL, kind="records", is_personal=True, discards_rows=True)


def with_file(submission: Submission) -> Submission:
    """The file as it was sent."""
    batch = ImportBatch.objects.create(target="records", filename="persons.csv", sha256="0" * 64)
    batch.file.save("persons.csv", ContentFile(b"Person,Sex\nP1,F\n"))
    submission.batch = batch
    submission.save(update_fields=["batch"])
    return submission


def test_rows_are_discarded_once_all_statistics_are_compiled(
    discarding: RecordSet, django_capture_on_commit_callbacks: Any
) -> None:
    statistic = records.make_statistic(discarding, COUNT)
    report, focal, reviewer = records.make_report(discarding), reporting.focal_point(), reporting.analyst()
    earlier = with_file(records.send(report, PERSONS[:3], by=focal))
    submission = with_file(records.send(report, PERSONS, by=focal))
    assert submission.batch is not None
    records.make_finding(
        submission, column="Person", record="P7", seen="P7", decision="confirmed", reason="Right.",
        decided_at=timezone.now(),
    )  # fmt: skip
    places = [one.file.path for one in (earlier.batch, submission.batch) if one]
    places += [one.rows_file.path for one in (earlier, submission)]
    hand_in(report, focal, reviewer)
    with django_capture_on_commit_callbacks(execute=True):
        run_all_jobs()
    assert figures(statistic) == {"": 40.0, "SEX=F": 20.0, "SEX=M": 20.0}
    for one in (earlier, submission):
        one.refresh_from_db()
        assert one.rows_discarded_at is not None
        assert not one.rows_file
        assert one.batch is not None
        assert not one.batch.file
    assert not any(Path(place).exists() for place in places)
    finding = submission.findings.get()
    assert (finding.seen, finding.record, finding.column) == ("", "", "Person")
    event = AuditEvent.objects.get(action="records.discarded")
    assert event.after == {"versions": [1, 2], "rows_sha256": submission.rows_sha256}


def test_versions_that_were_never_used_and_files_that_could_not_be_read_go_too(
    discarding: RecordSet, django_capture_on_commit_callbacks: Any
) -> None:
    records.make_statistic(discarding, COUNT)
    report, focal, reviewer = records.make_report(discarding), reporting.focal_point(), reporting.analyst()
    used = with_file(records.send(report, PERSONS, by=focal))
    unused = with_file(records.send(report, PERSONS[:9], by=focal, current=False))
    unread = ImportBatch.objects.create(
        target="records", filename="persons.xlsm", sha256="1" * 64, state="refused",
        options={"dataset": str(report.public_id)},
    )  # fmt: skip
    unread.file.save("persons.xlsm", ContentFile(b"Persons"))
    another = ImportBatch.objects.create(
        target="records", filename="persons.xlsm", sha256="2" * 64, state="refused",
        options={"dataset": str(records.make_report(discarding, "THA").public_id)},
    )  # fmt: skip
    another.file.save("persons.xlsm", ContentFile(b"Persons of another report"))
    hand_in(report, focal, reviewer)
    correction = with_file(records.send(report, PERSONS[:12], by=focal, current=False))  # sent after the approval
    with django_capture_on_commit_callbacks(execute=True):
        run_all_jobs()
    for one in (used, unused, correction):
        one.refresh_from_db()
    assert (bool(used.rows_file), bool(unused.rows_file), bool(correction.rows_file)) == (False, False, True)
    assert unused.rows_discarded_at is not None
    batches = {one.pk: one for one in ImportBatch.objects.all()}
    left = [bool(batches[pk].file) for pk in (unused.batch_id, unread.pk, correction.batch_id, another.pk)]
    assert left == [False, False, True, True]
    assert not Path(unread.file.path).exists()
    event = AuditEvent.objects.get(action="records.discarded")
    assert event.after is not None
    assert event.after["versions"] == [1, 2]


def test_groups_told_apart_by_a_person_go_with_the_rows(
    discarding: RecordSet, django_capture_on_commit_callbacks: Any
) -> None:
    rules = [
        {"code": code, "kind": "against_last", "level": "warning", "instruction": "Check.",
         "params": {"column": "days", "by": [by], "most_change": 50}}
        for code, by in (("by_person", "person"), ("by_sex", "sex"))
    ]  # fmt: skip
    days = {"name": "days", "label": "Days", "type": "integer"}
    person = {**PERSONAL[0], "is_key": False}
    records.make_version(discarding, columns=[person, PERSONAL[1], days], rules=rules)
    records.make_statistic(discarding, COUNT)
    report, focal, reviewer = records.make_report(discarding), reporting.focal_point(), reporting.analyst()
    rows = [[*row, "3"] for row in PERSONS]
    sums = {"by_person": {"P7": 3.0}, "by_sex": {"F": 60.0}}
    submission = records.send(report, rows, by=focal, sums=sums)
    told = {"column": "Days", "seen": "3 now, 9 before", "decision": "confirmed", "reason": "Right.",
            "decided_at": timezone.now()}  # fmt: skip
    records.make_finding(submission, rule="by_person", record="P7", **told)
    records.make_finding(submission, rule="by_sex", record="F", **told)
    hand_in(report, focal, reviewer)
    with django_capture_on_commit_callbacks(execute=True):
        run_all_jobs()
    submission.refresh_from_db()
    assert submission.rows_discarded_at is not None
    assert submission.sums == {"by_sex": {"F": 60.0}}
    found = {one.rule: (one.record, one.seen) for one in submission.findings.all()}
    assert found == {"by_person": ("", ""), "by_sex": ("F", "3 now, 9 before")}


def test_rows_stay_until_every_statistic_has_been_compiled(discarding: RecordSet) -> None:
    records.make_statistic(discarding, COUNT)
    broken = records.make_statistic(discarding, COUNT, code="BROKEN")
    good = broken.current.recipe if broken.current else {}
    RecipeVersion.objects.filter(statistic=broken).update(recipe={"numerator": {"measure": "sum", "column": "gone"}})
    submission = approve(records.make_report(discarding), PERSONS, run=False)
    run_all_jobs()
    submission.refresh_from_db()
    assert submission.rows_file
    RecipeVersion.objects.filter(statistic=broken).update(recipe=good)
    recompile(broken)
    run_all_jobs()
    submission.refresh_from_db()
    assert not submission.rows_file


def test_after_discarding_what_was_published_stays_and_a_new_recipe_says_why_it_cannot_be_carried_out(
    discarding: RecordSet,
) -> None:
    statistic = records.make_statistic(discarding, COUNT)
    report = records.make_report(discarding)
    approve(report, PERSONS)
    (compilation,) = Compilation.objects.all()
    with pytest.raises(CannotCompile, match="were discarded"):
        replay(compilation)
    recompile(statistic)
    assert [job.state for job in run_jobs()] == [JobState.SUCCEEDED]  # the same recipe: nothing to do
    adopt(statistic, minimum_cell=3)
    recompile(statistic)
    (job,) = run_jobs()
    assert job.state == JobState.FAILED
    assert "the ministry sends the records again" in job.error + job.message
    assert figures(statistic)[""] == 40.0


def test_rows_of_a_set_that_keeps_them_are_kept(record_set: RecordSet, statistic: Statistic) -> None:
    submission = approve(records.make_report(record_set))
    submission.refresh_from_db()
    assert submission.rows_file
    assert submission.rows_discarded_at is None


# --- the registry -----------------------------------------------------------------------------------------------------


def test_the_registry_reads_and_describes_without_rows(record_set: RecordSet, statistic: Statistic) -> None:
    report = records.make_report(record_set)
    submission = approve(report, SMALL)
    points = registry.read([CODE], areas=["VNM"], totals_only=False)
    assert [point.dimensions for point in points] == ["", "SEX=F", "SEX=M"]
    assert [point.value for point in points if point.obs_status == "Q"] == [None, None]
    info = registry.describe([CODE])[CODE]
    assert (info.title, info.unit, info.is_demonstration) == ("Persons trained", "persons", False)
    (seen,) = registry.describe_observations([points[1].reference]).values()
    assert seen.sha256 == ""  # a reader who guesses the few suppressed numbers could try each against a checksum
    assert submission.rows_sha256 not in repr(seen)
    assert seen.parts[0].title == "Persons trained, Viet Nam 2025"
    assert seen.parts[0].url == f"/reports/{report.public_id}/"
    assert seen.parts[0].note == "Submission, version 1; recipe 1; suppressed: few records stand behind it"
    assert registry.read([CODE], areas=["THA"]) == []
    assert registry.read([CODE], areas=["VNM"], first_period=2026000) == []
    assert registry.describe_observations(["C:x", "C:999999999999999999999", "C:²"]) == {}


def test_demonstration_is_told(record_set: RecordSet, statistic: Statistic) -> None:
    approve(records.make_report(record_set), is_demonstration=True)
    assert registry.describe([CODE])[CODE].is_demonstration
    assert all(row.is_demonstration for row in selectors.observations(statistic))


def test_reading_takes_one_statement_however_many_series(record_set: RecordSet, statistic: Statistic) -> None:
    from databases_c.series import RecordsSource

    approve(records.make_report(record_set))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        RecordsSource().read([CODE], areas=["VNM"], totals_only=False)
    assert len(asked) == 1


def test_a_change_reaches_the_kpis_that_read_the_series(record_set: RecordSet, statistic: Statistic) -> None:
    """Database A hears the series by name, as it hears those of Database B."""
    from databases_a.rfmd.models import KpiLeaf, Recipe

    leaf = KpiLeaf.objects.order_by("position")[0]
    recipe = Recipe.objects.filter(leaf=leaf, state="adopted").first() or Recipe.objects.filter(state="adopted")[0]
    recipe.inputs = [{"role": "value", "series": CODE}]
    recipe.save(update_fields=["inputs"])
    approve(records.make_report(record_set), run=False)
    run_all_jobs()
    leaves = [job.args["leaves"] for job in Job.objects.filter(name="rfmd.aggregate")]
    assert any(recipe.leaf.code in one for one in leaves)
