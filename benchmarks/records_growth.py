"""G16 for records: what reading, checking and compiling cost beside COPY must not grow with the number of records.

    DATABASE_URL=postgres://.../adme_bench python -m benchmarks.records_growth [--records 100000 500000 1000000]

Goal: (read + checked + compiled) / COPY of the same rows, at 1,000,000 records / the same at 100,000 <= 1.6. COPY goes
into an empty table with the types of the columns and a unique key, as the check finds twins too. The files are CSV like
those of `benchmarks.records`. A report takes files up to 40 MB, which is about 650,000 of these records: the million is
read by the same reader and compiler, called directly, for only the reception of files has that limit.

Told is the ratio by the clock and, where the server runs on this machine, by processor time (that of the server's
process for COPY): other work on the machine moves it less.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django

from benchmarks.records import in_child, make_text

GROWTH = 1.6
MEASURED = ("total", "cpu_total", "copy", "copy_cpu", "peak_mb")
TABLE = """CREATE TABLE bench_records (
    case_number text PRIMARY KEY, province text NOT NULL, sex text NOT NULL, age integer, opened date NOT NULL,
    closed date, kind text, cost double precision, referred boolean, registered smallint)"""


def copy(path: Path) -> tuple[float, float]:
    """Seconds to load the file into an empty table, without any check, by the clock and by the server's process."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_records")
        cursor.execute(TABLE)
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_backend_pid()")
        server = cursor.fetchone()[0]
        with path.open(encoding="utf-8") as stream:
            began, used = time.perf_counter(), _used_by(server)
            cursor.copy_expert("COPY bench_records FROM STDIN WITH (FORMAT csv, HEADER)", stream, 1 << 18)
            seconds, used = time.perf_counter() - began, _used_by(server) - used
        cursor.execute("DROP TABLE bench_records")
    return seconds, used


def _used_by(process: int) -> float:
    """Seconds of processor time; not a number where that process is not one of this machine."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists() or "postgres" not in stat.read_text("ascii"):
        return float("nan")
    fields = stat.read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, nargs="+", default=[100_000, 500_000, 1_000_000])
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adme.settings.test")
    django.setup()
    url = os.environ.get("DATABASE_URL", "")
    if "bench" not in url or not url.startswith("postgres"):
        sys.exit("DATABASE_URL must be PostgreSQL, with 'bench' in the name of the database.")
    from django.core.management import call_command

    from databases_c.services.submissions import MOST_BYTES

    call_command("migrate", verbosity=0)
    call_command("load_reference", apply=True, verbosity=0)
    sizes = sorted(options.records)
    runs: dict[int, list[dict[str, float]]] = {size: [] for size in sizes}
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="adme-bench-") as folder:
        files = {size: make_text(Path(folder) / f"records-{size}.csv", size) for size in sizes}
        for turn in range(options.repeats):  # interleaved, so that a slow minute is everybody's
            for size, path in files.items():
                seconds, used = copy(path)
                run = {**in_child("csv", path), "copy": seconds, "copy_cpu": used}
                runs[size].append(run)
                print(f"{turn}: {size}: {json.dumps(run)}", file=sys.stderr)
        for size, path in files.items():
            some = {name: statistics.median(run[name] for run in runs[size]) for name in MEASURED}
            told[f"{size:,}"] = {
                **{name: round(value, 2) for name, value in some.items()},
                "ratio": round(some["total"] / some["copy"], 2),
                "ratio by processor time": round(some["cpu_total"] / some["copy_cpu"], 2),
                "MB": round(path.stat().st_size / 1e6, 1),
                "a report takes it": path.stat().st_size <= MOST_BYTES,
            }
    least, most = told[f"{sizes[0]:,}"], told[f"{sizes[-1]:,}"]
    growth = most["ratio"] / least["ratio"]
    told["growth"] = round(growth, 2)
    told["growth by processor time"] = round(most["ratio by processor time"] / least["ratio by processor time"], 2)
    told["goal"] = f"at most {GROWTH}: {'met' if growth <= GROWTH else 'missed'}"
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
