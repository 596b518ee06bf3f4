"""Goals G1, G2, G3: importing 1,000,000 observations beside a raw COPY of the same rows into an equal, empty table.

    DATABASE_URL=postgres://.../adme_bench python -m benchmarks.import_observations [--observations 1000000]
    DATABASE_URL=sqlite:////.../bench.sqlite3 python -m benchmarks.import_observations

The database is emptied of imports between repeats, so its name must contain 'bench'. Each repeat measures, in turn:
COPY, the fresh import, the identical file again, and the file with 1 % of its values changed. An import is the whole
job as a worker does it (keep the bytes, read, check, compare, apply), in a process of its own, whose peak memory is
told too. WAL is that of the whole server: let nothing else write to it. On SQLite the yardstick is executemany.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django

DATASET, FIRST_YEAR, YEARS = "BENCH", 1990, 34
DIMENSIONS = [("_T", "_T"), *((sex, age) for age in ("Y0T14", "Y15T24", "Y25T64", "Y_GE65") for sex in ("F", "M"))]
GOALS = {"fresh": 4.0, "identical": 1.6, "one per cent": 1.8}
TABLES = ("databases_b_observation", "databases_b_series", "databases_b_note", "databases_b_indicator")


def make_files(folder: Path, observations: int) -> tuple[Path, Path]:
    """A tidy file of that many rows in series order, and the same with every hundredth value changed."""
    from django.conf import settings

    from adme.reference.selectors import kept_areas

    areas = sorted(kept_areas(settings.IMPORT_KEEP_AREA_GROUPS))
    rng = random.Random(1)  # noqa: S311
    paths = folder / "first.csv", folder / "changed.csv"
    with paths[0].open("w", encoding="utf-8") as first, paths[1].open("w", encoding="utf-8") as changed:
        for stream in (first, changed):
            stream.write("INDICATOR,REF_AREA,TIME_PERIOD,SEX,AGE,OBS_VALUE,OBS_STATUS\n")
        written, number = 0, 0
        while written < observations:
            for area in areas:
                for sex, age in DIMENSIONS:
                    for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
                        key = f"I{number:04},{area},{year},{sex},{age}"
                        value = rng.uniform(0, 100)
                        other = value + 1 if written % 100 == 0 else value
                        first.write(f"{key},{value!r},A\n")
                        changed.write(f"{key},{other!r},A\n")
                        written += 1
                        if written == observations:
                            return paths
            number += 1
    return paths


def register_indicators() -> None:
    """The indicators stand already, as in a yearly update; their series do not."""
    from databases_b.models import Dataset, Indicator, Provider

    provider, _ = Provider.objects.get_or_create(code=DATASET, defaults={"name": "Made up for benchmarks"})
    dataset, _ = Dataset.objects.get_or_create(code=DATASET, defaults={"provider": provider, "name": "Made up"})
    Indicator.objects.bulk_create(
        (Indicator(dataset=dataset, code=f"I{number:04}", title=f"Number {number}") for number in range(2000)),
        ignore_conflicts=True,
    )


def refuse_other_databases() -> None:
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    if "bench" not in name:
        raise SystemExit(f"This empties tables, so it runs only in a database whose name contains 'bench', not {name}.")


def empty() -> None:
    from django.db import connection

    from adme.ingest.models import ImportBatch, ImportProblem

    refuse_other_databases()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE databases_b_observation, databases_b_series, databases_b_note RESTART IDENTITY")
            cursor.execute("CHECKPOINT")
        else:
            for table in TABLES[:3]:
                cursor.execute(f"DELETE FROM {table}")
    ImportProblem.objects.all().delete()
    ImportBatch.objects.filter(undoes__isnull=False).delete()
    ImportBatch.objects.all().delete()


def dump_rows(path: Path) -> None:
    """The stored rows as COPY takes them."""
    from django.db import connection

    columns = "series_id, period, value, obs_status, opened_by_id"
    with connection.cursor() as cursor, path.open("w", encoding="utf-8") as out:
        if connection.vendor == "postgresql":
            cursor.copy_expert(f"COPY (SELECT {columns} FROM databases_b_observation ORDER BY id) TO STDOUT", out)
            return
        cursor.execute(f"SELECT {columns} FROM databases_b_observation ORDER BY id")
        for row in cursor:
            out.write("\t".join(map(repr, row)) + "\n")


def raw_load(rows: Path) -> float:
    """Seconds to load the same rows into an equal, empty table with the same indexes, without any check."""
    from django.db import connection, transaction

    columns = "series_id, period, value, obs_status, opened_by_id"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_copy")
        if connection.vendor == "postgresql":
            cursor.execute("CREATE TABLE bench_copy (LIKE databases_b_observation INCLUDING ALL)")
            cursor.execute("CHECKPOINT")
            with rows.open(encoding="utf-8") as stream:
                began = time.perf_counter()
                cursor.copy_expert(f"COPY bench_copy ({columns}) FROM STDIN", stream, 1 << 18)
                seconds = time.perf_counter() - began
        else:
            _equal_table_in_sqlite(cursor)
            content = [tuple(map(_literal, line.split("\t"))) for line in rows.read_text("utf-8").splitlines()]
            began = time.perf_counter()
            with transaction.atomic():
                cursor.executemany(f"INSERT INTO bench_copy ({columns}) VALUES (%s, %s, %s, %s, %s)", content)
            seconds = time.perf_counter() - began
            del content
            gc.collect()
        cursor.execute("DROP TABLE bench_copy")
    return seconds


def _literal(text: str) -> Any:
    return json.loads(text) if text[0] != "'" else text[1:-1]


def _equal_table_in_sqlite(cursor: Any) -> None:
    cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'databases_b_observation' AND sql IS NOT NULL")
    for (statement,) in cursor.fetchall():
        changed = statement.replace("databases_b_observation", "bench_copy")
        for name in ("observation_has_one_current_value", "observation_history"):
            changed = changed.replace(f'INDEX "{name}"', f'INDEX "bench_{name}"')
        cursor.execute(changed)


def measured_import(path: Path) -> dict[str, Any]:
    """The whole job in a process of its own; seconds without the start of Python and Django."""
    before = _position()
    command = [sys.executable, "-m", "benchmarks.import_observations", "--child", str(path)]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return {**json.loads(told), "wal_mb": _wal_since(before), "table_mb": _size()}


def child(path: Path) -> None:
    from adme.ingest import services, storage

    steps: dict[str, float] = {}

    def step(name: str, since: float) -> float:
        now = time.perf_counter()
        steps[name] = round(now - since, 3)
        return now

    base = _peak_mib()
    began = at = time.perf_counter()
    options = services.Options(dataset=DATASET, format="auto")
    batch = services.receive(chunks=storage.chunks_of(path), filename=path.name, options=options, in_background=False)
    at = step("keep", at)
    batch = services.read(batch_id=batch.pk, progress=lambda done, message: steps.setdefault(
        f"  {message.partition(':')[0]}", round(time.perf_counter() - began, 3)))  # fmt: skip
    at = step("read", at)
    if batch.state != "previewed":
        raise SystemExit(str(list(batch.problems.values_list("code", "hint")[:5])))
    services.approve(batch_id=batch.pk, by=None, in_background=False)
    batch = services.apply(batch_id=batch.pk)
    step("apply", at)
    told = {
        "seconds": time.perf_counter() - began,
        "counts": batch.counts,
        "steps": steps,
        "start_mib": base,
        "peak_mib": _peak_mib(),
    }
    print(json.dumps(told))


def _peak_mib() -> float:
    """Of this process since it began; `ru_maxrss` would also count what the parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _position() -> str:
    from django.db import connection

    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_current_wal_insert_lsn()")
        return cursor.fetchone()[0]


