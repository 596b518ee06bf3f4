"""Survey results, baselines and targets: who may, what is demanded, what is kept, and what it sets in motion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from adme.accounts.models import User
from adme.audit.models import AuditEvent
from adme.jobs.testing import run_all_jobs
from adme.observations.services import current_data_version
from adme.reference.models import Area
from databases_a.rfmd.errors import NotAllowedNow
from databases_a.rfmd.models import Baseline, KpiLeaf, KpiValue, SurveyEntry, Target
from databases_a.rfmd.passport import passport
from databases_a.rfmd.services import correct_survey_entry, enter_survey, set_baseline, set_target
from databases_a.rfmd.services.surveys import SurveyResult

pytestmark = pytest.mark.django_db
Value = Callable[..., KpiValue | None]
As = Callable[..., Client]
RESULT = SurveyResult(value=94.5, source="ASEAN awareness poll", sample_size=4000)
TYPED = {"value": "94.5", "source": "ASEAN awareness poll", "sample_size": "4000"}


@pytest.fixture
def analyst(user_with: Callable[..., User]) -> User:
    return user_with("analyst")


def enter(analyst: User, area: str = "ASEAN", leaf: str = "22", result: SurveyResult = RESULT) -> SurveyEntry:
    return enter_survey(
        leaf=KpiLeaf.objects.get(code=leaf), area=Area.objects.get(code=area), year=2018, result=result, by=analyst
    )


def test_a_survey_result_becomes_a_kpi_value_with_its_entry_as_input(analyst: User, value_of: Value) -> None:
    entry = enter(analyst)
    run_all_jobs()
    value = value_of("ASEAN", 2018, "22")
    assert value is not None
    assert value.value == 94.5
    assert value.inputs == [["value", "ASEAN", f"S:{entry.pk}", 2018000, 94.5, None]]
    paper = passport("22", "ASEAN", 2018000)
    assert paper is not None
    assert paper.inputs[0].observation is not None
    assert "ASEAN awareness poll; 4000 people asked." in paper.inputs[0].observation.note


def test_a_result_of_zero_is_a_result(analyst: User, value_of: Value) -> None:
    enter(analyst, result=SurveyResult(value=0.0, source="Poll", sample_size=10))
    run_all_jobs()
    value = value_of("ASEAN", 2018, "22")
    assert value is not None
    assert value.value == 0.0


def test_a_correction_closes_the_old_entry_and_keeps_the_reason(analyst: User, value_of: Value) -> None:
    entry = enter(analyst)
    run_all_jobs()
    better = SurveyResult(value=90.0, source="Poll, final report", sample_size=4000)
    newer = correct_survey_entry(entry=entry, result=better, reason="The final report differs.", by=analyst)
    run_all_jobs()
    entry.refresh_from_db()
    assert entry.closed_at is not None
    assert (newer.change_reason, newer.value) == ("The final report differs.", 90.0)
    value = value_of("ASEAN", 2018, "22")
    assert value is not None
    assert value.value == 90.0
    event = AuditEvent.objects.get(action="survey.corrected")
    assert event.before is not None
    assert event.after is not None
    assert (event.before["value"], event.after["value"], event.reason) == (94.5, 90.0, "The final report differs.")


def test_a_correction_without_a_reason_or_of_a_closed_entry_is_refused(analyst: User) -> None:
    entry = enter(analyst)
    with pytest.raises(NotAllowedNow, match="why"):
        correct_survey_entry(entry=entry, result=RESULT, reason="  ", by=analyst)
    correct_survey_entry(entry=entry, result=RESULT, reason="First.", by=analyst)
    with pytest.raises(NotAllowedNow, match="in the meantime"):
        correct_survey_entry(entry=entry, result=RESULT, reason="Second.", by=analyst)
    assert SurveyEntry.objects.filter(closed_at__isnull=True).count() == 1


def test_one_place_holds_one_current_result(analyst: User) -> None:
    enter(analyst)
    with pytest.raises(NotAllowedNow, match="already has a result"):
        enter(analyst)
    assert enter(analyst, area="IDN").pk


@pytest.mark.parametrize(
    "result",
    [
        SurveyResult(value=float("nan"), source="Poll", sample_size=10),
        SurveyResult(value=1.0, source=" ", sample_size=10),
        SurveyResult(value=1.0, source="Poll", sample_size=0),
    ],
)
def test_source_sample_and_number_are_demanded_by_the_service(analyst: User, result: SurveyResult) -> None:
    with pytest.raises(NotAllowedNow):
        enter(analyst, result=result)
    assert not SurveyEntry.objects.exists()


def test_only_survey_leaves_take_results(analyst: User) -> None:
    with pytest.raises(NotAllowedNow, match="does not come from a survey"):
        enter(analyst, leaf="31c")


def test_an_analyst_enters_and_corrects_in_the_browser(client_as: As) -> None:
    client = client_as("analyst")
    leaf, area = KpiLeaf.objects.get(code="22"), Area.objects.get(code="ASEAN")
    given = {"leaf": leaf.pk, "area": area.pk, "year": "2018", **TYPED}
    assert client.get("/kpis/surveys/new/?leaf=22").status_code == 200
    assert client.post("/kpis/surveys/new/", given).status_code == 302
    entry = SurveyEntry.objects.get()
    assert entry.entered_by == client.user  # type: ignore[attr-defined]
    page = client.get("/kpis/surveys/").content.decode()
    assert "ASEAN awareness poll" in page
    address = f"/kpis/surveys/{entry.pk}/correct/"
    refused = client.post(address, TYPED)
    assert refused.status_code == 422
    assert "id_reason_error" in refused.content.decode()
    assert client.post(address, {**TYPED, "value": "90", "reason": "Final report."}).status_code == 302
    assert SurveyEntry.objects.get(closed_at__isnull=True).value == 90.0
    assert "Corrected: Final report." in client.get("/kpis/surveys/?corrected=yes").content.decode()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("value", "1,234"),
        ("value", "nan"),
        ("value", "٣"),
        ("value", ".."),
        ("source", ""),
        ("sample_size", ""),
        ("sample_size", "0"),
        ("year", "20188"),
        ("link", "javascript:alert(1)"),
    ],
)
def test_a_wrong_field_is_refused_beside_the_field_and_nothing_is_lost(client_as: As, field: str, typed: str) -> None:
    leaf, area = KpiLeaf.objects.get(code="22"), Area.objects.get(code="ASEAN")
    given = {"leaf": leaf.pk, "area": area.pk, "year": "2018", **TYPED, "sample_note": "My words", field: typed}
    answer = client_as("analyst").post("/kpis/surveys/new/", given)
    assert answer.status_code == 422
    assert f"id_{field}_error" in answer.content.decode()
    assert "My words" in answer.content.decode()
    assert not SurveyEntry.objects.exists()


def test_a_taken_place_is_told_beside_the_year(client_as: As, analyst: User) -> None:
    enter(analyst)
    leaf, area = KpiLeaf.objects.get(code="22"), Area.objects.get(code="ASEAN")
    answer = client_as("analyst").post(
        "/kpis/surveys/new/", {"leaf": leaf.pk, "area": area.pk, "year": "2018", **TYPED}
    )
    assert answer.status_code == 422
    assert "already has a result for 2018" in answer.content.decode()


ADDRESSES = ["/kpis/surveys/", "/kpis/surveys/new/", "/kpis/targets/", "/kpis/targets/new/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_analysts_open_the_pages_and_others_do_not(client_as: As, address: str) -> None:
    assert client_as("analyst").get(address).status_code == 200
    for role in ("me_officer", "focal_point", "soca_member", "administrator", None):
        assert client_as(role).get(address).status_code == 403, role
    assert Client().get(address).status_code == 302


def test_others_can_neither_enter_nor_set_nor_recompute(client_as: As, analyst: User) -> None:
    entry = enter(analyst)
    client = client_as("me_officer")
    for address in (*ADDRESSES[1::2], f"/kpis/surveys/{entry.pk}/correct/", "/kpis/recompute/"):
        assert client.post(address, {}).status_code == 403
    assert SurveyEntry.objects.count() == 1


def set_one(analyst: User, value: float, reason: str = "", area: str = "ASEAN") -> Target:
    return set_target(
        leaf=KpiLeaf.objects.get(code="31c"),
        area=Area.objects.get(code=area),
        year=2025,
        value=value,
        source="Plan of 2024",
        by=analyst,
        reason=reason,
    )


def test_a_target_is_set_with_its_source_and_changed_with_a_reason(analyst: User) -> None:
    version = current_data_version().number
    set_one(analyst, 0.0)
    assert Target.objects.get().value == 0.0
    with pytest.raises(NotAllowedNow, match="why"):
        set_one(analyst, 12.0)
    set_one(analyst, 12.0, "Agreed anew.")
    assert Target.objects.get().value == 12.0
    event = AuditEvent.objects.get(action="target.changed")
    assert event.before is not None
    assert (event.before["value"], event.reason, event.actor) == (0.0, "Agreed anew.", analyst.email)
    assert AuditEvent.objects.filter(action="target.set").count() == 1
    assert current_data_version().number == version + 2


def test_a_baseline_is_one_per_leaf_and_area(analyst: User) -> None:
    fields: dict[str, Any] = {
        "leaf": KpiLeaf.objects.get(code="31c"),
        "area": Area.objects.get(code="IDN"),
        "by": analyst,
    }
    set_baseline(**fields, year=2015, value=20.0, source="Plan", reason="")
    set_baseline(**fields, year=2016, value=21.0, source="Plan", reason="Another year was chosen.")
    assert list(Baseline.objects.values_list("year", "value")) == [(2016, 21.0)]


def test_an_analyst_sets_and_changes_a_target_in_the_browser(client_as: As) -> None:
    client = client_as("analyst")
    given = {"kind": "target", "leaf": "31c", "area": "ASEAN", "year": "2025", "value": "15", "source": "Plan"}
    assert client.post("/kpis/targets/new/", given).status_code == 302
    form = client.get("/kpis/targets/new/?kind=target&leaf=31c&area=ASEAN&year=2025").content.decode()
    assert 'value="15.0"' in form
    refused = client.post("/kpis/targets/new/", {**given, "value": "14"})
    assert refused.status_code == 422
    assert "id_reason_error" in refused.content.decode()
    assert client.post("/kpis/targets/new/", {**given, "value": "14", "reason": "Agreed."}).status_code == 302
    assert Target.objects.get().value == 14.0
    assert client.post("/kpis/targets/new/", {**given, "kind": "baseline", "year": "2016"}).status_code == 302
    page = client.get("/kpis/targets/").content.decode()
    assert "Baseline" in page
    assert "Target" in page
    assert "opic known" in page  # the title of 31c is not official wording, and says so


def test_strange_addresses_of_the_target_form_do_no_harm(client_as: As) -> None:
    client = client_as("analyst")
    for query in ("year=abc", "year=²²²²", "leaf=<x>&area=%00", "kind=nothing&year=99999"):
        assert client.get(f"/kpis/targets/new/?{query}").status_code == 200
    assert client.get("/kpis/surveys/new/?leaf=%00").status_code == 200
    assert client.post("/kpis/recompute/", {"leaf": "\x00"}).status_code == 404


def test_an_analyst_asks_for_a_computation_and_lands_on_its_job(client_as: As) -> None:
    client = client_as("analyst")
    answer = client.post("/kpis/recompute/", {"leaf": "31c"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/jobs/")
    assert client.post("/kpis/recompute/", {"leaf": "99z"}).status_code == 404
    assert client.get("/kpis/recompute/").status_code == 405


def test_lists_take_as_many_statements_for_fifty_rows_as_for_one(
    client_as: As, analyst: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = client_as("analyst")
    leaf = KpiLeaf.objects.get(code="22")
    asean = Area.objects.get(code="ASEAN")
    for year in range(1960, 2010):
        SurveyEntry.objects.create(leaf=leaf, area=asean, year=year, value=1.0, source="P", entered_by=analyst)
        Target.objects.create(leaf=leaf, area=asean, year=year, value=1.0, source="P")
    with django_assert_max_num_queries(12):
        client.get("/kpis/surveys/")
    with django_assert_max_num_queries(12):
        client.get("/kpis/targets/")


def test_demonstration_targets_are_marked_and_never_replace_a_real_one(
    analyst: User, settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ADME_DEMO = True
    set_one(analyst, 12.0)
    call_command("load_demo_targets")
    assert Target.objects.filter(is_demonstration=True).count() == 0
    call_command("load_demo_targets", apply=True)
    made = Target.objects.filter(is_demonstration=True)
    assert made.count() == 4
    assert set(made.values_list("source", flat=True)) == {"Demonstration target, not an official ASEAN target"}
    assert Target.objects.get(leaf__code="31c").value == 12.0
    version = current_data_version().number
    call_command("load_demo_targets", apply=True)
    assert current_data_version().number == version


def test_demonstration_targets_are_refused_outside_the_demonstration(settings, reference_data: None) -> None:
    settings.ADME_DEMO = False
    with pytest.raises(CommandError, match="made up"):
        call_command("load_demo_targets", apply=True)
    assert not Target.objects.exists()


def test_templates_hold_no_inline_script_or_style() -> None:
    folder = Path(__file__).parents[2] / "templates" / "rfmd"
    for path in folder.glob("*.html"):
        text = path.read_text()
        assert "<script" not in text, path.name
        assert "style=" not in text, path.name
        assert " on" + "click" not in text, path.name
