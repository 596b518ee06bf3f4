"""Sections of the brief that other documents show too: changes, tools, gaps, replies, sources. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from adme.common import formatting
from adme.exports.charts import Chart
from dashboards import text
from dissemination.editions.content import ASEAN, Change, Content, Leaf, ReplyMark, Source, Table
from dissemination.editions.states import Cause

from . import brief_charts as charts
from . import words
from .brief_parts import (
    ChangeRow,
    ChangesPart,
    GapGroup,
    GapsPart,
    KeyFigure,
    RepliesPart,
    ReplyRow,
    SourceRow,
    StateReplies,
    ToolPart,
)

MOST_CHANGES = 8
MOST_PERIODS = 3
_SENTENCE = re.compile(r"(?<=\.)\s+")
REPLIED = ("confirmed", "corrected", "disputed", "silent")


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
    part = _tool(content, "tool1", "Tool 1: work plans of sectoral bodies", found)
    own = words.written(content, "tools")
    return replace(part, sentence=" ".join((part.sentence, *own)).strip()) if own else part


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
        sentence=f"{figures.title}: {figures.coverage} reported." if figures.coverage else f"{figures.title}.",
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
    groups: dict[tuple[str, str, str], list[Leaf]] = {}
    for leaf in content.leaves:
        if leaf.state_of_data == "none":
            groups.setdefault((leaf.source_type, leaf.why_none, leaf.from_whom), []).append(leaf)
    order = list(text.SOURCES)
    ordered = sorted(groups.items(), key=lambda one: order.index(one[0][0]) if one[0][0] in order else len(order))
    return GapsPart(
        words.paragraphs(content, "gaps"),
        tuple(_gap_group(cause, why, who, leaves) for (cause, why, who), leaves in ordered),
        tuple(leaf for leaf in content.leaves if leaf.state_of_data == "older"),
        (charts.causes_chart(content),) if content.leaves else (),
    )


def _gap_group(cause: str, why: str, who: str, leaves: Sequence[Leaf]) -> GapGroup:
    """What all leaves need is told once: the sentences with which every need begins."""
    needs = [_SENTENCE.split(leaf.needed.strip()) for leaf in leaves]
    shared = 0
    while all(len(need) > shared for need in needs) and len({need[shared] for need in needs}) == 1:
        shared += 1
    title = text.SOURCES.get(cause, cause)
    own = tuple(" ".join(need[shared:]) for need in needs)
    return GapGroup(cause, title, why, " ".join(needs[0][:shared]), who, tuple(leaves), own)


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
