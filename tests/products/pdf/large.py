"""A content as large as a meeting's: all leaves of the reference list, eleven states, ten years, tools, replies and
changes. The figures follow a rule and mean nothing."""

from __future__ import annotations

# ruff: noqa: E501 - tables stand as rows
import csv
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from dissemination.editions import texts
from dissemination.editions.content import (
    ASEAN,
    Change,
    Content,
    Figure,
    Item,
    Leaf,
    ReplyMark,
    Source,
    Stamp,
    State,
    Table,
    Text,
)

from ..made import figure, leaf, rating

REFERENCE = Path(__file__).parents[3] / "fixtures" / "reference"
YEARS = range(2016, 2026)
SOURCES = tuple(
    Source(f"WB:{n}", f"Series {n}", "World Bank", "World Bank", "CC BY 4.0", f"World Bank (2026), series {n}. CC BY 4.0.",
           "https://data.worldbank.org", "2026-10-01", False)
    for n in range(20)
)  # fmt: skip
STATUSES = ("Not started", "On-going", "Completed", "Delayed", "Postponed", "Cancelled")


def _rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row.get("framework", "BP2025") == "BP2025"]


def _items() -> tuple[Item, ...]:
    rows = [row for row in _rows("framework.csv") if row["level"] in ("characteristic", "kra")]
    return tuple(
        Item(row["code"], row["title"], row["level"], row["parent"] if row["level"] == "kra" else "", "official")
        for row in rows
    )


def _leaves() -> tuple[Leaf, ...]:
    found = []
    for place, row in enumerate(_rows("kpis.csv")):
        has_none = place % 9 == 8
        found.append(
            leaf(
                row["code"], title=row["title"], wording=row["wording"], unit=row["unit"],
                decimals=1 if row["unit"].startswith("%") else 0, direction=row["direction"],
                source_type=row["source_type"], characteristic=row["characteristic"], kra=row["kra"],
                sources=(f"WB:{place % 20}",), state_of_data="none" if has_none else "current",
                newest_year=None if has_none else 2025, is_demonstration=row["source_type"] == "A1",
                why_none="Nothing was imported yet." if has_none else "", needed="A series. It has to be found.",
                from_whom="ASEC analysts",
            )
        )  # fmt: skip
    return tuple(found)


def _states() -> tuple[State, ...]:
    rows = _rows("member_states.csv")
    return tuple(State(row["iso3"], row["name"], date.fromisoformat(row["joined_on"])) for row in rows)


def _figures(leaves: tuple[Leaf, ...], states: tuple[State, ...]) -> list[Figure]:
    found = []
    for place, one in enumerate(leaves):
        if one.state_of_data == "none":
            continue
        slope = (1 if place % 3 else -1) * 1.37
        for year in YEARS:
            found.append(figure(one.code, ASEAN, year, round(40 + place + slope * (year - 2016), 3)))
            if one.source_type == "B" and year % 2:
                found.extend(
                    figure(one.code, state.code, year, 30.0 + place + 2 * number + 0.5 * (year - 2016))
                    for number, state in enumerate(states)
                )
    return found


