"""Goal: a workbook of 2,000 activities is previewed (read, checked, compared, kept) in under 10 seconds.

    DATABASE_URL=postgres://.../adme_bench python -m benchmarks.workbook [--activities 2000] [--repeats 3]

The database is filled with made-up activities, so its name must contain 'bench'. A tenth of the rows is edited and a
hundredth added. Told are the seconds of making the workbook, of the preview, of its page and of applying it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import django

GOAL_SECONDS = 10.0
_WORDS = ("regional", "workshop", "capacity", "policy", "study", "review", "data", "youth", "health", "report")


def _sentence(rng: random.Random, words: int) -> str:
    return " ".join(rng.choice(_WORDS) for _ in range(words)).capitalize() + "."


def prepare(activities: int, turn: int) -> tuple[Any, Any]:
    """A report with that many activities, and its officer: of another body at each turn, since a report has a limit."""
    from django.core.management import call_command
    from django.utils import timezone

    from adme.accounts.models import Assignment, Role, User
    from adme.observations.periods import TimePeriod
    from adme.reference.models import Framework, SectoralBody
    from adme.reporting import vocabularies
    from adme.reporting.models import Obligation, ReportingRound
    from databases_a.tool1.models import Activity, ActivityReport, WorkPlan

    call_command("migrate", verbosity=0)
    call_command("load_reference", apply=True, verbosity=0)
    bodies, now, rng = SectoralBody.objects.order_by("code"), timezone.now(), random.Random(1)  # noqa: S311
    body = bodies[turn % len(bodies)]
    round_, _ = ReportingRound.objects.get_or_create(
        tool="tool1",
        period=TimePeriod.parse("2025").key,
        defaults={"opens_at": now - timedelta(9), "due_at": now + timedelta(9), "closes_at": now + timedelta(99)},
    )
    report, _ = Obligation.objects.get_or_create(round=round_, body=body)
    officer, _ = User.objects.get_or_create(email=f"benchmark-{body.code.lower()}@example.org")
    Assignment.objects.get_or_create(user=officer, role=Role.ME_OFFICER, body=body)
    framework = Framework.objects.get(code="BP2025")
    plan = WorkPlan.objects.create(
        body=body, framework=framework, title=f"Benchmark {now.isoformat()}", first_year=2021, last_year=2025
    )
    lists = vocabularies.load({"kra", "state", "CL_STAKEHOLDER", "CL_SDG_TARGET"})
    codes = {name: list(one.choices) for name, one in lists.items()}
    Activity.objects.filter(body=body).update(retired_at=now)
    made = Activity.objects.bulk_create(
        Activity(
            work_plan=plan,
            body=body,
            number=f"1.{number}",
            title=f"Activity {number}: {_sentence(rng, 6)}",
            description=_sentence(rng, 60),
            expected_output=_sentence(rng, 30),
            activity_type="workshop",
            frequency="annual",
            starts_on=date(2025, 1, 15),
            ends_on=date(2025, 12, 1),
            kras=rng.sample(codes["kra"], 2),
            lead_states=[code for code in codes["state"] if rng.random() < 0.3],
            sdg_targets=rng.sample(codes["CL_SDG_TARGET"], 2),
        )
        for number in range(activities)
    )
    ActivityReport.objects.bulk_create(
        ActivityReport(
            activity=one,
            obligation=report,
            status="ongoing",
            percent_complete=rng.randint(0, 99),
            achieved=_sentence(rng, 80),
            remarks=_sentence(rng, 20),
            stakeholders=rng.sample(codes["CL_STAKEHOLDER"], 2),
            participants_female=rng.randint(0, 500),
        )
        for one in made
    )
    return report, officer


def edited(content: bytes) -> bytes:
    """Every tenth row has three other values; a hundredth as many rows are new."""
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(content))
    sheet = book["Report"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    last = sheet.max_row
    for row in range(6, last + 1, 10):
        sheet.cell(row, columns["percent_complete"]).value = 100
        sheet.cell(row, columns["status"]).value = "Completed"
        sheet.cell(row, columns["remarks"]).value = f"Edited in row {row}."
    for number in range((last - 5) // 100):
        row = last + 1 + number
        sheet.cell(row, columns["_group"]).value = sheet.cell(6, columns["_group"]).value
        sheet.cell(row, columns["title"]).value = f"New activity {number} at {time.time()}"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = call()
    return time.perf_counter() - start, answer


def measure(report: Any, officer: Any) -> dict[str, float]:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client
    from django.urls import reverse

    from adme.ingest import services as ingest
    from adme.jobs.models import Job
    from adme.reporting.services import uploads

    making, content = _timed(lambda: uploads.make_workbook(obligation=report, by=officer))
    sent = SimpleUploadedFile("bench.xlsx", edited(content))
    batch = uploads.receive(obligation=report, upload=sent, by=officer)
    Job.objects.all().delete()
    reading, batch = _timed(lambda: ingest.read(batch_id=batch.pk, progress=lambda done, message: None))
    if batch.state != "previewed":
        sys.exit(f"The preview failed: {list(batch.problems.values('code', 'row', 'hint')[:5])}")
    client = Client()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("workbook_preview", args=[report.public_id, batch.public_id])
    page, _ = _timed(lambda: client.get(address))
    uploads.approve(batch=batch, obligation=report, reason="", by=officer)
    Job.objects.all().delete()
    applying, batch = _timed(lambda: ingest.apply(batch_id=batch.pk))
    figures = {"make": making, "preview": reading, "page": page, "apply": applying}
    return {**figures, "kB": len(content) / 1000, **{name: float(count) for name, count in batch.counts.items()}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--activities", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    if "bench" not in os.environ.get("DATABASE_URL", ""):
        sys.exit("The name of the database in DATABASE_URL must contain 'bench': it is filled with made-up reports.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adme.settings.test")
    with tempfile.TemporaryDirectory(prefix="adme-bench-") as folder:
        os.environ["MEDIA_ROOT"] = folder
        django.setup()
        runs = [measure(*prepare(options.activities, turn)) for turn in range(options.repeats)]
    median = {name: round(statistics.median(run[name] for run in runs), 2) for name in runs[0]}
    verdict = "met" if median["preview"] < GOAL_SECONDS * options.activities / 2000 else "missed"
    print(
        json.dumps(
            {"activities": options.activities, "median": median, "goal": f"{GOAL_SECONDS} s: {verdict}"}, indent=1
        )
    )


if __name__ == "__main__":
    main()
