"""The SOCA brief, computed once from a content by `brief_of`. PDF, DOCX and PPTX lay out what stands in it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from adme.common import formatting
from adme.exports.charts import Chart
from dashboards import text
from dissemination.editions.content import ASEAN, Change, Content, Figure, Leaf, Rating, ReplyMark, Source, Table
from dissemination.editions.states import Cause

from . import brief_charts as charts
from . import words
from .brief_parts import (
    Brief,
    ChangeRow,
    ChangesPart,
    CharacteristicPart,
    Cover,
    GapGroup,
    GapsPart,
    KeyFigure,
    LeafRow,
    MovementRow,
    RepliesPart,
    ReplyRow,
    SourceRow,
    StateReplies,
    ToolPart,
)

MOST_MOVEMENTS = 8
MOST_CHANGES = 12
MOST_PERIODS = 3
REPLIED = ("confirmed", "corrected", "disputed", "silent")


def brief_of(content: Content) -> Brief:
    """Everything the brief says, in the framework's order."""
    return Brief(
        stamp=content.stamp,
        cover=_cover(content),
        overview=(charts.ratings_chart(content), charts.data_chart(content)),
        characteristics=tuple(
            characteristic_part(content, item.code, item.title) for item in content.of_tier("characteristic")
        ),
        movements=_written(content, "movements"),
        movement_rows=_movement_rows(content),
        changes=changes_part(content),
        tools=(tool1_part(content), tool2_part(content)),
        gaps=gaps_part(content),
        replies=replies_part(content),
        methods=content.methods,
        notes=(*paragraphs(content, "methods"), *paragraphs(content, "notes")),
        signs=words.SIGNS,
        sources=source_rows(content, content.leaves),
        licences=licences(content, content.leaves),
        filters=f"All KPIs of {content.framework}; ASEAN and all Member States",
        citation=content.stamp.citation,
    )


def paragraphs(content: Content, key: str) -> tuple[str, ...]:
    """A text of the edition, part by part; none where there is no such text."""
    told = content.text(key)
    return tuple(part.strip() for part in re.split(r"\n\s*\n", told.text) if part.strip()) if told else ()


def _written(content: Content, key: str) -> tuple[str, ...]:
    """Only what an analyst wrote: what is made from the figures stands in tables beside."""
    told = content.text(key)
    return paragraphs(content, key) if told and not told.is_automatic else ()


# -- Cover


def document_marks(content: Content) -> tuple[str, ...]:
    """What stands on every page of a document that must not be taken for more than it is."""
    stamp = content.stamp
    draft = "Draft: not published" if stamp.is_draft else ""
    return tuple(mark for mark in (draft, words.DEMONSTRATION if stamp.is_demonstration else "") if mark)


def facts(content: Content) -> tuple[tuple[str, str], ...]:
    """What tells this state of the data from another one."""
    stamp = content.stamp
    meeting = ", ".join(part for part in (stamp.meeting, stamp.meeting_on and formatting.day(stamp.meeting_on)) if part)
    told = (
        ("Meeting", meeting),
        ("Edition", stamp.edition_name),
        ("Figures as of", formatting.moment(stamp.taken_at)),
        ("Data version", str(stamp.data_version)),
        ("Published", formatting.moment(stamp.published_at) if stamp.published_at else ""),
        ("Embargo until", formatting.moment(stamp.embargo_until) if stamp.embargo_until else ""),
        ("Hash (SHA-256)", stamp.hash),
        ("Address", stamp.address),
    )
    return tuple((name, value) for name, value in told if value)


def _cover(content: Content) -> Cover:
    return Cover(
        title=content.stamp.title,
        subtitle="Brief for the Senior Officials' Committee for the ASEAN Socio-Cultural Community (SOCA)",
        marks=document_marks(content),
        facts=facts(content),
        foreword=paragraphs(content, "foreword"),
        key_figures=_key_figures(content),
        citation=content.stamp.citation,
    )


def _key_figures(content: Content) -> tuple[KeyFigure, ...]:
    leaves = content.leaves
    states = Counter(leaf.state_of_data for leaf in leaves)
    rated = Counter(rating.rating for leaf in leaves if (rating := content.rating(leaf.code)))
    judged = sum(number for name, number in rated.items() if name != "no_rating")
    moved = [one for leaf in leaves if (one := words.movement(content, leaf))]
    sought = sum(one.is_sought is True for one in moved)
    off = f"{rated['attention']} need attention, {rated['off_track']} are off track"
    first = content.first_current_year
    found = [
        KeyFigure("KPI leaves with a current figure", str(states["current"]), f"of {len(leaves)}",
                  f"of {first} or later; {states['older']} with an older figure, {states['none']} with none"),
        KeyFigure("On track", str(rated["on_track"]), f"of {judged} rated", off) if judged
        else KeyFigure("On track", formatting.NOT_AVAILABLE, "", "no leaf is rated yet: baseline or target is missing"),
        KeyFigure("ASEAN figures that moved as sought", str(sought), f"of {len(moved)}",
                  "from the baseline year, or the first figure, to the newest") if moved else None,
        _tool_figure(content.table("tool1.figures"), "Implemented", "Tool 1 activities implemented", "Activities"),
        _tool_figure(content.table("tool2.figures"), "With an action", "Declarations with an action",
                     "Declarations and statements"),
    ]  # fmt: skip
    return tuple(figure for figure in found if figure)


