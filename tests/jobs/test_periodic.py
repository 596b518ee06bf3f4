"""What comes round is queued once in each slot, by whoever asks first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adme.jobs import periodic
from adme.jobs.models import Job
from adme.jobs.testing import run_all_jobs
from tests.jobs import handlers  # noqa: F401  registers them

MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def hourly(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.JOBS_PERIODIC = True
    monkeypatch.setattr(periodic, "_registered", {})
    periodic.register("test.hourly", job="test.effect", every=HOUR, title="Every hour")


@pytest.mark.django_db
def test_a_slot_is_queued_once_however_often_it_is_asked_for(hourly: None) -> None:
    queued = [len(periodic.enqueue_due(now=MIDNIGHT + timedelta(minutes=minute))) for minute in range(0, 60, 5)]
    assert queued == [1] + [0] * 11
    assert Job.objects.get().title == "Every hour"


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["succeeded", "failed", "cancelled"])
def test_a_slot_that_has_ended_is_not_queued_again_and_the_next_one_is(hourly: None, ending: str) -> None:
    periodic.enqueue_due(now=MIDNIGHT)
    run_all_jobs()
    Job.objects.update(state=ending)
    assert periodic.enqueue_due(now=MIDNIGHT + timedelta(minutes=59, seconds=59)) == []
    assert len(periodic.enqueue_due(now=MIDNIGHT + HOUR)) == 1


@pytest.mark.django_db
def test_missed_slots_are_not_made_up_for(hourly: None) -> None:
    periodic.enqueue_due(now=MIDNIGHT)
    assert len(periodic.enqueue_due(now=MIDNIGHT + 50 * HOUR)) == 1
    assert Job.objects.count() == 2


def test_slots_are_counted_from_where_the_first_one_starts() -> None:
    six = MIDNIGHT + 6 * HOUR
    one = periodic.Periodic("x", "y", timedelta(days=1), six, "")
    assert one.slot(six) == six
    assert one.slot(six - timedelta(seconds=1)) == six - timedelta(days=1)
    assert one.slot(six - timedelta(days=400)) == six - timedelta(days=400)


@pytest.mark.django_db
def test_nothing_comes_round_where_it_is_switched_off(hourly: None, settings: Any) -> None:
    settings.JOBS_PERIODIC = False
    assert periodic.enqueue_due(now=MIDNIGHT) == []


def test_a_slot_shorter_than_the_question_is_refused(hourly: None) -> None:
    with pytest.raises(ValueError, match="shorter than a minute"):
        periodic.register("test.fast", job="test.effect", every=timedelta(seconds=1))


def test_beat_asks_every_minute() -> None:
    from adme.celery import app

    entry = app.conf.beat_schedule["periodic-jobs"]
    assert entry["schedule"] == periodic.EVERY
    assert entry["task"] in app.tasks


def test_the_embedded_sweeper_asks_too(worker_threads: None, settings: Any, until: Any) -> None:
    from adme.jobs import embedded

    embedded.stop()
    asked = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(periodic, "enqueue_due", lambda: asked.append(1))
        embedded.start()
        until(lambda: asked)
        embedded.stop()
