"""The panels of the Tool 2 dashboard: a chart with its sentence, coverage, table and files, from one summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from databases_a.tool2.selectors.summary import BODIES, NATIONAL, NONE, OLD, REGIONAL, SHOWN, Summary, Text

from .. import text as say
from ..charts import matrix_chart, stacked, theme
from . import tool2_tables as tables
from .tool_parts import NOT_IN, STATUSES, Link, Panel, Table, address, most, panel, range_text, sentence

SOURCE = "Tool 2 reports of sectoral bodies and focal points, approved"
FILES = "tool2_download"
UNIT = "actions"
EVIDENCE_LAYERS = (
    stacked.Layer(SHOWN, tables.EVIDENCE[SHOWN], stacked.GOOD, sign="●"),
    stacked.Layer(OLD, tables.EVIDENCE[OLD], stacked.ATTENTION, "/", sign="▲"),
    stacked.Layer(NONE, tables.EVIDENCE[NONE], theme.PAPER, "", theme.INK, "○"),
)


def coverage(summary: Summary) -> str:
    """How many of the bodies and of the Member States stand behind a figure."""
    asked, years = summary.filters, summary.span_years
    told = []
    if not asked.state and asked.level != NATIONAL:
        told.append(_of([summary.bodies_in(year) for year in years], "sectoral bodies"))
    if asked.state:
        name, heard = summary.words.states[asked.state].name, sum(summary.states_in(year)[0] for year in years)
        if summary.year is None:
            return f"{name} has an approved or nil report for {heard} of {say.plural(len(years), 'year')}"
        return f"{name} has {'an approved or nil' if heard else 'no approved'} report for {summary.span}"
    if asked.level != REGIONAL:
        told.append(_of([summary.states_in(year) for year in years], "Member States"))
    each = " a year" if summary.year is None else ""
    return f"{say.listed(told)}{each} have an approved or nil report for {summary.span}"


def _of(numbers: Sequence[tuple[int, int]], who: str) -> str:
    return f"{range_text(one for one, _ in numbers)} of {range_text(all_ for _, all_ in numbers)} {who}"


def matrix_link(summary: Summary) -> list[Link]:
    asked = summary.filters
    period = "" if summary.year is None else str(summary.year)
    url = address("declaration_matrix", period=period, type=asked.type, body=asked.body)
    return [("See the follow-up by declaration and Member State", url)]


def attention_link(summary: Summary, which: str, label: str) -> list[Link]:
    asked = summary.filters
    return [(label, address("declaration_attention", list=which, body=asked.body, state=asked.state))]


def panels(summary: Summary, texts: Sequence[Text], where: str) -> list[Panel]:
    """`texts`: the declarations of one page; `where` says which page."""
    return [
        _matrix(summary, texts, where), _by_declaration(summary, texts, where), _by_place(summary), _by_year(summary),
        _policies(summary), _evidence(summary),
    ]  # fmt: skip


def _made(
    summary: Summary, name: str, figure: dict[str, Any], pixels: int, told: str, *, notes: str = "", subtitle: str = "",
    table: Table | None = None, links: Sequence[Link] = (), covered: str = "",
) -> Panel:  # fmt: skip
    return panel(
        name,
        table or tables.TABLES[name](summary),
        figure,
        pixels=pixels,
        subtitle=subtitle or f"Number of follow-up actions, {summary.span}",
        summary=told,
        source=SOURCE,
        coverage=covered or coverage(summary),
        files=FILES,
        query=summary.filters.query,
        links=links or matrix_link(summary),
        notes=notes,
        demonstration=summary.has_demonstration,
    )


def _matrix(summary: Summary, texts: Sequence[Text], where: str) -> Panel:
    told, known = tables.cells(summary), tables.places(summary)
    places = [matrix_chart.Place("Bodies" if code == BODIES else code, name) for code, name in known.items()]
    rows = []
    for text in texts:
        own = [told.get((text.pk, place), []) for place in known]
        signs = [tables.sign(summary, text, place, mine) for place, mine in zip(known, own, strict=True)]
        rows.append((f"{text.year} {text.title}", [(key, len(one)) for key, one in zip(signs, own, strict=True)]))
    silent = [name for code, name in known.items() if not tables.heard(summary, code)]
    unknown = f"nothing is known of {say.listed(silent)}: {NOT_IN}" if silent else ""
    return _made(
        summary, "matrix", matrix_chart.matrix_chart(rows, places), matrix_chart.height(rows), sentence(unknown),
        subtitle=f"How the follow-up of each declaration stands, {summary.span}{where}",
        notes=f"{matrix_chart.key()}. Of several actions the sign shows what needs attention first: delayed, "
        "postponed, then on-going. The newest declaration stands first.",
    )  # fmt: skip


def _counts(cells: Sequence[Any]) -> dict[str, int]:
    """Numbers by status of a row of a table of statuses; what has none is under ''."""
    counts = {code: number for code, number in zip(STATUSES, cells[-len(STATUSES) - 1 : -1], strict=True) if number}
    rest = cells[-1] - sum(counts.values())
    return {**counts, "": rest} if rest else counts


def _by_declaration(summary: Summary, texts: Sequence[Text], where: str) -> Panel:
    table = tables.by_declaration(summary)
    by_title = {text.pk: row for text, row in zip(summary.followed(), table.rows, strict=True)}
    rows = [stacked.Row(f"{text.year} {text.title}", _counts(by_title[text.pk])) for text in texts]
    figure = stacked.stacked(rows, stacked.STATUS_LAYERS, unit=UNIT, titled=True)
    without = summary.clauses()[1]
    told = f"{say.plural(without, 'clause has', 'clauses have')} no action" if without else ""
    return _made(
        summary, "status-by-declaration", figure, stacked.height(rows, titled=True), sentence(told), table=table,
        subtitle=f"Number of follow-up actions, {summary.span}{where}",
        links=attention_link(summary, "no-action", "See the clauses without action"),
        notes="Long titles are shortened; the table holds them in full.",
    )  # fmt: skip


def _by_place(summary: Summary) -> Panel:
    table = tables.by_place(summary)
    rows = [
        stacked.Row("Bodies" if row[0] == tables.BODIES_NAME else row[0], _known(row), NOT_IN) for row in table.rows
    ]
    silent = sum(row.counts is None for row in rows)
    told = sentence(
        most({row[0]: row[-1] or 0 for row in table.rows}, {}, "action"),
        f"{say.plural(silent, 'place has', 'places have')} no approved report: not known, not zero" if silent else "",
    )
    figure = stacked.stacked(rows, stacked.STATUS_LAYERS, unit=UNIT)
    return _made(summary, "status-by-place", figure, stacked.height(rows), told, table=table)


def _known(row: Sequence[Any]) -> dict[str, int] | None:
    return None if row[-1] is None else _counts(row)


def _by_year(summary: Summary) -> Panel:
    table = tables.by_year(summary)
    rows = [
        stacked.Row(str(row[0]), _known(row), NOT_IN, f"({row[1]} of {row[2]} bodies, {row[3]} of {row[4]} states)")
        for row in table.rows
    ]
    figure = stacked.stacked(rows, stacked.STATUS_LAYERS, unit=UNIT, titled=False)
    figure["layout"]["annotations"] = [_short(note) for note in figure["layout"]["annotations"]]
    told = ""
    if len(table.rows) > 1:
        now, before = table.rows[-1], table.rows[-2]
        if now[1] + now[3] < before[1] + before[3]:
            reports = [one[1] + one[3] for one in (now, before)]
            told = (
                f"{now[0]} holds {reports[0]} reports, {before[0]} holds {reports[1]}: the last bar is not yet whole."
            )
    return _made(
        summary, "status-by-year", figure, stacked.height(rows), told, table=table,
        subtitle="Number of follow-up actions, every year with approved reports",
        covered=f"{range_text(row[1] for row in table.rows)} of {range_text(row[2] for row in table.rows)} sectoral "
        f"bodies and {range_text(row[3] for row in table.rows)} of {range_text(row[4] for row in table.rows)} Member "
        "States a year; each year's number stands in the table",
        notes="An action counts once in each year for which it was reported.",
    )  # fmt: skip


def _short(note: dict[str, Any]) -> dict[str, Any]:
    return {**note, "text": note["text"].partition(" (")[0]}


def _policies(summary: Summary) -> Panel:
    table = tables.policies(summary)
    rows = [
        stacked.Row(
            f"KPI {row[1]}: {row[0]}" if row[1] else row[0],
            None if row[3] is None else {"all": row[3]} if row[3] else {},
            NOT_IN,
            f"of {say.plural(row[4], 'state')} known",
        )
        for row in table.rows
    ]
    figure = stacked.stacked(rows, stacked.PLAIN, unit="Member States", titled=True)
    return _made(
        summary, "policies", figure, stacked.height(rows, titled=True),
        "A state counts where its approved report shows a law, policy or plan of this kind in force, with evidence.",
        table=table,
        subtitle=f"Number of Member States, {summary.span}",
        notes="Counted as KPIs 6d, 7a, 8b and 16 count, under the filters above.",
    )  # fmt: skip


def _evidence(summary: Summary) -> Panel:
    table = tables.evidence(summary)
    rows = []
    for row in table.rows:
        counts = None if row[-1] is None else dict(zip(tables.EVIDENCE, row[1:4], strict=True))
        rows.append(stacked.Row("Bodies" if row[0] == tables.BODIES_NAME else row[0], counts, NOT_IN))
    old, none, begun = (sum(row[place] or 0 for row in table.rows) for place in (2, 3, 4))
    told = (
        f"Of {say.plural(begun, 'action that has begun', 'actions that have begun')}, {none} show no evidence and the "
        f"newest evidence of {old} is more than 24 months old."
        if begun
        else ""
    )
    return _made(
        summary, "evidence", stacked.stacked(rows, EVIDENCE_LAYERS, unit=UNIT), stacked.height(rows), told,
        table=table,
        subtitle=f"Number of actions on-going, completed or delayed, {summary.span}",
        links=attention_link(summary, "evidence", "See the actions without evidence, or with old evidence"),
        notes="Old: more than 24 months before the end of the period.",
    )  # fmt: skip
