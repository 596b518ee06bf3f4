"""Loader of KPIs and leaves from kpis.csv, run by `load_reference`.

A leaf is found by its code: an import of the official list replaces title and wording and leaves values alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from adme.reference.loading import Change
from adme.reference.models import FrameworkItem
from adme.reference.rows import Problems, Row, read_rows
from adme.reference.tables import Wanted, sync, unique

from .models import Kpi, KpiLeaf

_LEAF_COLUMNS = ("title", "unit", "direction", "source_type", "likely_series", "wording", "source")
_COLUMNS = ("framework", "code", "kpi", "sub", "characteristic", "kra", "baseline_year", *_LEAF_COLUMNS)


def load_kpis(directory: Path, apply: bool) -> list[Change]:
    problems = Problems()
    rows = read_rows(directory / "kpis.csv", _COLUMNS, problems)
    kras = {(item.framework.code, item.code): item for item in FrameworkItem.objects.select_related("framework")}
    wanted_kpis = _wanted_kpis(rows, kras, problems)
    problems.raise_if_any()
    frameworks = {row["framework"] for row in rows}
    changes = sync("KPI", Kpi, wanted_kpis, _kpis(frameworks), problems)
    wanted = unique(
        (_wanted_leaf(position, row, _kpis(frameworks), problems) for position, row in enumerate(rows, 1)),
        "code",
        problems,
    )
    leaves = KpiLeaf.objects.filter(kpi__framework__code__in=frameworks).select_related("kpi__framework", "kpi__kra")
    return [*changes, *sync("KPI leaf", KpiLeaf, wanted, {leaf.code: leaf for leaf in leaves}, problems)]


def _kpis(frameworks: set[str]) -> dict[tuple[str, int], Kpi]:
    found = Kpi.objects.filter(framework__code__in=frameworks).select_related("framework", "kra")
    return {(kpi.framework.code, kpi.number): kpi for kpi in found}


def _wanted_kpis(
    rows: list[Row], kras: dict[tuple[str, str], FrameworkItem], problems: Problems
) -> dict[tuple[str, int], Wanted]:
    wanted: dict[Any, Wanted] = {}
    for row in rows:
        number, kra = _number(row, "kpi", problems), kras.get((row["framework"], row["kra"]))
        if kra is None:
            problems.add(row, "kra", "no KRA of the framework has this code; see framework.csv")
        if number is None or kra is None:
            continue
        item = Wanted((row["framework"], number), {"framework": kra.framework, "number": number, "kra": kra}, row)
        first = wanted.setdefault(item.key, item)
        if first.fields["kra"] != kra:
            problems.add(row, "kra", f"line {first.row.line} puts KPI {number} under another KRA; choose one")
    return wanted


def _wanted_leaf(position: int, row: Row, kpis: dict[tuple[str, int], Kpi], problems: Problems) -> Wanted:
    baseline = _number(row, "baseline_year", problems) if row["baseline_year"] else None
    fields = {
        "kpi": kpis[row["framework"], int(row["kpi"])],
        "code": row["code"],
        "letter": row["sub"],
        "baseline_year": baseline,
        "position": position,
    }
    return Wanted(row["code"], fields | {name: row[name] for name in _LEAF_COLUMNS}, row)


def _number(row: Row, column: str, problems: Problems) -> int | None:
    if row[column].isascii() and row[column].isdigit():
        return int(row[column])
    problems.add(row, column, "write a whole number")
    return None
