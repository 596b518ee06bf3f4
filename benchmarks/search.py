"""Search over activities: full text beside a plain ILIKE over the same facts, on PostgreSQL.

    DATABASE_URL=postgres://.../adme_bench python -m benchmarks.search [--activities 20000] [--repeats 9]

The database is filled with made-up activities, so its name must contain 'bench'. A second run finds it filled. Each
pair is measured in turn, medians are divided, and both sides stand in the answer. Goal: a page of results, with counts
by status, of 20,000 activities under 100 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django

PERIODS = (2024, 2025)
SUBJECTS = (
    "healthy cities", "marine debris", "early childhood education", "disaster risk reduction", "migrant workers",
    "cultural heritage", "youth volunteers", "haze prevention", "social protection of older persons", "rural roads",
    "women entrepreneurs", "antimicrobial resistance", "school meals", "biodiversity corridors", "sports for peace",
)  # fmt: skip
FORMS = ("Training on", "Study of", "Forum about", "Guidelines for", "Campaign for", "Database of", "Pilot of")
# What is asked: (name, words). Few, many and nearly all activities hold them.
QUESTIONS = (("rare", "lantern number 77"), ("usual", "marine debris"), ("common", "regional"), ("begun", "antimicrob"))


def prepare(activities: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from databases_a.tool1.models import ActivityFact

    call_command("migrate", verbosity=0)
    call_command("load_reference", apply=True, verbosity=0)
    if ActivityFact.objects.count() < activities * len(PERIODS):
        _fill(activities)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE tool1_activityfact, tool1_facttag, tool1_activity")
    print(f"{ActivityFact.objects.count():,} facts stored.", file=sys.stderr)


def _fill(activities: int) -> None:
    """Two approved reports of every activity, spread over all bodies, about 130 words each."""
    from django.utils import timezone

    from adme.common.text import fold
    from adme.reference.models import Framework, SectoralBody
    from adme.reporting.models import Obligation, Publication, ReportingRound, Revision, RevisionContent
    from databases_a.tool1.models import Activity, ActivityFact, FactTag, WorkPlan

    now, by = timezone.now(), _user()
    framework = Framework.objects.get(code="BP2025")
    bodies = list(SectoralBody.objects.filter(retired_at__isnull=True))
    publications: dict[tuple[int, int], tuple[Obligation, Publication]] = {}
    content, _ = RevisionContent.objects.get_or_create(sha256="0" * 64, defaults={"data": {"records": []}})
    plans = {}
    for body in bodies:
        plans[body.pk], _ = WorkPlan.objects.get_or_create(
            body=body, title="Made up", framework=framework, first_year=2021, last_year=2025
        )
        for year in PERIODS:
            round_, _ = ReportingRound.objects.get_or_create(
                tool="tool1",
                period=year * 1000,
                defaults={"opens_at": now, "due_at": now.replace(year=now.year + 1),
                          "closes_at": now.replace(year=now.year + 2)},
            )  # fmt: skip
            owed, _ = Obligation.objects.get_or_create(round=round_, body=body)
            revision = Revision.objects.create(
                obligation=owed, number=1 + owed.revisions.count(), act="approve", content=content, by=by, at=now,
                idempotency_key=f"bench {now}",
            )  # fmt: skip
            given = Publication.objects.create(revision=revision, tool="tool1", at=now)
            publications[body.pk, year] = (owed, given)
    made = Activity.objects.bulk_create(
        (
            Activity(work_plan=plans[bodies[n % len(bodies)].pk], body=bodies[n % len(bodies)], title=_title(n))
            for n in range(activities)
        ),
        batch_size=2000,
    )
    facts = []
    for number, activity in enumerate(made):
        for year in PERIODS:
            owed, given = publications[activity.body_id, year]
            facts.append(
                ActivityFact(
                    activity=activity, obligation=owed, revision_id=given.revision_id, standing="approved",
                    body_id=activity.body_id, period=year * 1000, year=year, title=activity.title,
                    status=("ongoing", "completed", "delayed", "not_started")[number % 4],
                    content={"number": str(number), "kras": ["B.1"]}, search_text=fold(_text(number)),
                    opened_by=given, opened_at=now, is_demonstration=True,
                )
            )  # fmt: skip
    facts = ActivityFact.objects.bulk_create(facts, batch_size=2000)
    kras = ("A.1", "A.2", "B.1", "B.2", "B.3", "C.1", "C.2", "D.1", "E.1")
    FactTag.objects.bulk_create(
        (FactTag(fact=fact, kind="kras", code=kras[place % len(kras)]) for place, fact in enumerate(facts)),
        batch_size=5000,
    )


def _user() -> Any:
    from adme.accounts.models import Assignment, Role, User

    user = User.objects.filter(email="bench@example.org").first()
    if user is None:
        user = User.objects.create_user("bench@example.org", "a long enough passphrase")
        Assignment.objects.create(user=user, role=Role.ANALYST)
    return user


def _title(number: int) -> str:
    return f"{FORMS[number % len(FORMS)]} {SUBJECTS[number * 7 % len(SUBJECTS)]}, part {number}"


def _text(number: int) -> str:
    other = SUBJECTS[(number * 11 + 3) % len(SUBJECTS)]
    rare = f"lantern number {number // 100}" if number % 100 == 0 else ""
    filler = " ".join(f"word{(number * 31 + place * 17) % 4000}" for place in range(100))
    return f"{_title(number)} Regional activity that also touches {other} in the Member States. {rare} {filler}"


# What a page without full text would do: all words anywhere, in any row, newest period of each activity.
BY_LIKE = """
SELECT f.id, f.title, f.status, f.period FROM tool1_activityfact f
WHERE f.closed_by_id IS NULL AND {words}
  AND NOT EXISTS (SELECT 1 FROM tool1_activityfact n
                  WHERE n.activity_id = f.activity_id AND n.closed_by_id IS NULL AND n.period > f.period)
