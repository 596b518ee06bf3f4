"""Database C: 200,000 records read, checked and compiled, CSV and XLSX, each in a process of its own.

    DATABASE_URL=postgres://.../adme_bench python -m benchmarks.records [--records 200000] [--repeats 5]

Goals: read + checked + compiled < 20 s with the process below 500 MB (the child that opens a workbook counts apart: it
has a limit of its own); G5: an XLSX of 100,000 records into staging <= 2.0 times what python-calamine takes to read it,
process and child <= 250 MiB. Staging is the temporary file of checked rows: cells read, row rules applied, twins
found. Told beside it are the whole check (group rules, canonical file, checksum), the rows alone as any caller of
`read_xlsx_rows` gets them, and the same by processor time of both processes, which other work on the machine moves
less. The records have 10 columns (texts, codes, numbers, days), a key that is unique, rules of six kinds, and
a recipe of persons by sex, age band and province with secondary suppression. The workbook holds 100,000 of them, for
a sheet is taken up to 2,000,000 cells. Nothing is stored, so the database is only asked for code lists.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django

SECONDS, MEGABYTES, RATIO, SHEET_MIB = 20, 500, 2.0, 250
SHEET_RECORDS = 100_000
PROVINCES = [[f"P{number:02}", f"Province {number}"] for number in range(20)]
KINDS = [[f"K{number}", f"Kind {number}"] for number in range(8)]


def column(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "label": name.replace("_", " ").capitalize(), "type": kind, **more}


LAYOUT: dict[str, Any] = {
    "columns": [
        column("case_number", "text", required=True, is_key=True, is_personal=True),
        column("province", "code", required=True, codes=PROVINCES),
        column("sex", "code", required=True, code_list="CL_SEX"),
        column("age", "integer", least=0, most=120, is_personal=True),
        column("opened", "day", required=True),
        column("closed", "day"),
        column("kind", "code", codes=KINDS),
        column("cost", "number", least=0),
        column("referred", "yes_no"),
        column("registered", "year"),
    ],
    "rules": [
        {"code": code, "kind": kind, "level": level, "instruction": "Check this.", "params": params}
        for code, kind, level, params in [
            ("in_order", "compare", "error", {"left": "opened", "relation": "<=", "right": "closed"}),
            ("costly", "range", "warning", {"column": "cost", "most": 995}),
            ("kind_known", "required_if", "error", {"column": "kind", "when": "referred", "is": ["yes"]}),
            ("like_last", "against_last", "warning", {"by": ["province"], "most_change": 50}),
            ("usual", "expected", "warning", {"column": "cost", "by": ["kind"], "bounds": {"K0": [0, 1e12]}}),
            ("one_each", "unique", "warning", {"columns": ["case_number"]}),
        ]
    ],
}
RECIPE: dict[str, Any] = {
    "numerator": {"measure": "count"},
    "filters": [{"column": "referred", "test": "is_not", "values": ["no"]}],
    "distinct_by": ["case_number"],
    "dimensions": [
        {"column": "sex", "concept": "SEX", "label": "Sex"},
        {"column": "province", "concept": "PROVINCE", "label": "Province"},
        {
            "column": "age", "concept": "AGE", "label": "Age",
            "bands": [[0, 14, "Y0T14"], [15, 24, "Y15T24"], [25, 64, "Y25T64"], [65, None, "Y_GE65"]],
        },
    ],
    "period_rule": "day_within",
    "period_column": "opened",
    "minimum_cell": 5,
}  # fmt: skip


def records(count: int) -> Any:
    source = random.Random(1)  # noqa: S311
    for number in range(count):
        month = source.randrange(1, 7)
        yield [
            f"C{number:07}",
            PROVINCES[source.randrange(20)][0],
            "FM"[number % 2],
            source.randrange(100),
            f"2025-{month:02}-{source.randrange(1, 28):02}",
            f"2025-{month + 6:02}-{source.randrange(1, 28):02}",
            KINDS[source.randrange(8)][1],
            round(source.uniform(0, 1000), 2),
            "yes" if number % 3 else "no",
            2025,
        ]


HEADINGS = [one["label"] for one in LAYOUT["columns"]]


def make_text(path: Path, count: int) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADINGS)
        writer.writerows(records(count))
    return path


def make_files(folder: Path, count: int) -> tuple[Path, Path]:
    import xlsxwriter

    text, sheet = make_text(folder / "records.csv", count), folder / "records.xlsx"
    with xlsxwriter.Workbook(str(sheet), {"constant_memory": True}) as book:
        page = book.add_worksheet("Records")
        page.write_row(0, 0, HEADINGS)
        for row, record in enumerate(records(min(count, SHEET_RECORDS)), start=1):
            page.write_row(row, 0, record)
    return text, sheet


def read_and_compile(path: Path) -> dict[str, float]:
    """Run in a child: seconds of each part, the process's own peak, and the peak of its largest child."""
    import gzip

    from adme.observations.periods import TimePeriod
    from databases_c.compiling import compile_records
    from databases_c.layout import read_layout
    from databases_c.reading import check, read_canonical
    from databases_c.recipes import read_recipe

    layout = read_layout(LAYOUT)
    recipe = read_recipe(RECIPE, layout)
    period = TimePeriod(2025)
    last = {"like_last": {code: 10_000 for code, _ in PROVINCES}}
    staged: list[tuple[float, float]] = []

    def progress(done: int, message: str) -> None:
        if message == "Comparing sums":  # every record stands in the temporary file
            staged.append((time.perf_counter(), _processor()))

    used = _processor()
    with tempfile.TemporaryFile() as kept:
        began = time.perf_counter()
        with gzip.GzipFile(fileobj=kept, mode="wb", compresslevel=1) as out:
            found = check(
                path, layout=layout, kind="records", set_code="bench", version_number=1, period=period,
                last_sums=last, out=out, progress=progress,
            )  # fmt: skip
        checked, used_checking = time.perf_counter(), _processor()
        kept.seek(0)
        with gzip.GzipFile(fileobj=kept) as stream:
            compiled = compile_records(
                (row[1:] for row in read_canonical(stream)), layout=layout, recipe=recipe, period=period
            )
        ended, used_in_all = time.perf_counter(), _processor()
    return {
        "staged": staged[0][0] - began,
        "check": checked - began,
        "compile": ended - checked,
        "total": ended - began,
        "cpu": used_checking - used,
        "cpu_total": used_in_all - used,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "child_peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000,
        "records": found.counts["read"],
        "accepted": found.counts["accepted"],
        "cells": len(compiled.cells),
    }


