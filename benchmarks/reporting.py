"""Reporting: pages with 50 and with 500 rows beside a bare signed-in view; 2,000 rows saved and published.

    DATABASE_URL=postgres://.../adme_bench python -m benchmarks.reporting [--repeats 5] [--rows 2000]
    DATABASE_URL=sqlite:///var/adme_bench.sqlite3 python -m benchmarks.reporting

The database is filled with made-up reports, so its name must contain 'bench'. Pages go through all middleware in one
process and in turn with the bare view. Each write stands beside what Django itself takes for the same rows in the same
tables, without checks, history, audit or facts of its own: bulk_create, and bulk_update for changes. Medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

import django

FEW, MANY = 50, 500
GOAL_MS = {"grid": 200}
GOAL_S = {"add": 3.0, "change": 3.0, "submit": 5.0, "approve": 5.0}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer


# --- pages ----------------------------------------------------------------------------------------------------------


def signed_in(user: Any) -> Any:
    from django.test import Client

    client = Client(headers={"accept-encoding": "gzip"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(client: Any, address: str, repeats: int) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as statements:
        answer = client.get(address)
    count = len(statements)  # before the next request empties the log
    if answer.status_code != 200:
        sys.exit(f"{address} answered {answer.status_code}.")
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        taken[0].append(timed(lambda: client.get(address))[0])
        taken[1].append(timed(lambda: client.get("/bare/"))[0])
    ours, bare = statistics.median(taken[0]), statistics.median(taken[1])
    return {
        "ms": round(ours * 1000, 1), "least_ms": round(min(taken[0]) * 1000, 1),
        "bare_ms": round(bare * 1000, 1), "ratio": round(ours / bare, 1),
        "statements": count, "gzip_kB": round(len(answer.content) / 1000, 1),
    }  # fmt: skip


def pages_of_reports(repeats: int) -> dict[str, Any]:
    """The pages of one report with few and with many activities."""
    from django.urls import reverse

    from adme.accounts.models import Role
    from adme.reference.models import SectoralBody
    from adme.reporting import tools
    from adme.reporting.models import RecordChange
    from adme.reporting.services.records import save_many

    from . import reporting_rows as made

    found: dict[str, Any] = {}
    for many, code in ((FEW, "SOMHD"), (MANY, "SLOM")):
        body = SectoralBody.objects.get(code=code)
        officer, owed = made.person(code, Role.ME_OFFICER, body), made.report(body)
        rows = made.new_rows(made.plan_of(body), many)
        save_many(obligation_id=owed.pk, rows=rows, by=officer, channel=RecordChange.Channel.UPLOAD)
        key = tools.get("tool1").records(owed)[0].key
        client = signed_in(officer)
        addresses = {
            "grid": reverse("grid", args=[owed.public_id]),
            "record form": reverse("record", args=[owed.public_id, key]),
            "report overview": reverse("report", args=[owed.public_id]),
        }
        for name, address in addresses.items():
            found.setdefault(name, {})[many] = page(client, address, repeats)
    return found


def pages_of_the_ledger(repeats: int) -> dict[str, Any]:
    from django.urls import reverse

    from adme.accounts.models import Role
    from adme.reference.models import SectoralBody

    from . import reporting_rows as made

    body = SectoralBody.objects.get(code="SOMHD")
    officer, analyst = made.person("SOMHD", Role.ME_OFFICER, body), made.person("analyst", Role.ANALYST)
    found: dict[str, Any] = {}
    for years in (range(2023, 2025), range(2005, 2025)):
        reports = made.ledger(years, officer)
        for name, who in (("my_work", officer), ("review_queue", analyst), ("completeness_board", analyst)):
            found.setdefault(name, {})[f"{reports} reports"] = page(signed_in(who), reverse(name), repeats)
    return found


# --- writes ---------------------------------------------------------------------------------------------------------


def _tried(work: Callable[[], Any]) -> float:
    """Seconds of a write that is taken back."""
    from django.db import transaction

    with transaction.atomic():
        seconds, _ = timed(work)
        transaction.set_rollback(True)
    return seconds


def plain_add(changes_after: int) -> float:
    """bulk_create of the same activities, reports and history."""
    from adme.reporting.models import RecordChange
    from databases_a.tool1.models import ActivityReport

    reports = list(ActivityReport.objects.filter(obligation__round__period=2024000).select_related("activity"))
    activities = [one.activity for one in reports]
    for one in activities:
        one.pk, one.public_id = None, uuid.uuid4()
    changes = list(RecordChange.objects.filter(pk__gt=changes_after))
    for row in [*reports, *changes]:
        row.pk = None

    def work() -> None:
        type(activities[0]).objects.bulk_create(activities, batch_size=1000)
        for report in reports:
            report.activity = report.activity
        ActivityReport.objects.bulk_create(reports, batch_size=1000)
        RecordChange.objects.bulk_create(changes, batch_size=1000)

    return _tried(work)


def plain_change(changes_after: int) -> float:
    """bulk_update of the same columns, and bulk_create of the history."""
    from adme.reporting.models import RecordChange
    from databases_a.tool1.models import Activity, ActivityReport

    reports = list(ActivityReport.objects.filter(obligation__round__period=2024000).select_related("activity"))
    changes = list(RecordChange.objects.filter(pk__gt=changes_after))
    for row in changes:
        row.pk = None

    def work() -> None:
        Activity.objects.bulk_update([one.activity for one in reports], ["title", "expected_output"], batch_size=500)
        ActivityReport.objects.bulk_update(
            reports, ["remarks", "percent_complete", "participants_male", "updated_at"], batch_size=500
        )
        RecordChange.objects.bulk_create(changes, batch_size=1000)

    return _tried(work)


def plain_facts(owed: Any) -> float:
    """bulk_create of the same facts and their codes."""
    from databases_a.tool1.models import ActivityFact, FactTag

    facts = list(ActivityFact.objects.current().filter(obligation=owed))
    tags = [(fact, list(fact.codes.all())) for fact in facts]
    for fact in facts:
        fact.pk, fact.standing = None, "copy"

    def work() -> None:
        ActivityFact.objects.bulk_create(facts, batch_size=500)
        rows = [FactTag(fact=fact, kind=one.kind, code=one.code) for fact, codes in tags for one in codes]
        FactTag.objects.bulk_create(rows, batch_size=2000)

    return _tried(work)


def write_once(many: int) -> tuple[dict[str, tuple[float, float]], dict[str, int]]:
    """Seconds (ours, plain) of each write in a transaction that is taken back; statements of the acts."""
    from django.db import connection
    from django.db.models import Max
    from django.test.utils import CaptureQueriesContext

    from adme.accounts.models import Role
    from adme.reference.models import SectoralBody
    from adme.reporting import tools
    from adme.reporting.models import RecordChange, Revision
    from adme.reporting.services import workflow
    from adme.reporting.services.records import save_many
    from adme.reporting.transitions import Act

    from . import reporting_rows as made

    body = SectoralBody.objects.get(code="SOMSWD")
    officer, analyst = made.person("SOMSWD", Role.ME_OFFICER, body), made.person("analyst", Role.ANALYST)
    owed, plan = made.report(body, 2024), made.plan_of(body)
    found: dict[str, tuple[float, float]] = {}
    statements: dict[str, int] = {}

    def save(rows: list[Any]) -> float:
        channel = RecordChange.Channel.UPLOAD
        return timed(lambda: save_many(obligation_id=owed.pk, rows=rows, by=officer, channel=channel))[0]

    def act(what: Act, by: Any) -> float:
        seen = Revision.objects.filter(obligation=owed).order_by("-number").values_list("pk", flat=True).first()
        with CaptureQueriesContext(connection) as made_now:
            seconds, _ = timed(
                lambda: workflow.perform(
                    obligation_id=owed.pk, act=what, by=by, idempotency_key=what.value, revision_id=seen
                )
            )
        statements[what.value] = len(made_now)
        return seconds

    def last_change() -> int:
        return RecordChange.objects.aggregate(last=Max("id"))["last"] or 0

    def everything() -> None:
        before = last_change()
        found["add"] = (save(made.new_rows(plan, many)), plain_add(before))
        before = last_change()
        changed = made.changed_rows(tools.get("tool1").records(owed))
        found["change"] = (save(changed), plain_change(before))
        found["submit"] = (act(Act.SUBMIT, officer), plain_facts(owed))
        found["approve"] = (act(Act.APPROVE, analyst), plain_facts(owed))

    _tried(everything)
    return found, statements


def writes(many: int, repeats: int) -> dict[str, Any]:
    runs = [write_once(many) for _ in range(repeats)]
    answer: dict[str, Any] = {"rows": many}
    for name in runs[0][0]:
        ours = statistics.median(run[0][name][0] for run in runs)
        plain = statistics.median(run[0][name][1] for run in runs)
        verdict = "met" if ours < GOAL_S[name] * many / 2000 else "missed"
        answer[name] = {
            "s": round(ours, 2), "least_s": round(min(run[0][name][0] for run in runs), 2),
            "plain_s": round(plain, 2), "ratio": round(ours / plain, 2),
            "goal": f"{GOAL_S[name]} s for 2,000: {verdict}",
        }  # fmt: skip
        if name in runs[0][1]:
            answer[name]["statements"] = runs[0][1][name]
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--rows", type=int, default=2000)
    options = parser.parse_args()
    if "bench" not in os.environ.get("DATABASE_URL", "").rpartition("/")[2]:
        sys.exit("The name of the database in DATABASE_URL must contain 'bench': it is filled with made-up reports.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adme.settings.test")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    settings.ROOT_URLCONF = "benchmarks.page_urls"
    call_command("migrate", verbosity=0)
    call_command("load_reference", apply=True, verbosity=0)
    answer: dict[str, Any] = {
        "database": connection.vendor,
        "load": os.getloadavg()[0],
        "writes": writes(options.rows, options.repeats),
        "reports": pages_of_reports(2 * options.repeats),
        "ledger": pages_of_the_ledger(2 * options.repeats),
        "load_at_the_end": os.getloadavg()[0],
    }
    grid = answer["reports"]["grid"][MANY]["ms"]
    answer["goal_of_the_grid"] = f"{GOAL_MS['grid']} ms: {'met' if grid < GOAL_MS['grid'] else 'missed'}"
    print(json.dumps(answer, indent=1))


if __name__ == "__main__":
    main()
