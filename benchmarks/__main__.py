"""Run all benchmarks one after the other and print their answers. `make bench ARGS="--quick"` for a short look.

    BENCH_DATABASE_URL=postgres://postgres@127.0.0.1:5432/adme_bench make bench
    python -m benchmarks reporting search          # only those named

The database is made anew and dropped at the end; its name must contain 'bench'.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile

import psycopg2

DEFAULT = "postgres://postgres@127.0.0.1:5432/adme_bench"
ON_SQLITE_TOO = frozenset({"reporting"})
WITHIN = {"csv_export": ["exports", "csv"], "xlsx_export": ["exports", "xlsx"]}  # modules with several benchmarks


def database(url: str, act: str) -> None:
    server, _, name = url.rpartition("/")
    if "bench" not in name:
        sys.exit("The benchmark database's name must contain 'bench'.")
    connection = psycopg2.connect(f"{server}/postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if act == "make":
            cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()


def run(name: str, arguments: list[str], url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url}
    module, *first = WITHIN.get(name, [name])
    subprocess.run([sys.executable, "-m", f"benchmarks.{module}", *first, *arguments], env=environment, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a tenth of the rows, few repeats: for a look, not a record"
    )
    parser.add_argument("only", nargs="*", help="names of benchmarks; all when none is given")
    options = parser.parse_args()
    quick = options.quick
    url = os.environ.get("BENCH_DATABASE_URL", DEFAULT)
    rows, observations, repeats = ("100000", "1000000", "3") if quick else ("1000000", "10000000", "5")
    runs = [
        ["import_observations", "--observations", rows, "--repeats", repeats],
        ["import_peer", "--repeats", repeats],
        ["aggregation", "--observations", observations, "--repeats", repeats],
        ["pages", "--repeats", "5" if quick else "15"],
        ["workbook", "--activities", "200" if quick else "2000", "--repeats", "3"],
        ["pdf", "--repeats", "5" if quick else "9"],
        ["search", "--activities", "2000" if quick else "20000"],
        ["reporting", "--rows", "500" if quick else "2000", "--repeats", "3"],
        ["records", "--records", "20000" if quick else "200000", "--repeats", repeats],
        ["records_growth", "--records", *(["20000", "100000"] if quick else ["100000", "500000", "1000000"])],
        ["records_queue", "--records", "20000" if quick else "200000", "--repeats", repeats],
        ["sdmx", "--observations", "10000" if quick else "100000", "--repeats", repeats],
        ["csv_export", "--observations", rows, "--repeats", repeats],
        ["xlsx_export", "--rows", "10000" if quick else "100000", "--repeats", repeats],
    ]
    if unknown := set(options.only) - {name for name, *_ in runs}:
        parser.error(f"There is no benchmark {', '.join(sorted(unknown))}.")
    for name, *arguments in runs:
        if options.only and name not in options.only:
            continue
        print(f"\n== {name}", flush=True)
        database(url, "make")
        run(name, arguments, url)
        if name in ON_SQLITE_TOO:
            with tempfile.TemporaryDirectory(prefix="adme-bench-") as folder:
                run(name, arguments, f"sqlite:///{folder}/bench.sqlite3")
    database(url, "drop")


if __name__ == "__main__":
    main()