def _processor() -> float:
    """Seconds of processor time of this process and of its children that have ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def calamine_alone(path: Path) -> dict[str, float]:
    from python_calamine import CalamineWorkbook

    began, used = time.perf_counter(), _processor()
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return {"total": time.perf_counter() - began, "cpu": _processor() - used, "records": len(rows) - 1}


def rows_alone(path: Path) -> dict[str, float]:
    from adme.common.spreadsheets import read_xlsx_rows

    began, used = time.perf_counter(), _processor()
    count = sum(1 for _ in read_xlsx_rows(path))
    return {"total": time.perf_counter() - began, "cpu": _processor() - used, "records": count - 1}


def in_child(what: str, path: Path) -> dict[str, float]:
    """A process of its own for each measurement, so that a peak is that of one thing."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.records", "--only", what, str(path)], stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout)


def median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(run[name] for run in runs), 2) for name in runs[0]}


def _rounded(ratios: dict[str, float]) -> dict[str, float]:
    return {name: round(ratio, 2) for name, ratio in ratios.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs=2, metavar=("WHAT", "PATH"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adme.settings.test")
    django.setup()
    if options.only:
        what, path = options.only
        measure = {"calamine": calamine_alone, "rows": rows_alone}.get(what, read_and_compile)
        print(json.dumps(measure(Path(path))))
        return
    if "bench" not in os.environ.get("DATABASE_URL", ""):
        sys.exit("The name of the database in DATABASE_URL must contain 'bench'.")
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_reference", apply=True, verbosity=0)
    runs: dict[str, list[dict[str, float]]] = {"csv": [], "xlsx": [], "rows": [], "calamine": []}
    with tempfile.TemporaryDirectory(prefix="adme-bench-") as folder:
        text, sheet = make_files(Path(folder), options.records)
        sizes = {"csv_mb": text.stat().st_size / 1e6, "xlsx_mb": sheet.stat().st_size / 1e6}
        for _ in range(options.repeats):  # interleaved, so that a slow minute is everybody's
            for what, path in (("csv", text), ("xlsx", sheet), ("rows", sheet), ("calamine", sheet)):
                runs[what].append(in_child(what, path))
    medians = {what: median(some) for what, some in runs.items()}
    yardstick, sheets = medians["calamine"], runs["xlsx"]
    ratios = {
        "staged": medians["xlsx"]["staged"] / yardstick["total"],
        "check": medians["xlsx"]["check"] / yardstick["total"],
        "rows alone": medians["rows"]["total"] / yardstick["total"],
        "check, processor time": medians["xlsx"]["cpu"] / yardstick["cpu"],
        "rows alone, processor time": medians["rows"]["cpu"] / yardstick["cpu"],
    }
    largest = max(run["peak_mb"] + run["child_peak_mb"] for run in sheets) * 1000 / 1024
    goals = {
        f"csv below {SECONDS} s": medians["csv"]["total"] < SECONDS,
        f"process below {MEGABYTES} MB": max(run["peak_mb"] for run in runs["csv"] + sheets) < MEGABYTES,
        f"G5 at most {RATIO}": ratios["staged"] <= RATIO,
        f"G5 both processes at most {SHEET_MIB} MiB": largest <= SHEET_MIB,
    }
    told = {"records": options.records, **sizes, "median": medians, "to_calamine": _rounded(ratios)}
    print(json.dumps({**told, "goals": {name: "met" if met else "missed" for name, met in goals.items()}}, indent=1))


if __name__ == "__main__":
    main()
