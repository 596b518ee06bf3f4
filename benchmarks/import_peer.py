"""Goal G4: django-import-export (bulk mode, foreign keys by code) beside ADME's import, the same 2,000 rows.

    DATABASE_URL=postgres://.../adme_bench python -m benchmarks.import_peer [--rows 2000] [--repeats 5]

The peer fills a table of the same shape (django-import-export writes model instances into the observation table; its
rows are deleted after each turn). Both sides read the same tidy CSV, whose indicators and areas are known.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import sys
import tempfile
import time
from io import StringIO
from pathlib import Path
from typing import Any

import django

INDICATORS, FIRST_YEAR, YEARS = 8, 2001, 25


def prepare() -> None:
    from django.core.management import call_command

    from databases_b.models import Dataset, Indicator, Provider, Series

    call_command("migrate", verbosity=0)
    call_command("load_reference", apply=True, verbosity=0)
    from adme.reference.selectors import member_states

    provider, _ = Provider.objects.get_or_create(code="BENCH", defaults={"name": "Made up for benchmarks"})
    dataset, _ = Dataset.objects.get_or_create(code="BENCH", defaults={"provider": provider, "name": "Made up"})
    for number in range(INDICATORS):
        indicator, _ = Indicator.objects.get_or_create(
            dataset=dataset, code=f"I{number}", defaults={"title": "made up"}
        )
        for area in member_states():
            Series.objects.get_or_create(indicator=indicator, area=area)


def write_file(path: Path, rows: int) -> None:
    from adme.reference.selectors import member_states

    areas = [area.code for area in member_states()]
    keys = [
        (i, area, year) for i in range(INDICATORS) for area in areas for year in range(FIRST_YEAR, FIRST_YEAR + YEARS)
    ]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["DATASET", "INDICATOR", "REF_AREA", "TIME_PERIOD", "OBS_VALUE"])
        for number, (indicator, area, year) in enumerate(keys[:rows]):
            writer.writerow(["BENCH", f"I{indicator}", area, year, number + 0.25])


def empty() -> None:
    from databases_b.models import Observation

    Observation.objects.all().delete()


def peer(path: Path, batch: Any) -> float:
    """The way its documentation recommends for speed: use_bulk, skip_diff, foreign keys found by natural code."""
    import tablib
    from import_export import fields, resources
    from import_export.widgets import ForeignKeyWidget

    from databases_b.models import Observation, Series

    class SeriesByCodes(ForeignKeyWidget):
        def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Series:
            return Series.objects.get(indicator__code=value, area__code=row["REF_AREA"], dimensions="")

    class ObservationResource(resources.ModelResource):
        series = fields.Field("series", "INDICATOR", widget=SeriesByCodes(Series))
        period = fields.Field("period", "TIME_PERIOD")
        value = fields.Field("value", "OBS_VALUE")

        class Meta:
            model = Observation
            fields = ("series", "period", "value")
            import_id_fields = ("series", "period")
            use_bulk = True
            skip_diff = True
            force_init_instance = True
            batch_size = 1000

        def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            instance.opened_by_id = batch.pk
            instance.period = int(instance.period) * 1000
            instance.value = float(instance.value)

    empty()
    started = time.perf_counter()
    data = tablib.Dataset().load(path.read_text(), format="csv")
    result = ObservationResource().import_data(data, raise_errors=True, use_transactions=True)
    assert not result.has_errors()
    return time.perf_counter() - started


def ours(path: Path) -> float:
    from django.core.management import call_command

    empty()
    started = time.perf_counter()
    call_command("import_observations", str(path), apply=True, verbosity=0, stdout=StringIO())
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    if "bench" not in os.environ.get("DATABASE_URL", ""):
        sys.exit("Set DATABASE_URL to a database whose name contains 'bench': its observations are deleted.")
    os.environ["DJANGO_SETTINGS_MODULE"] = "adme.settings.embedded"
    with tempfile.TemporaryDirectory() as directory:
        os.environ["MEDIA_ROOT"] = directory
        django.setup()
        prepare()
        from adme.ingest.models import ImportBatch
        from databases_b.models import Observation

        path = Path(directory) / "rows.csv"
        write_file(path, options.rows)
        batch = ImportBatch.objects.create(target="observations", filename="peer", sha256="peer")
        times: dict[str, list[float]] = {"peer": [], "adme": []}
        for _ in range(options.repeats):
            times["peer"].append(peer(path, batch))
            assert Observation.objects.count() == options.rows
            times["adme"].append(ours(path))
            assert Observation.objects.count() == options.rows
    medians = {name: statistics.median(values) for name, values in times.items()}
    answer = {"rows": options.rows, "seconds": medians, "G4 peer / ADME": round(medians["peer"] / medians["adme"], 1)}
    print(json.dumps(answer, indent=1))


if __name__ == "__main__":
    main()
