"""What is suspicious though not wrong: older releases, other definitions, mass changes, jumps of unit. Warnings."""

# ruff: noqa: S608
from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from itertools import pairwise
from statistics import median

from adme.ingest.problems import Issue, Report
from adme.observations.periods import TimePeriod
from databases_b.models import Indicator

from .merge import Difference
from .metadata import StagedIndicator
from .staging import Tables, fetch

MANY_CHANGED_SHARE, MANY_CHANGED_LEAST = 0.20, 20
POWER_OF_TEN_TOLERANCE = 0.05
# A step is large when it is both: unusual for the series, and large beside the value. Either alone is common.
STEP_TIMES_MEDIAN, STEP_SHARE, STEPS_NEEDED = 5.0, 0.20, 6
SERIES_LOOKED_AT = 1_000


def twins(tables: Tables, report: Report, name_of: Callable[[int], str]) -> int:
    """Keys that the file has more than once: merged where the rows agree, an error where they do not.

    It needs the staged rows only, so that it can be told beside all other errors; `name_of` names a series by its
    local number. Gives how many rows were merged.
    """
    rows = fetch(
        """SELECT t.series_no, t.period, f.row_no, f.value, f.obs_status, t.row_no, t.value, t.obs_status
           FROM {twins} t JOIN {rows} f ON f.series_no = t.series_no AND f.period = t.period
           ORDER BY t.row_no""",
        tables,
    )
    merged = 0
    for series_no, period, first_row, value, status, row, other, other_status in rows:
        key = f"{name_of(series_no)} {TimePeriod.from_key(period)}"
        if (value, status) == (other, other_status):
            merged += 1
            report.note("repeated_row", f"Says the same as row {first_row}; taken once.", row=row, seen=key)
        else:
            report.error(
                "conflicting_rows",
                f"Row {first_row} gives {_shown(value, status)} and row {row} gives {_shown(other, other_status)} "
                "for the same observation. Keep the right one.",
                row=row,
                seen=key,
            )
    return merged


def _shown(value: float | None, status: str) -> str:
    return f"no value ({status})" if value is None else f"{value:.15g}" + ("" if status == "A" else f" ({status})")


def metadata(report: Report, tables: Tables, rows: Iterable[StagedIndicator], difference: Difference) -> None:
    """Warn where the file means something else by the same code, or would replace values by older ones."""
    revised = _revised_indicators(tables) if difference.changed else {}
    staged = {row.indicator_id: row for row in rows if row.indicator_id is not None}
    stored = Indicator.objects.filter(pk__in=staged).values_list("pk", "title", "release_date")
    for pk, title, release in stored:
        code, facts = staged[pk].code, staged[pk].facts
        told = facts.get("title", "")
        if told and title and _plain(told) != _plain(title):
            report.warning(
                "other_definition",
                f"Stored under this code is '{title}'. The file says '{told}'. If the definition has changed, old and "
                "new values do not make one series: then let values that the file no longer has be closed.",
                column="title",
                seen=code,
            )
        day = date.fromisoformat(facts["release_date"]) if facts.get("release_date") else None
        if day and release and day < release and revised.get(pk):
            report.add(
                Issue(
                    code="older_release",
                    hint=f"The file was released on {day}, and the stored values are those of {release}. Approving "
                    "would bring older figures back.",
                    seen=code,
                    severity="warning",
                    times=revised[pk],
                )
            )


def _revised_indicators(tables: Tables) -> dict[int, int]:
    """Indicator id to the number of its stored values that would change."""
    rows = fetch(
        """SELECT m.indicator_id, count(*) FROM {changes} c JOIN {series} m ON m.series_no = c.series_no
           WHERE c.kind = 'c' GROUP BY m.indicator_id""",
        tables,
    )
    return dict(rows)


def _plain(title: str) -> str:
    return " ".join(title.casefold().split())


def mass_change(report: Report, difference: Difference, staged: int) -> None:
    matched = staged - difference.new
    if difference.changed >= MANY_CHANGED_LEAST and difference.changed > MANY_CHANGED_SHARE * matched:
        share = round(100 * difference.changed / matched)
        report.warning(
            "many_changes",
            f"{difference.changed:,} of {matched:,} stored values ({share} %) would change. A new release may do that; "
            "so does a wrong file.",
        )


