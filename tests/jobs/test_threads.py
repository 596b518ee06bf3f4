"""Several threads at once: claims, heartbeats beside a long transaction, and the embedded worker."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from adme.jobs import embedded, live, runner, services, sweeper
from adme.jobs.models import Job
from tests.jobs.handlers import effects

Until = Callable[..., Any]


def _in_thread(work: Callable[[], Any]) -> threading.Thread:
    def target() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=target)
    thread.start()
    return thread


def test_of_eight_workers_at_one_job_one_does_it(shared_database: None) -> None:
    job = services.enqueue("test.effect", args={})
    took: list[bool] = []
    barrier = threading.Barrier(8)

    def work(job_id: UUID = job.pk) -> None:
        barrier.wait()
        took.append(runner.run(job_id))

    for thread in [_in_thread(work) for _ in range(8)]:
        thread.join()

    assert sorted(took) == [False] * 7 + [True]
    assert effects(job) == 1


def test_a_transaction_longer_than_the_lease_keeps_its_job(shared_database: None, tmp_path: Path, until: Until) -> None:
    began, go = tmp_path / "began", tmp_path / "go"
    job = services.enqueue("test.long", args={"began": str(began), "go": str(go)})
    thread = _in_thread(lambda: runner.run(job.pk))
    until(began.exists)
    first = Job.objects.get(pk=job.pk)
    assert first.lease_until is not None

    until(lambda: _lease_is_over_or_renewed(first), seconds=15)
    swept = sweeper.sweep()
    shown = Job.objects.get(pk=job.pk).progress
    go.touch()
    thread.join()

    job.refresh_from_db()
    assert swept.requeued == 0
    assert (shown.percent, shown.message) == (50, "Inside one long transaction")
    assert (job.state, job.attempts) == ("succeeded", 1)
    assert effects(job) == 1


def _lease_is_over_or_renewed(first: Job) -> bool:
    """PostgreSQL: the thread beside the handler renews it. SQLite: it ends, and the living process is believed."""
    from django.utils import timezone

    now = Job.objects.get(pk=first.pk)
    assert now.lease_until is not None
    assert first.lease_until is not None
    if connection.vendor == "sqlite":
        return now.lease_until < timezone.now()
    return now.lease_until > first.lease_until


def test_log_lines_of_an_attempt_that_rolled_back_stay(shared_database: None) -> None:
    job = services.enqueue("test.boom", args={})

    runner.run(job.pk)

    assert list(job.log.values_list("text", flat=True)) == ["About to fail", "ValueError: the shape is wrong"]
    assert live.get(job.pk, 1) is None


def test_who_sees_the_end_of_a_job_sees_all_its_lines(worker_threads: None, until: Until) -> None:
    """The page stops asking once the job has ended, so nothing may come after."""
    for name, lines in (
        ("test.report", ["Reading"]),
        ("test.refused", ["JobRefused: The file holds no observations."]),
    ):
        for _ in range(5):
            job = services.enqueue(name, args={})
            until(_has_ended(job))
            assert list(job.log.values_list("text", flat=True)) == lines


def _has_ended(job: Job) -> Callable[[], bool]:
    return lambda: Job.objects.filter(pk=job.pk, finished_at__isnull=False).exists()


def test_the_embedded_worker_runs_what_is_queued(worker_threads: None, until: Until) -> None:
    job = services.enqueue("test.report", args={})

    ended = until(lambda: Job.objects.filter(pk=job.pk, state="succeeded").first())

    assert ended.attempts == 1
    assert list(ended.log.values_list("text", flat=True)) == ["Reading"]


def test_a_long_import_delays_no_short_job(worker_threads: None, tmp_path: Path, until: Until) -> None:
    began, go = tmp_path / "began", tmp_path / "go"
    # On SQLite an import that holds the only writer would, whatever the lanes: this one has not begun to write.
    long = services.enqueue("test.waits", args={"began": str(began), "go": str(go)})
    until(began.exists)

    short = services.enqueue("test.effect", args={}, queue="kpis")
    until(lambda: Job.objects.filter(pk=short.pk, state="succeeded").exists())

    assert Job.objects.get(pk=long.pk).state == "running"
    go.touch()
    until(lambda: Job.objects.filter(pk=long.pk, state="succeeded").exists())


def test_the_embedded_worker_lives_through_failures(worker_threads: None, until: Until) -> None:
    failing = [services.enqueue(name, args={}) for name in ("test.memory", "test.refused")]
    until(lambda: Job.objects.filter(pk__in=[job.pk for job in failing], state="failed").count() == 2)

    job = services.enqueue("test.effect", args={})
    until(lambda: Job.objects.filter(pk=job.pk, state="succeeded").exists())


def test_the_embedded_worker_takes_back_what_a_dead_server_left(
    shared_database: None, dead_worker: str, until: Until
) -> None:
    job = services.enqueue("test.effect", args={})
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1, worker=dead_worker)

    embedded.start()
    try:
        until(lambda: Job.objects.filter(pk=job.pk, state="succeeded", attempts=2).exists())
    finally:
        embedded.stop()
    assert effects(job) == 1


def test_no_thread_starts_unless_the_server_asks(shared_database: None) -> None:
    services.enqueue("test.effect", args={})

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("jobs-")]


def test_starting_twice_is_starting_once(worker_threads: None) -> None:
    embedded.start()

    names = [thread.name for thread in threading.enumerate() if thread.name.startswith("jobs-")]
    assert sorted(names) == ["jobs-exports", "jobs-imports", "jobs-short", "jobs-sweeper"]


@pytest.mark.parametrize("module", ["celery", "kombu", "redis"])
def test_the_embedded_mode_never_imports_celery(module: str) -> None:
    import subprocess
    import sys

    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'adme.settings.test'; django.setup();"
        "import adme.jobs.embedded, adme.jobs.services, adme.jobs.views;"
        f"sys.exit('{module}' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
