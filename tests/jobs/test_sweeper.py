"""Nothing stays lost: leases that ended, processes that died, messages that never came."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from adme.jobs import delivery, liveness, recovery, selectors, services, sweeper
from adme.jobs.models import Job, JobState
from adme.jobs.recorder import Inline

ELSEWHERE = "another-machine/1/42/99"


def _running(*, worker: str, lease: int, attempts: int = 1, heartbeat: int = 0) -> Job:
    """A running job; `lease` and `heartbeat` are in seconds from now."""
    job = services.enqueue("test.effect", args={})
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING,
        attempts=attempts,
        worker=worker,
        lease_until=now + timedelta(seconds=lease),
        heartbeat_at=now + timedelta(seconds=heartbeat),
    )
    return Job.objects.get(pk=job.pk)


@pytest.mark.django_db
def test_a_lease_that_ended_is_queued_again() -> None:
    job = _running(worker=ELSEWHERE, lease=-1)

    swept = sweeper.sweep()

    job.refresh_from_db()
    assert (swept.requeued, swept.failed) == (1, 0)
    assert job.state == "queued"
    assert job.log.filter(level="warning").count() == 1


@pytest.mark.django_db
def test_a_lease_that_holds_is_left_alone() -> None:
    job = _running(worker=ELSEWHERE, lease=30)

    assert sweeper.sweep().requeued == 0
    job.refresh_from_db()
    assert job.state == "running"


@pytest.mark.django_db
def test_a_job_whose_process_died_is_queued_at_once(dead_worker: str) -> None:
    job = _running(worker=dead_worker, lease=3600)

    assert sweeper.sweep().requeued == 1
    job.refresh_from_db()
    assert job.state == "queued"


@pytest.mark.django_db
def test_after_its_last_attempt_an_abandoned_job_fails_with_the_reason() -> None:
    job = _running(worker=ELSEWHERE, lease=-1, attempts=3)

    assert sweeper.sweep().failed == 1
    job.refresh_from_db()
    assert job.state == "failed"
    assert "worker stopped" in job.error
    assert "3 times" in job.error


@pytest.mark.django_db
def test_a_heartbeat_between_look_and_write_saves_the_attempt() -> None:
    job = _running(worker=ELSEWHERE, lease=-1)
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() + timedelta(minutes=1))

    assert recovery.recover(job) is None
    job.refresh_from_db()
    assert job.state == "running"


@pytest.mark.django_db
def test_a_job_this_process_no_longer_works_on_is_taken_back() -> None:
    _running(worker=liveness.identity(), lease=-1)

    assert sweeper.sweep().requeued == 1


def _note(rung: list[Any], told: dict[str, Any]) -> bool:
    rung.append(told["job_id"])
    return True


@pytest.mark.django_db
def test_only_jobs_nobody_came_for_are_sent_again(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.JOBS_BACKEND = "celery"
    rung: list[Any] = []
    monkeypatch.setattr("adme.jobs.broker.deliver", lambda **told: _note(rung, told))
    now = timezone.now()
    unsent, fresh, old, waiting = (services.enqueue("test.effect", args={}) for _ in range(4))
    Job.objects.filter(pk=fresh.pk).update(sent_at=now)
    Job.objects.filter(pk=old.pk).update(sent_at=now - timedelta(minutes=2))
    Job.objects.filter(pk=waiting.pk).update(not_before=now + timedelta(minutes=2))

    assert sweeper.sweep().sent == 2
    assert rung == [unsent.pk, old.pk]


@pytest.mark.django_db
def test_a_broker_that_is_down_is_asked_once_per_sweep(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.JOBS_BACKEND = "celery"
    asked: list[Any] = []

    def refuse(**told: Any) -> bool:
        asked.append(told)
        raise ConnectionError

    monkeypatch.setattr("adme.jobs.broker.deliver", refuse)
    for _ in range(3):
        services.enqueue("test.effect", args={})

    assert sweeper.sweep().sent == 0
    assert len(asked) == 1


@pytest.mark.django_db
def test_the_command_tells_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    _running(worker=ELSEWHERE, lease=-1)

    call_command("sweep_jobs", "--json")
    assert json.loads(capsys.readouterr().out) == {"requeued": 1, "failed": 0, "sent": 1}
    call_command("sweep_jobs")
    assert "Queued again: 0" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_runs_what_is_queued(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adme.jobs.runner.Pulse", Inline)
    job = services.enqueue("test.effect", args={})

    call_command("run_jobs")

    job.refresh_from_db()
    assert job.state == "succeeded"
    assert "Jobs run: 1." in capsys.readouterr().out


@pytest.mark.django_db
def test_the_health_of_the_queue_tells_waiting_and_silence() -> None:
    assert not selectors.queue_health().is_stuck

    job = services.enqueue("test.effect", args={})
    assert not selectors.queue_health().is_stuck
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=10))
    assert selectors.queue_health().is_stuck

    Job.objects.all().delete()
    _running(worker=ELSEWHERE, lease=30, heartbeat=-600)
    health = selectors.queue_health()
    assert (health.running, health.silent, health.is_stuck) == (1, 1, True)


@pytest.mark.django_db
def test_delivery_never_raises(settings: Any) -> None:
    settings.JOBS_BACKEND = "pigeon"
    job = services.enqueue("test.effect", args={})

    assert delivery.deliver(job_id=job.pk, queue="default") is False


def test_the_living_the_dead_and_the_unknown_are_told_apart(dead_worker: str) -> None:
    own = liveness.identity()

    assert liveness.is_alive(own) is True
    assert liveness.is_alive(dead_worker) is False
    assert liveness.is_alive(ELSEWHERE) is None
    assert liveness.is_alive("") is None


def test_a_reused_process_id_is_not_the_same_process() -> None:
    host, namespace, pid, started = liveness.identity().split("/")

    assert host == socket.gethostname()
    assert liveness.is_alive(f"{host}/{namespace}/{pid}/{int(started) - 1}") is False
