"""The starting catalogue comes from its file; a second load changes nothing, and no version in force is ever edited."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from adme.accounts.models import Role
from adme.reference.loading import LoadError
from adme.reference.models import SectoralBody
from adme.reporting.models import ReportingSchedule
from databases_c.layout import RuleKind, read_layout
from databases_c.loading import FROM_FILE, load_record_sets
from databases_c.models import RecordSet, SetVersion, Statistic
from databases_c.recipes import read_recipe

pytestmark = pytest.mark.django_db
FILE = settings.BASE_DIR / "fixtures" / "records" / "sets.json"
MUST = {
    "student-exchanges", "film-awards", "labour-inspections", "child-protection-cases", "civil-servants-trained",
    "heritage-sites", "sports-participation", "shelter-capacity", "disaster-losses", "clinics", "school-facilities",
    "museums",
}  # fmt: skip
Edit = Callable[[Callable[[dict[str, dict[str, Any]]], None]], None]


@pytest.fixture
def folder(reference_data, tmp_path: Path) -> Path:
    (tmp_path / "reference").mkdir()
    shutil.copytree(FILE.parent, tmp_path / "records")
    return tmp_path / "reference"


@pytest.fixture
def edit(folder: Path) -> Edit:
    def change(how: Callable[[dict[str, dict[str, Any]]], None]) -> None:
        path = folder.parent / "records" / "sets.json"
        sets = json.loads(path.read_text(encoding="utf-8"))
        how({one["code"]: one for one in sets})
        path.write_text(json.dumps(sets), encoding="utf-8")

    return change


def kinds(folder: Path) -> dict[str, str]:
    """What changed: table and key to kind."""
    return {f"{one.table}:{one.key}": one.kind for one in load_record_sets(folder, True) if one.kind != "unchanged"}


def test_the_catalogue_covers_every_body_with_proposed_sets(reference_data):
    sets = RecordSet.objects.filter(retired_at__isnull=True)
    assert sets.count() >= 22
    assert set(sets.values_list("body__code", flat=True)) == set(SectoralBody.objects.values_list("code", flat=True))
    assert all(one.is_proposed and one.provenance and one.from_file for one in sets)
    assert set(sets.values_list("code", flat=True)) >= MUST


def test_every_layout_and_every_recipe_in_force_can_be_read(reference_data):
    for record_set in RecordSet.objects.select_related("current"):
        assert record_set.current is not None
        assert record_set.current.state == SetVersion.State.IN_FORCE
        assert record_set.current.read_layout().as_json() == record_set.current.layout
    for statistic in Statistic.objects.select_related("current__layout"):
        found = read_recipe(statistic.current.recipe, statistic.current.layout.read_layout())
        assert found.as_json() == statistic.current.recipe


def test_every_set_has_a_statistic_and_every_kind_of_rule_is_used():
    sets = json.loads(FILE.read_text(encoding="utf-8"))
    assert all(one["statistics"] for one in sets)
    used = {rule.kind for one in sets for rule in read_layout(one["layout"]).rules}
    assert used == set(RuleKind)


def test_the_statistics_behind_the_two_kpis_are_there(reference_data):
    found = dict(Statistic.objects.values_list("code", "record_set__code"))
    assert found["EXCHANGE_PERSONS"] == "student-exchanges"
    assert found["FILM_AWARDS"] == "film-awards"


def test_columns_about_persons_are_marked_and_the_most_delicate_rows_are_discarded(reference_data):
    for one in RecordSet.objects.filter(is_personal=True).select_related("current"):
        assert any(column.is_personal for column in one.current.read_layout().columns), one.code
    delicate = RecordSet.objects.filter(code__in=["child-protection-cases", "protection-services"])
    assert all(one.discards_rows for one in delicate)


def test_small_cells_of_statistics_about_persons_are_suppressed(reference_data):
    for one in Statistic.objects.filter(record_set__is_personal=True).select_related("current__layout"):
        found = read_recipe(one.current.recipe, one.current.layout.read_layout())
        assert found.minimum_cell >= 5, one.code
        assert found.secondary, one.code


def test_each_set_is_asked_for_by_the_calendar(reference_data):
    held = dict(ReportingSchedule.objects.filter(tool__startswith="set:").values_list("tool", "frequency"))
    assert {one.tool: one.periodicity for one in RecordSet.objects.all()} == held


def test_a_second_load_changes_nothing(folder):
    assert kinds(folder) == {}


def test_a_changed_layout_makes_a_new_version_and_carries_the_recipes(folder, edit):
    before = RecordSet.objects.get(code="museums").current
    edit(lambda sets: sets["museums"]["layout"]["columns"][1].update(label="Name in the register"))
    assert kinds(folder) == {
        "layout of a record set:museums": "changed",
        "recipe of a statistic:MUSEUM_VISITS": "changed",
        "recipe of a statistic:MUSEUM_ACCESS_SHARE": "changed",
    }
    museums = RecordSet.objects.get(code="museums")
    old = SetVersion.objects.get(pk=before.pk)
    assert (museums.current.number, museums.current.state) == (2, SetVersion.State.IN_FORCE)
    assert (old.layout, old.state) == (before.layout, SetVersion.State.SUPERSEDED)
    assert Statistic.objects.get(code="MUSEUM_VISITS").current.layout == museums.current
    assert kinds(folder) == {}


def test_a_changed_recipe_makes_a_new_version(folder, edit):
    edit(lambda sets: sets["museums"]["statistics"][0]["recipe"].update(round_to=100))
    assert kinds(folder) == {"recipe of a statistic:MUSEUM_VISITS": "changed"}
    held = list(Statistic.objects.get(code="MUSEUM_VISITS").versions.values_list("number", "state"))
    assert held == [(2, "in_force"), (1, "superseded")]


def test_a_version_that_a_person_adopted_is_not_undone_by_the_same_file(folder, user_with):
    museums = RecordSet.objects.get(code="museums")
    museums.versions.update(state=SetVersion.State.SUPERSEDED)
    layout = {**museums.current.layout, "most_refused": 0.2}
    museums.current = SetVersion.objects.create(
        record_set=museums, number=2, state="in_force", layout=layout, adopted_by=user_with(Role.ANALYST)
    )
    museums.save()
    assert kinds(folder) == {}
    assert RecordSet.objects.get(code="museums").current.number == 2


def test_facts_follow_the_file_and_a_set_that_is_gone_is_retired(folder, edit):
    RecordSet.objects.filter(code="museums").update(title="Changed by hand")
    edit(lambda sets: sets["clinics"].update(code="clinics-2", statistics=[]))
    changed = kinds(folder)
    assert changed["record set:museums"] == "changed"
    assert RecordSet.objects.get(code="museums").title == "Museums and their visits"
    assert (changed["record set:clinics"], changed["record set:clinics-2"]) == ("retired", "new")
    assert RecordSet.objects.get(code="clinics").retired_at is not None


def test_a_set_that_only_a_person_made_is_left_alone(folder):
    own = RecordSet.objects.create(
        code="own-set", title="Own", body=SectoralBody.objects.get(code="SLOM"), kind="records", custodian="x",
        unit_of_record="x", population="x", reference_period="x",
    )  # fmt: skip
    assert kinds(folder) == {}
    own.refresh_from_db()
    assert own.retired_at is None


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (lambda one: one.update(body="NOBODY"), "sectoral_bodies.csv has no body with this code"),
        (lambda one: one.update(colour="red"), "colour"),
        (lambda one: one.update(first_period="2026-S1"), "2026-S1 is no period of this periodicity"),
        (lambda one: one.update(kind="books"), "not a valid choice"),
        (lambda one: one["layout"]["columns"][0].update(name="Bad Name"), "use small letters"),
        (lambda one: one["layout"]["columns"][2].update(code_list="CL_NONE", codes=[]), "no shared code list"),
        (lambda one: one["statistics"][0].update(code="low"), "use capitals"),
        (lambda one: one["statistics"][0]["recipe"]["numerator"].update(column="gone"), "there is no such column"),
        (lambda one: one["statistics"][0].update(code="CLINICS"), "stands twice"),
    ],
)
def test_a_bad_entry_is_refused_with_its_place_and_nothing_is_written(folder, edit, break_it, told):
    edit(lambda sets: break_it(sets["museums"]))
    with pytest.raises(LoadError, match=told):
        load_record_sets(folder, True)
    assert RecordSet.objects.get(code="museums").current.note == FROM_FILE


def test_a_file_that_is_not_json_is_refused(folder):
    (folder.parent / "records" / "sets.json").write_text("[{", encoding="utf-8")
    with pytest.raises(LoadError, match="the file is not JSON"):
        load_record_sets(folder, True)


def test_another_folder_need_not_bring_sets(reference_data, tmp_path):
    (tmp_path / "reference").mkdir()
    assert load_record_sets(tmp_path / "reference", True) == []