def _wal_since(position: str) -> float | None:
    from django.db import connection

    if not position:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), %s)", [position])
        return float(cursor.fetchone()[0]) / 1e6


def _size() -> float | None:
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('databases_b_observation')")
        return float(cursor.fetchone()[0]) / 1e6


def run(observations: int, repeats: int) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import connection

    refuse_other_databases()
    call_command("migrate", verbosity=0)
    call_command("load_reference", apply=True, verbosity=0)
    register_indicators()
    runs: dict[str, list[dict[str, Any]]] = {"copy": [], "fresh": [], "identical": [], "one per cent": []}
    with tempfile.TemporaryDirectory(prefix="adme-bench-") as folder:
        first, changed = make_files(Path(folder), observations)
        rows = Path(folder) / "rows.tsv"
        for turn in range(repeats + 1):  # the first warms caches and gives the rows for COPY
            empty()
            fresh = measured_import(first)
            if not rows.exists():
                dump_rows(rows)
            copy = {"seconds": raw_load(rows)}
            again = measured_import(first)
            revised = measured_import(changed)
            if turn:
                for kind, one in (("copy", copy), ("fresh", fresh), ("identical", again), ("one per cent", revised)):
                    runs[kind].append(one)
                    print(f"{turn}: {kind}: {json.dumps(one)}", file=sys.stderr)
    empty()
    return _summary(connection.vendor, observations, runs)


def _summary(vendor: str, observations: int, runs: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    yardstick = statistics.median(one["seconds"] for one in runs["copy"])
    told: dict[str, Any] = {"database": vendor, "observations": observations, "copy_seconds": round(yardstick, 2)}
    for kind, goal in GOALS.items():
        seconds = [one["seconds"] for one in runs[kind]]
        ratio = statistics.median(seconds) / yardstick
        told[kind] = {
            "seconds": [round(one, 2) for one in seconds],
            "ratio": round(ratio, 2),
            "goal": goal if vendor == "postgresql" else None,
            "peak_mib": round(max(one["peak_mib"] for one in runs[kind])),
            "wal_mb": [round(one["wal_mb"], 2) for one in runs[kind] if one["wal_mb"] is not None],
            "table_mb": [round(one["table_mb"]) for one in runs[kind] if one["table_mb"] is not None],
            "rows_written": runs[kind][-1]["counts"]["opened"] + runs[kind][-1]["counts"]["closed"],
            "steps": runs[kind][-1]["steps"],
        }
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--observations", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--child", type=Path, default=None, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adme.settings.embedded")
    django.setup()
    from django.conf import settings

    settings.IMPORT_MAX_BYTES = 1 << 30
    if arguments.child:
        child(arguments.child)
    else:
        print(json.dumps(run(arguments.observations, arguments.repeats), indent=1))


if __name__ == "__main__":
    main()
