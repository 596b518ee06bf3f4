"""Figures of one statistic as tables: each is the table behind a chart and a file to download. Pure.

A suppressed cell is an empty value with its two marks; a value is nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from adme.common import formatting
from adme.observations.periods import TimePeriod
from adme.observations.status import ObsStatus
from databases_c.selectors.figures import Figures, Value, every_cell, parts
from databases_c.selectors.holdings import Kind

from .records_tables import KIND_WORDS
from .tool_parts import Table

ASEAN, ASEAN_NAME = "ASEAN", "ASEAN"
CONF_WORDS = {"C": "Suppressed: few records", "D": "Suppressed to protect this or another"}
SUPPRESSION_SIGNS = {"C": "c", "D": "d"}


def written(value: Value, decimals: int) -> str:
    """`12.4 (e)`, `-` certified nil, `c` or `d` suppressed, `..` not available."""
    if value.is_suppressed:
        return SUPPRESSION_SIGNS.get(value.conf_status, "c")
    return formatting.figure(value.value, decimals, value.obs_status, nil=value.is_nil)


def status_words(value: Value) -> str:
    if value.is_suppressed:
        return CONF_WORDS.get(value.conf_status, CONF_WORDS["C"])
    if value.is_nil:
        return KIND_WORDS[Kind.NIL]
    known = value.obs_status in ObsStatus.values
    return ObsStatus(value.obs_status).label.capitalize() if known else value.obs_status


def absent_words(found: Figures, state: str, period: int) -> str:
    """Why a state has no figure at all, from the ledger."""
    kind = found.kind(state, period)
    return "Approved, not compiled yet" if kind == Kind.HELD else KIND_WORDS[kind]


def period_name(period: int) -> str:
    return str(TimePeriod.from_key(period))


def values(found: Figures) -> Table:
    """One row for each period and area, the newest first; ASEAN where its total is honest."""
    rows: list[list[Any]] = []
    for period in reversed(found.periods):
        regional = found.regional[period]
        if regional.value is not None:
            words = f"Sum of {regional.states} states"
            rows.append([period_name(period), ASEAN_NAME, regional.value, "A", "F", words])
        for state, name in found.states.items():
            value = found.totals.get((state, period))
            if value is None:
                rows.append([period_name(period), name, None, "O", "F", absent_words(found, state, period)])
            else:
                rows.append([period_name(period), name, value.value, *marks(value)])
    return Table(
        "Values by period and state",
        (
            ("TIME_PERIOD", "Period"), ("REF_AREA", "Area"), ("OBS_VALUE", found.statistic.unit.capitalize()),
            ("OBS_STATUS", "Status"), ("CONF_STATUS", "Confidentiality"), ("COMMENT", "In words"),
        ),
        rows,
        words=2,
    )  # fmt: skip


def marks(value: Value) -> tuple[str, str, str]:
    return value.obs_status, value.conf_status, status_words(value)


def latest(found: Figures) -> Table:
    """The shown period alone."""
    table = values(found)
    shown = period_name(found.period) if found.period is not None else ""
    return Table("Values by state", table.head, [row for row in table.rows if row[0] == shown], words=2)


def breakdown(concept: str) -> Callable[[Figures], Table]:
    def made(found: Figures) -> Table:
        one = next(each for each in found.breakdowns if each.concept == concept)
        cells = found.marginal(concept)
        states = [found.filters.state] if found.filters.state else list(found.states)
        rows: list[list[Any]] = []
        for code, name in one.codes.items():
            for state in states:
                value = cells.get((state, code))
                about = [code, name, found.states[state]]
                if value is None:
                    rows.append([*about, None, "O", "F", no_cell(found, state)])
                else:
                    rows.append([*about, value.value, *marks(value)])
        return Table(
            f"By {one.label[:1].lower()}{one.label[1:]}",
            (
                (concept, "Code"), (f"{concept}_NAME", one.label), ("REF_AREA", "Area"),
                ("OBS_VALUE", found.statistic.unit.capitalize()), ("OBS_STATUS", "Status"),
                ("CONF_STATUS", "Confidentiality"), ("COMMENT", "In words"),
            ),
            rows,
            words=3,
        )  # fmt: skip

    return made


def no_cell(found: Figures, state: str) -> str:
    """Why a state has no such cell: its report is not in, or nothing of it was recorded there."""
    if found.period is None:
        return ""
    total = found.totals.get((state, found.period))
    if total is not None:
        return "No such records" if total.value and not total.is_nil else status_words(total)
    return absent_words(found, state, found.period)


def cells(found: Figures) -> Table:
    """Every published combination, of all states and periods: the whole statistic as one file."""
    concepts = [one.concept for one in found.recipe.dimensions] if found.recipe else []
    rows: list[list[Any]] = []
    every = every_cell(found.statistic)
    for value in every:
        told = parts(value.dimensions)
        concepts += [one for one in told if one not in concepts]  # of an earlier recipe
    for value in every:
        told = parts(value.dimensions)
        rows.append(
            [
                period_name(value.period), value.state, *(told.get(one, "_T") for one in concepts), value.value,
                *marks(value), value.recipe,
            ]
        )  # fmt: skip
    head = (
        ("TIME_PERIOD", "Period"), ("REF_AREA", "Area"), *((one, _label(found, one)) for one in concepts),
        ("OBS_VALUE", found.statistic.unit.capitalize()), ("OBS_STATUS", "Status"),
        ("CONF_STATUS", "Confidentiality"), ("COMMENT", "In words"), ("RECIPE", "Version of the recipe"),
    )  # fmt: skip
    return Table("Every published figure", head, rows, words=2 + len(concepts))


def _label(found: Figures, concept: str) -> str:
    known = found.recipe.by_concept if found.recipe else {}
    return known[concept].label if concept in known else concept


def table_of(found: Figures, name: str) -> Table | None:
    """By the name of the chart; None where there is no such chart."""
    known: dict[str, Callable[[Figures], Table]] = {"values": values, "latest": latest, "cells": cells}
    known |= {slug(one.concept): breakdown(one.concept) for one in found.breakdowns}
    return known[name](found) if name in known else None


def slug(concept: str) -> str:
    return f"by-{concept.lower().replace('_', '-')}"


def crossed(found: Figures) -> list[tuple[str, list[tuple[Sequence[str], str, str]]]]:
    """Of one state the tables of two and more dimensions: (title, rows of (names, figure, words))."""
    if not found.filters.state or found.recipe is None:
        return []
    names = {one.concept: one.codes for one in found.breakdowns}
    labels = {one.concept: one.label for one in found.recipe.dimensions}
    held: dict[tuple[str, ...], list[tuple[Sequence[str], str, str]]] = {}
    for value in found.cells:
        told = value.by_concept
        if len(told) > 1:
            words = [names.get(concept, {}).get(code, code) for concept, code in told.items()]
            note = "" if value.obs_status == "A" and not value.is_nil else status_words(value)
            held.setdefault(tuple(told), []).append((words, written(value, found.decimals), note))
    return [(" × ".join(labels.get(one, one) for one in key), rows) for key, rows in held.items()]
