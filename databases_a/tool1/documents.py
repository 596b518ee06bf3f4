"""The result of a search as a file: every catalogue field as people read it, one row per activity and report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from adme.exports.documents import Column, Document
from adme.observations.periods import TimePeriod
from adme.reporting import vocabularies
from adme.reporting.fields import Kind, shown

from .fields import CATALOGUE
from .models import Stand
from .selectors.search import COLUMN_FILTERS, TAG_FILTERS, Wanted, found_by

MOST_ROWS = 20_000
_AS_NUMBERS = frozenset({Kind.NUMBER, Kind.PERCENT})
_FIRST = (
    Column("BODY", "Sectoral body"),
    Column("TIME_PERIOD", "Period of the report"),
    Column("STANDING", "Submitted or approved"),
    Column("WORK_PLAN", "Work plan"),
)
_LAST = (
    Column("EVIDENCE", "Number of evidence files and links"),
    Column("DEMONSTRATION", "Made up for demonstration"),
    Column("ACTIVITY_ID", "Identifier in ADME"),
)


def activities_document(user: Any, wanted: Wanted, *, version: int, address: str) -> Document:
    found = found_by(user, wanted)
    words = vocabularies.load(CATALOGUE.vocabularies)
    fields = CATALOGUE.fields
    return Document(
        title="Activities of the sectoral bodies (Tool 1)",
        file_stem="activities",
        columns=(*_FIRST, *(Column(one.name.upper(), one.label) for one in fields), *_LAST),
        rows=_rows(found, fields, words),
        source="ASCC sectoral bodies, Tool 1 reports",
        licence="For use within ASEAN; cite the ASEAN Secretariat",
        extracted_at=timezone.now(),
        data_version=version,
        address=address,
        filters=tuple(_filters(wanted, words)),
        notes=(("Standing", "Submitted reports have not been approved yet and may change."),),
        is_demonstration=found.order_by().filter(is_demonstration=True).exists(),
    )


def _rows(found: Any, fields: Any, words: Any) -> Iterator[tuple[Any, ...]]:
    columns = ("body__acronym", "period", "standing", "content", "evidence_count", "is_demonstration")
    rows = found.values_list(*columns, "activity__public_id")[:MOST_ROWS]
    for body, period, standing, content, evidence, demonstration, key in rows.iterator(chunk_size=500):
        values = (_cell(one, content.get(one.name, one.empty), words) for one in fields)
        first = (body, str(TimePeriod.from_key(period)), Stand(standing).label, content.get("work_plan", ""))
        yield (*first, *values, evidence, "yes" if demonstration else "no", str(key))


def _cell(one: Any, value: Any, words: Any) -> Any:
    return value if one.kind in _AS_NUMBERS else shown(one, value, words)


def _filters(wanted: Wanted, words: Any) -> Iterator[tuple[str, str]]:
    if wanted.q:
        yield "Words", wanted.q
    for name, (_, vocabulary, label, _) in {**COLUMN_FILTERS, **TAG_FILTERS}.items():
        if code := getattr(wanted, name):
            yield label, words[vocabulary].label(code)
    if wanted.first or wanted.last:
        yield "Years", f"{wanted.first or 'any'} to {wanted.last or 'any'}"
    if wanted.standing:
        yield "Standing", Stand(wanted.standing).label
    yield "Reports", "all" if wanted.periods else "latest of each activity"
