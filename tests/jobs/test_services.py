"""Queueing, cancelling and retrying."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from adme.audit.models import AuditEvent
from adme.jobs import services, sweeper
from adme.jobs.errors import BadArguments, NotAllowedNow, UnknownHandler
from adme.jobs.models import Job, JobState

pytestmark = pytest.mark.django_db


def test_a_queued_job_keeps_what_it_was_given() -> None:
    job = services.enqueue("test.effect", args={"batch": 7, "codes": ["1", "2a"]}, title="Preview", link="/imports/7/")

    stored = Job.objects.get(pk=job.pk)
    assert (stored.state, stored.name, stored.title, stored.link) == ("queued", "test.effect", "Preview", "/imports/7/")
    assert stored.args == {"batch": 7, "codes": ["1", "2a"]}


def test_a_job_goes_to_its_handlers_queue_unless_told_otherwise() -> None:
    assert services.enqueue("test.gated", args={}).queue == "imports"
    assert services.enqueue("test.gated", args={}, queue="kpis").queue == "kpis"
    with pytest.raises(BadArguments):
        services.enqueue("test.gated", args={}, queue="nowhere")


@pytest.mark.parametrize(
    "args",
    [
        {"id": uuid4()},
        {"rows": {1: "number as key"}},
        {"value": float("nan")},
        {"pair": (1, 2)},
        ["not a dict"],
        {"data": "x" * 30_000},
    ],
    ids=["object", "number as key", "nan", "tuple", "list", "too much"],
)
def test_arguments_are_ids_and_codes_as_json(args: Any) -> None:
    with pytest.raises(BadArguments):
        services.enqueue("test.effect", args=args)
    assert not Job.objects.exists()


def test_a_job_nobody_can_do_is_refused_at_once() -> None:
    with pytest.raises(UnknownHandler):
        services.enqueue("test.unknown", args={})


def test_the_bell_rings_after_commit_and_not_before(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    rung: list[Any] = []
    monkeypatch.setattr("adme.jobs.delivery.deliver", lambda **told: rung.append(told["job_id"]))

    with django_capture_on_commit_callbacks(execute=True):
        job = services.enqueue("test.effect", args={})
        assert rung == []

    assert rung == [job.pk]


def test_an_open_job_with_the_same_key_is_returned() -> None:
    first = services.enqueue("test.effect", args={}, idempotency_key="preview:7")

    assert services.enqueue("test.effect", args={}, idempotency_key="preview:7").pk == first.pk
    assert services.enqueue("test.effect", args={}, idempotency_key="preview:8").pk != first.pk
    assert services.enqueue("test.effect", args={}).pk != services.enqueue("test.effect", args={}).pk


def test_a_key_that_does_not_fit_is_refused_on_every_database() -> None:
    with pytest.raises(BadArguments):
        services.enqueue("test.effect", args={}, idempotency_key="k" * 201)


def test_a_finished_job_leaves_its_key_free() -> None:
    first = services.enqueue("test.effect", args={}, idempotency_key="preview:7")
    Job.objects.filter(pk=first.pk).update(state=JobState.SUCCEEDED)

    assert services.enqueue("test.effect", args={}, idempotency_key="preview:7").pk != first.pk


def test_eight_at_once_with_one_key_store_one_job(shared_database: None) -> None:
    seen: list[Any] = []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        try:
            seen.append(services.enqueue("test.effect", args={}, idempotency_key="race").pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 8
    assert len(set(seen)) == Job.objects.count() == 1


def _note(rung: list[Any], told: dict[str, Any]) -> bool:
    rung.append(told["job_id"])
    return True


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A port that is ours and on which nobody listens."""
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        yield ours.getsockname()[1]


@pytest.fixture
def mute_port() -> Iterator[int]:
    """A server that takes connections and never answers, as a hung Redis does."""
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        ours.listen(16)
        yield ours.getsockname()[1]


@pytest.mark.parametrize("broker", ["dead_port", "mute_port"])
def test_a_broker_that_does_not_answer_delays_nobody_and_loses_nothing(
    broker: str,
    request: pytest.FixtureRequest,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    from adme.celery import app

    port = request.getfixturevalue(broker)
    settings.JOBS_BACKEND = "celery"
    monkeypatch.setattr(app.conf, "broker_url", f"redis://127.0.0.1:{port}/0")

    began = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        job = services.enqueue("test.effect", args={})
    took = time.monotonic() - began

    job.refresh_from_db()
    assert took < 2
    assert (job.state, job.sent_at) == ("queued", None)
    assert "Queued" in job.progress.message

    rung: list[Any] = []
    monkeypatch.setattr("adme.jobs.broker.deliver", lambda **told: _note(rung, told))
    assert sweeper.sweep().sent == 1
    job.refresh_from_db()
    assert rung == [job.pk]
    assert job.sent_at is not None


def test_cancelling_takes_a_queued_job_out_and_leaves_a_trace(user_with: Callable[..., Any]) -> None:
    user = user_with("analyst")
    job = services.enqueue("test.effect", args={}, by=user)

    services.cancel(job_id=job.pk, by=user)

    job.refresh_from_db()
    assert job.state == "cancelled"
    assert AuditEvent.objects.filter(action="job.cancelled", actor=user.email, target=f"job:{job.pk}").exists()


def test_a_running_job_is_not_cancelled(user_with: Callable[..., Any]) -> None:
    job = services.enqueue("test.effect", args={})
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)

    with pytest.raises(NotAllowedNow):
        services.cancel(job_id=job.pk, by=user_with("analyst"))
    assert not AuditEvent.objects.filter(action="job.cancelled").exists()


def test_a_failed_job_gets_further_attempts_and_never_counts_back(user_with: Callable[..., Any]) -> None:
    user = user_with("analyst")
    job = services.enqueue("test.boom", args={})
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, attempts=3, error="It failed.")

    services.retry(job_id=job.pk, by=user)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.max_attempts, job.error) == ("queued", 3, 6, "")
    assert AuditEvent.objects.filter(action="job.retried", actor=user.email, target=f"job:{job.pk}").exists()


def test_a_job_that_succeeded_is_not_tried_again(user_with: Callable[..., Any]) -> None:
    job = services.enqueue("test.boom", args={})
    Job.objects.filter(pk=job.pk).update(state=JobState.SUCCEEDED)

    with pytest.raises(NotAllowedNow):
        services.retry(job_id=job.pk, by=user_with("analyst"))


def test_a_failed_job_is_not_retried_beside_its_open_twin(user_with: Callable[..., Any]) -> None:
    failed = services.enqueue("test.boom", args={}, idempotency_key="same")
    Job.objects.filter(pk=failed.pk).update(state=JobState.FAILED)
    services.enqueue("test.boom", args={}, idempotency_key="same")

    with pytest.raises(NotAllowedNow, match="already queued"):
        services.retry(job_id=failed.pk, by=user_with("analyst"))
