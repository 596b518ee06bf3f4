"""Goals G9 to G12: server time, statements and weight of the dashboard pages beside a bare view with session and user.

    DATABASE_URL=postgres://.../adme_bench python -m benchmarks.pages [--repeats 15]

Every leaf gets a value for 11 states and ASEAN in 25 years (13,800 values), so the pages are as full as they can be.
The database is filled with made-up figures, so its name must contain 'bench'. Pages and the bare view are called in
turn, through all middleware, in one process; medians are divided. "cold" has an empty cache, "kept" finds the page in
the cache, "304" revalidates. Weight is the gzipped answer: HTML with the figures in it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import sys
import time
from typing import Any

import django

AREAS = ("ASEAN", "BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "TLS", "VNM")
YEARS = range(2000, 2025)
PAGES = {
    "home": "/dashboards/",
    "characteristic (19 leaves)": "/dashboards/characteristics/E/",
    "KRA (9 leaves)": "/dashboards/kras/E.1/",
    "leaf": "/dashboards/kpis/31c/",
    "leaf, filtered": "/dashboards/kpis/31c/?states=IDN&states=VNM&from=2010",
    "state of data": "/dashboards/state-of-data/",
    "Tool 1": "/dashboards/tool-1/",
    "Tool 2": "/dashboards/tool-2/",
}


def prepare() -> None:
    from django.core.management import call_command

    from adme.observations.services import bump_data_version
    from adme.reference.models import Area
    from databases_a.rfmd.models import AggregationRun, KpiLeaf, KpiValue, Recipe

    call_command("migrate", verbosity=0)
    call_command("load_reference", apply=True, verbosity=0)
    run = AggregationRun.objects.create(trigger="benchmark")
    areas = dict(Area.objects.filter(code__in=AREAS).values_list("code", "pk"))
    KpiValue.objects.all().delete()
    rows = []
    for leaf in KpiLeaf.objects.all():
        recipe = Recipe.objects.filter(leaf=leaf, state=Recipe.State.ADOPTED).first() or Recipe.objects.create(
            leaf=leaf, version=1, state=Recipe.State.ADOPTED, method="identity", unit=leaf.unit, inputs=[]
        )
        for place, area in enumerate(AREAS):
            coverage = {"states_reporting": 9, "states_expected": 10, "population_share": 0.84} if not place else {}
            for year in YEARS:
                value = 20 + place + ((leaf.pk * 31 + place * 17 + year * 7) % 97) / 9.7
                rows.append(
                    KpiValue(
                        leaf=leaf, area_id=areas[area], period=year * 1000, value=value, recipe=recipe, run=run,
                        inputs_hash="0" * 64, **coverage,
                    )
                )  # fmt: skip
    KpiValue.objects.bulk_create(rows, batch_size=2000)
    bump_data_version()


def client() -> Any:
    from django.test import Client

    from adme.accounts.models import Assignment, Role, User

    user, _ = User.objects.get_or_create(email="benchmark@example.org")
    Assignment.objects.get_or_create(user=user, role=Role.ANALYST)
    made = Client(headers={"accept-encoding": "gzip"})
    made.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return made


def _timed(call: Any) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def measure(repeats: int) -> list[dict[str, Any]]:
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    made = client()
    made.get(PAGES["home"])
    made.get("/bare/")
    found = []
    for name, url in PAGES.items():
        times: dict[str, list[float]] = {"bare": [], "cold": [], "kept": [], "304": []}
        for _ in range(repeats):
            cache.clear()
            times["cold"].append(_timed(lambda url=url: made.get(url)))
            times["kept"].append(_timed(lambda url=url: made.get(url)))
            tag = made.get(url)["ETag"]
            times["304"].append(_timed(lambda url=url, tag=tag: made.get(url, headers={"if-none-match": tag})))
            times["bare"].append(_timed(lambda: made.get("/bare/")))
        cache.clear()
        with CaptureQueriesContext(connection) as statements:
            answer = made.get(url)
        medians = {kind: statistics.median(each) for kind, each in times.items()}
        body = answer.content if answer.get("Content-Encoding") == "gzip" else gzip.compress(answer.content)
        found.append(
            {
                "page": name,
                "ms": {kind: round(value, 2) for kind, value in medians.items()},
                "times_the_bare_view": {
                    kind: round(medians[kind] / medians["bare"], 1) for kind in ("cold", "kept", "304")
                },
                "statements": len(statements),
                "gzip_kB": round(len(body) / 1000, 1),
                "charts": gzip.decompress(body).count(b"data-figure-json"),
            }
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    if "bench" not in os.environ.get("DATABASE_URL", ""):
        sys.exit("The name of the database in DATABASE_URL must contain 'bench': it is filled with made-up figures.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adme.settings.test")
    django.setup()
    from django.conf import settings

    settings.ROOT_URLCONF = "benchmarks.page_urls"
    settings.LOGGING_CONFIG = None
    prepare()
    print(json.dumps(measure(options.repeats), indent=1))


if __name__ == "__main__":
    main()
