"""Handlers the tests of jobs run. An effect is a row that a second, unwanted run would store a second time."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from adme.jobs.context import JobContext
from adme.jobs.errors import JobRefused
from adme.jobs.models import Job, JobLogLine
from adme.jobs.registry import handler

PATIENCE = 30  # seconds until a handler that waits for a test gives up


def effects(job: Job) -> int:
    return JobLogLine.objects.filter(job=job, level="effect").count()


def _effect(context: JobContext) -> None:
    JobLogLine.objects.create(job=context.job, attempt=context.job.attempts, level="effect", text="done")


def _wait_for(path: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not Path(path).exists():
        if time.monotonic() > deadline:
            raise JobRefused(f"{path} never came")
        time.sleep(0.02)


@handler("test.effect", atomic=True, back_off=())
def effect(context: JobContext) -> dict[str, Any]:
    _effect(context)
    return {"rows": 1}


@handler("test.gated", atomic=True, back_off=(), queue="imports")
def gated(context: JobContext) -> dict[str, Any]:
    """Does its work, says so by a file, and waits for another file before it commits."""
    _effect(context)
    Path(context.args["began"]).touch()
    _wait_for(context.args["go"])
    return {"rows": 1}


@handler("test.report")
def report(context: JobContext) -> dict[str, Any]:
    context.log("Reading")
    context.progress(done=3, total=4, message="Three of four files")
    return {"rows": {"new": 1200, "changed": 0}, "ratio": math.nan, "message": "1 200 rows", "link": "/imports/7/"}


@handler("test.boom", max_attempts=3, back_off=(60,))
def boom(context: JobContext) -> None:
    context.log("About to fail")
    raise ValueError("the shape is wrong\nsecond line")


@handler("test.flaky", atomic=True, back_off=())
def flaky(context: JobContext) -> None:
    _effect(context)
    if context.job.attempts == 1:
        raise RuntimeError("once")


@handler("test.refused")
def refused(context: JobContext) -> None:
    raise JobRefused("The file holds no observations.")


@handler("test.memory")
def memory(context: JobContext) -> None:
    raise MemoryError


@handler("test.overtaken", atomic=True)
def overtaken(context: JobContext) -> None:
    """Another attempt takes the job over while this one works."""
    _effect(context)
    Job.objects.filter(pk=context.job.pk).update(attempts=context.job.attempts + 1)


@handler("test.guarded")
def guarded(context: JobContext) -> None:
    with transaction.atomic():
        _effect(context)
        if context.args.get("overtaken"):
            Job.objects.filter(pk=context.job.pk).update(attempts=context.job.attempts + 1)
        context.guard()


@handler("test.completes")
def completes(context: JobContext) -> None:
    with transaction.atomic():
        _effect(context)
        context.complete({"rows": 5})


@handler("test.long", lease=1, back_off=())
def long(context: JobContext) -> None:
    """Holds a write transaction far longer than its lease, in one statement where the database can sleep."""
    with transaction.atomic():
        _effect(context)
        context.progress(done=1, total=2, message="Inside one long transaction")
        Path(context.args["began"]).touch()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(2.5)")
        _wait_for(context.args["go"])
        context.guard()


@handler("test.waits", queue="imports")
def waits(context: JobContext) -> None:
    """A long job outside any transaction."""
    Path(context.args["began"]).touch()
    _wait_for(context.args["go"])
