"""Loader of areas, their other spellings, and area groups with dated membership."""

from __future__ import annotations

from pathlib import Path

from adme.common.text import fold

from .loading import Change
from .models import Area, AreaAlias, AreaGroup, AreaMembership
from .rows import Problems, Row, date_or_none, read_rows
from .selectors import spellings_of
from .tables import Key, Wanted, sync, unique


def load_areas(directory: Path, apply: bool) -> list[Change]:
    """areas.csv, with the Member States' own facts from member_states.csv, area_aliases.csv and the groups."""
    problems = Problems()
    area_rows = read_rows(directory / "areas.csv", ["code", "iso2", "m49", "name", "kind", "source"], problems)
    columns = ["iso3", "iso2", "name", "joined_on", "official_languages", "capital"]
    state_rows = read_rows(directory / "member_states.csv", columns, problems)
    alias_rows = read_rows(directory / "area_aliases.csv", ["area", "alias", "source"], problems)
    group_rows = read_rows(directory / "area_groups.csv", ["code", "name"], problems)
    columns = ["group", "area", "joined_on", "left_on"]
    membership_rows = read_rows(directory / "area_memberships.csv", columns, problems)
    problems.raise_if_any()
    changes = _load_areas(area_rows, state_rows, problems)
    areas = {area.code: area for area in Area.objects.all()}
    changes += _load_aliases(alias_rows, areas, problems)
    groups = unique((Wanted(row["code"], dict(row.values), row) for row in group_rows), "code", problems)
    changes += sync("area group", AreaGroup, groups, {one.code: one for one in AreaGroup.objects.all()}, problems)
    return changes + _load_memberships(membership_rows, state_rows, areas, problems)


def _load_areas(rows: list[Row], state_rows: list[Row], problems: Problems) -> list[Change]:
    states = unique((Wanted(row["iso3"], {}, row) for row in state_rows), "iso3", problems)
    wanted = unique((_wanted_area(row, states.get(row["code"])) for row in rows), "code", problems)
    for code in states.keys() - wanted.keys():
        problems.add(states[code].row, "iso3", "areas.csv has no area with this code")
    for column in ("iso2", "m49"):
        unique((Wanted(row[column], {}, row) for row in rows if row[column]), column, problems)
    existing = {area.code: area for area in Area.objects.all()}
    return sync("area", Area, wanted, existing, problems)


def _wanted_area(row: Row, state: Wanted | None) -> Wanted:
    fields = {name: row[name] for name in ("code", "iso2", "m49", "name", "kind")}
    fields |= {"official_languages": "", "capital": ""}
    if state is not None:
        fields |= {name: state.row[name] for name in ("iso2", "name", "official_languages", "capital")}
    return Wanted(row["code"], fields, row)


def _load_aliases(rows: list[Row], areas: dict[str, Area], problems: Problems) -> list[Change]:
    taken = spellings_of(area for area in areas.values() if not area.is_retired)
    wanted = unique((_wanted_alias(row, areas, taken, problems) for row in rows), "alias", problems)
    existing: dict[Key, AreaAlias] = {one.alias: one for one in AreaAlias.objects.select_related("area")}
    return sync("area alias", AreaAlias, wanted, existing, problems)


def _wanted_alias(row: Row, areas: dict[str, Area], taken: dict[str, str], problems: Problems) -> Wanted:
    alias = fold(row["alias"])
    if row["area"] not in areas:
        problems.add(row, "area", "areas.csv has no area with this code")
    if not alias:
        problems.add(row, "alias", "the spelling has no letters or digits")
    if taken.get(alias, row["area"]) != row["area"]:
        problems.add(row, "alias", f"this is already a code or the name of {taken[alias]}; remove one of the two")
    return Wanted(alias, {"area": areas.get(row["area"]), "alias": alias}, row)


def _load_memberships(
    rows: list[Row], state_rows: list[Row], areas: dict[str, Area], problems: Problems
) -> list[Change]:
    groups = {group.code: group for group in AreaGroup.objects.all()}
    asean = [Row(row.file, row.line, {**row.values, "group": "ASEAN", "area": row["iso3"]}) for row in state_rows]
    wanted = unique((_wanted_membership(row, groups, areas, problems) for row in [*asean, *rows]), "area", problems)
    found = AreaMembership.objects.select_related("group", "area")
    existing: dict[Key, AreaMembership] = {(one.group.code, one.area.code): one for one in found}
    return sync("area membership", AreaMembership, wanted, existing, problems)


def _wanted_membership(row: Row, groups: dict[str, AreaGroup], areas: dict[str, Area], problems: Problems) -> Wanted:
    group, area = groups.get(row["group"]), areas.get(row["area"])
    if group is None:
        problems.add(row, "group", "area_groups.csv has no group with this code")
    if area is None:
        problems.add(row, "area", "areas.csv has no area with this code")
    joined, left = (date_or_none(row, column, problems) for column in ("joined_on", "left_on"))
    if joined and left and left <= joined:
        problems.add(row, "left_on", "this is not after joined_on; correct one of the two")
    fields = {"group": group, "area": area, "joined_on": joined, "left_on": left}
    return Wanted((row["group"], row["area"]), fields, row)
