"""Goals G6, G7 and G8: aggregation of all leaves over 1 or 10 million stored observations, beside hand-written SQL.

    DATABASE_URL=postgres://.../adme_bench python -m benchmarks.aggregation [--observations 1000000] [--repeats 5]

The database is filled with made-up figures, so its name must contain 'bench'. A second run finds it filled.
Each pair is measured in turn, the medians are divided, and both sides stand in the answer.
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

LEAVES, YEARS, FIRST_YEAR = 46, 25, 2000
# The total and eight disaggregations: sex x age.
DIMENSIONS = ["", *(f"AGE={age};SEX={sex}" for age in ("Y0T14", "Y15T24", "Y25T64", "Y_GE65") for sex in ("F", "M"))]
STATES = ("BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "TLS", "VNM")


def prepare(observations: int) -> None:
    from django.core.management import call_command

    from databases_b.models import Dataset, Indicator, Observation, Provider

    call_command("migrate", verbosity=0)
    call_command("load_reference", apply=True, verbosity=0)
    provider, _ = Provider.objects.get_or_create(code="BENCH", defaults={"name": "Made up for benchmarks"})
    dataset, _ = Dataset.objects.get_or_create(code="BENCH", defaults={"provider": provider, "name": "Made up"})
    per_indicator = len(DIMENSIONS) * len(STATES) * YEARS
    wanted = max(LEAVES, -(-observations // per_indicator))
    have = Indicator.objects.filter(dataset=dataset).count()
    if have < wanted:
        names = ["POP" if number == 0 else f"I{number:05}" for number in range(have, wanted + 1)]
        Indicator.objects.bulk_create(
            (Indicator(dataset=dataset, code=name, title=name) for name in names), ignore_conflicts=True
        )
        _fill()
    _adopt_recipes()
    print(f"{Observation.objects.count():,} observations stored.", file=sys.stderr)


def _fill() -> None:
    """Series and observations by the database itself, in the order of series, as an import leaves them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO databases_b_series (indicator_id, area_id, frequency, dimensions)
            SELECT i.id, a.id, 'A', d
            FROM databases_b_indicator i JOIN databases_b_dataset s ON s.id = i.dataset_id AND s.code = 'BENCH'
            CROSS JOIN reference_area a CROSS JOIN unnest(%s) d
            WHERE a.code = ANY(%s) ORDER BY 1, 2, 4
            ON CONFLICT DO NOTHING
            """,
            [DIMENSIONS, list(STATES)],
        )
        cursor.execute(
            """
            INSERT INTO databases_b_observation (series_id, period, value, obs_status, opened_by_id)
            SELECT s.id, y * 1000,
                   CASE WHEN i.code = 'POP' THEN 1e6 * (1 + a.id %% 7) + y ELSE (s.id * 31 + y * 7) %% 1000 / 10.0 END,
                   'A', 0
            FROM databases_b_series s
            JOIN databases_b_indicator i ON i.id = s.indicator_id
            JOIN databases_b_dataset t ON t.id = i.dataset_id AND t.code = 'BENCH'
            JOIN reference_area a ON a.id = s.area_id
            CROSS JOIN generate_series(%s, %s) y
            WHERE NOT EXISTS (SELECT 1 FROM databases_b_observation o WHERE o.series_id = s.id)
            ORDER BY s.id, y
            """,
            [FIRST_YEAR, FIRST_YEAR + YEARS - 1],
        )
        cursor.execute("VACUUM ANALYZE databases_b_observation, databases_b_series, databases_b_indicator")


def _adopt_recipes() -> None:
    from databases_a.rfmd.models import KpiLeaf, Recipe

    if Recipe.objects.filter(state="adopted", adopted_by="benchmark").count() == LEAVES:
        return
    Recipe.objects.filter(state="adopted").update(state="retired")
    for number, leaf in enumerate(KpiLeaf.objects.order_by("position")[:LEAVES], 1):
        Recipe.objects.create(
            leaf=leaf,
            version=(leaf.recipes.order_by("-version").values_list("version", flat=True).first() or 0) + 1,
            state="adopted",
            adopted_by="benchmark",
            method="identity",
            inputs=[{"role": "value", "series": f"BENCH:I{number:05}", "dimensions": ""}],
            area_method="weighted_mean",
            weights={"series": "BENCH:POP"},
            gap_rule={"carry_years": 3},
            coverage_rule={"min_states": 0.5, "min_population": 0.5, "population": "BENCH:POP"},
            unit="%",
            first_year=FIRST_YEAR,
        )


# The same figures by hand: every state's value, and the weighted mean of the members of each year with its coverage.
BY_HAND = """
WITH value AS MATERIALIZED (
    SELECT s.indicator_id, i.code, s.area_id, o.period, o.value,
           m.joined_on <= make_date(o.period / 1000, 12, 31) AS counts
    FROM databases_b_series s
    JOIN databases_b_indicator i ON i.id = s.indicator_id
    JOIN databases_b_dataset d ON d.id = i.dataset_id AND d.code = 'BENCH'
    JOIN reference_areamembership m ON m.area_id = s.area_id
    JOIN reference_areagroup g ON g.id = m.group_id AND g.code = 'ASEAN'
    JOIN databases_b_observation o ON o.series_id = s.id AND o.closed_by_id IS NULL
    WHERE i.code = ANY(%(codes)s) AND s.dimensions = ''
), weighed AS (
    SELECT v.*, max(value) FILTER (WHERE code = 'POP') OVER (PARTITION BY area_id, period) AS weight,
           sum(value) FILTER (WHERE code = 'POP' AND counts) OVER (PARTITION BY period) AS people
    FROM value v
)
SELECT indicator_id, area_id, period, value, NULL::int AS states, NULL::float AS share FROM value WHERE code <> 'POP'
UNION ALL
SELECT indicator_id, 0, period, sum(value * weight) / sum(weight), count(*), sum(weight) / min(people)
FROM weighed WHERE counts AND code <> 'POP'
GROUP BY indicator_id, period
"""

# What a rebuild by one statement over the whole table costs (goal G8).
ONE_GROUP_BY = """
SELECT count(*) FROM (
    SELECT s.indicator_id, s.area_id, o.period, sum(o.value)
    FROM databases_b_observation o JOIN databases_b_series s ON s.id = o.series_id
    WHERE o.closed_by_id IS NULL GROUP BY 1, 2, 3
) q
"""

LATEST_BY_HAND = """
SELECT v.leaf_id, v.area_id, l.period, l.value
FROM (SELECT DISTINCT leaf_id, area_id FROM rfmd_kpivalue WHERE closed_by_id IS NULL) v
JOIN LATERAL (
    SELECT period, value FROM rfmd_kpivalue k
    WHERE k.leaf_id = v.leaf_id AND k.area_id = v.area_id AND k.closed_by_id IS NULL AND k.value IS NOT NULL
    ORDER BY period DESC LIMIT 1
) l ON true
"""


def measure(work: Callable[[], Any], other: Callable[[], Any], repeats: int) -> tuple[float, float]:
    """Medians in seconds of two works done in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for each, taken in zip((work, other), times, strict=True):
            started = time.perf_counter()
            each()
            taken.append(time.perf_counter() - started)
    return statistics.median(times[0]), statistics.median(times[1])


