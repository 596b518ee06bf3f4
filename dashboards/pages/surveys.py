"""Source and sample of survey results, as they stand beside a figure, under a chart and in a table of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from databases_a.rfmd.entry_selectors import SurveyFinding
from databases_a.rfmd.selectors import ValueRow

from .. import text


@dataclass(frozen=True, slots=True)
class SurveyRow:
    area: str
    year: str
    value: str
    source: str
    link: str
    people_asked: str
    sample_note: str
    is_demonstration: bool


def about(results: Sequence[SurveyFinding], row: ValueRow | None) -> str:
    """`Poll on awareness; 1 200 people asked; by telephone` for the figure of this row; empty where none is known."""
    found = next((one for one in results if row and (one.area, one.year) == (row.area, row.year)), None)
    return _told(found) if found else ""


def chart_source(results: Sequence[SurveyFinding]) -> str:
    """Each survey once, with the years it gives: `Poll on awareness; 1 200 people asked (2024)`."""
    years: dict[str, list[int]] = {}
    for one in results:
        years.setdefault(_told(one), []).append(one.year)
    return ". ".join(f"{told} ({text.listed([str(year) for year in sorted(set(of))])})" for told, of in years.items())


def rows(results: Sequence[SurveyFinding], decimals: int) -> list[SurveyRow]:
    return [
        SurveyRow(
            one.area_name,
            str(one.year),
            text.number(one.value, decimals),
            one.source,
            one.link,
            text.number(one.people_asked, 0),
            one.sample_note,
            one.is_demonstration,
        )
        for one in results
    ]


def _told(one: SurveyFinding) -> str:
    asked = f"{text.number(one.people_asked, 0)} people asked" if one.people_asked else "people asked: not stated"
    return "; ".join(part.strip().rstrip(".;") for part in (one.source, asked, one.sample_note) if part.strip())
