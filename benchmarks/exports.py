"""Goals G13 and G14: 1,000,000 observations as CSV beside `psql COPY TO`, 100,000 rows as XLSX beside xlsxwriter.

    DATABASE_URL=postgres://.../adme_bench python -m benchmarks.exports csv [--observations 1000000] [--repeats 5]
    python -m benchmarks.exports xlsx [--rows 100000] [--repeats 5]

CSV: `/api/v1/observations.csv` of all indicators, by a signed-in analyst through all middleware, in a process of its
own that has answered one small request before. Yardstick: psql writes the query of the same list, with its columns as
they are stored, into nothing. Told beside it is psql with the columns as the list shows them, and once the way through
Python that other databases take. Goals: <= 1.6 times the yardstick, first byte within 300 ms, and 100 MiB: told is the
peak of the process, and what of it the download added to the program that was there before.

XLSX: the download of a document of 10 columns (six of text, one of which never repeats, four of numbers), written to
a temporary file. Yardstick: xlsxwriter with constant_memory and the call of each cell's type. Goals: <= 1.2 times, and
150 MiB.

Both sides are taken in turn; ratios are of medians, by the clock and by processor time of all processes that took part.
The database is filled with made-up observations, so its name must contain 'bench'.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

CSV_RATIO, FIRST_BYTE, CSV_MIB = 1.6, 0.3, 100
XLSX_RATIO, XLSX_MIB = 1.2, 150
EMAIL = "benchmark-exports@example.org"
COLUMNS = (
    "SERIES",
    "REF_AREA",
    "DIMENSIONS",
    "TIME_PERIOD",
    "OBS_VALUE",
    "OBS_STATUS",
    "YEAR",
    "SHARE",
    "COUNT",
    "NOTE",
)


def prepare(observations: int) -> None:
    """Reference data, an analyst, and that many observations by the import that reads files."""
    from django.core.management import call_command
    from django.db import connection

    from adme.accounts.models import Assignment, Role, User
    from benchmarks import import_observations as source

    source.refuse_other_databases()
    call_command("migrate", verbosity=0)
    call_command("load_reference", apply=True, verbosity=0)
    user, _ = User.objects.get_or_create(email=EMAIL)
    Assignment.objects.get_or_create(user=user, role=Role.ANALYST)
    source.register_indicators()
    source.empty()
    with tempfile.TemporaryDirectory(prefix="adme-bench-") as folder:
        first, _ = source.make_files(Path(folder), observations)
        source.measured_import(first)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _codes() -> list[str]:
    from databases_b.models import Indicator

    return list(
        Indicator.objects.filter(series__isnull=False).order_by("code").values_list("code", flat=True).distinct()
    )


def statements(folder: Path) -> dict[str, Path]:
    """Scripts for psql: the list's query with stored columns, and with columns as they are shown."""
    from django.db import connection

    from databases_b.api import ObservationList

    view, filters = ObservationList(), {"indicator": _codes()}
    shown = view.copied(filters).statement()
    if shown is None:
        sys.exit("There are no observations.")
    queries = {"stored": view.rows(filters).query.sql_with_params(), "shown": shown}
    paths = {}
    with connection.cursor() as cursor:
        for name, query in queries.items():
            copy = f"COPY ({cursor.mogrify(*query).decode()}) TO STDOUT WITH (FORMAT csv);".replace("\n", " ")
            paths[name] = folder / f"{name}.sql"
            who = "SELECT pg_backend_pid() AS server \\gset\n\\setenv SERVER :server"
            paths[name].write_text(f"{who}\n{copy}\n\\! cat /proc/$SERVER/stat >&2\n")
    return paths


