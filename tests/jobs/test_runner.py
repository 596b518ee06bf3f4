"""One attempt of one job: success, refusal, failure, retry, and an attempt that was overtaken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from adme.jobs import liveness, runner, services
from adme.jobs.models import Job, JobLogLine, JobState
from adme.jobs.testing import run_all_jobs
from tests.jobs.handlers import effects

pytestmark = pytest.mark.django_db


def _run(name: str, **args: object) -> Job:
    job = services.enqueue(name, args=args)
    assert runner.run(job.pk, inline=True)
    return Job.objects.get(pk=job.pk)


def test_a_good_job_ends_with_its_outcome_progress_and_log() -> None:
    job = _run("test.report")

    assert (job.state, job.attempts, job.error) == ("succeeded", 1, "")
    assert (job.done, job.total, job.progress.percent) == (3, 4, 75)
    assert (job.message, job.link) == ("1 200 rows", "/imports/7/")
    assert job.outcome is not None
    assert job.outcome["rows"] == {"new": 1200, "changed": 0}
    assert job.outcome["ratio"] is None, "NaN is not JSON"
    assert list(job.log.values_list("attempt", "level", "text")) == [(1, "info", "Reading")]
    assert job.finished_at is not None
    assert job.lease_until is None


def test_ten_deliveries_of_one_job_have_one_effect() -> None:
    job = services.enqueue("test.effect", args={})

    assert [runner.run(job.pk, inline=True) for _ in range(10)] == [True] + [False] * 9
    assert effects(job) == 1


def test_a_cancelled_or_unknown_job_is_not_run() -> None:
    job = services.enqueue("test.effect", args={})
    Job.objects.filter(pk=job.pk).update(state=JobState.CANCELLED)

    assert not runner.run(job.pk, inline=True)
    Job.objects.filter(pk=job.pk).delete()
    assert not runner.run(job.pk, inline=True)


def test_a_refusal_is_told_in_its_own_words_and_not_tried_again() -> None:
    job = _run("test.refused")

    assert (job.state, job.attempts, job.error) == ("failed", 1, "The file holds no observations.")


def test_out_of_memory_fails_with_a_reason_and_is_not_tried_again() -> None:
    job = _run("test.memory")

    assert (job.state, job.attempts) == ("failed", 1)
    assert "memory" in job.error


def test_an_unexpected_error_waits_retries_and_then_fails_in_a_sentence() -> None:
    job = _run("test.boom")

    assert (job.state, job.attempts) == ("queued", 1)
    assert job.not_before is not None
    assert job.not_before > timezone.now() + timedelta(seconds=30)
    assert not runner.run(job.pk, inline=True), "it waits"

    run_all_jobs()

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("failed", 3)
    assert job.error == "An unexpected error stopped the job. It was tried 3 times."
    lines = list(job.log.filter(level="error").values_list("text", flat=True))
    assert lines == ["ValueError: the shape is wrong"] * 3, "a short line, never a traceback"


def test_a_second_attempt_leaves_nothing_of_the_first() -> None:
    job = services.enqueue("test.flaky", args={})

    run_all_jobs()

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("succeeded", 2)
    assert effects(job) == 1


def test_a_job_of_another_version_fails_in_a_sentence() -> None:
    job = services.enqueue("test.effect", args={})
    Job.objects.filter(pk=job.pk).update(name="test.of_tomorrow")

    runner.run(job.pk, inline=True)

    job.refresh_from_db()
    assert job.state == "failed"
    assert "does not know this kind of job" in job.error


@pytest.mark.parametrize("name", ["test.overtaken", "test.guarded"])
def test_an_attempt_that_was_overtaken_commits_nothing(name: str) -> None:
    job = _run(name, overtaken=True)

    assert effects(job) == 0
    assert job.state == "running", "rolled back with the work: in the hands of the other attempt"


@pytest.mark.parametrize("name", ["test.guarded", "test.completes"])
def test_an_attempt_that_holds_its_job_commits(name: str) -> None:
    job = _run(name)

    assert effects(job) == 1
    assert job.state == "succeeded"


def test_a_job_in_living_hands_is_not_taken() -> None:
    job = services.enqueue("test.effect", args={})
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING,
        attempts=1,
        worker=liveness.identity(),
        lease_until=timezone.now() + timedelta(minutes=1),
    )

    assert not runner.run(job.pk, inline=True)


def test_a_job_of_a_dead_process_is_taken_at_once_when_it_is_delivered_again(dead_worker: str) -> None:
    job = services.enqueue("test.effect", args={})
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=1, worker=dead_worker, lease_until=timezone.now() + timedelta(minutes=1)
    )

    assert runner.run(job.pk, inline=True)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("succeeded", 2)
    assert effects(job) == 1


def test_log_lines_have_a_limit() -> None:
    from adme.jobs.recorder import LINES_KEPT, Inline

    job = services.enqueue("test.effect", args={})
    recorder = Inline(job=job, lease=60)
    for number in range(LINES_KEPT + 50):
        recorder.line(f"line {number}", "info")
    recorder.write_rest()

    assert JobLogLine.objects.filter(job=job).count() == LINES_KEPT


def test_run_all_jobs_runs_until_nothing_is_queued() -> None:
    jobs = [services.enqueue("test.effect", args={}), services.enqueue("test.gated", args={}, queue="kpis")]
    Job.objects.filter(pk=jobs[1].pk).update(name="test.report")

    ended = run_all_jobs()

    assert [job.pk for job in ended] == [job.pk for job in jobs]
    assert {job.state for job in ended} == {"succeeded"}
