"""Runs of aggregation: what is stored, what is left alone, what is withdrawn, and that nothing is half done."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adme.accounts.models import User
from adme.audit.models import AuditEvent
from adme.jobs import leases
from adme.jobs.models import Job
from adme.jobs.testing import run_all_jobs
from adme.observations.services import bump_data_version, current_data_version
from adme.observations.signals import series_changed
from adme.reference.signals import reference_changed
from databases_a.rfmd.errors import UnknownLeaf
from databases_a.rfmd.models import AggregationRun, KpiLeaf, KpiValue, Recipe
from databases_a.rfmd.receivers import affected_leaves
from databases_a.rfmd.services import aggregate, enqueue_aggregation

from .conftest import POPULATION, TEN, FakeSource

pytestmark = pytest.mark.django_db
Make = Callable[..., Recipe]
Value = Callable[..., KpiValue | None]


def run(*codes: str) -> AggregationRun:
    return aggregate(leaf_codes=codes or None, trigger="test", actor="analyst@example.org")


def test_a_run_stores_values_with_their_inputs_and_recipe(
    weighted: Make, population: FakeSource, value_of: Value
) -> None:
    for area in TEN:
        population.put("TEST:V", area, {2020: 10.0})
    adopted = weighted()
    first = run()
    assert first.counts == {"new": 11, "changed": 0, "unchanged": 0, "withdrawn": 0, "withheld": 0}
    assert first.finished_at is not None
    value = value_of("ASEAN", 2020)
    assert value is not None
    assert (value.value, value.recipe, value.run, value.states_reporting) == (10.0, adopted, first, 10)
    assert ["value", "IDN", 2020000, 10.0, 900.0] in [[*e[:2], *e[3:]] for e in value.inputs]


def test_many_values_are_stored_as_few_are(
    weighted: Make, population: FakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, area in enumerate(TEN):
        population.put("TEST:V", area, {2018: 0.0, 2019: 1 / 3, 2020: 1e-7 * number})
    population.put("TEST:V", "IDN", {2021: 5.0})
    weighted()

    def stored(copy_from: int) -> list[dict]:
        monkeypatch.setattr("databases_a.rfmd.services.storing.COPY_FROM", copy_from)
        KpiValue.objects.all().delete()
        run()
        rows = KpiValue.objects.order_by("area__code", "period").values()
        return [{name: value for name, value in row.items() if name not in {"id", "run_id"}} for row in rows]

    by_copy = stored(0)
    assert by_copy == stored(1_000_000)
    assert len(by_copy) == 35
    assert by_copy[3]["withheld"].startswith("Withheld: 1 of 10")
    assert by_copy[0]["withheld"] == ""


def test_running_twice_changes_nothing(weighted: Make, population: FakeSource) -> None:
    for area in TEN:
        population.put("TEST:V", area, {2020: 0.1})
    weighted()
    run()
    rows = list(KpiValue.objects.order_by("pk").values())
    version, events = current_data_version().number, AuditEvent.objects.count()
    second = run()
    assert second.counts["unchanged"] == 11
    assert list(KpiValue.objects.order_by("pk").values()) == rows
    assert current_data_version().number == version
    assert AuditEvent.objects.count() == events


def test_a_changed_observation_closes_its_value_and_the_regional_one_and_no_other(
    weighted: Make, population: FakeSource, value_of: Value
) -> None:
    for area in TEN:
        population.put("TEST:V", area, {2019: 10.0, 2020: 10.0})
    weighted()
    first = run()
    version = current_data_version().number
    population.put("TEST:V", "IDN", {2020: 30.0})
    second = run()
    assert second.counts == {"new": 0, "changed": 2, "unchanged": 20, "withdrawn": 0, "withheld": 0}
    assert set(KpiValue.objects.filter(closed_by=second).values_list("area__code", "value")) == {
        ("IDN", 10.0),
        ("ASEAN", 10.0),
    }
    current = value_of("IDN", 2020)
    assert current is not None
    assert (current.value, current.run) == (30.0, second)
    untouched = value_of("IDN", 2019)
    assert untouched is not None
    assert untouched.run == first
    assert current_data_version().number == version + 1
    assert AuditEvent.objects.filter(action="kpi.aggregated", target=f"run:{second.pk}").exists()


def test_a_value_whose_observation_is_gone_is_withdrawn(recipe: Make, series: FakeSource, value_of: Value) -> None:
    series.put("TEST:V", "IDN", {2019: 1.0, 2020: 2.0})
    recipe()
    run()
    series.remove("TEST:V", "IDN", 2020)
    second = run()
    assert second.counts["withdrawn"] == 1
    assert value_of("IDN", 2020) is None
    assert KpiValue.objects.get(closed_by=second).value == 2.0


def test_zero_and_missing_stay_apart_in_the_database(recipe: Make, series: FakeSource, value_of: Value) -> None:
    series.put("TEST:V", "TLS", {2002: 0.0})
    series.put("TEST:V", "TLS", {2003: None}, status="O")
    recipe()
    run()
    zero = value_of("TLS", 2002)
    assert zero is not None
    assert zero.value == 0.0
    assert value_of("TLS", 2003) is None


def test_a_withheld_value_is_stored_as_none_with_its_sentence(
    weighted: Make, population: FakeSource, value_of: Value
) -> None:
    population.put("TEST:V", "IDN", {2020: 10.0})
    weighted()
    assert run().counts["withheld"] == 1
    value = value_of("ASEAN", 2020)
    assert value is not None
    assert value.value is None
    assert value.withheld.startswith("Withheld: 1 of 10 states")
    assert [code for code, _ in value.left_out] == [code for code in TEN if code != "IDN"]


def test_a_new_recipe_version_reopens_its_values_even_when_they_are_equal(
    recipe: Make, series: FakeSource, value_of: Value
) -> None:
    series.put("TEST:V", "IDN", {2020: 2.0})
    recipe()
    run()
    newer = recipe(note="same numbers, another reason")
    assert run().counts["changed"] == 1
    value = value_of("IDN", 2020)
    assert value is not None
    assert value.recipe == newer


def test_values_without_an_adopted_recipe_are_withdrawn(recipe: Make, series: FakeSource) -> None:
    series.put("TEST:V", "IDN", {2020: 2.0})
    recipe()
    run()
    Recipe.objects.update(state=Recipe.State.RETIRED)
    assert run().counts["withdrawn"] == 1
    assert not KpiValue.objects.filter(closed_by__isnull=True).exists()


def test_only_the_leaves_asked_for_are_computed(recipe: Make, series: FakeSource, value_of: Value) -> None:
    series.put("TEST:V", "IDN", {2020: 2.0})
    recipe("31c")
    recipe("6a")
    run("6a")
    assert value_of("IDN", 2020, "6a") is not None
    assert value_of("IDN", 2020, "31c") is None


def test_an_unknown_leaf_is_named_and_nothing_is_written(recipe: Make, series: FakeSource) -> None:
    recipe()
    with pytest.raises(UnknownLeaf, match="99z"):
        run("31c", "99z")
    assert not AggregationRun.objects.exists()


def test_a_failure_while_storing_leaves_the_old_values_standing(
    recipe: Make, series: FakeSource, value_of: Value, monkeypatch: pytest.MonkeyPatch
) -> None:
    series.put("TEST:V", "IDN", {2020: 2.0})
    recipe()
    run()
    series.put("TEST:V", "IDN", {2020: 3.0})
    version = current_data_version().number

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the machine stops here")

    monkeypatch.setattr("databases_a.rfmd.services.runs.bump_data_version", fail)
    with pytest.raises(RuntimeError):
        run()
    value = value_of("IDN", 2020)
    assert value is not None
    assert value.value == 2.0
    assert AggregationRun.objects.count() == 1
    assert current_data_version().number == version


def test_a_run_takes_few_statements_however_many_leaves(recipe: Make, series: FakeSource) -> None:
    codes = list(KpiLeaf.objects.values_list("code", flat=True))[:20]
    for area in TEN:
        series.put("TEST:V", area, dict.fromkeys(range(2010, 2021), 1.0))
    for code in codes:
        recipe(code)
    with CaptureQueriesContext(
        connection,
    ) as first:
        run(*codes)
    unlike_inserts = [q for q in first.captured_queries if not q["sql"].startswith('INSERT INTO "rfmd_kpivalue"')]
    assert len(unlike_inserts) <= 22, [q["sql"][:80] for q in unlike_inserts]
    with CaptureQueriesContext(connection) as second:
        assert run(*codes).counts["unchanged"] == 2200
    assert len(second.captured_queries) <= 10, [q["sql"][:80] for q in second.captured_queries]


def test_affected_leaves_are_those_whose_input_weight_or_population_changed(weighted: Make, recipe: Make) -> None:
    weighted(leaf="31c")
    recipe("6a", inputs=[{"role": "value", "series": "TEST:OTHER", "dimensions": ""}])
    assert affected_leaves(frozenset({"TEST:V"})) == ["31c"]
    assert affected_leaves(frozenset({POPULATION})) == ["31c"]
    assert affected_leaves(frozenset({"TEST:OTHER", "TEST:V"})) == ["31c", "6a"]
    assert affected_leaves(frozenset({"TEST:NOBODY"})) == []


def test_changed_series_queue_one_job_for_just_their_leaves(recipe: Make, series: FakeSource, value_of: Value) -> None:
    recipe("31c")
    recipe("6a", inputs=[{"role": "value", "series": "TEST:OTHER", "dimensions": ""}])
    series.put("TEST:V", "IDN", {2020: 2.0})
    for _ in range(2):
        series_changed.send("test", codes=frozenset({"TEST:V"}), trigger="import batch 7", actor="ana@example.org")
    job = Job.objects.get(name="rfmd.aggregate")
    assert (job.queue, job.args["leaves"]) == ("kpis", ["31c"])
    run_all_jobs()
    job.refresh_from_db()
    assert job.state == "succeeded", job.error
    assert job.outcome is not None
    assert job.outcome["counts"]["new"] == 1
    made = AggregationRun.objects.get()
    assert (made.trigger, made.actor) == ("import batch 7", "ana@example.org")
    assert value_of("IDN", 2020) is not None


def test_series_that_no_recipe_reads_queue_nothing(recipe: Make) -> None:
    recipe()
    series_changed.send("test", codes=frozenset({"TEST:NOBODY"}), trigger="import batch 8", actor="")
    assert not Job.objects.exists()


def test_equal_requests_join_the_queued_run_which_names_them_all(recipe: Make, series: FakeSource) -> None:
    recipe()
    series.put("TEST:V", "IDN", {2020: 2.0})
    one = enqueue_aggregation(leaf_codes=["31c"], trigger="report of SOMHD", actor="ana@example.org")
    assert enqueue_aggregation(leaf_codes=["31c"], trigger="report of SOMHD", actor="ana@example.org") == one
    bump_data_version()
    assert enqueue_aggregation(leaf_codes=["31c"], trigger="report of SLOM", actor="binh@example.org") == one
    assert enqueue_aggregation(leaf_codes=["31b"], trigger="report of SLOM", actor="") != one
    for number in range(50):
        enqueue_aggregation(leaf_codes=["31c"], trigger=f"report of another body {number}", actor="")
    one.refresh_from_db()
    assert one.args["trigger"].startswith("report of SOMHD; report of SLOM; ")
    assert one.args["trigger"].endswith(" and others")
    assert one.args["actor"] == ""
    assert Job.objects.count() == 2


def test_a_run_that_has_started_may_have_read_so_a_change_asks_for_another(recipe: Make, series: FakeSource) -> None:
    recipe()
    one = enqueue_aggregation(leaf_codes=["31c"], trigger="report of SOMHD")
    assert leases.take(job_id=one.pk) is not None
    bump_data_version()
    assert enqueue_aggregation(leaf_codes=["31c"], trigger="report of SOMHD") != one


def test_what_a_person_asks_for_is_a_job_of_their_own(recipe: Make, user_with: Callable[..., User]) -> None:
    recipe()
    queued, person = enqueue_aggregation(leaf_codes=["31c"], trigger="report of SOMHD"), user_with("analyst")
    mine = enqueue_aggregation(leaf_codes=["31c"], trigger="asked for", by=person)
    assert mine != queued
    assert enqueue_aggregation(leaf_codes=["31c"], trigger="asked for", by=person) == mine
    assert enqueue_aggregation(leaf_codes=["31c"], trigger="report of SLOM") == queued


def test_the_command_prints_counts_and_what_is_withheld(
    weighted: Make, population: FakeSource, capsys: pytest.CaptureFixture[str]
) -> None:
    population.put("TEST:V", "IDN", {2020: 10.0})
    weighted()
    call_command("aggregate_kpis", leaf=["31c"], json=True)
    report = json.loads(capsys.readouterr().out)
    assert report["counts"]["new"] == 2
    assert report["withheld"][0]["leaf"] == "31c"
    assert report["withheld"][0]["periods"] == ["2020"]
    assert report["without_value"] == []
    call_command("aggregate_kpis", leaf=["31c"])
    assert "2 unchanged" in capsys.readouterr().out


def test_the_command_refuses_an_unknown_leaf(reference_data: None) -> None:
    with pytest.raises(CommandError, match="99z"):
        call_command("aggregate_kpis", leaf=["99z"])


def test_a_change_of_membership_computes_all_leaves_anew(recipe: Make, series: FakeSource, value_of: Value) -> None:
    recipe("31c")
    reference_changed.send("test", actor="admin@example.org")
    assert not Job.objects.exists(), "without any value there is nothing to renew"
    series.put("TEST:V", "IDN", {2020: 2.0})
    run()
    reference_changed.send("test", actor="admin@example.org")
    assert Job.objects.get(name="rfmd.aggregate").args["leaves"] is None
    run_all_jobs()
    assert AggregationRun.objects.first().trigger == "reference data changed"  # type: ignore[union-attr]