ORDER BY f.period DESC, f.title LIMIT 25
"""
COUNT_BY_LIKE = """
SELECT f.status, count(*) FROM tool1_activityfact f
WHERE f.closed_by_id IS NULL AND {words}
  AND NOT EXISTS (SELECT 1 FROM tool1_activityfact n
                  WHERE n.activity_id = f.activity_id AND n.closed_by_id IS NULL AND n.period > f.period)
GROUP BY 1
"""


def measure(work: Callable[[], Any], other: Callable[[], Any], repeats: int) -> tuple[float, float]:
    """Medians in milliseconds of two works done in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for each, taken in zip((work, other), times, strict=True):
            started = time.perf_counter()
            each()
            taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(times[0]), statistics.median(times[1])


def run(activities: int = 20_000, repeats: int = 9) -> dict[str, Any]:
    from django.db import connection

    from databases_a.tool1.selectors.search import Wanted, search

    prepare(activities)
    user = _user()

    def by_like(words: str) -> int:
        parts = words.split()
        like = " AND ".join(["f.search_text ILIKE %s"] * len(parts))
        with connection.cursor() as cursor:
            cursor.execute(BY_LIKE.format(words=like), [f"%{part}%" for part in parts])
            cursor.fetchall()
            cursor.execute(COUNT_BY_LIKE.format(words=like), [f"%{part}%" for part in parts])
            return sum(many for _, many in cursor.fetchall())

    answer: dict[str, Any] = {"activities": activities, "repeats": repeats}
    for name, words in QUESTIONS:
        ours, theirs = measure(lambda w=words: search(user, Wanted(q=w), ""), lambda w=words: by_like(w), repeats)
        answer[name] = {
            "found": search(user, Wanted(q=words), "").total,
            "found_by_like": by_like(words),
            "search_ms": round(ours, 1),
            "ilike_ms": round(theirs, 1),
            "ratio": round(ours / theirs, 2),
        }
    all_, filtered = measure(
        lambda: search(user, Wanted(), ""),
        lambda: search(user, Wanted(q="marine", kra="B.1", body="SLOM"), ""),
        repeats,
    )
    answer["no_words_ms"], answer["words_and_filters_ms"] = round(all_, 1), round(filtered, 1)
    answer["slowest_search_ms"] = max(answer[name]["search_ms"] for name, _ in QUESTIONS)
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activities", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args()
    if "bench" not in os.environ.get("DATABASE_URL", "").rpartition("/")[2]:
        sys.exit("DATABASE_URL must name a database with 'bench' in its name: it is filled with made-up activities.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adme.settings.embedded")
    django.setup()
    print(json.dumps(run(options.activities, options.repeats), indent=2))


if __name__ == "__main__":
    main()