def jumps(report: Report, tables: Tables) -> None:
    """Warn where a value differs from the one it replaces, or from the year before, like another unit would."""
    if not fetch("SELECT 1 FROM {series} WHERE series_id IS NOT NULL LIMIT 1", tables):
        return
    touched = fetch(
        """SELECT m.series_id, i.code, a.code, m.dimensions, c.period, c.value, c.old_value, c.row_no
           FROM {changes} c
           JOIN {series} m ON m.series_no = c.series_no
           JOIN {indicators} i ON i.indicator_no = m.indicator_no
           JOIN reference_area a ON a.id = m.area_id
           WHERE c.kind IN ('n', 'c') AND c.value IS NOT NULL AND c.series_no IN (
             SELECT DISTINCT x.series_no FROM {changes} x JOIN {series} y ON y.series_no = x.series_no
             WHERE y.series_id IS NOT NULL AND x.kind IN ('n', 'c') ORDER BY 1 LIMIT """
        + f"{SERIES_LOOKED_AT + 1}) ORDER BY m.series_id, c.period",
        tables,
    )
    by_series: dict[int, list[tuple]] = defaultdict(list)
    for row in touched:
        by_series[row[0]].append(row)
    if len(by_series) > SERIES_LOOKED_AT:
        report.note(
            "jumps_partly_checked",
            f"Only the first {SERIES_LOOKED_AT:,} of the changed series were searched for jumps of unit.",
        )
    stored = _stored(tables, list(by_series))
    for series_id, rows in by_series.items():
        _one_series(report, rows, stored.get(series_id, {}))


def _stored(tables: Tables, series_ids: list[int]) -> dict[int, dict[int, float]]:
    found: dict[int, dict[int, float]] = defaultdict(dict)
    for start in range(0, len(series_ids), 500):
        chunk = series_ids[start : start + 500]
        marks = ", ".join(["%s"] * len(chunk))
        rows = fetch(
            "SELECT series_id, period, value FROM databases_b_observation "
            f"WHERE closed_by_id IS NULL AND value IS NOT NULL AND series_id IN ({marks}) ORDER BY series_id, period",
            tables,
            *chunk,
        )
        for series_id, period, value in rows:
            found[series_id][period] = value
    return found


def _one_series(report: Report, rows: list[tuple], stored: dict[int, float]) -> None:
    current = {**stored, **{row[4]: row[5] for row in rows}}
    periods = sorted(current)
    before_of = dict(zip(periods[1:], periods, strict=False))
    steps = [abs(current[after] - current[before]) for before, after in pairwise(periods)]
    usual = median(steps) if len(steps) >= STEPS_NEEDED else 0.0
    last_stored = max(stored, default=0)
    power: list[tuple] = []
    large: list[tuple] = []
    for row in rows:
        _, _, _, _, period, value, old, _ = row
        earlier = before_of.get(period)
        reference = old if old is not None else (current[earlier] if earlier is not None else None)
        if reference is None:
            continue
        step = abs(value - reference)
        if _power_of_ten(value, reference):
            power.append((row, reference))
        elif old is None and period < last_stored:
            continue  # history is filled in; its steps are the provider's, seen by everybody for years
        elif usual and step > STEP_TIMES_MEDIAN * usual and step > STEP_SHARE * abs(reference):
            large.append((row, reference))
    _report(report, "unit_jump", power, "a power of ten lies between them. Is one of them in another unit?")
    _report(report, "large_step", large, "this is more than five times the usual step of the series.")


def _power_of_ten(value: float, reference: float) -> int:
    if value == 0 or reference == 0 or (value > 0) != (reference > 0):
        return 0
    exponent = round(math.log10(value / reference))
    return exponent if exponent and abs(value / reference / 10**exponent - 1) <= POWER_OF_TEN_TOLERANCE else 0


def _report(report: Report, code: str, found: list[tuple], words: str) -> None:
    if not found:
        return
    (_, indicator, area, dimensions, period, value, old, row_no), reference = found[0]
    against = "it replaces" if old is not None else "the value before is"
    where = " ".join(filter(None, [indicator, area, dimensions, str(TimePeriod.from_key(period))]))
    report.add(
        Issue(
            code=code,
            hint=f"{value:.10g}, and {against} {reference:.10g}: {words}",
            row=row_no,
            seen=where,
            severity="warning",
            times=len(found),
        )
    )
