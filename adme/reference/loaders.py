"""Loaders of frameworks, sectoral bodies, cross-pillar issues and code lists. Areas have a module of their own."""

from __future__ import annotations

from pathlib import Path

from .loading import Change
from .models import Code, CodeList, CrossPillarIssue, Framework, FrameworkItem, SectoralBody
from .rows import Problems, Row, date_or_none, read_rows, whole_number_or_none
from .tables import Key, Wanted, check, sync, unique

COLUMNS_OF_ITEM = {"tier": "level"}


def load_framework(directory: Path, apply: bool) -> list[Change]:
    """framework.csv: the frameworks (level "framework") and their items; frameworks.csv: their years."""
    problems = Problems()
    columns = ["framework", "level", "code", "title", "parent", "wording", "source"]
    rows = read_rows(directory / "framework.csv", columns, problems)
    years = read_rows(directory / "frameworks.csv", ["code", "short_title", "starts_on", "ends_on"], problems)
    changes = _load_frameworks([row for row in rows if row["level"] == "framework"], years, problems)
    items = [row for row in rows if row["level"] != "framework"]
    return changes + _load_items(items, problems)


def _load_frameworks(rows: list[Row], years: list[Row], problems: Problems) -> list[Change]:
    wanted = unique((Wanted(row["code"], {"code": row["code"]}, row) for row in rows), "code", problems)
    details = unique((Wanted(row["code"], {}, row) for row in years), "code", problems)
    for code in details.keys() - wanted.keys():
        problems.add(details[code].row, "code", "framework.csv has no framework with this code")
    for code, item in wanted.items():
        more = details.get(code)
        item.fields.update({name: item.row[name] for name in ("title", "wording", "source")})
        item.fields["short_title"] = more.row["short_title"] if more else ""
        for name in ("starts_on", "ends_on"):
            item.fields[name] = date_or_none(more.row, name, problems) if more else None
    existing = {framework.code: framework for framework in Framework.objects.all()}
    return sync("framework", Framework, wanted, existing, problems)


def _load_items(rows: list[Row], problems: Problems) -> list[Change]:
    frameworks = {framework.code: framework for framework in Framework.objects.all()}
    wanted: dict[Key, Wanted] = unique(
        (_wanted_item(row, position, frameworks, problems) for position, row in enumerate(rows, 1)), "code", problems
    )
    check(FrameworkItem, wanted, problems, COLUMNS_OF_ITEM)
    levels = _levels(wanted, problems)
    problems.raise_if_any()
    changes: list[Change] = []
    for level in levels:  # parents first, so that children find them
        stored = _items()
        for key in level:
            parent = wanted[key].row["parent"]
            wanted[key].fields["parent"] = stored.get((key[0], parent))
        some = {key: wanted[key] for key in level}
        changes += sync("framework item", FrameworkItem, some, stored, problems, COLUMNS_OF_ITEM, retire_missing=False)
    gone = {key: item for key, item in _items().items() if key not in wanted}
    return changes + sync("framework item", FrameworkItem, {}, gone, problems)


def _items() -> dict[tuple[str, str], FrameworkItem]:
    found = FrameworkItem.objects.select_related("framework", "parent__framework")
    return {(item.framework.code, item.code): item for item in found}


def _wanted_item(row: Row, position: int, frameworks: dict[str, Framework], problems: Problems) -> Wanted:
    framework = frameworks.get(row["framework"])
    if framework is None:
        problems.add(row, "framework", "no row of level 'framework' has this code")
    fields = {
        "framework": framework,
        "tier": row["level"],
        "code": row["code"],
        "title": row["title"],
        "position": position,
        "wording": row["wording"],
        "source": row["source"],
    }
    return Wanted((row["framework"], row["code"]), fields, row)


def _levels(wanted: dict[Key, Wanted], problems: Problems) -> list[list[tuple[str, str]]]:
    """Keys by depth: those without a parent, their children, and so on. A missing or circular parent is a problem."""
    waiting: list[tuple[str, str]] = [key for key in wanted if isinstance(key, tuple)]
    placed: set[Key] = set()
    levels: list[list[tuple[str, str]]] = []
    while waiting:
        level = []
        for key in waiting:
            parent = wanted[key].row["parent"]
            if parent in {"", key[0]} or (key[0], parent) in placed:
                level.append(key)
        if not level:
            for key in waiting:
                missing = (key[0], wanted[key].row["parent"]) not in wanted
                remedy = "no item of the framework has this code" if missing else "the parents form a circle"
                problems.add(wanted[key].row, "parent", remedy)
            break
        levels.append(level)
        placed.update(level)
        waiting = [key for key in waiting if key not in placed]
    return levels


def load_bodies(directory: Path, apply: bool) -> list[Change]:
    problems = Problems()
    columns = ["code", "acronym", "name", "reports_to", "sector", "aliases"]
    rows = read_rows(directory / "sectoral_bodies.csv", columns, problems)
    unique((Wanted(row["acronym"], {}, row) for row in rows), "acronym", problems)
    wanted = unique((Wanted(row["code"], dict(row.values), row) for row in rows), "code", problems)
    existing = {body.code: body for body in SectoralBody.objects.all()}
    return sync("sectoral body", SectoralBody, wanted, existing, problems)


def load_issues(directory: Path, apply: bool) -> list[Change]:
    problems = Problems()
    rows = read_rows(directory / "cross_pillar_issues.csv", ["no", "title", "lead_bodies", "source"], problems)
    wanted = unique((_wanted_issue(row, problems) for row in rows), "no", problems)
    existing = {issue.number: issue for issue in CrossPillarIssue.objects.all()}
    return sync("cross-pillar issue", CrossPillarIssue, wanted, existing, problems, {"number": "no"})


def _wanted_issue(row: Row, problems: Problems) -> Wanted:
    number = whole_number_or_none(row, "no", problems)
    fields = {"number": number, **{name: row[name] for name in ("title", "lead_bodies", "source")}}
    return Wanted(number if number is not None else row["no"], fields, row)


def load_code_lists(directory: Path, apply: bool) -> list[Change]:
    """code_lists.csv and codes.csv. Areas are CL_AREA themselves and not repeated here."""
    problems = Problems()
    list_rows = read_rows(directory / "code_lists.csv", ["code", "name", "source"], problems)
    code_rows = read_rows(directory / "codes.csv", ["code_list", "code", "name"], problems)
    lists = unique((Wanted(row["code"], dict(row.values), row) for row in list_rows), "code", problems)
    changes = sync("code list", CodeList, lists, {one.code: one for one in CodeList.objects.all()}, problems)
    stored = {one.code: one for one in CodeList.objects.all()}
    positions: dict[str, int] = {}
    codes = unique((_wanted_code(row, stored, positions, problems) for row in code_rows), "code", problems)
    existing = {(code.code_list.code, code.code): code for code in Code.objects.select_related("code_list")}
    return changes + sync("code", Code, codes, existing, problems)


def _wanted_code(row: Row, lists: dict[str, CodeList], positions: dict[str, int], problems: Problems) -> Wanted:
    code_list = lists.get(row["code_list"])
    if code_list is None:
        problems.add(row, "code_list", "code_lists.csv has no list with this code")
    position = positions[row["code_list"]] = positions.get(row["code_list"], 0) + 1
    fields = {"code_list": code_list, "code": row["code"], "name": row["name"], "position": position}
    return Wanted((row["code_list"], row["code"]), fields, row)
