"""Leaves and recipes come from files: wording is replaced, values stay, a changed recipe is a new version."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from adme.jobs.models import Job
from adme.reference.loading import LoadError
from databases_a.rfmd.loading import load_kpis
from databases_a.rfmd.models import Kpi, KpiLeaf, KpiValue, Recipe
from databases_a.rfmd.recipe_loading import load_recipes
from databases_a.rfmd.recipes import DEFINITION, faults
from databases_a.rfmd.services import aggregate

from .conftest import FakeSource

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
FIXTURES = Path(settings.BASE_DIR) / "fixtures"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the fixtures, to be changed."""
    shutil.copytree(FIXTURES / "reference", tmp_path / "reference")
    shutil.copytree(FIXTURES / "rfmd", tmp_path / "rfmd")
    return tmp_path / "reference"


def edit_kpis(files: Path, change: Callable[[dict[str, str]], dict[str, str] | None]) -> None:
    path = files / "kpis.csv"
    with path.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    kept = [row for row in (change(dict(row)) for row in rows) if row is not None]
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(kept)


def edit_recipes(files: Path, of_leaf: str, **fields: Any) -> None:
    path = files.parent / "rfmd" / "recipes.json"
    entries = json.loads(path.read_text())
    next(entry for entry in entries if entry["leaf"] == of_leaf).update(fields)
    path.write_text(json.dumps(entries))


def test_the_blueprint_has_46_leaves_of_32_kpis_with_their_wording_marks() -> None:
    assert KpiLeaf.objects.count() == 46
    assert Kpi.objects.count() == 32
    marks = {mark: KpiLeaf.objects.filter(wording=mark).count() for mark in ("official", "topic-known", "provisional")}
    assert marks == {"official": 1, "topic-known": 12, "provisional": 33}
    leaf = KpiLeaf.objects.get(code="31c")
    assert (leaf.kpi.number, leaf.letter, leaf.kpi.kra.code, leaf.direction) == (31, "c", "E.3", "decrease")


def test_loading_again_changes_nothing() -> None:
    changes = [*load_kpis(FIXTURES / "reference", True), *load_recipes(FIXTURES / "reference", True)]
    assert {change.kind for change in changes} == {"unchanged"}


def test_the_official_list_replaces_wording_and_leaves_values_alone(
    files: Path, recipe: Callable[..., Recipe], series: FakeSource
) -> None:
    series.put("TEST:V", "IDN", {2020: 5.0})
    recipe()
    aggregate(trigger="test", actor="")
    before = list(KpiValue.objects.values())
    pk = KpiLeaf.objects.get(code="31c").pk

    def official(row: dict[str, str]) -> dict[str, str]:
        return {**row, "title": "The official title", "wording": "official"} if row["code"] == "31c" else row

    edit_kpis(files, official)
    changed = [change for change in load_kpis(files, True) if change.kind != "unchanged"]
    assert [change.key for change in changed] == ["31c"]
    leaf = KpiLeaf.objects.get(code="31c")
    assert (leaf.pk, leaf.title, leaf.wording) == (pk, "The official title", "official")
    assert list(KpiValue.objects.values()) == before