def _tool_figure(table: Table | None, row: str, label: str, whole: str) -> KeyFigure | None:
    if table is None:
        return None
    values = {str(cells[0]): cells[1] for cells in table.rows}
    if values.get(row) is None:
        return None
    total = values.get(whole)
    of = "" if total is None else f"of {formatting.number(total)}"
    return KeyFigure(label, formatting.number(values[row]), of, f"{table.coverage} reported")


# -- Characteristics


def characteristic_part(content: Content, letter: str, title: str) -> CharacteristicPart:
    leaves = content.leaves_of(characteristic=letter)
    rows = tuple(leaf_row(content, leaf) for leaf in leaves)
    return CharacteristicPart(
        letter=letter,
        title=title,
        headline=paragraphs(content, f"headline.{letter}"),
        kras=tuple((item.code, item.title) for item in content.of_tier("kra", letter)),
        rows=rows,
        notes=notes_of(rows),
        charts=charts.characteristic_charts(content, letter, title),
        is_demonstration=any(leaf.is_demonstration and leaf.state_of_data != "none" for leaf in leaves),
    )


def leaf_row(content: Content, leaf: Leaf, area: str = ASEAN) -> LeafRow:
    """A leaf as a line: ASEAN's newest figure, or that of a state."""
    figure = content.latest(leaf.code, area)
    series = content.series(leaf.code, area)
    withheld = next((row for row in reversed(series) if row.withheld), None) if figure is None else None
    shown, rating = figure or withheld, content.rating(leaf.code, area)
    moved = words.movement(content, leaf, area)
    return LeafRow(
        leaf=leaf,
        figure=shown,
        value=words.value(leaf, shown),
        unit=leaf.unit,
        period=shown.period_text if shown else "",
        coverage=words.coverage(shown),
        rating=rating.rating if rating else "no_rating",
        rating_label=words.rating_label(rating),
        rating_reason=words.rating_reason(rating),
        target=_target(leaf, rating),
        movement=words.difference(leaf, moved),
        movement_words=moved.words if moved else "",
        since=moved.base.period_text if moved else "",
        marks=leaf_marks(leaf),
        notes=_leaf_notes(content, leaf, area, shown, moved),
    )