def _tables() -> tuple[Table, ...]:
    bodies = [row["acronym"] for row in _rows("sectoral_bodies.csv")]
    rows = tuple(
        (
            name,
            *((None,) * 7 if n % 4 == 3 else (0, n + 1, 3, n % 2, 0, 0, n + 4 + n % 2)),
            "in" if n % 4 != 3 else "not reported",
        )
        for n, name in enumerate(bodies)
    )
    about = {"coverage": "12 of 15 bodies", "source": "Tool 1 reports, approved", "is_demonstration": True}
    counted = tuple((name, 7 * n) for n, name in enumerate(STATUSES))
    heads = ("Owed", "Reported", "Certified nil", "Overdue or missing", "Completeness, %", "In time, %")
    standing = tuple(
        (tool, str(year), 15, 11, 0, 3, 73.3, 53.3)
        for tool in ("Tool 1", "Tool 2")
        for year in (2025, 2024, 2023, 2022)
    )
    names = [state.name for state in _states()]
    matrix = tuple(
        (f"declaration-{n}", f"ASEAN Declaration number {n} on a matter with a long name", 2000 + n % 25, bodies[n % 15], 3,
         "2 (on-going)", *("1 (completed)" if (n + m) % 3 else "not reported" for m in range(len(names))))
        for n in range(40)
    )  # fmt: skip
    figures1 = (
        ("Activities", 125, "in 2025"),
        ("Implemented", 120, "96 % of all"),
        ("Participants", None, "not given"),
    )
    figures2 = (("Declarations and statements", 118, "in the register"), ("With an action", 30, "25 % of them"))
    return (
        Table("tool1.figures", "Tool 1 in 2025", ("Figure", "Value", "Note"), figures1, **about),  # type: ignore[arg-type]
        Table("tool1.status", "Activities by status, 2025", ("Status", "Activities"), counted, unit="activities", **about),  # type: ignore[arg-type]
        Table("tool1.bodies", "Activities by sectoral body and status, 2025",
              ("Sectoral body", *STATUSES, "All", "Report"), rows, unit="activities", **about),  # type: ignore[arg-type]
        Table("tool2.figures", "Tool 2 in 2025", ("Figure", "Value", "Note"), figures2, **about),  # type: ignore[arg-type]
        Table("tool2.status", "Actions by status, 2025", ("Status", "Actions"), counted, unit="actions", **about),  # type: ignore[arg-type]
        Table("tool2.matrix", "Declarations and who acts on them, 2025",
              ("Code", "Declaration", "Year", "Lead", "Clauses", "Bodies", *names), matrix, **about),  # type: ignore[arg-type]
        Table("reporting.standing", "Reports owed and handed in", ("Tool", "Period", *heads), standing, unit="reports"),
        Table("reporting.bodies", "Reports by sectoral body", ("Reporter", "Tool", *heads),
              tuple((name, "Tool 1", 11, 9, 0, 1, 81.8, 63.6) for name in bodies), unit="reports"),
        Table("reporting.states", "Reports by Member State", ("Reporter", "Tool", *heads),
              tuple((name, "Tool 2", 6, 5, 0, 0, 83.3, 66.7) for name in names), unit="reports"),
    )  # fmt: skip


def large() -> Content:
    """With the automatic texts, a foreword, two disputes, and a dozen changes."""
    leaves, states = _leaves(), _states()
    figures = _figures(leaves, states)
    shown = [one for one in leaves if one.state_of_data != "none"]
    words = ("on_track", "attention", "off_track", "no_rating", "no_rating", "no_rating", "no_rating", "no_rating")
    content = Content(
        stamp=Stamp(
            "State of the ASCC results framework", "3", "Forty-first meeting of SOCA", date(2026, 12, 1), 128,
            datetime(2026, 11, 1, 9, 0, tzinfo=UTC), datetime(2026, 11, 20, 8, 0, tzinfo=UTC), None, "0a1b" * 16,
            "https://adme.example.org/e/3/", True, False,
        ),
        framework="BP2025",
        first_current_year=2021,
        items=_items(),
        states=states,
        leaves=leaves,
        figures=tuple(figures),
        ratings=tuple(
            replace(rating(one.code, word=words[n % 8]), share_of_way=None if n % 8 > 2 else 0.6) for n, one in enumerate(shown)
        ),
        sources=SOURCES,
        tables=_tables(),
        replies=(
            ReplyMark("THA", shown[3].code, 2025000, "disputed", "A newer survey gives another figure.", 44.5,
                      "https://example.org/survey", "open", "", None),
            ReplyMark("IDN", shown[7].code, 0, "corrected", "Two provinces were missing.", 51.0, "", "accepted", "", None),
            *(ReplyMark("LAO", one.code, 0, "silent", "", None, "", "", "", None) for one in shown),
        ),
        changes=tuple(
            Change(one.code, ASEAN, 2024000, "source_revision", 1.0, 2.0, "The source revised two states.")
            for one in shown[:12]
        ),
        previous="2",
        methods=texts.METHODS,
    )  # fmt: skip
    whole = texts.with_automatic(content)
    foreword = Text(
        "foreword", "Foreword", "This brief tells how the framework stands.\n\nIt is made up for tests.", False
    )
    return replace(whole, texts=(foreword, *whole.texts))