def test_a_leaf_that_left_the_file_is_retired_and_its_values_stay(
    files: Path, recipe: Callable[..., Recipe], series: FakeSource
) -> None:
    series.put("TEST:V", "IDN", {2020: 5.0})
    recipe("5b")
    aggregate(trigger="test", actor="")
    edit_kpis(files, lambda row: None if row["code"] == "5b" else row)
    load_kpis(files, True)
    assert KpiLeaf.objects.get(code="5b").is_retired
    assert KpiValue.objects.filter(leaf__code="5b", closed_by__isnull=True).count() == 1
    aggregate(trigger="test", actor="")
    assert KpiValue.objects.filter(leaf__code="5b", closed_by__isnull=True).count() == 1


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("kra", "Z.9", "KRA"),
        ("direction", "sideways", "direction"),
        ("source_type", "D", "source_type"),
        ("wording", "guessed", "wording"),
        ("baseline_year", "two thousand", "baseline_year"),
        ("kpi", "x", "kpi"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line(files: Path, column: str, value: str, named: str) -> None:
    edit_kpis(files, lambda row: {**row, column: value} if row["code"] == "2" else row)
    with pytest.raises(LoadError) as refused:
        load_kpis(files, True)
    problem = refused.value.problems[0]
    assert (problem.line, problem.seen) == (3, value)
    assert named in str(problem)


def test_every_recipe_of_the_file_can_be_carried_out() -> None:
    for entry in json.loads((FIXTURES / "rfmd" / "recipes.json").read_text()):
        assert faults(entry) == [], entry["leaf"]
        assert entry["note"], entry["leaf"]


def test_the_recipes_cover_every_leaf_with_real_series_the_survey_leaves_and_those_of_records() -> None:
    adopted = set(Recipe.objects.filter(state="adopted").values_list("leaf__code", flat=True))
    external = {"5a", "6a", "6b", "6c", "7b", "17b", "19a", "19b", "20", "28", "31b", "31c", "32"}
    counted = set(KpiLeaf.objects.filter(source_type__in=["A1", "A2"]).values_list("code", flat=True))
    assert len(counted) == 23
    assert adopted == external | {"19c", "22", "24"} | {"21", "30"} | counted
    assert set(Recipe.objects.filter(is_proxy=True).values_list("leaf__code", flat=True)) == {"2", "5a", "7b", "20"}


def test_a_changed_recipe_becomes_a_new_version_and_the_old_one_stays_as_it_was(files: Path) -> None:
    old = Recipe.objects.get(leaf__code="31c", state="adopted")
    definition = {name: getattr(old, name) for name in DEFINITION}
    edit_recipes(files, "31c", note="A better note.")
    changed = [change for change in load_recipes(files, True) if change.kind != "unchanged"]
    assert [(change.key, change.before, change.after) for change in changed] == [
        ("31c", {"version": old.version}, {"version": old.version + 1})
    ]
    old.refresh_from_db()
    assert old.state == "retired"
    assert {name: getattr(old, name) for name in DEFINITION} == definition
    assert Recipe.objects.get(leaf__code="31c", state="adopted").note == "A better note."


def test_a_changed_recipe_queues_the_computation_of_its_leaf(
    files: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    edit_recipes(files, "31c", note="A better note.")
    with django_capture_on_commit_callbacks(execute=True):
        load_recipes(files, True)
    assert [job.args["leaves"] for job in Job.objects.filter(name="rfmd.aggregate")] == [["31c"]]


def test_a_version_that_a_person_adopted_is_not_undone_by_loading_again() -> None:
    old = Recipe.objects.get(leaf__code="31c", state="adopted")
    Recipe.objects.filter(pk=old.pk).update(state="retired")
    fields = {name: getattr(old, name) for name in DEFINITION} | {"note": "Decided by the analysts."}
    Recipe.objects.create(
        leaf=old.leaf, version=old.version + 1, state="adopted", adopted_by="ana@example.org", **fields
    )
    assert {change.kind for change in load_recipes(FIXTURES / "reference", True)} == {"unchanged"}
    assert Recipe.objects.get(leaf__code="31c", state="adopted").note == "Decided by the analysts."


def test_a_recipe_that_left_the_file_is_retired_and_returns_as_a_new_version(files: Path) -> None:
    path = files.parent / "rfmd" / "recipes.json"
    whole = path.read_text()
    path.write_text(json.dumps([entry for entry in json.loads(whole) if entry["leaf"] != "32"]))
    assert [change.key for change in load_recipes(files, True) if change.kind == "retired"] == ["32"]
    assert not Recipe.objects.filter(leaf__code="32", state="adopted").exists()
    path.write_text(whole)
    load_recipes(files, True)
    assert Recipe.objects.get(leaf__code="32", state="adopted").version == 2


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"method": "guess"}, "method 'guess'"),
        ({"inputs": []}, "Each input"),
        ({"inputs": [{"role": "value", "series": "NOCOLON"}]}, "Each input"),
        ({"method": "ratio"}, "denominator, numerator"),
        ({"method": "latest"}, "within_years"),
        ({"method": "change"}, "base_year"),
        ({"area_method": "count_satisfying"}, "condition"),
        ({"area_method": "average"}, "area method"),
        ({"weights": {}}, "weight series"),
        ({"area_method": "ratio_of_sums"}, "ratio"),
        ({"coverage_rule": {"min_states": 5}}, "min_states"),
        ({"coverage_rule": {"min_population": 0.5}}, "population"),
    ],
)
def test_a_recipe_that_cannot_be_carried_out_is_refused(files: Path, fields: dict[str, Any], named: str) -> None:
    edit_recipes(files, "31c", **fields)
    count = Recipe.objects.count()
    with pytest.raises(LoadError, match=named):
        load_recipes(files, True)
    assert Recipe.objects.count() == count


def test_a_recipe_for_an_unknown_leaf_and_a_file_that_is_not_json_are_refused(files: Path) -> None:
    edit_recipes(files, "31c", leaf="99z")
    with pytest.raises(LoadError, match="99z"):
        load_recipes(files, True)
    (files.parent / "rfmd" / "recipes.json").write_text("[{")
    with pytest.raises(LoadError, match="not JSON"):
        load_recipes(files, True)