def notes_of(rows: Sequence[LeafRow]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What to know before quoting, each sentence once with the leaves that it is about."""
    found: dict[str, list[str]] = {}
    for row in rows:
        for note in row.notes:
            found.setdefault(note, []).append(row.leaf.code)
    return tuple((note, tuple(codes)) for note, codes in found.items())


def _target(leaf: Leaf, rating: Rating | None) -> str:
    if rating is None or rating.target_year is None or rating.target_value is None:
        return ""
    made_up = " (made up)" if rating.target_is_demonstration else ""
    return f"{formatting.number(rating.target_value, leaf.decimals)} by {rating.target_year}{made_up}"


def leaf_marks(leaf: Leaf) -> tuple[str, ...]:
    made_up = "demonstration data" if leaf.is_demonstration and leaf.state_of_data != "none" else ""
    marks = (words.WORDING.get(leaf.wording, leaf.wording), "proxy" if leaf.is_proxy else "", made_up)
    return tuple(mark for mark in marks if mark)


def _leaf_notes(
    content: Content, leaf: Leaf, area: str, shown: Figure | None, moved: words.Movement | None
) -> tuple[str, ...]:
    """What to know before quoting the figure."""
    told = []
    if shown is None:
        states = sum(content.latest(leaf.code, state.code) is not None for state in content.states)
        if area == ASEAN and states:
            told.append(f"No ASEAN figure; {text.plural(states, 'state has', 'states have')} one.")
        elif leaf.state_of_data == "none":
            told.append(f"No figure yet: see gaps, cause {leaf.source_type}.")
        else:
            told.append("No figure.")
    elif shown.value is None:
        told.append(f"Withheld: {shown.withheld.removeprefix('Withheld: ')}")
    elif shown.year < content.first_current_year:
        told.append(f"The newest figure is of {shown.period_text}.")
    if moved and area == ASEAN and (reach := words.reach(moved)):
        told.append(f"{reach}.")
    told.extend(_reply_notes(content, leaf, area))
    return tuple(told)


def _reply_notes(content: Content, leaf: Leaf, area: str) -> list[str]:
    """Disputes and other figures of states on this leaf (of one state: its own), each kind once."""
    found: dict[str, list[str]] = {}
    for mark in content.replies:
        if mark.leaf == leaf.code and mark.kind in ("disputed", "corrected") and area in (ASEAN, mark.area):
            found.setdefault(mark.kind, []).append(content.area_names.get(mark.area, mark.area))
    verbs = {"disputed": "Disputed by", "corrected": "Another figure given by"}
    return [
        f"{words.REPLY_MARKS[kind]} {verbs[kind]} {text.listed(list(dict.fromkeys(names)))}."
        for kind, names in sorted(found.items())
    ]


# -- Movements and changes


def _movement_rows(content: Content) -> tuple[MovementRow, ...]:
    """The largest relative movements of current ASEAN figures, then in the framework's order."""
    found = []
    for place, leaf in enumerate(content.leaves):
        moved = words.movement(content, leaf)
        if moved and leaf.state_of_data == "current" and moved.difference and moved.base.value:
            found.append((abs(moved.difference / moved.base.value), place, leaf, moved))
    largest = sorted(found, key=lambda one: -one[0])[:MOST_MOVEMENTS]
    return tuple(
        MovementRow(
            leaf=leaf,
            before=f"{words.value(leaf, moved.base)} ({moved.base.period_text})",
            after=f"{words.value(leaf, moved.latest)} ({moved.latest.period_text})",
            change=words.difference(leaf, moved),
            words=moved.words,
            coverage=words.coverage(moved.latest),
            note=words.reach(moved),
        )
        for _, _, leaf, moved in sorted(largest, key=lambda one: one[1])
    )


def changes_part(content: Content) -> ChangesPart:
    """What differs from the edition before, by cause; regional figures one by one."""
    if not content.previous:
        return ChangesPart("", "This is the first edition; there is none to compare with.", (), (), 0)
    causes = Counter(change.cause for change in content.changes)
    labels: dict[str, str] = dict(Cause.choices)
    shown = [change for change in content.changes if change.area == ASEAN][:MOST_CHANGES]
    count = len(content.changes)
    sentence = (
        f"{text.plural(count, 'figure differs', 'figures differ')} from edition {content.previous}."
        if count
        else f"No figure differs from edition {content.previous}."
    )
    return ChangesPart(
        content.previous,
        sentence,
        tuple((labels[cause], causes[cause]) for cause in labels if causes[cause]),
        tuple(_change_row(content, change, labels) for change in shown),
        count - len(shown),
    )


def _change_row(content: Content, change: Change, labels: Mapping[str, str]) -> ChangeRow:
    leaf = content.by_leaf.get(change.leaf)
    decimals = leaf.decimals if leaf else None
    return ChangeRow(
        change.leaf,
        leaf.title if leaf else "",
        content.area_names.get(change.area, change.area),
        formatting.period(change.period),
        formatting.number(change.before, decimals),
        formatting.number(change.after, decimals),
        labels.get(change.cause, change.cause),
        change.detail,
    )


# -- Tools


def tool1_part(content: Content) -> ToolPart:
    status, bodies = content.table("tool1.status"), content.table("tool1.bodies")
    found: list[Chart] = []
    if status:
        found.append(charts.status_chart(status, "tool1.status", "Activities by status"))
    if bodies and status:
        names = [str(row[0]) for row in status.rows if str(row[0]) in bodies.columns]
        found.append(charts.stacked_chart(bodies, "tool1.bodies", "Activities by sectoral body and status", names))
    return _tool(content, "tool1", "Tool 1: work plans of sectoral bodies", found)


def tool2_part(content: Content) -> ToolPart:
    status = content.table("tool2.status")
    found = [charts.status_chart(status, "tool2.status", "Actions by status")] if status else []
    return _tool(content, "tool2", "Tool 2: follow-up of declarations", found)


def _tool(content: Content, key: str, title: str, found: Sequence[Chart]) -> ToolPart:
    figures, tables = content.table(f"{key}.figures"), _standing(content, key)
    if figures is None:
        unheard = "No approved report yet, so nothing can be said of status. That is not zero activity."
        return ToolPart(key, title, "", (), tables, (), "", False, unheard)
    return ToolPart(
        key=key,
        title=title,
        sentence=f"{figures.title}: {figures.coverage} reported.",
        figures=tuple(KeyFigure(str(row[0]), formatting.number(row[1]), "", str(row[2] or "")) for row in figures.rows),
        tables=tables,
        charts=tuple(found),
        coverage=figures.coverage,
        is_demonstration=figures.is_demonstration,
        empty="",
    )


def _standing(content: Content, key: str) -> tuple[Table, ...]:
    """Which reports were owed and came, for the newest periods of one tool."""
    table, tool = content.table("reporting.standing"), key.replace("tool", "Tool ")
    rows = [row for row in table.rows if row[0] == tool] if table else []
    if table is None or not rows:
        return ()
    newest = sorted(rows, key=lambda row: str(row[1]), reverse=True)[:MOST_PERIODS]
    return (replace(table, title=f"{tool}: reports owed and handed in", rows=tuple(newest)),)


# -- Gaps, replies, sources


def gaps_part(content: Content) -> GapsPart:
    groups: dict[tuple[str, str, str, str], list[Leaf]] = {}
    for leaf in content.leaves:
        if leaf.state_of_data == "none":
            groups.setdefault((leaf.source_type, leaf.why_none, leaf.needed, leaf.from_whom), []).append(leaf)
    order = list(text.SOURCES)
    ordered = sorted(groups.items(), key=lambda one: order.index(one[0][0]) if one[0][0] in order else len(order))
    return GapsPart(
        paragraphs(content, "gaps"),
        tuple(
            GapGroup(cause, text.SOURCES.get(cause, cause), why, needed, who, tuple(leaves))
            for (cause, why, needed, who), leaves in ordered
        ),
        tuple(leaf for leaf in content.leaves if leaf.state_of_data == "older"),
        (charts.causes_chart(content),) if content.leaves else (),
    )


def replies_part(content: Content) -> RepliesPart:
    """Who said what of its own figures. Silence is told as silence, not as consent."""
    counted = Counter((mark.area, mark.kind) for mark in content.replies)
    counts = tuple(
        StateReplies(state.name, *(counted[state.code, kind] for kind in REPLIED))
        for state in content.states
        if any(counted[state.code, kind] for kind in REPLIED)
    )
    rows = [mark for mark in content.replies if mark.kind in ("disputed", "corrected")]
    if not content.replies:
        return RepliesPart("No Member State was asked for a reply on these figures.", (), ())
    told = Counter(mark.kind for mark in content.replies)
    parts = [f"{told[kind]} {kind}" for kind in ("confirmed", "corrected", "disputed") if told[kind]]
    silent = [state.name for state in content.states if counted[state.code, "silent"]]
    sentence = f"Member States replied on their own figures: {text.listed(parts) or 'no reply came'}."
    if silent:
        sentence += f" Leaves without a reply of {text.listed(silent)} are marked [s]; silence is not consent."
    return RepliesPart(sentence, counts, tuple(_reply_row(content, mark) for mark in rows))


def _reply_row(content: Content, mark: ReplyMark) -> ReplyRow:
    leaf = content.by_leaf.get(mark.leaf)
    series = content.series(mark.leaf, mark.area)
    exact = next((row for row in series if row.period == mark.period), None)
    figure = exact or (content.latest(mark.leaf, mark.area) if mark.period == 0 else None)
    return ReplyRow(
        state=content.area_names.get(mark.area, mark.area),
        leaf=mark.leaf,
        title=leaf.title if leaf else "",
        period=formatting.period(mark.period) if mark.period else "whole series",
        said=words.reply(mark),
        text=" ".join(part for part in (mark.text, mark.outcome_text and f"Outcome: {mark.outcome_text}") if part),
        figure=words.with_unit(leaf, figure) if leaf else "",
        proposed="" if mark.proposed_value is None or leaf is None
        else text.figure(mark.proposed_value, leaf.decimals, leaf.unit),
        evidence=mark.evidence,
    )  # fmt: skip


def source_rows(content: Content, leaves: Sequence[Leaf]) -> tuple[SourceRow, ...]:
    """Sources of these leaves; series of one source without citations of their own stand together."""
    groups: dict[tuple[str, ...], list[Source]] = {}
    for source in content.sources_of(leaves):
        own = source.citation or source.source
        groups.setdefault((source.provider, own, source.licence, source.release_date), []).append(source)
    found = []
    for (provider, own, _, released), members in groups.items():
        codes = {member.code for member in members}
        used = tuple(leaf.code for leaf in leaves if codes & set(leaf.sources))
        told = own if members[0].citation else ": ".join(part for part in (provider, own) if part)
        day = formatting.day(released) if released else ""
        found.append(SourceRow(members[0], told or members[0].title, len(members), day, used))
    return tuple(found)


def licences(content: Content, leaves: Sequence[Leaf]) -> str:
    return "; ".join(sorted({one.licence for one in content.sources_of(leaves) if one.licence})) or (
        "as the sources state"
    )
