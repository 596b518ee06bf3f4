"""What the dashboards of the two reporting tools share: tables that are page and file in one, panels, sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from adme.common import formatting

from .. import text
from ..charts.stacked import STATUS_LAYERS
from .common import ChartCard, downloads

STATUSES = tuple(layer.key for layer in STATUS_LAYERS if layer.key)
NOT_IN = "no approved report"
STEP = 100  # of the heights in static/css/tools.css
Link = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """`head`: (name in files, words on the page). The rows are the same in both; None is not known."""

    title: str
    head: tuple[tuple[str, str], ...]
    rows: Sequence[Sequence[Any]]
    words: int = 1  # how many columns hold words; numbers follow

    def twin(self) -> dict[str, Any]:
        return {
            "caption": self.title,
            "head": [words for _, words in self.head],
            "rows": [self._shown(row) for row in self.rows],
            "numeric_from": self.words,
        }

    def _shown(self, row: Sequence[Any]) -> list[Any]:
        """Periods have their code in files, and their words on the page."""
        return [
            formatting.period(cell) if name == "TIME_PERIOD" else cell
            for (name, _), cell in zip(self.head, row, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart with its height in pixels, stepped, and what leads on from it."""

    card: ChartCard
    pixels: int
    links: tuple[Link, ...] = field(default=())
    note: str = ""

    @property
    def size(self) -> str:
        return f"plot-{min(max(-(-self.pixels // STEP) * STEP, 2 * STEP), 26 * STEP)}"


def panel(
    name: str, table: Table, figure: dict[str, Any], *, pixels: int, subtitle: str, summary: str, source: str,
    coverage: str, files: str, query: str, links: Sequence[Link] = (), notes: str = "", demonstration: bool = False,
    arguments: Sequence[str] = (),
) -> Panel:  # fmt: skip
    """`files` is the name of the address of downloads, `arguments` what stands in it before the name of the chart."""
    card = ChartCard(
        id=name,
        title=table.title,
        figure=figure,
        subtitle=subtitle,
        summary=summary,
        source=source,
        notes=notes,
        coverage=coverage,
        table=table.twin() if table.head else None,
        downloads=downloads(files, *arguments, name, query=query),
        filename=f"adme-{files.partition('_')[0]}-{name}",
        demonstration=demonstration,
    )
    return Panel(card, pixels, tuple(links))


def status_head(statuses: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return (*((code.upper(), statuses.get(code, code)) for code in STATUSES), ("TOTAL", "All"))


def status_cells(counts: Mapping[str, int] | None) -> list[int | None]:
    """Numbers by status and their sum; nothing known is no zero."""
    if counts is None:
        return [None] * (len(STATUSES) + 1)
    return [*(counts.get(code, 0) for code in STATUSES), sum(counts.values())]


def most(counts: Mapping[str, int], names: Mapping[str, str], one: str, many: str = "") -> str:
    """`SOMSWD has the most (25 activities).` with all that are equal; '' where there is nothing."""
    top = max(counts.values(), default=0)
    if not top or len(counts) == 1:
        return ""
    first = [names.get(code, code) for code, count in counts.items() if count == top]
    who = text.listed(first) if len(first) <= 3 else f"{len(first)} of them"
    return f"{who} {'has' if len(first) == 1 else 'have'} the most ({text.plural(top, one, many)})"


def sentence(*parts: str) -> str:
    told = [part for part in parts if part]
    joined = "; ".join(told)
    return f"{joined[:1].upper()}{joined[1:]}." if joined else ""


def range_text(numbers: Iterable[int]) -> str:
    """`13 to 15`, or one number."""
    found = sorted(set(numbers))
    return str(found[0]) if len(found) == 1 else f"{found[0]} to {found[-1]}" if found else "0"


def address(name: str, **query: str) -> str:
    kept = {key: value for key, value in query.items() if value}
    return f"{reverse(name)}?{urlencode(kept)}" if kept else reverse(name)


def select(name: str, label: str, value: str, options: Iterable[Link]) -> dict[str, Any]:
    return {"name": name, "label": label, "value": value, "options": list(options)}


def year_select(value: str, years: Sequence[int], year: int | None) -> dict[str, Any]:
    """The latest year needs no word in the address; a year that was asked for stays to be seen."""
    told = {*years, *([year] if year else [])}
    latest = years[-1] if years else None
    options = [("", f"{latest} (latest)" if latest else "No year yet")]
    options += [(str(one), str(one)) for one in sorted(told, reverse=True) if one != latest]
    chosen = "" if value == str(latest) else value
    return select("year", "Year", chosen, [*options, ("all", "All years")])


def nothing_approved(
    tool: str, year: int | None, years: Sequence[int], here: str, *, who_reports: str, nobody: str
) -> dict[str, str]:
    """The empty state while no report is in, at all or for the year asked for; nothing where one is."""
    if not years:
        return {
            "title": f"No {tool} report has been approved yet",
            "text": f"{who_reports}, and the Secretariat approves the reports. Figures stand here from the first "
            "approval on. The calendar says when reports are due.",
            "url": reverse("calendar"),
            "label": "Open the calendar",
        }
    if year is not None and year not in years:
        return {
            "title": f"No report for {year} has been approved yet",
            "text": f"{nobody} has an approved or nil report for {year}, so nothing is known of that year.",
            "url": here,
            "label": f"Show {years[-1]}",
        }
    return {}