def run(observations: int = 1_000_000, repeats: int = 5) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from databases_a.rfmd.aggregation import compute
    from databases_a.rfmd.models import Recipe
    from databases_a.rfmd.services import aggregate

    prepare(observations)
    codes = ["POP", *(f"I{number:05}" for number in range(1, LEAVES + 1))]

    def fetch(sql: str) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(sql, {"codes": codes})
            return cursor.fetchall()

    def compute_all() -> int:
        return len(compute(list(Recipe.objects.filter(state="adopted").select_related("leaf"))))

    def whole_run() -> dict[str, int]:
        return aggregate(trigger="benchmark", actor="benchmark").counts

    def rebuild() -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE rfmd_kpivalue")
        return whole_run()

    started = time.perf_counter()
    first = rebuild()
    first_run = time.perf_counter() - started
    with CaptureQueriesContext(connection) as statements:
        again = whole_run()
    kept = compute_all(), len([row for row in fetch(BY_HAND) if row[0] is not None])
    computed, by_hand = measure(compute_all, lambda: fetch(BY_HAND), repeats)
    again_s, group_by = measure(whole_run, lambda: fetch(ONE_GROUP_BY), repeats)
    rebuilt, _ = measure(rebuild, lambda: fetch(ONE_GROUP_BY), max(2, repeats // 2))
    two = Recipe.objects.filter(state="adopted", leaf__position__lte=2).select_related("leaf")
    touched = [recipe.leaf.code for recipe in two]
    part, _ = measure(
        lambda: aggregate(leaf_codes=touched, trigger="benchmark", actor="benchmark"),
        lambda: fetch(ONE_GROUP_BY),
        repeats,
    )
    latest, latest_by_hand = measure(_latest, lambda: fetch(LATEST_BY_HAND), repeats)
    return {
        "observations": observations,
        "rows": {"service": kept[0], "by_hand": kept[1]},
        "first_run_s": round(first_run, 3),
        "first_counts": first,
        "again_counts": again,
        "statements_of_a_run": len(statements.captured_queries),
        "G6_compute_s": round(computed, 4),
        "G6_by_hand_s": round(by_hand, 4),
        "G6_ratio": round(computed / by_hand, 2),
        "G7_latest_s": round(latest, 4),
        "G7_by_hand_s": round(latest_by_hand, 4),
        "G7_ratio": round(latest / latest_by_hand, 2),
        "G8_rebuild_s": round(rebuilt, 4),
        "G8_nothing_changed_s": round(again_s, 4),
        "G8_group_by_s": round(group_by, 4),
        "G8_rebuild_ratio": round(rebuilt / group_by, 2),
        "G8_nothing_changed_ratio": round(again_s / group_by, 2),
        "G8_touched_leaves": touched,
        "G8_touched_s": round(part, 4),
        "G8_touched_ratio": round(part / group_by, 2),
    }


def _latest() -> int:
    """Latest value of each leaf and area from the stored values, through the ORM, as pages may read it."""
    from databases_a.rfmd.models import KpiValue

    rows = KpiValue.objects.filter(closed_by__isnull=True, value__isnull=False)
    found = rows.order_by("leaf_id", "area_id", "-period").distinct("leaf_id", "area_id")
    return len(found.values_list("leaf_id", "area_id", "period", "value"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--observations", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    if "bench" not in os.environ.get("DATABASE_URL", "").rpartition("/")[2]:
        sys.exit("DATABASE_URL must name a database with 'bench' in its name: it is filled with made-up figures.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adme.settings.embedded")
    django.setup()
    print(json.dumps(run(options.observations, options.repeats), indent=2))


if __name__ == "__main__":
    main()
