"""`series.csv`, the companion of a tidy table: one row of facts per indicator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date

from adme.ingest.problems import Report
from databases_b.readers.base import FileFacts, IndicatorFacts

_TEXT_FIELDS = frozenset(one.name for one in fields(IndicatorFacts)) - {"code", "release_date"}
_ALIASES = {
    "series": "code",
    "indicator": "code",
    "indicator_code": "code",
    "series_code": "code",
    "license": "licence",
    "vintage": "release_date",
    "unit_measure": "unit",
    "name": "title",
}


def split_code(code: str) -> tuple[str, str]:
    """'WB_ESG:GB.XPD.RSDV.GD.ZS' -> ('WB_ESG', 'GB.XPD.RSDV.GD.ZS'); ('', code) without a dataset."""
    dataset, colon, rest = code.partition(":")
    return (dataset.strip(), rest.strip()) if colon else ("", code)


def read_series_file(rows: Iterator[list[str]], facts: FileFacts, report: Report) -> None:
    """Add the facts to `facts.indicators`, under the code as the cells have it."""
    heading = [cell.strip().casefold().replace(" ", "_") for cell in next(rows, [])]
    keys = [_ALIASES.get(name, name) for name in heading]
    if "code" not in keys:
        report.warning("companion_unreadable", "The series file has no column 'indicator' and was left out.")
        return
    for number, row in enumerate(rows, 2):
        texts = {key: cell.strip() for key, cell in zip(keys, row, strict=False)}
        prefix, code = split_code(texts.get("code", ""))
        if not code:
            continue
        dataset = texts.get("dataset", "") or prefix or facts.dataset
        if not prefix:  # a code that stands alone belongs to the file's own dataset
            facts.dataset = facts.dataset or dataset
        full = code if dataset == facts.dataset else f"{dataset}:{code}"
        known = {name: texts.get(name, "") for name in _TEXT_FIELDS} | {"dataset": dataset}
        facts.indicators[full] = IndicatorFacts(
            code=full, release_date=_date(texts.get("release_date", ""), number, report), **known
        )


def _date(text: str, number: int, report: Report) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        hint = "Write the date of release as 2026-07-13."
        report.warning("unreadable_date", f"Series file: {hint}", row=number, column="release_date", seen=text)
        return None