def by_psql(script: Path) -> dict[str, float]:
    """Seconds by the clock, and of processor time in psql and its server where that runs on this machine."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    command = [
        "psql",
        "--quiet",
        "--no-psqlrc",
        "--set=ON_ERROR_STOP=1",
        "--file",
        str(script),
        os.environ["DATABASE_URL"],
    ]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    own = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": seconds, "cpu": own + _ticks(done.stderr)}


def _ticks(stat: str) -> float:
    """Processor seconds from a line of /proc; not a number where the server is not on this machine."""
    if "postgres" not in stat:
        return float("nan")
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _server() -> tuple[Path, float]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    return stat, _ticks(stat.read_text("ascii")) if stat.exists() else float("nan")


def by_api(through_python: bool) -> dict[str, float]:
    """One download, each part thrown away as it comes."""
    from django.test import Client

    from adme.accounts.models import User
    from databases_b.api import ObservationList

    if through_python:
        ObservationList.copied = lambda self, filters: None  # type: ignore[assignment,method-assign,return-value]
    client = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(User.objects.get(email=EMAIL), backend=backend)
    codes = _codes()
    small: Any = client.get(f"/api/v1/observations.csv?indicator={codes[0]}&area=IDN")
    sum(1 for _ in small.streaming_content)
    rest = _peak_mib()
    address = f"/api/v1/observations.csv?indicator={','.join(codes)}"
    stat, server = _server()
    used, began, first, size = time.process_time(), time.perf_counter(), 0.0, 0
    answer: Any = client.get(address)
    for part in answer.streaming_content:
        first = first or time.perf_counter() - began
        size += len(part)
    seconds, used = time.perf_counter() - began, time.process_time() - used
    server = _ticks(stat.read_text("ascii")) - server if stat.exists() else float("nan")
    return {"seconds": seconds, "cpu": used + server, "first": first, "mb": size / 1e6, **_memory(rest)}


def rows(count: int) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(1)  # noqa: S311
    for number in range(count):
        yield (
            f"WB_WDI:I{number % 300:04}", "IDN", "AGE=Y15T24;SEX=F", f"{2000 + number % 25}-Q1", chance.uniform(0, 1e3),
            "A", 2000 + number % 25, chance.random(), number, f"Note {number} of the provider: revised & confirmed",
        )  # fmt: skip


def by_download(count: int) -> dict[str, float]:
    from adme.exports.documents import Column, Document
    from adme.exports.xlsx_writer import xlsx_file

    document = Document(
        title="Benchmark", file_stem="benchmark", columns=[Column(name, name.capitalize()) for name in COLUMNS],
        rows=rows(count), source="Made up", licence="none", extracted_at=datetime(2026, 1, 1, tzinfo=UTC),
        data_version=1,
    )  # fmt: skip
    rest, used, began = _peak_mib(), time.process_time(), time.perf_counter()
    with xlsx_file(document) as file:
        size = file.seek(0, os.SEEK_END)
    return _told(used, began, size, rest)


def by_typed_calls(count: int) -> dict[str, float]:
    import xlsxwriter

    rest, used, began = _peak_mib(), time.process_time(), time.perf_counter()
    with tempfile.TemporaryFile() as file:
        with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
            sheet = book.add_worksheet("Data")
            for column, name in enumerate(COLUMNS):
                sheet.write_string(0, column, name)
            for number, row in enumerate(rows(count), start=1):
                for column, value in enumerate(row):
                    (sheet.write_string if isinstance(value, str) else sheet.write_number)(number, column, value)
        size = file.seek(0, os.SEEK_END)
    return _told(used, began, size, rest)


def _told(used: float, began: float, size: int, rest: float) -> dict[str, float]:
    seconds, used = time.perf_counter() - began, time.process_time() - used
    return {"seconds": seconds, "cpu": used, "mb": size / 1e6, **_memory(rest)}


def _memory(rest: float) -> dict[str, float]:
    peak = _peak_mib()
    return {"peak_mib": peak, "added_mib": peak - rest}


def _peak_mib() -> float:
    """Of this process since it began; `ru_maxrss` would also count what the parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def in_child(*only: str) -> dict[str, float]:
    """A process of its own for each measurement, so that a peak is that of one thing."""
    command = [sys.executable, "-m", "benchmarks.exports", *only]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)  # type: ignore[no-any-return]


def measure_csv(observations: int, repeats: int) -> dict[str, Any]:
    prepare(observations)
    runs: dict[str, list[dict[str, float]]] = {"list": [], "psql, stored": [], "psql, shown": []}
    with tempfile.TemporaryDirectory(prefix="adme-bench-") as folder:
        scripts = statements(Path(folder))
        for _ in range(repeats):
            runs["psql, stored"].append(by_psql(scripts["stored"]))
            runs["list"].append(in_child("csv", "--only", "list"))
            runs["psql, shown"].append(by_psql(scripts["shown"]))
    runs["list through Python"] = [in_child("csv", "--only", "python")]
    told = _summary(runs, "psql, stored")
    goals = {
        f"G13 at most {CSV_RATIO}": told["ratio"]["list"]["seconds"] <= CSV_RATIO,
        f"first byte within {FIRST_BYTE} s": told["median"]["list"]["first"] <= FIRST_BYTE,
        f"process at most {CSV_MIB} MiB": max(run["peak_mib"] for run in runs["list"]) <= CSV_MIB,
    }
    return {"observations": observations, **told, **_verdicts(goals)}


def measure_xlsx(count: int, repeats: int) -> dict[str, Any]:
    runs: dict[str, list[dict[str, float]]] = {"download": [], "xlsxwriter": []}
    for _ in range(repeats):
        runs["xlsxwriter"].append(in_child("xlsx", "--only", "typed", "--rows", str(count)))
        runs["download"].append(in_child("xlsx", "--only", "download", "--rows", str(count)))
    told = _summary(runs, "xlsxwriter")
    goals = {
        f"G14 at most {XLSX_RATIO}": told["ratio"]["download"]["seconds"] <= XLSX_RATIO,
        f"process at most {XLSX_MIB} MiB": max(run["peak_mib"] for run in runs["download"]) <= XLSX_MIB,
    }
    return {"rows": count, **told, **_verdicts(goals)}


def _summary(runs: dict[str, list[dict[str, float]]], yardstick: str) -> dict[str, Any]:
    medians = {
        what: {name: round(statistics.median(run[name] for run in some), 3) for name in some[0]}
        for what, some in runs.items()
    }
    limit = medians[yardstick]
    ratios = {
        what: {name: round(one[name] / limit[name], 2) for name in ("seconds", "cpu")}
        for what, one in medians.items()
        if what != yardstick
    }
    return {"median": medians, "ratio": ratios, "load": os.getloadavg()[0]}


def _verdicts(goals: dict[str, bool]) -> dict[str, dict[str, str]]:
    return {"goals": {name: "met" if met else "missed" for name, met in goals.items()}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["csv", "xlsx"])
    parser.add_argument("--observations", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", choices=["list", "python", "download", "typed"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adme.settings.test")
    django.setup()
    if options.only:
        count = options.rows
        measure = {
            "list": lambda: by_api(False), "python": lambda: by_api(True),
            "download": lambda: by_download(count), "typed": lambda: by_typed_calls(count),
        }[options.only]  # fmt: skip
        print(json.dumps(measure()))
    elif options.what == "xlsx":
        print(json.dumps(measure_xlsx(options.rows, options.repeats), indent=1))
    elif not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        sys.exit("COPY is PostgreSQL's: give DATABASE_URL, with 'bench' in the database's name.")
    else:
        print(json.dumps(measure_csv(options.observations, options.repeats), indent=1))


if __name__ == "__main__":
    main()
