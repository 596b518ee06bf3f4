"""Goal: 100,000 observations leave as SDMX-CSV in no more than 1.6 times the seconds of COPY (G13).

    DATABASE_URL=postgres://.../adme_bench python -m benchmarks.sdmx [--observations 100000] [--repeats 5]

The database is filled with a made-up dataset, so its name must contain 'bench'. COPY writes the same columns by one
statement inside the database, so it is a floor that no web application can reach; the ratio is what is to be watched.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable

import django

GOAL_RATIO = 1.6
YEARS = 50
COPY = """COPY (
SELECT 'dataflow', 'ADME:DF_BENCH(1.0)', 'I', s.frequency, a.code, i.code, '_T', '_T', '_T', '_T', o.period / 1000,
       o.value, o.obs_status, 'F', n.text, i.unit, '0', i.decimals, 'N', 1, ''
FROM databases_b_observation o
JOIN databases_b_series s ON s.id = o.series_id JOIN databases_b_indicator i ON i.id = s.indicator_id
JOIN databases_b_dataset d ON d.id = i.dataset_id JOIN reference_area a ON a.id = s.area_id
LEFT JOIN databases_b_note n ON n.id = o.note_id
WHERE d.code = 'BENCH' AND o.closed_by_id IS NULL ORDER BY o.series_id, o.period
) TO STDOUT WITH CSV"""


def prepare(observations: int) -> None:
    from django.core.management import call_command

    from adme.ingest.models import ImportBatch
    from adme.reference.models import Area
    from databases_b.models import Dataset, Indicator, Observation, Provider, Series

    call_command("migrate", verbosity=0)
    call_command("load_reference", apply=True, verbosity=0)
    if Dataset.objects.filter(code="BENCH").exists():
        sys.exit("The database holds a benchmark already; make it anew.")
    provider, _ = Provider.objects.get_or_create(code="BENCH", name="Benchmark")
    dataset = Dataset.objects.create(provider=provider, code="BENCH", name="Benchmark")
    batch = ImportBatch.objects.create(target="observations", filename="bench.csv", sha256="0", state="received")
    areas = list(Area.objects.order_by("code")[:20])
    wanted = observations // YEARS
    indicators = Indicator.objects.bulk_create(
        Indicator(dataset=dataset, code=f"I.{number}", title=f"Indicator {number}", unit="%")
        for number in range(-(-wanted // len(areas)))
    )
    series = Series.objects.bulk_create(
        [Series(indicator=one, area=area) for one in indicators for area in areas][:wanted], batch_size=5000
    )
    Observation.objects.bulk_create(
        (
            Observation(series=one, period=(1975 + year) * 1000, value=one.pk / 7 + year, opened_by=batch)
            for one in series
            for year in range(YEARS)
        ),
        batch_size=5000,
    )


def seconds_of(work: Callable[[], int], repeats: int) -> tuple[float, int]:
    taken, size = [], 0
    for _ in range(repeats):
        start = time.perf_counter()
        size = work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken), size


def by_copy() -> int:
    from django.db import connection

    class Counter:
        size = 0

        def write(self, data: bytes) -> int:
            self.size += len(data)
            return len(data)

    counter = Counter()
    with connection.cursor() as cursor:
        cursor.copy_expert(COPY, counter)
    return counter.size


def by_service(form: str) -> int:
    """What the view does, without the network: the catalogue comes from the cache, as for any second query."""
    from django.utils import timezone

    from dissemination.sdmx import negotiation
    from dissemination.sdmx.catalogue import catalogue
    from dissemination.sdmx.queries import DataQuery
    from dissemination.sdmx.reading import data_set, series_of
    from dissemination.sdmx.responses import data_chunks
    from dissemination.sdmx.stamps import stamp

    known = catalogue(stamp())
    query = DataQuery(known.flows["DF_BENCH"])
    data = data_set(query, known, series_of(query, known), prepared=timezone.now(), message="BENCH")
    wanted = negotiation.choose(negotiation.DATA_2, accept="", name=form, labels="")
    return sum(map(len, data_chunks(data, wanted)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--observations", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adme.settings.embedded")
    if "bench" not in os.environ.get("DATABASE_URL", ""):
        sys.exit("Set DATABASE_URL to a PostgreSQL database whose name contains 'bench'.")
    django.setup()
    prepare(options.observations)
    floor, size = seconds_of(by_copy, options.repeats)
    told: dict[str, object] = {
        "observations": options.observations,
        "copy_seconds": round(floor, 3),
        "copy_bytes": size,
    }
    for form in ("csv-2.0", "json-2.0", "structurespecificdata", "genericdata"):
        taken, size = seconds_of(lambda form=form: by_service(form), options.repeats)  # type: ignore[misc]
        told[form] = {"seconds": round(taken, 3), "bytes": size, "times_copy": round(taken / floor, 1)}
    told["goal_times_copy"] = GOAL_RATIO
    print(json.dumps({"benchmark": "sdmx", **told}, indent=2))


if __name__ == "__main__":
    main()
