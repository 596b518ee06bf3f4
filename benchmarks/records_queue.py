"""G17 for records: a short background task sent while two files of records are read waits at most a second.

    DATABASE_URL=postgres://.../adme_bench REDIS_URL=redis://127.0.0.1:6379/15 python -m benchmarks.records_queue
    DATABASE_URL=sqlite:////.../bench.sqlite3 python -m benchmarks.records_queue --ways embedded

Each repeat queues two imports of 200,000 records as a state sends them, and every quarter of a second, until both are
read, a short task: in turn a KPI refresh (`rfmd.aggregate`) and a batch of mails without mails. Its delay is that from
being stored to being started, as the rows of the jobs tell. Ways, interleaved:

idle        the workers of production, and no import: what a delay is made of anyway
production  short jobs `-Q default,kpis -c 2`, imports `-Q imports -c 1`, so the second import waits for the first
two at once the same with `-c 2` for imports
embedded    threads of one process, a lane for each queue: no broker, but one interpreter for everything

Redis must hold nothing in that database: messages of another instance would be taken.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

from benchmarks.records import LAYOUT, make_text

SECONDS, EVERY, IDLE_TASKS, WARM_UP, START_WITHIN = 1.0, 0.25, 40, 12, 60
SET, STATES = "bench", ("VNM", "THA")
IMPORTS_AT_ONCE = {"idle": 1, "production": 1, "two at once": 2}
EMBEDDED = "embedded"


def prepare() -> None:
    """A record set with the layout of `benchmarks.records`, and the report of two states."""
    from django.core.management import call_command
    from django.utils import timezone

    from adme.observations.periods import TimePeriod
    from adme.reference.models import Area, SectoralBody
    from adme.reporting.models import Obligation, ReportingRound
    from databases_c.models import TOOL_PREFIX, RecordSet, SetVersion

    call_command("migrate", verbosity=0)
    call_command("load_reference", apply=True, verbosity=0)
    now = timezone.now()
    record_set, made = RecordSet.objects.get_or_create(
        code=SET,
        defaults={
            "title": "Made up for benchmarks", "body": SectoralBody.objects.order_by("code")[0], "kind": "records",
            "custodian": "None", "unit_of_record": "A made-up case", "population": "None", "reference_period": "None",
        },
    )  # fmt: skip
    if made:
        record_set.current = SetVersion.objects.create(
            record_set=record_set, number=1, layout=LAYOUT, state=SetVersion.State.IN_FORCE, adopted_at=now
        )
        record_set.save(update_fields=["current"])
    round_, _ = ReportingRound.objects.get_or_create(
        tool=f"{TOOL_PREFIX}{SET}",
        period=TimePeriod.parse("2025").key,
        defaults={
            "opens_at": now - timedelta(9), "due_at": now + timedelta(9),
            "closes_at": now + timedelta(99),
        },
    )  # fmt: skip
    for state in STATES:
        Obligation.objects.get_or_create(round=round_, state_area=Area.objects.get(code=state))


def send_imports(path: Path) -> list[Any]:
    """Both files are queued, as the page of a report does it; the batches."""
    from adme.ingest import services, storage
    from adme.reporting.models import Obligation
    from databases_c.models import TOOL_PREFIX
    from databases_c.services.submissions import TARGET

    return [
        services.receive(
            chunks=storage.chunks_of(path),
            filename="records.csv",
            options=services.Options(format="auto", dataset=str(report.public_id)),
            target=TARGET,
        )
        for report in Obligation.objects.filter(round__tool=f"{TOOL_PREFIX}{SET}").order_by("pk")
    ]


def send_short(number: int) -> Any:
    from adme.jobs.services import enqueue
    from adme.reporting.services.outbox import MAIL_JOB

    if number % 2:
        return enqueue(MAIL_JOB, args={"notices": []}, title="Benchmark: mails")
    return enqueue("rfmd.aggregate", args={"leaves": []}, title="Benchmark: KPIs")


def delays(path: Path | None) -> dict[str, Any]:
    """Send short tasks until the imports are read (or, without, a number of them); seconds that each waited."""
    from adme.ingest import storage, targets
    from adme.ingest.models import ImportBatch
    from adme.jobs.models import JobState

    _wait_for([send_short(number).pk for number in range(WARM_UP)])  # workers of production have run for days
    began = time.perf_counter()
    batches = [batch.pk for batch in send_imports(path)] if path else []
    sent: list[Any] = []
    while len(sent) < IDLE_TASKS if not path else _unread(batches):
        sent.append(send_short(len(sent)).pk)
        time.sleep(EVERY)
    lasted = time.perf_counter() - began
    waiting = _wait_for(sent)
    imports = ImportBatch.objects.filter(pk__in=batches)
    states = list(imports.values_list("state", flat=True))
    for batch in imports:  # what was kept goes again
        targets.get(batch.target).discard(batch)
        storage.remove(batch)
    failed = waiting.filter(state=JobState.FAILED).values_list("error", flat=True)
    if set(states) - {"previewed"} or failed:
        sys.exit(f"Not as expected: {states}, {list(failed)[:3]}")
    found = [(job.started_at - job.created_at).total_seconds() for job in waiting]
    return {"delays": found, "imports": lasted if path else None}


def _wait_for(sent: list[Any]) -> Any:
    from adme.jobs.models import OPEN_STATES, Job

    waiting = Job.objects.filter(pk__in=sent)
    while waiting.filter(state__in=OPEN_STATES).exists():
        time.sleep(EVERY)
    return waiting


def _unread(batches: list[int]) -> bool:
    from adme.ingest.models import ImportBatch

    return ImportBatch.objects.filter(pk__in=batches, state__in=["received", "reading"]).exists()


@contextmanager
def workers(imports_at_once: int) -> Iterator[None]:
    """The two workers of production, up and ready."""
    queues = {"default,kpis": 2, "imports": imports_at_once}
    running = []
    try:
        for number, (names, at_once) in enumerate(queues.items()):
            command = ["-A", "adme.celery", "worker", "-Q", names, "-c", str(at_once), "-l", "error"]
            running.append(
                subprocess.Popen(
                    [sys.executable, "-m", "celery", *command, "-n", f"bench{number}@%h"], stdout=subprocess.DEVNULL
                )
            )
        _until_answered(len(running))
        yield
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait()


def _until_answered(count: int) -> None:
    from adme.celery import app

    began = time.perf_counter()
    while len(app.control.ping(timeout=1) or []) < count:
        if time.perf_counter() - began > START_WITHIN:
            sys.exit("The workers did not start.")


def embedded(path: Path) -> dict[str, Any]:
    from adme.jobs import embedded as threads

    threads.start()
    try:
        return delays(path)
    finally:
        threads.stop()


def in_process(way: str, path: Path) -> dict[str, Any]:
    """A process of its own, since a way of running jobs is chosen at its start."""
    backend = "embedded" if way == EMBEDDED else "celery"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.records_queue", "--only", way, str(path)],
        stdout=subprocess.PIPE,
        check=True,
        env={**os.environ, "JOBS_BACKEND": backend},
    )
    return json.loads(done.stdout)


def _refuse_a_used_redis() -> None:
    import redis

    url = os.environ.get("REDIS_URL", "")
    if not url or redis.Redis.from_url(url).dbsize():
        sys.exit("REDIS_URL must name a database of Redis that holds nothing.")


def _summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    found = [delay for run in runs for delay in run["delays"]]
    lasted = [run["imports"] for run in runs if run["imports"] is not None]
    return {
        "tasks": len(found),
        "median": round(statistics.median(found), 3),
        "longest, median of the repeats": round(statistics.median(max(run["delays"]) for run in runs), 3),
        "longest of all": round(max(found), 3),
        "later than a second": sum(delay > SECONDS for delay in found),
        "imports took": round(statistics.median(lasted), 1) if lasted else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--ways", nargs="+", default=[*IMPORTS_AT_ONCE, EMBEDDED], choices=[*IMPORTS_AT_ONCE, EMBEDDED])
    parser.add_argument("--only", nargs=2, metavar=("WAY", "PATH"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adme.settings.test")
    if "bench" not in os.environ.get("DATABASE_URL", ""):
        sys.exit("The name of the database in DATABASE_URL must contain 'bench'.")
    if options.only:
        django.setup()
        way, path = options.only
        told = embedded(Path(path)) if way == EMBEDDED else delays(Path(path) if way != "idle" else None)
        print(json.dumps(told))
        return
    with tempfile.TemporaryDirectory(prefix="adme-bench-") as folder:
        django.setup()
        if set(options.ways) & set(IMPORTS_AT_ONCE):
            _refuse_a_used_redis()
        prepare()
        path = make_text(Path(folder) / "records.csv", options.records)
        runs: dict[str, list[dict[str, Any]]] = {way: [] for way in options.ways}
        for turn in range(options.repeats):
            for way in options.ways:
                if way == EMBEDDED:
                    run = in_process(way, path)
                else:
                    with workers(IMPORTS_AT_ONCE[way]):
                        run = in_process(way, path)
                runs[way].append(run)
                print(f"{turn}: {way}: {json.dumps(_summary([run]))}", file=sys.stderr)
    told = {way: _summary(some) for way, some in runs.items()}
    goals = {way: "missed" if one["later than a second"] else "met" for way, one in told.items()}
    print(json.dumps({"records": options.records, **told, f"goal, never later than {SECONDS} s": goals}, indent=1))


if __name__ == "__main__":
    main()
