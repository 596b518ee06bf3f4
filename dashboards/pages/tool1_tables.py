"""Figures of the Tool 1 dashboard as tables: each is the table behind a chart and a file to download. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from databases_a.tool1.selectors.summary import Summary
from databases_a.tool1.selectors.timeline import in_order

from .tool_parts import NOT_IN, Table, status_cells, status_head


def by_body(summary: Summary) -> Table:
    found = summary.statuses_by(lambda row: [row.body])
    rows = []
    for code, name in summary.bodies().items():
        told = summary.heard(code)
        counts = found.get(code, Counter()) if told or code in found else None
        rows.append([name, "in" if told else NOT_IN, *status_cells(counts)])
    head = (("BODY", "Sectoral body"), ("REPORT", "Report"), *status_head(summary.words.statuses))
    return Table("Status by sectoral body", head, rows, words=2)


def by_kra(summary: Summary) -> Table:
    found = summary.statuses_by(summary.codes_of("kras"))
    rows = [[code, title, *status_cells(found.get(code, Counter()))] for code, title in kras(summary).items()]
    if without := found_without(summary, "kras"):
        rows.append(["none", "No Key Result Area named", *status_cells(without)])
    head = (("KRA", "KRA"), ("KRA_TITLE", "Key Result Area"), *status_head(summary.words.statuses))
    return Table("Status by Key Result Area", head, rows, words=2)


def by_year(summary: Summary) -> Table:
    rows = []
    total = len(summary.bodies())
    for year in summary.years:
        heard = summary.heard_in(year)
        rows.append([year, heard, total, *status_cells(summary.by_year[year] if heard else None)])
    head = (
        ("YEAR", "Year"),
        ("BODIES_IN", "Bodies with a report"),
        ("BODIES", "Bodies"),
        *status_head(summary.words.statuses),
    )
    return Table("Status by year", head, rows)


def alignment(summary: Summary) -> Table:
    bodies, areas = summary.bodies(), kras(summary)
    counts = alignment_counts(summary)
    rows = [
        [code, title, *(counts[code, body] if summary.heard(body) else None for body in bodies)]
        for code, title in areas.items()
    ]
    heads = tuple((name.upper().replace(" ", "_"), name) for name in bodies.values())
    return Table(
        "Alignment: activities by body and Key Result Area",
        (("KRA", "KRA"), ("KRA_TITLE", "Key Result Area"), *heads),
        rows,
        words=2,
    )


def types(summary: Summary) -> Table:
    return _plain(summary, "Type of activity", "TYPE", summary.words.types, lambda row: [row.type])


def frequencies(summary: Summary) -> Table:
    return _plain(summary, "Frequency of activity", "FREQUENCY", summary.words.frequencies, lambda row: [row.frequency])


def issues(summary: Summary) -> Table:
    counts = counted(summary, summary.codes_of("issues"))
    rows = [
        [issue.title, issue.lead_bodies or "not named", counts[code]] for code, issue in summary.words.issues.items()
    ]
    head = (("ISSUE", "Cross-pillar issue"), ("LEAD_BODIES", "Lead bodies"), ("ACTIVITIES", "Activities"))
    return Table("Cross-pillar issues", head, rows, words=2)


def goals(summary: Summary) -> Table:
    counts = counted(summary, summary.goals_of)
    rows = [[f"{code} {name}", counts[code]] for code, name in summary.words.goals.items()]
    return Table("Sustainable Development Goals", (("GOAL", "Goal"), ("ACTIVITIES", "Activities")), rows)


def timeline(summary: Summary) -> Table:
    """All activities, not one page of them."""
    names, known = summary.bodies(), summary.words
    rows = [
        [
            row.title, names.get(row.body, row.body), row.starts_on, row.ends_on,
            known.statuses.get(row.status, row.status), row.percent, known.types.get(row.type, row.type), row.year,
        ]
        for row in in_order(summary)
    ]  # fmt: skip
    head = (
        ("TITLE", "Activity"), ("BODY", "Sectoral body"), ("STARTS_ON", "Starts on"), ("ENDS_ON", "Ends on"),
        ("STATUS", "Status"), ("PERCENT_COMPLETE", "Percent complete"), ("TYPE", "Type"), ("YEAR", "Reported for"),
    )  # fmt: skip
    return Table("Timeline of activities", head, rows, words=5)


TABLES: dict[str, Callable[[Summary], Table]] = {
    "status-by-body": by_body,
    "status-by-kra": by_kra,
    "status-by-year": by_year,
    "alignment": alignment,
    "types": types,
    "frequency": frequencies,
    "cross-pillar-issues": issues,
    "goals": goals,
    "timeline": timeline,
}


def kras(summary: Summary) -> dict[str, str]:
    """The Key Result Areas that the filters leave."""
    asked, letter = summary.filters.kra, summary.filters.characteristic
    return {
        code: title
        for code, title in summary.words.kras.items()
        if asked in {"", code} and letter in {"", code.partition(".")[0]}
    }


def counted(summary: Summary, key: Callable[..., Iterable[str]]) -> Counter[str]:
    return Counter(code for row in summary.rows for code in key(row))


def alignment_counts(summary: Summary) -> Counter[tuple[str, str]]:
    own = summary.codes_of("kras")
    return Counter((code, row.body) for row in summary.rows for code in own(row))


def found_without(summary: Summary, kind: str) -> Counter[str]:
    """Activities that name no code of this kind, by status."""
    own = summary.codes_of(kind)
    return Counter(row.status for row in summary.rows if not own(row))


def _plain(
    summary: Summary, title: str, name: str, known: Mapping[str, str], key: Callable[..., Iterable[str]]
) -> Table:
    counts = counted(summary, key)
    rows = [[label, counts[code]] for code, label in known.items()]
    rows += [["Not stated", counts[code]] for code in counts if code not in known and not code]
    rows += [[code, counts[code]] for code in counts if code not in known and code]
    return Table(title, ((name, title), ("ACTIVITIES", "Activities")), rows)
