"""Saving records: what is kept, refused, asked for a reason, remembered."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from adme.reference.models import Code
from adme.reporting import tools
from adme.reporting.errors import BadValues, Conflict, NoSuchRecord, NotAllowedNow, NotReady, ReasonNeeded
from adme.reporting.models import Contribution, RecordChange
from adme.reporting.selectors.history import changes_of
from adme.reporting.selectors.readiness import readiness
from adme.reporting.services import records
from adme.reporting.services.records import RowChange
from adme.reporting.states import State
from adme.reporting.transitions import Act
from databases_a.tool1.models import Activity

from . import factories as make
from .factories import FORM, act, again, approved, save, submitted, values_of

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def key(report):
    return make.key_of(make.make_activity("SOMHD", "Health workshop"))


def test_the_first_save_starts_the_report_and_notes_author_and_history(report, officer, key):
    saved = save(report, key, {"percent_complete": "25 %", "remarks": " Fine. "}, officer)

    assert saved.changed == ("percent_complete", "remarks")
    assert (saved.values["percent_complete"], saved.values["remarks"]) == (25, "Fine.")
    done = again(report)
    assert (done.state, done.content_version) == (State.DRAFTING, 1)
    assert Contribution.objects.get().user == officer
    (change,) = changes_of(report, key, "percent_complete")
    assert (change.label, change.before_text, change.after_text) == ("Percent complete", "", "25")
    assert (change.by, change.channel) == (str(officer), "form")


def test_saving_what_is_stored_starts_nothing_and_writes_nothing(report, officer, key):
    saved = save(report, key, {"title": "Health workshop", "remarks": ""}, officer)

    assert saved.changed == ()
    assert (again(report).state, RecordChange.objects.count()) == (State.DUE, 0)


def test_every_wrong_value_is_named_and_nothing_is_stored(report, officer, key):
    wrong = {"starts_on": "31/02/2025", "status": "ongoingg", "percent_complete": 101, "nonsense": 1, "remarks": "ok"}
    with pytest.raises(BadValues) as refused:
        save(report, key, wrong, officer)

    assert {one.field for one in refused.value.problems} == {"starts_on", "status", "percent_complete", "nonsense"}
    assert "did you mean 'On-going'?" in str(refused.value)
    assert values_of(report, key)["remarks"] == ""


def test_an_end_before_its_start_is_refused_also_when_only_one_of_them_is_sent(report, officer, key):
    with pytest.raises(BadValues, match="before it starts"):
        save(report, key, {"ends_on": "2024-01-01"}, officer)
    with pytest.raises(BadValues, match="before it starts"):
        save(report, key, {"starts_on": "2026-01-01"}, officer)

    assert save(report, key, {"starts_on": "2026-01-01", "ends_on": "2026-02-01"}, officer).changed


def test_what_was_wrong_before_does_not_stop_a_change_elsewhere(report, officer, key):
    Activity.objects.filter(public_id=key).update(funding_amount=100, funding_currency="")

    assert save(report, key, {"remarks": "Fine."}, officer).changed == ("remarks",)
    with pytest.raises(BadValues):
        save(report, make.key_of(make.make_activity()), {"funding_amount": "100"}, officer)


def test_a_record_cannot_lose_its_name(report, officer, key):
    with pytest.raises(BadValues, match="write what it is called"):
        save(report, key, {"title": "  "}, officer)


def test_a_retired_code_that_is_stored_may_stay_but_not_be_chosen(report, officer, key):
    save(report, key, {"activity_type": "campaign", "stakeholders": ["media"]}, officer)
    Code.objects.filter(
        code_list__code__in=["CL_ACTIVITY_TYPE", "CL_STAKEHOLDER"], code__in=["campaign", "media"]
    ).update(retired_at=timezone.now())

    kept = save(report, key, {"activity_type": "campaign", "stakeholders": ["media", "youth"]}, officer)
    assert set(kept.values["stakeholders"]) == {"media", "youth"}
    with pytest.raises(BadValues):
        save(report, make.key_of(make.make_activity()), {"activity_type": "campaign"}, officer)


def test_records_of_other_bodies_are_unknown_here(report, officer):
    stranger = make.key_of(make.make_activity("SLOM"))
    for unknown in (stranger, "3b241101-e2bb-4255-8caf-4136c566a962", "nonsense"):
        with pytest.raises(NoSuchRecord):
            save(report, unknown, {"remarks": "Mine?"}, officer, tokens={})


def test_only_the_reporter_and_the_secretariat_with_a_reason_may_write(report, officer, analyst, key):
    for stranger in (make.officer("SLOM"), make.focal_point(), make.soca_member(), make.administrator()):
        with pytest.raises(PermissionDenied):
            save(report, key, {"remarks": "Mine?"}, stranger, reason="I would like to.")
    with pytest.raises(ReasonNeeded, match="on behalf of SOMHD"):
        save(report, key, {"remarks": "By the analyst."}, analyst)

    save(report, key, {"remarks": "By the analyst."}, analyst, reason="Told by telephone.")
    save(report, key, {"remarks": "By the analyst, again."}, analyst)  # the reason stands for what follows
    save(report, key, {"remarks": "By the officer."}, officer)

    assert values_of(report, key)["remarks"] == "By the officer."


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_what_was_handed_in_is_locked_for_everybody(state, report, officer, analyst):
    (key,) = (submitted if state == "submitted" else lambda *args: approved(*args, analyst))(report, officer)
    row = [RowChange(key, "", {"remarks": "Late."}, "Late.")]
    for by in (officer, analyst):
        with pytest.raises(NotAllowedNow, match="cannot be changed now"):
            save(report, key, {"remarks": "Late."}, by, reason="Late.")
        with pytest.raises(NotAllowedNow):
            records.save_many(obligation_id=report.pk, rows=row, by=by, channel=RecordChange.Channel.UPLOAD)
        with pytest.raises(NotAllowedNow):
            records.remove_record(obligation_id=report.pk, key=key, by=by, reason="Late.")
        with pytest.raises(NotAllowedNow):
            records.copy_forward(obligation_id=report.pk, keys=None, by=by, reason="Late.")

    assert values_of(report, key)["remarks"] == ""


CHANNELS = [RecordChange.Channel.FORM, RecordChange.Channel.GRID, RecordChange.Channel.API]


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_approved_plan_value_changes_with_a_reason_in_a_later_period(channel, report, officer, analyst):
    (key,) = approved(report, officer, analyst)
    later = make.make_obligation("SOMHD", period="2026")
    with pytest.raises(ReasonNeeded) as asked:
        save(later, key, {"ends_on": "2026-12-31", "percent_complete": 70}, officer, channel=channel)
    assert asked.value.fields == ("ends_on",)
    assert values_of(later, key)["percent_complete"] is None

    save(later, key, {"percent_complete": 70, "description": "Was blank before."}, officer, channel=channel)
    save(later, key, {"ends_on": "2026-12-31"}, officer, reason="It was prolonged.", channel=channel)
    save(later, key, {"ends_on": "2025-12-31"}, officer, channel=channel)  # back to what was approved

    assert [one.reason for one in changes_of(later, key, "ends_on")] == ["", "It was prolonged."]


def test_the_same_holds_for_rows_of_a_workbook(report, officer, analyst):
    (key,) = approved(report, officer, analyst)
    later = make.make_obligation("SOMHD", period="2026")

    def upload(reason):
        rows = [RowChange(key, "", {"title": "Another title", "percent_complete": 70}, reason)]
        return records.save_many(obligation_id=later.pk, rows=rows, by=officer, channel=RecordChange.Channel.UPLOAD)

    with pytest.raises(ReasonNeeded):
        upload("")
    assert upload("It was renamed.") == {"added": 0, "changed": 1, "unchanged": 0}


def test_in_a_reopened_report_every_approved_value_needs_a_reason(report, officer, analyst):
    (key,) = approved(report, officer, analyst)
    act(report, Act.REOPEN, analyst, reason="A figure was wrong.")
    with pytest.raises(ReasonNeeded) as asked:
        save(report, key, {"participants_female": 21, "remarks": "Was blank before."}, officer)
    assert asked.value.fields == ("participants_female",)

    save(report, key, {"participants_female": 21}, officer, reason="Counted again.")
    act(report, Act.SUBMIT, officer)
    act(report, Act.RETURN, analyst, reason="And the men?")
    with pytest.raises(ReasonNeeded):
        save(report, key, {"participants_female": 22}, officer)
    save(report, key, {"participants_male": 4}, officer)


def test_a_new_record_needs_a_group_and_a_name(report, officer):
    plan = str(make.make_work_plan().public_id)

    def create(group, **raw):
        return records.create_record(obligation_id=report.pk, group=group, raw=raw, by=officer, channel=FORM)

    for wrong in (str(make.make_work_plan("SLOM").public_id), "", "nonsense"):
        with pytest.raises(BadValues, match="belongs"):
            create(wrong, title="New")
    with pytest.raises(BadValues, match="write what it is called"):
        create(plan, status="ongoing")

    made = create(plan, title="New", status="ongoing", starts_on="1 Mar 2025")

    assert (made.values["title"], made.values["starts_on"]) == ("New", "2025-03-01")
    assert values_of(report, made.key) == made.values
    assert again(report).state == State.DRAFTING


def test_taking_out_what_was_reported_needs_a_reason(report, officer, analyst):
    loose = make.key_of(make.make_activity())
    records.remove_record(obligation_id=report.pk, key=loose, by=officer, reason="")
    (key, _other) = submitted(report, officer, count=2)
    act(report, Act.RETURN, analyst, reason="One too many.")
    with pytest.raises(ReasonNeeded):
        records.remove_record(obligation_id=report.pk, key=key, by=officer, reason="")

    records.remove_record(obligation_id=report.pk, key=key, by=officer, reason="It belongs to SLOM.")

    with pytest.raises(NoSuchRecord):
        records.remove_record(obligation_id=report.pk, key=key, by=officer, reason="Again.")
    assert changes_of(report, key)[0].reason == "It belongs to SLOM."


def open_codes(report):
    return [one.code for row in readiness(report).records for one in row.contradictions]


def test_a_contradiction_is_kept_with_a_reason_until_its_values_change(report, officer, key):
    save(report, key, {**make.REPORT, "status": "completed", "percent_complete": 90}, officer)
    assert open_codes(report) == ["completed_below_100"]
    with pytest.raises(NotReady):
        act(report, Act.SUBMIT, officer)
    with pytest.raises(NotAllowedNow):
        records.keep_contradiction(obligation_id=report.pk, key=key, code="percent_falls", reason="x", by=officer)

    def keep(reason):
        records.keep_contradiction(
            obligation_id=report.pk, key=key, code="completed_below_100", reason=reason, by=officer
        )

    keep("The last tenth was given up.")
    save(report, key, {"remarks": "Something else."}, officer)
    assert open_codes(report) == []
    save(report, key, {"percent_complete": 91}, officer)
    assert open_codes(report) == ["completed_below_100"]
    keep("Still.")
    keep("")
    assert open_codes(report) == ["completed_below_100"]
    keep("Still.")
    act(report, Act.SUBMIT, officer)
    assert make.current(report).content.data["records"][0]["kept"] == {"completed_below_100": "Still."}


def last_period(officer, analyst, **values):
    before = make.make_obligation("SOMHD", period="2024")
    key = make.key_of(make.make_activity(starts_on="2024-01-01", ends_on="2026-12-31"))
    save(before, key, {**make.REPORT, "remarks": "As in 2024.", **values}, officer)
    act(before, Act.SUBMIT, officer)
    act(before, Act.APPROVE, analyst)
    return key


def test_the_last_period_fills_only_what_is_empty_and_never_counts(report, officer, analyst):
    key = last_period(officer, analyst, outputs="policy | A guideline |")
    save(report, key, {"percent_complete": 60}, officer)

    assert records.copy_forward(obligation_id=report.pk, keys=[key], by=officer) == 1

    now = values_of(report, key)
    assert (now["status"], now["percent_complete"], now["remarks"]) == ("ongoing", 60, "As in 2024.")
    assert (now["participants_female"], now["outputs"]) == (None, [])
    assert records.copy_forward(obligation_id=report.pk, keys=None, by=officer) == 0
    assert changes_of(report, key, "remarks")[0].channel == "copied from the last period"


def test_a_field_that_is_named_is_copied_and_a_finished_status_is_not_brought_along(report, officer, analyst):
    key = last_period(officer, analyst, status="completed", percent_complete=100, ends_on="2024-12-31")
    Activity.objects.filter(public_id=key).update(ends_on="2025-06-30")

    records.copy_forward(obligation_id=report.pk, keys=None, by=officer)
    assert values_of(report, key)["status"] == ""
    assert records.copy_forward(obligation_id=report.pk, keys=[key], by=officer, fields=["participants_female"]) == 1

    assert values_of(report, key)["participants_female"] == 12


def test_many_rows_are_saved_together_or_not_at_all(report, officer, key):
    plan = str(make.make_work_plan().public_id)
    good = [
        RowChange(key, "", {"remarks": "Changed."}),
        RowChange(make.key_of(make.make_activity()), "", {"remarks": ""}),
        RowChange("", plan, {"title": "Added"}),
    ]

    def upload(rows):
        return records.save_many(obligation_id=report.pk, rows=rows, by=officer, channel=RecordChange.Channel.UPLOAD)

    for bad, error in (
        (RowChange("3b241101-e2bb-4255-8caf-4136c566a962", "", {}), NoSuchRecord),
        (RowChange("", "nowhere", {"title": "Lost"}), BadValues),
        (RowChange(key, "", {"remarks": "x"}, expected={"remarks": "What the preview showed"}), Conflict),
    ):
        with pytest.raises(error):
            upload([*good, bad])
    assert (RecordChange.objects.count(), again(report).state) == (0, State.DUE)

    assert upload(good) == {"added": 1, "changed": 1, "unchanged": 1}
    assert len(tools.get("tool1").records(again(report))) == 3


def test_many_rows_take_as_many_statements_as_a_few(report, officer, django_assert_num_queries):
    keys = [make.key_of(make.make_activity()) for _ in range(30)]

    def rows(some, text):
        return [RowChange(key, "", {"remarks": text, "title": f"{text} {key}"}) for key in some]

    def upload(wanted):
        return records.save_many(obligation_id=report.pk, rows=wanted, by=officer, channel=RecordChange.Channel.UPLOAD)

    upload(rows(keys, "Before"))
    with CaptureQueriesContext(connection) as few:
        upload(rows(keys[:2], "Few"))
    with django_assert_num_queries(len(few)):
        upload(rows(keys, "Many"))
