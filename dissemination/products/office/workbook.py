"""The full workbook: a sheet for each Characteristic, all figures, metadata, tools, reports, changes, replies, notes.

Numbers are numbers, text is text; native charts take their figures from the sheet 'Chart data'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from adme.common import formatting
from dashboards import text
from dissemination.editions.content import Content, Figure, Leaf, Table
from dissemination.editions.states import Cause

from .. import about, words
from ..brief import brief_of, document_marks
from ..brief_parts import Brief, CharacteristicPart, LeafRow
from ..data.tidy_csv import COLUMNS, row
from . import matrix_sheet, sheet_charts
from .common import ACCENT
from .notes_sheet import SIGNS, write_notes
from .sheet_charts import Charts
from .sheets import Book, Cell, Num, Sheet, Word, told_table, writing

YEARS = 10  # columns of the table by year
NEWEST = (
    "KPI", "Title", "KRA", "Unit", "ASEAN, newest", "Mark", "Period", "Reported", "Rating", "Target", "Change",
    "Change in", "In words", "Since", "To know before quoting",
)  # fmt: skip
_WIDTHS = (7, 40, 7, 15, 10.5, 10.5, 10.5, 13, 10.5, 11, 10.5, 12, 12, 10.5, 62)
_FEW = (30, 14, 14, 14, 14, 14, 14, 14, 14, 14)
_VALUE = COLUMNS.index("OBS_VALUE")


def build(content: Content, file_stamp: str, *, body: str = "", state: str = "") -> bytes:
    """Everything the content holds; `body` and `state` do not narrow it."""
    brief = brief_of(content)
    title = f"ADME workbook: {content.stamp.title}"
    with writing(content, file_stamp, title=title, marks=document_marks(content)) as book:
        sheets = _sheets(book, brief)
        charts = Charts(book, sheets[sheet_charts.SHEET])
        _about(sheets["About"], content, brief, file_stamp, list(sheets))
        for part in brief.characteristics:
            _characteristic(book, sheets[_name_of(part)], charts, content, part)
        _data(book, sheets["Data"], content)
        _metadata(sheets["Metadata"], content)
        _recipes(sheets["Recipes"], content)
        _tool1(sheets["Tool 1"], charts, content, brief)
        _tool2(sheets["Tool 2"], charts, content, brief)
        _matrix(book, sheets["Tool 2 matrix"], content)
        _tables(sheets["Reports"], "Reports", content, "reporting.", "No report is owed yet.")
        _tables(
            sheets["Records"], "Administrative records", content, "records.", "No administrative record is held yet."
        )
        _changes(sheets["Changes"], content, brief)
        _replies(sheets["Replies"], content, brief)
        _notes(sheets["Notes"], content, file_stamp)
        return book.finish()


def _sheets(book: Book, brief: Brief) -> dict[str, Sheet]:
    """All sheets in their order: a sheet is made before it is written."""
    widths: dict[str, tuple[float, ...]] = {
        "About": (28, 110),
        **{_name_of(part): _WIDTHS for part in brief.characteristics},
        "Data": (11, 34, 12, 9, 8, 9, 18, 11, 13, 20, 9, 30, 12, 10, 10, 9, 12, 9, 9, 10, 11, 20),
        "Metadata": (22, 40, 16, 14, 8, 20, 10, 12, 26, 8, 14, 10, 12, 10, 60, 40, 40, 18, 40),
        "Recipes": (8, 22, 110),
        "Tool 1": (24, 40, *(13,) * 8),
        "Tool 2": _FEW,
        "Tool 2 matrix": matrix_sheet.WIDTHS,
        "Reports": (24, *(13,) * 8),
        "Records": (28, 44, 16, *(13,) * 6),
        "Changes": (8, 44, 20, 12, 14, 14, 22, 70),
        "Replies": (20, 8, 44, 12, 24, 50, 14, 14, 30, 12, 40, 24),
        "Notes": (30, 110),
        sheet_charts.SHEET: sheet_charts.WIDTHS,
    }
    coloured = {_name_of(part) for part in brief.characteristics}
    return {
        name: book.sheet(name, widths=one, colour=ACCENT if name in coloured else "") for name, one in widths.items()
    }


def _name_of(part: CharacteristicPart) -> str:
    return f"Characteristic {re.sub(r'[^A-Za-z0-9 ._-]', '', part.letter)[:12]}"


# -- About and notes


def _about(sheet: Sheet, content: Content, brief: Brief, file_stamp: str, names: Iterable[str]) -> None:
    sheet.title(content.stamp.title, "Full workbook of the ASCC results framework")
    sheet.pairs(about.heading(content, file_stamp, brief.filters))
    sheet.blank()
    sheet.heading("At a glance")
    sheet.pairs(
        (figure.label, " ".join(part for part in (figure.value, figure.of, figure.note and f"({figure.note})") if part))
        for figure in brief.cover.key_figures
    )
    sheet.blank()
    sheet.heading("Sheets")
    told = {_name_of(part): f"{part.letter} {part.title}" for part in brief.characteristics}
    sheet.pairs((name, told.get(name, _SHEETS.get(name, ""))) for name in names if name != "About")
    sheet.blank()
    sheet.heading("Key of signs")
    sheet.pairs(SIGNS)


_SHEETS = {
    "Data": "all figures, one a row, with coverage, marks and replies",
    "Metadata": "every KPI leaf in words, the sources, the framework",
    "Recipes": "how each figure is computed",
    "Tool 1": "what sectoral bodies reported of their work plans",
    "Tool 2": "what was reported of declarations",
    "Tool 2 matrix": "declarations by who acts on them",
    "Reports": "reports owed and handed in",
    "Records": "administrative records held",
    "Changes": "figures that differ from the previous edition, with the cause",
    "Replies": "what Member States said of their own figures",
    "Notes": "methods, signs, texts of the edition",
    sheet_charts.SHEET: "the figures behind the charts",
}


def _notes(sheet: Sheet, content: Content, file_stamp: str) -> None:
    sheet.title("Notes")
    write_notes(sheet, content)
    sheet.heading("Licence, citation, stamp")
    sheet.pairs(
        (("Sources", about.sources(content)), ("Licence", about.licences(content)),
         ("Citation", content.stamp.citation), ("Stamp", file_stamp))
    )  # fmt: skip


# -- Characteristics


def _characteristic(book: Book, sheet: Sheet, charts: Charts, content: Content, part: CharacteristicPart) -> None:
    sheet.title(f"{part.letter} {part.title}", *part.headline, is_demonstration=part.is_demonstration)
    if not part.rows:
        sheet.line("This Characteristic has no KPI leaf in this edition.")
        return
    letter = re.sub(r"\W", "_", part.letter)
    sheet.heading("Newest figures")
    sheet.table(NEWEST, (_newest(content, one) for one in part.rows), name=f"Newest_{letter}", numbers=(4, 10))
    sheet.sheet.freeze_panes(0, 2)
    sheet.blank()
    leaves = [one.leaf for one in part.rows]
    years = _years(content, leaves)
    if years:
        head = ("KPI", "Title", "KRA", "Unit", *map(str, years))
        places = range(4, len(head))
        sheet.heading("ASEAN by year")
        sheet.line("..: not available; w: withheld. A year with several periods shows its last.", "small")
        sheet.table(
            head, ((*_leaf_cells(leaf), *(_by_year(leaf, one) for one in _of_years(content, leaf, years)))
                   for leaf in leaves), name=f"Years_{letter}", numbers=places,
        )  # fmt: skip
        sheet.blank()
        sheet.heading("Coverage of the ASEAN figures by year")
        sheet.line("Who reported, of those who should: Member States, or sectoral bodies.", "small")
        sheet.table(
            head, ((*_leaf_cells(leaf), *(_reach(one) for one in _of_years(content, leaf, years)))
                   for leaf in leaves), name=f"Coverage_{letter}",
        )  # fmt: skip
        sheet.blank()
    charts.put(sheet, part.charts)


def _leaf_cells(leaf: Leaf) -> tuple[str, ...]:
    return leaf.code, leaf.title, leaf.kra, leaf.unit


def _newest(content: Content, one: LeafRow) -> tuple[Cell, ...]:
    leaf, figure = one.leaf, one.figure
    moved = words.movement(content, leaf)
    is_percent = text.is_percent(leaf.unit)
    reason = "" if one.rating == "no_rating" and figure is None else f"Rating: {one.rating_reason}"
    told = (one.coverage and f"Coverage: {one.coverage}.", reason, one.marks and f"{'; '.join(one.marks)}.", *one.notes)
    return (
        *_leaf_cells(leaf), _value(leaf, figure),
        formatting.status_mark(figure.obs_status) if figure and figure.value is not None else "",
        one.period, _reach(figure) if figure else "", Word(one.rating_label, one.rating), one.target,
        Num(moved.difference, leaf.decimals) if moved else "",
        "" if moved is None else "percentage points" if is_percent else leaf.unit,
        one.movement_words, one.since, " ".join(part for part in told if part),
    )  # fmt: skip


def _value(leaf: Leaf, figure: Figure | None) -> Cell:
    """The number, `w` where it is withheld, else the sign of what is not there."""
    if figure is None:
        return None
    return Word(words.value(leaf, figure), "sign") if figure.value is None else Num(figure.value, leaf.decimals)


def _years(content: Content, leaves: Iterable[Leaf]) -> list[int]:
    return sorted({figure.year for leaf in leaves for figure in content.series(leaf.code)})[-YEARS:]


def _of_years(content: Content, leaf: Leaf, years: Iterable[int]) -> Iterator[Figure | None]:
    by_year = {figure.year: figure for figure in content.series(leaf.code)}
    return (by_year.get(year) for year in years)


def _by_year(leaf: Leaf, figure: Figure | None) -> Cell:
    return _value(leaf, figure)


def _reach(figure: Figure | None) -> Cell:
    if figure is None:
        return None
    if not figure.states_expected:
        return Word("not counted", "muted")
    return f"{formatting.number(figure.states_reporting)} of {figure.states_expected} {figure.coverage_of}"


# -- Data and metadata


def _data(book: Book, sheet: Sheet, content: Content) -> None:
    """One row a figure, as in the CSV file: the head in row 1, frozen, with a filter."""

    def cells(figure: Figure) -> Iterator[Cell]:
        leaf = content.by_leaf[figure.leaf]
        for place, cell in enumerate(row(content, figure)):
            if place == _VALUE:  # withheld: no sign among the numbers of a data sheet; the comment says why
                yield Word("", "line") if figure.value is None else _value(leaf, figure)
            elif isinstance(cell, int | float):
                yield cell
            else:
                yield Word("" if cell is None else str(cell), "line")

    sheet.table(COLUMNS, map(cells, content.figures), name="Figures", numbers=(_VALUE,), is_only=True)  # type: ignore[arg-type]
    sheet.sheet.freeze_panes(1, 1)
    sheet.sheet.print_area(0, 0, len(content.figures), len(COLUMNS) - 2)  # the hash is for machines


def _metadata(sheet: Sheet, content: Content) -> None:
    sheet.title("Metadata")
    sheet.heading("KPI leaves")
    sheet.table(
        ("KPI", "Title", "Status of title", "Characteristic", "KRA", "Unit", "Decimals", "Sought", "How data come",
         "Proxy", "Demonstration data", "Recipe version", "State of data", "Newest year", "Note", "Why no figure",
         "What is needed", "From whom", "Sources"),
        (
            (leaf.code, leaf.title, leaf.wording, leaf.characteristic, leaf.kra, leaf.unit, leaf.decimals,
             "should rise" if leaf.direction == "increase" else "should fall",
             f"{leaf.source_type} {text.SOURCES.get(leaf.source_type, '')}", _yes(leaf.is_proxy),
             _yes(leaf.is_demonstration), leaf.recipe_version, leaf.state_of_data, leaf.newest_year, leaf.note,
             leaf.why_none, leaf.needed, leaf.from_whom, "\n".join(leaf.sources))
            for leaf in content.leaves
        ),
        name="Leaves", numbers=(6, 11, 13),
    )  # fmt: skip
    sheet.blank()
    sheet.heading("Sources")
    sheet.table(
        ("Code", "Title", "Provider", "Licence", "Demo", "Source", "Released", "Link", "Citation"),
        (
            (one.code, one.title, one.provider, one.licence, _yes(one.is_demonstration), one.source,
             formatting.day(one.release_date) if one.release_date else "", one.link, one.citation)
            for one in content.sources
        ),
        name="Sources",
    )  # fmt: skip
    sheet.blank()
    sheet.heading("Framework")
    sheet.table(
        ("Code", "Title", "Tier", "Part of"), ((one.code, one.title, one.tier, one.parent) for one in content.items),
        name="Framework",
    )  # fmt: skip


def _recipes(sheet: Sheet, content: Content) -> None:
    sheet.title("Recipes", "How each figure is computed, by KPI leaf.")
    rows = [(leaf.code, name, told) for leaf in content.leaves for name, told in leaf.recipe_lines]
    if rows:
        sheet.table(("KPI", "Part", "Text"), rows, name="Recipes", is_only=True)
    else:
        sheet.line("No KPI leaf has a recipe yet.")


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


# -- Tools, reports, records


def _tool1(sheet: Sheet, charts: Charts, content: Content, brief: Brief) -> None:
    part = next(one for one in brief.tools if one.key == "tool1")
    sheet.title(part.title, part.empty or part.sentence, is_demonstration=part.is_demonstration)
    charts.put(sheet, part.charts, columns=1, width=620, height=330)
    for table in content.tables:
        if table.key.startswith("tool1."):
            told_table(sheet, _kra_joined(table), name=_defined(table.key))


def _kra_joined(table: Table) -> Table:
    """Code and title of a KRA in one column where both stand behind the body: the second column is the wide one."""
    if table.columns[1:3] != ("KRA", "Title"):
        return table
    rows = tuple((row[0], f"{row[1]} {row[2]}", *row[3:]) for row in table.rows)
    return replace(table, columns=(table.columns[0], "KRA", *table.columns[3:]), rows=rows)


def _tool2(sheet: Sheet, charts: Charts, content: Content, brief: Brief) -> None:
    part = next(one for one in brief.tools if one.key == "tool2")
    sheet.title(part.title, part.empty or part.sentence, is_demonstration=part.is_demonstration)
    charts.put(sheet, part.charts, columns=1, width=620, height=300)
    for table in content.tables:
        if table.key.startswith("tool2.") and table.key != matrix_sheet.KEY:
            told_table(sheet, table, name=_defined(table.key))


def _matrix(book: Book, sheet: Sheet, content: Content) -> None:
    table = content.table(matrix_sheet.KEY)
    sheet.title(table.title if table else "Tool 2 matrix", is_demonstration=bool(table and table.is_demonstration))
    matrix_sheet.write(book, sheet, table)


def _tables(sheet: Sheet, title: str, content: Content, start: str, empty: str) -> None:
    found = [table for table in content.tables if table.key.startswith(start)]
    sheet.title(title, *(() if found else (empty,)))
    for table in found:
        told_table(sheet, table, name=_defined(table.key))


def _defined(key: str) -> str:
    """`tool1.body_kras` as a name of cells: `T_tool1_body_kras`, which no cell is called."""
    return "T_" + re.sub(r"\W", "_", key)


# -- Changes and replies


def _changes(sheet: Sheet, content: Content, brief: Brief) -> None:
    sheet.title("Changes since the previous edition", brief.changes.sentence)
    if not content.changes:
        return
    labels: dict[str, str] = dict(Cause.choices)

    def cells() -> Iterator[tuple[Cell, ...]]:
        for change in content.changes:
            leaf = content.by_leaf.get(change.leaf)
            decimals = leaf.decimals if leaf else 3
            yield (
                change.leaf, leaf.title if leaf else "", content.area_names.get(change.area, change.area),
                formatting.period(change.period), _number(change.before, decimals), _number(change.after, decimals),
                labels.get(change.cause, change.cause), change.detail,
            )  # fmt: skip

    sheet.table(
        ("KPI", "Title", "Area", "Period", "Before", "After", "Cause", "What differs"), cells(),
        name="Changes", numbers=(4, 5), is_only=True,
    )  # fmt: skip


def _replies(sheet: Sheet, content: Content, brief: Brief) -> None:
    sheet.title("Replies of Member States", brief.replies.sentence)
    if brief.replies.counts:
        sheet.heading("Replies by state")
        sheet.table(
            ("State", "Confirmed", "Corrected", "Disputed", "No reply"),
            ((one.state, one.confirmed, one.corrected, one.disputed, one.silent) for one in brief.replies.counts),
            name="Replies_by_state",
        )
        sheet.blank()
    if not content.replies:
        return

    def cells() -> Iterator[tuple[Cell, ...]]:
        for mark in content.replies:
            leaf = content.by_leaf.get(mark.leaf)
            decimals = leaf.decimals if leaf else 3
            series = content.series(mark.leaf, mark.area)
            shown = next((one for one in series if one.period == mark.period), None)
            shown = shown or (content.latest(mark.leaf, mark.area) if mark.period == 0 else None)
            yield (
                content.area_names.get(mark.area, mark.area), mark.leaf, leaf.title if leaf else "",
                formatting.period(mark.period) if mark.period else "whole series",
                words.REPLIES.get(mark.kind, mark.kind),
                mark.text, _number(shown.value if shown else None, decimals),
                Word("") if mark.proposed_value is None else Num(mark.proposed_value, decimals), mark.evidence,
                mark.outcome, mark.outcome_text, formatting.moment(mark.at) if mark.at else "",
            )  # fmt: skip

    sheet.heading("All replies")
    sheet.table(
        ("State", "KPI", "Title", "Period", "Reply", "What it says", "Figure shown", "Proposed", "Evidence", "Outcome",
         "On the outcome", "When"),
        cells(), name="Replies", numbers=(6, 7), is_only=True,
    )  # fmt: skip


def _number(value: float | None, decimals: int) -> Cell:
    return None if value is None else Num(value, decimals)
