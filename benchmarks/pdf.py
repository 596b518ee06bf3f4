"""Goal G15: a PDF of 15 pages with 15 charts takes at most twice what WeasyPrint takes for the pages without charts.

    python -m benchmarks.pdf [--repeats 7] [--weasyprint /path/to/python]

WeasyPrint is no part of ADME and needs libraries of the system. Name an interpreter that has it (a virtual environment
somewhere else); without one the ratio to it is skipped, and said to be. No database is read: the document is the KPI
book of 15 made-up leaves, one page each, with a table of eleven states and a chart of 26 years.

Each repeat takes all ways in turn: our engine with charts (drawing them included) and without, then WeasyPrint with the
same words and tables as HTML. WeasyPrint runs in a process that is already warm; ours starts its child each time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from html import escape
from io import BytesIO
from typing import Any

import django

GOAL, STRETCH = 2.0, 1.2
PAGES, YEARS = 15, range(2000, 2026)
STATES = (
    ("BRN", "Brunei Darussalam"), ("KHM", "Cambodia"), ("IDN", "Indonesia"), ("LAO", "Lao PDR"), ("MYS", "Malaysia"),
    ("MMR", "Myanmar"), ("PHL", "Philippines"), ("SGP", "Singapore"), ("THA", "Thailand"), ("TLS", "Timor-Leste"),
    ("VNM", "Viet Nam"),
)  # fmt: skip
_PEER = """
import io, json, sys, time
from weasyprint import HTML
for line in sys.stdin:
    html = json.loads(line)
    began = time.perf_counter()
    document = HTML(string=html).render()
    document.write_pdf()
    print(json.dumps([time.perf_counter() - began, len(document.pages)]), flush=True)
