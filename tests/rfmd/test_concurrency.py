"""Two runs at once: one waits for the other, and no value is stored twice."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from adme.jobs import leases
from databases_a.rfmd.models import AggregationRun, KpiValue, Recipe
from databases_a.rfmd.services import aggregate, enqueue_aggregation

from .conftest import TEN, FakeSource


@pytest.mark.postgres
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite in memory has one connection only")
@pytest.mark.django_db(transaction=True)
def test_runs_at_the_same_time_store_each_value_once(weighted: Callable[..., Recipe], population: FakeSource) -> None:
    for area in TEN:
        population.put("TEST:V", area, {2020: 10.0})
    weighted()
    failures: list[BaseException] = []
    together = threading.Barrier(4)

    def work() -> None:
        try:
            together.wait(timeout=10)
            aggregate(trigger="test", actor="")
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert failures == []
    assert KpiValue.objects.count() == 11
    assert sorted(run.counts["new"] for run in AggregationRun.objects.all()) == [0, 0, 0, 11]
    assert connection.vendor == "postgresql"


@pytest.mark.postgres
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
def test_a_joined_run_is_not_taken_before_the_change_is_committed() -> None:
    one = enqueue_aggregation(trigger="report of SOMHD")
    taken: list[bool] = []

    def try_to_take() -> None:
        try:
            taken.append(leases.take(job_id=one.pk) is not None)
        finally:
            connections.close_all()

    def in_another_connection() -> None:
        thread = threading.Thread(target=try_to_take)
        thread.start()
        thread.join(timeout=30)

    with transaction.atomic():
        assert enqueue_aggregation(trigger="report of SLOM") == one
        in_another_connection()
    in_another_connection()
    assert taken == [False, True]
