"""What the preview tells: pages of the differences, largest first, and facts about the file."""

from __future__ import annotations

import json
from typing import Any

from adme.ingest.targets import Change
from adme.observations.periods import TimePeriod
from databases_b.models import Indicator

from .rows import RowBuilder
from .staging import Tables, fetch

KINDS = {"new": "n", "changed": "c", "vanished": "v"}
NEW_INDICATORS_SHOWN = 500


def changes(tables: Tables, *, kind: str, offset: int, limit: int) -> list[Change]:
    """One page of the differences of a kind. A value that comes or goes is the largest change there is."""
    rows = fetch(
        """SELECT i.indicator_id, i.facts, i.code, a.code, m.dimensions, c.period, c.old_value, c.old_status, c.value,
                  c.obs_status, c.row_no
           FROM {changes} c
           JOIN {series} m ON m.series_no = c.series_no
           JOIN {indicators} i ON i.indicator_no = m.indicator_no
           JOIN reference_area a ON a.id = m.area_id
           WHERE c.kind = %s
           ORDER BY abs(c.value - c.old_value) / NULLIF(abs(c.old_value), 0) DESC NULLS FIRST, c.series_no, c.period
           LIMIT %s OFFSET %s""",
        tables,
        KINDS[kind],
        limit,
        offset,
    )
    words = _words({(pk, facts) for pk, facts, *_ in rows})
    return [
        Change(
            kind=kind,
            item=code,
            area=area,
            detail=dimensions,
            period=str(TimePeriod.from_key(period)),
            old_value=old,
            old_status=old_status or "",
            new_value=value,
            new_status=status or "",
            row=row_no or 0,
            title=words[pk, facts][0],
            unit=words[pk, facts][1],
        )
        for pk, facts, code, area, dimensions, period, old, old_status, value, status, row_no in rows
    ]


def _words(indicators: set[tuple[int | None, str]]) -> dict[tuple[int | None, str], tuple[str, str]]:
    """Title of staged indicators (id, facts of the file), as stored or as the file says; unit if the title has none."""
    stored = {
        pk: (title, unit)
        for pk, title, unit in Indicator.objects.filter(pk__in=[pk for pk, _ in indicators if pk]).values_list(
            "pk", "title", "unit"
        )
    }
    found = {}
    for pk, facts in indicators:
        title, unit = stored.get(pk or 0, ("", ""))
        told = json.loads(facts)
        title, unit = title or told.get("title", ""), unit or told.get("unit", "")
        found[pk, facts] = (title, "" if unit.casefold() in title.casefold() else unit)
    return found


def extent(builder: RowBuilder) -> dict[str, Any]:
    """How many series, indicators and areas the file fills, and from when to when."""
    first, last = builder.span
    return {
        "series": len(builder.series),
        "indicators": len(builder.indicators),
        "areas": len({one.area_id for one in builder.series}),
        "first_period": str(TimePeriod.from_key(first)) if first else "",
        "last_period": str(TimePeriod.from_key(last)) if last else "",
    }