"""
_STYLE = """
@page { size: A4; margin: 21mm 20mm 17mm; @bottom-right { content: counter(page) " / " counter(pages) } }
body { font: 8.8pt "Noto Sans", sans-serif; color: #17212b } section { page-break-before: always }
table { border-collapse: collapse; width: 100%; font-size: 7.2pt }
th, td { border-bottom: .3pt solid #cfd6dc; text-align: left }
dt { float: left; clear: left; width: 88pt; color: #54616e } dd { margin-left: 96pt }
"""


def made_up() -> Any:
    """A content of 15 leaves that fill a page each. The figures follow a rule and mean nothing."""
    from dissemination.editions.content import ASEAN, Content, Figure, Item, Leaf, Stamp, State

    def figure(leaf: str, area: str, year: int, value: float) -> Figure:
        of = (10, 10, 2, 0.97) if area == ASEAN else (None,) * 4
        return Figure(leaf, area, year * 1000, value, "A", "", "states", *of, 1, "0a1b" * 16, 1)

    leaves = tuple(
        Leaf(
            code=str(number), kpi=number, title=f"Share of people with access to service number {number}",
            wording="provisional", unit="% of population", decimals=1, direction="increase", source_type="B",
            characteristic="B", kra="B.1", is_proxy=False, is_demonstration=True, note="", recipe_version=1,
            recipe_lines=tuple((f"Line {n}", "What is done with the values in this step. " * 4) for n in range(9)),
            sources=(), state_of_data="current", newest_year=2025,
        )
        for number in range(1, PAGES + 1)
    )  # fmt: skip
    figures = tuple(
        figure(leaf.code, area, year, 30 + leaf.kpi + 1.3 * place + 0.9 * (year - 2000))
        for leaf in leaves
        for place, area in enumerate((ASEAN, *(code for code, _ in STATES)))
        for year in YEARS
        if area == ASEAN or (year + place) % 3
    )
    now = datetime(2026, 11, 22, 8, tzinfo=UTC)
    return Content(
        stamp=Stamp("Benchmark", "", "", None, 1, now, None, None, "", "https://adme.example.org", True, False),
        framework="BP2025", first_current_year=2021,
        items=(
            Item("B", "Inclusive", "characteristic", "", "official"),
            Item("B.1", "Reducing Barriers", "kra", "B", "official"),
        ),
        states=tuple(State(code, name, date(2000, 1, 1)) for code, name in STATES),
        leaves=leaves, figures=figures, ratings=(), sources=(),
    )  # fmt: skip


def without_charts(document: Any) -> Any:
    for part in document.data["parts"]:
        for leaf in part["leaves"]:
            leaf["chart"] = None
    document.drawings.clear()
    return document


def as_html(data: dict[str, Any]) -> str:
    """The same words and tables for WeasyPrint."""
    sections = []
    for part in data["parts"]:
        for leaf in part["leaves"]:
            facts = [
                ("Unit", leaf["unit"]),
                ("Direction", leaf["sought"]),
                ("How data come", leaf["source_type"]),
                *leaf["recipe"],
            ]
            told = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts)
            names = ("area", "value", "period", "coverage", "recipe_version", "hash")
            rows = "".join(
                "<tr>" + "".join(f"<td>{escape(one[name])}</td>" for name in names)
                + f'<td><a href="{escape(one["passport"])}">open</a></td></tr>'
                for one in leaf["figures"]
            )  # fmt: skip
            head = "".join(f"<th>{name}</th>" for name in (*names, "passport"))
            sections.append(
                f"<section><h2>KPI {leaf['code']}: {escape(leaf['title'])}</h2><dl>{told}</dl>"
                f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>"
            )
    head = f"<head><title>KPI book</title><style>{_STYLE}</style></head>"
    return f"<html lang=en>{head}<body>{''.join(sections)}</body></html>"


@contextmanager
def peer(python: str) -> Iterator[Callable[[str], tuple[float, int]]]:
    """Seconds and pages of one document by WeasyPrint, in a process that has it."""
    with subprocess.Popen([python, "-c", _PEER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None

        def render(html: str) -> tuple[float, int]:
            child.stdin.write(json.dumps(html) + "\n")  # type: ignore[union-attr]
            child.stdin.flush()  # type: ignore[union-attr]
            seconds, pages = json.loads(child.stdout.readline())  # type: ignore[union-attr]
            return seconds, pages

        yield render
        child.stdin.close()


def has_weasyprint(python: str) -> bool:
    return subprocess.run([python, "-c", "import weasyprint"], capture_output=True, check=False).returncode == 0


def measure(repeats: int, python: str) -> dict[str, Any]:
    from pypdf import PdfReader

    from dissemination.products.pdf import kpi_book

    content = made_up()
    html = as_html(kpi_book.lay_out(content, "-").data)
    times: dict[str, list[float]] = {"with charts": [], "without charts": [], "weasyprint": []}
    pages: dict[str, int] = {}

    def take(name: str, make: Callable[[], bytes]) -> None:
        began = time.perf_counter()
        made = make()
        times[name].append(time.perf_counter() - began)
        pages[name] = len(PdfReader(BytesIO(made)).pages)

    def ours() -> None:
        take("with charts", lambda: kpi_book.lay_out(content, "-").pdf())
        take("without charts", lambda: without_charts(kpi_book.lay_out(content, "-")).pdf())

    if not has_weasyprint(python):
        sys.stderr.write("SKIPPED: the ratio to WeasyPrint. Name an interpreter that has it: --weasyprint PATH.\n")
        for _ in range(repeats):
            ours()
    else:
        with peer(python) as render:
            render(html)  # warm
            for _ in range(repeats):
                ours()
                seconds, pages["weasyprint"] = render(html)
                times["weasyprint"].append(seconds)
    return report(times, pages)


def report(times: dict[str, list[float]], pages: dict[str, int]) -> dict[str, Any]:
    medians = {name: round(statistics.median(found), 3) for name, found in times.items() if found}
    ratios = {
        f"with charts / {base}": round(medians["with charts"] / medians[base], 2)
        for base in ("without charts", "weasyprint")
        if base in medians
    }
    told = {"pages": pages, "median seconds": medians, "ratios": ratios, "goal": GOAL, "stretch": STRETCH}
    spread = {name: [round(min(found), 3), round(max(found), 3)] for name, found in times.items() if found}
    return {**told, "lowest and highest": spread}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--weasyprint", default=os.environ.get("BENCH_WEASYPRINT", sys.executable))
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adme.settings.embedded")
    django.setup()
    found = measure(options.repeats, options.weasyprint)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    against = found["ratios"].get("with charts / weasyprint")
    return 0 if against is None or against <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
