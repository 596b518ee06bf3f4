"""Loader of the declarations and of the links between them, run by `load_reference`.

A declaration is found by its `code`, made once from its first title, so that a title may be corrected without losing
what hangs on it. Links stand in fixtures/tool2/declaration_links.csv: only those that the titles themselves make
certain. A link that an analyst added is not touched.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from adme.reference.loading import Change, Kind
from adme.reference.models import SectoralBody
from adme.reference.rows import Problems, Row, read_rows
from adme.reference.selectors import codes_of
from adme.reference.tables import Wanted, sync, unique

from .models import Declaration, Verification

COLUMNS = (
    "code", "title", "type", "adopted_on", "summit", "place", "lead_body", "verification", "source"
)  # fmt: skip
COLUMN_OF_FIELD = {"declaration_type": "type", "lead_text": "lead_body"}
RELATIONS = ("predecessor", "plan_of_action")
_PARTIAL_DATE = re.compile(r"^\d{4}(-\d{2}(-\d{2})?)?$", re.ASCII)


def load_declarations(directory: Path, apply: bool) -> list[Change]:
    problems = Problems()
    rows = read_rows(directory / "declarations.csv", COLUMNS, problems)
    problems.raise_if_any()
    types = set(codes_of("CL_DECLARATION_TYPE"))
    wanted = unique((_wanted(row, types, problems) for row in rows), "code", problems)
    unique((Wanted(row["title"], {}, row) for row in rows), "title", problems)
    existing = {one.code: one for one in Declaration.objects.all()}
    changes = sync("declaration", Declaration, wanted, existing, problems, COLUMN_OF_FIELD)
    stored = {one.code: one for one in Declaration.objects.prefetch_related("lead_bodies")}
    changes += _load_leads([stored[row["code"]] for row in rows])
    return changes + _load_links(directory.parent / "tool2" / "declaration_links.csv", stored, problems)


def leads_of(text: str) -> tuple[str, ...]:
    """Acronyms that the source names as leading: 'SOMSWD; ACW' gives both, 'SOCA (cross-pillar)' gives SOCA."""
    parts = (re.sub(r"\(.*?\)", "", part).strip() for part in text.split(";"))
    return tuple(part for part in parts if part)


def _wanted(row: Row, types: set[str], problems: Problems) -> Wanted:
    kind = row["type"].replace(" ", "_")
    if kind not in types:
        problems.add(row, "type", "CL_DECLARATION_TYPE of codes.csv has no such type")
    if not is_partial_date(row["adopted_on"]):
        problems.add(row, "adopted_on", "write the day as exactly as it is known: 2025, 2025-11 or 2025-11-22")
    if row["verification"] not in Verification.values:
        problems.add(row, "verification", f"write one of {', '.join(Verification.values)}")
    year = row["adopted_on"][:4]
    fields = {
        "declaration_type": kind,
        "adopted_year": int(year) if year.isascii() and year.isdigit() else 0,
        "lead_text": row["lead_body"],
        "is_cross_pillar": "cross-pillar" in row["lead_body"],
    }
    fields |= {name: row[name] for name in ("code", "title", "adopted_on", "summit", "place", "verification", "source")}
    return Wanted(row["code"], fields, row)


def is_partial_date(text: str) -> bool:
    """'2025', '2020-11' or '2020-11-12', of days that exist."""
    if not _PARTIAL_DATE.match(text):
        return False
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True


def _load_leads(declarations: list[Declaration]) -> list[Change]:
    """The lead bodies are the sectoral bodies among those the source names; SOCA and working groups are none."""
    bodies = {body.acronym: body for body in SectoralBody.objects.filter(retired_at__isnull=True)}
    changes: list[Change] = []
    through = Declaration.lead_bodies.through
    new: list[Any] = []
    for declaration in declarations:
        wanted = {name for name in leads_of(declaration.lead_text) if name in bodies}
        held = {body.acronym for body in declaration.lead_bodies.all()}
        for name in sorted(wanted | held):
            kind: Kind = "unchanged" if name in wanted & held else "new" if name in wanted else "retired"
            changes.append(Change("lead of a declaration", f"{declaration.code} {name}", kind))
        new += [through(declaration_id=declaration.pk, sectoralbody_id=bodies[name].pk) for name in wanted - held]
        if held - wanted:
            declaration.lead_bodies.set([bodies[name] for name in wanted])
    through.objects.bulk_create(new, ignore_conflicts=True)
    return changes


def _load_links(path: Path, stored: dict[str, Declaration], problems: Problems) -> list[Change]:
    if not path.exists():
        return []  # another folder of reference files need not bring links
    rows = read_rows(path, ["declaration", "relation", "other", "note"], problems)
    for row in rows:
        for column in ("declaration", "other"):
            if row[column] not in stored:
                problems.add(row, column, "declarations.csv has no declaration with this code")
        if row["relation"] not in RELATIONS:
            problems.add(row, "relation", f"write one of {', '.join(RELATIONS)}")
        if row["declaration"] == row["other"]:
            problems.add(row, "other", "a declaration is not linked to itself")
    problems.raise_if_any()
    plans = set(Declaration.plans_of_action.through.objects.values_list("from_declaration_id", "to_declaration_id"))
    codes = {one.pk: one.code for one in stored.values()}
    return [_link(row["relation"], stored[row["declaration"]], stored[row["other"]], plans, codes) for row in rows]


def _link(
    relation: str, declaration: Declaration, other: Declaration, plans: set[tuple[int, int]], codes: dict[int, str]
) -> Change:
    table, key = "link of a declaration", f"{declaration.code} {relation}"
    if relation == "plan_of_action":
        known = (declaration.pk, other.pk) in plans
        if not known:
            declaration.plans_of_action.add(other)
        return Change(table, f"{key} {other.code}", "unchanged" if known else "new")
    if declaration.predecessor_id == other.pk:
        return Change(table, key, "unchanged")
    Declaration.objects.filter(pk=declaration.pk).update(predecessor=other)
    if declaration.predecessor_id is None:
        return Change(table, key, "new", {}, {"other": other.code})
    return Change(table, key, "changed", {"other": codes[declaration.predecessor_id]}, {"other": other.code})
