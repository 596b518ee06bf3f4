"""A real Celery worker process on a real Redis: deliveries, kills, and a broker that forgets."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from adme.audit.models import AuditEvent
from adme.jobs import delivery, liveness, services, sweeper
from adme.jobs.models import Job
from tests.jobs.handlers import effects

pytestmark = [pytest.mark.redis, pytest.mark.postgres]
ROOT = Path(__file__).resolve().parents[2]
REDIS_URL = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/9"
WORKER = ["worker", "-l", "info", "-Q", "default,imports,kpis,exports", "--without-gossip", "--without-mingle"]
Until = Callable[..., Any]


@pytest.fixture
def broker(transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Redis under a key prefix of this test alone; gives the prefix."""
    import redis

    from adme.celery import app

    if connection.vendor != "postgresql":
        pytest.skip("a worker process needs a database it can share: run with DATABASE_URL=postgres://...")
    prefix = f"adme-test-{uuid4().hex}-"
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, "global_keyprefix": prefix}
    settings.JOBS_BACKEND = "celery"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = options
    monkeypatch.setattr(app.conf, "broker_url", REDIS_URL)
    yield prefix
    with redis.Redis.from_url(REDIS_URL) as client:
        for key in client.scan_iter(f"{prefix}*"):
            client.delete(key)


class Worker:
    """One worker process with its children, in a process group of its own."""

    def __init__(self, prefix: str, log: Path, *, concurrency: int = 1) -> None:
        database = connection.settings_dict
        login = f"{database['USER']}:{database['PASSWORD']}" if database["PASSWORD"] else database["USER"]
        self.log = log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "tests.jobs.worker_app:app", *WORKER, "-c", str(concurrency)],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE") or django_settings.SETTINGS_MODULE,
                "DATABASE_URL": f"postgres://{login}@{database['HOST']}:{database['PORT']}/{database['NAME']}",
                "REDIS_URL": REDIS_URL,
                "JOBS_BACKEND": "celery",
                "TEST_KEY_PREFIX": prefix,
            },
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def kill(self) -> None:
        """As a power cut: the parent and every child, at once."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


@pytest.fixture
def worker(broker: str, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    started: list[Worker] = []

    def start(**options: Any) -> Worker:
        started.append(Worker(broker, tmp_path / "worker.log", **options))
        return started[-1]

    yield start
    for each in started:
        each.kill()


def _ended(job: Job) -> Callable[[], bool]:
    return lambda: not Job.objects.get(pk=job.pk).is_open


def test_a_worker_gets_the_id_and_does_the_job(worker: Callable[..., Worker], until: Until) -> None:
    worker()
    jobs = [services.enqueue(name, args={}) for name in ("test.report", "test.effect", "test.refused")]

    for job in jobs:
        until(_ended(job), seconds=30)
        job.refresh_from_db()

    assert [job.state for job in jobs] == ["succeeded", "succeeded", "failed"]
    assert [job.attempts for job in jobs] == [1, 1, 1]
    assert all(job.sent_at for job in jobs)


def test_ten_messages_to_two_workers_have_one_effect(worker: Callable[..., Worker], until: Until) -> None:
    job, last = services.enqueue("test.effect", args={}), services.enqueue("test.effect", args={})
    Job.objects.filter(pk=last.pk).update(state="cancelled")
    for _ in range(10):
        delivery.deliver(job_id=job.pk, queue="default")
    Job.objects.filter(pk=last.pk).update(state="queued")
    delivery.deliver(job_id=last.pk, queue="default")

    worker(concurrency=2)
    worker(concurrency=2)
    until(_ended(last), seconds=30)
    until(_ended(job), seconds=30)

    job.refresh_from_db()
    assert (job.state, job.attempts, effects(job)) == ("succeeded", 1, 1)


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done_and_nothing_lost(
    worker: Callable[..., Worker], tmp_path: Path, until: Until
) -> None:
    began, go = tmp_path / "began", tmp_path / "go"
    first = worker()
    job = services.enqueue("test.gated", args={"began": str(began), "go": str(go)})
    until(began.exists, seconds=30)
    first.kill()

    # I1: nothing of the interrupted attempt can be seen. I2: the job is still there.
    job.refresh_from_db()
    assert (job.state, effects(job)) == ("running", 0)
    until(lambda: liveness.is_alive(job.worker) is False)
    go.touch()
    swept = sweeper.sweep()
    assert swept.requeued == 1
    assert swept.sent == 1
    worker()
    until(_ended(job), seconds=30)

    # I3: it is done once, in its second attempt.
    job.refresh_from_db()
    assert (job.state, job.attempts, effects(job)) == ("succeeded", 2, 1)


def test_a_killed_child_is_replaced_and_its_job_done_without_a_sweep(
    worker: Callable[..., Worker], tmp_path: Path, until: Until
) -> None:
    began, go = tmp_path / "began", tmp_path / "go"
    worker()
    job = services.enqueue("test.gated", args={"began": str(began), "go": str(go)})
    until(began.exists, seconds=30)

    child = int(Job.objects.get(pk=job.pk).worker.split("/")[2])
    go.touch()
    os.kill(child, signal.SIGKILL)
    until(_ended(job), seconds=30)

    job.refresh_from_db()
    assert job.state == "succeeded"
    assert effects(job) == 1


def test_a_broker_that_forgot_everything_is_told_again(
    worker: Callable[..., Worker], broker: str, until: Until
) -> None:
    import redis

    job = services.enqueue("test.effect", args={})
    with redis.Redis.from_url(REDIS_URL) as client:
        for key in client.scan_iter(f"{broker}*"):
            client.delete(key)
    Job.objects.filter(pk=job.pk).update(sent_at=job.created_at - sweeper.SEND_AGAIN_AFTER)

    assert sweeper.sweep().sent == 1
    worker()
    until(_ended(job), seconds=30)
    assert effects(job) == 1


def test_a_broker_that_was_down_gets_the_job_from_the_next_sweep(
    worker: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    from adme.celery import app

    with monkeypatch.context() as patch:
        patch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
        job = services.enqueue("test.effect", args={})
    job.refresh_from_db()
    assert (job.state, job.sent_at) == ("queued", None)

    assert sweeper.sweep().sent == 1
    worker()
    until(_ended(job), seconds=30)
    assert effects(job) == 1


def test_a_worker_starts_nothing_that_was_rolled_back(worker: Callable[..., Worker], until: Until) -> None:
    with transaction.atomic():
        lost = services.enqueue("test.effect", args={})
        transaction.set_rollback(True)
    kept = services.enqueue("test.effect", args={})

    worker()
    until(_ended(kept), seconds=30)

    assert not Job.objects.filter(pk=lost.pk).exists()
    assert not AuditEvent.objects.filter(target=f"job:{lost.pk}").exists()


def test_beat_rings_for_the_sweep_every_minute_and_the_queues_are_the_handlers() -> None:
    from adme.celery import app
    from adme.jobs import broker as broker_module

    entry = app.conf.beat_schedule["sweep-jobs"]
    assert entry["schedule"] == sweeper.EVERY
    assert {entry["task"], broker_module.TASK} <= set(app.tasks)
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_reject_on_worker_lost is True
    assert app.conf.task_acks_late is True
    assert app.conf.result_backend is None
