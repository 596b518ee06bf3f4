"""The SOCA brief, computed once from a content by `brief_of`. PDF, DOCX and PPTX lay out what stands in it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from adme.common import formatting
from dashboards import text
from dissemination.editions.content import ASEAN, Content, Figure, Leaf, Rating, Table

from . import brief_charts as charts
from . import words
from .brief_parts import Brief, CharacteristicPart, Cover, KeyFigure, LeafRow, MovementRow
from .brief_sections import (
    changes_part,
    gaps_part,
    licences,
    replies_part,
    source_rows,
    tool1_part,
    tool2_part,
)

MOST_MOVEMENTS = 6


def brief_of(content: Content) -> Brief:
    """Everything the brief says, in the framework's order."""
    return Brief(
        stamp=content.stamp,
        cover=_cover(content),
        overview=charts.overview_charts(content),
        characteristics=tuple(
            characteristic_part(content, item.code, item.title) for item in content.of_tier("characteristic")
        ),
        movements=words.written(content, "movements"),
        movement_rows=_movement_rows(content),
        changes=changes_part(content),
        tools=(tool1_part(content), tool2_part(content)),
        gaps=gaps_part(content),
        replies=replies_part(content),
        methods=content.methods,
        notes=(*words.paragraphs(content, "methods"), *words.paragraphs(content, "notes")),
        signs=words.SIGNS,
        sources=source_rows(content, content.leaves),
        licences=licences(content, content.leaves),
        filters=f"All KPIs of {content.framework}; ASEAN and all Member States",
        citation=content.stamp.citation,
    )


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
        foreword=words.paragraphs(content, "foreword"),
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
        headline=words.paragraphs(content, f"headline.{letter}"),
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
        unit="" if words.is_yes_or_no(leaf, area) else leaf.unit,
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
