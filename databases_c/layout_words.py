"""Columns and rules in plain words, and what differs between two layouts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from .layout import Column, Layout, Rule, RuleKind, Type

TYPES = {
    Type.TEXT: "Text",
    Type.CODE: "Code",
    Type.INTEGER: "Whole number",
    Type.NUMBER: "Number",
    Type.DAY: "Day",
    Type.YEAR: "Year",
    Type.YES_NO: "Yes or no",
}
KINDS = {
    RuleKind.RANGE: "Range",
    RuleKind.REQUIRED_IF: "Obligatory in some cases",
    RuleKind.COMPARE: "Two columns compared",
    RuleKind.SUM_TO_TOTAL: "Columns add up to a total",
    RuleKind.ROWS_TO_TOTAL: "Rows add up to a total row",
    RuleKind.AGAINST_LAST: "Change against the last period",
    RuleKind.UNIQUE: "No record twice",
    RuleKind.EXPECTED: "Expected range from history",
}
RELATION_WORDS = {
    "<=": "is at most", "<": "is less than", "=": "equals", "!=": "differs from", ">=": "is at least",
    ">": "is more than",
}  # fmt: skip
_DAY_WORDS = {"<=": "is on or before", "<": "is before", ">=": "is on or after", ">": "is after"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One column or rule of which two layouts tell otherwise. `parts`: (what, before, after) of a changed one."""

    what: str  # 'added', 'removed', 'changed'
    name: str
    parts: tuple[tuple[str, str, str], ...] = ()


CodeLabels = Mapping[str, Mapping[str, str]]  # column name -> code -> label
_TOTAL = {"_T": "Total"}  # of a list whose labels are not at hand


def rule_words(rule: Rule, layout: Layout, labels_of: CodeLabels | None = None) -> str:
    """'Urban or rural: ...' as one sentence about labels, not names; codes in words where `labels_of` has them."""
    params, known = rule.params, labels_of or {}

    def label(name: str) -> str:
        return layout.by_name[name].label if name in layout.by_name else name

    def labels(names: Sequence[str]) -> str:
        return ", ".join(label(name) for name in names)

    def code(column: str, one: str) -> str:
        return known.get(column, {}).get(one) or _TOTAL.get(one, one)

    def group(codes: str) -> str:
        by, told = params.get("by") or (), codes.split("|")
        if not codes or len(by) != len(told):
            return codes or "all"
        return ", ".join(code(column, one) for column, one in zip(by, told, strict=True))

    by = f" for each combination of {labels(params['by'])}" if params.get("by") else ""
    near = f" (within {_number(params['tolerance'])})" if params.get("tolerance") else ""
    match rule.kind:
        case RuleKind.RANGE:
            return f"{label(params['column'])} is {_between(params.get('least'), params.get('most'))}."
        case RuleKind.REQUIRED_IF:
            answers = _or([code(params["when"], one) for one in params["is"]])
            return f"{label(params['column'])} is filled where {label(params['when'])} is {answers}."
        case RuleKind.COMPARE:
            right = params["right"]
            told = label(right) if isinstance(right, str) else _number(right)
            left = layout.by_name.get(params["left"])
            words = {**RELATION_WORDS, **_DAY_WORDS} if left and left.type == Type.DAY else RELATION_WORDS
            return f"{label(params['left'])} {words[params['relation']]} {told}."
        case RuleKind.SUM_TO_TOTAL:
            return f"{labels(params['parts'])} add up to {label(params['total'])}{near}."
        case RuleKind.ROWS_TO_TOTAL:
            total = f"the row where {label(params['over'])} is {code(params['over'], params['total_code'])}"
            return f"{label(params['column'])} of {total} equals the sum of the other rows{by}{near}."
        case RuleKind.AGAINST_LAST:
            what = f"The sum of {label(params['column'])}" if params.get("column") else "The number of records"
            return f"{what}{by} changes by at most {_number(params['most_change'])} % against the last period."
        case RuleKind.UNIQUE:
            return f"No two records share {labels(params['columns'])}."
    told = "; ".join(f"{group(codes)}: {_between(*pair)}" for codes, pair in params["bounds"].items())
    return f"The sum of {label(params['column'])}{by} is expected within: {told}."


def column_type(column: Column) -> str:
    """'Code (CL_SEX)', 'Whole number, 0 to 366 days'."""
    told = TYPES[column.type]
    if column.code_list:
        told += f" ({column.code_list})"
    if column.least is not None or column.most is not None:
        told += f", {_between(column.least, column.most)}"
    return f"{told}, {column.unit}" if column.unit else told


def differences(before: Layout, after: Layout) -> tuple[list[Difference], list[Difference]]:
    """Of columns (by name) and rules (by code): those added and changed, in the order of `after`, then the removed."""
    columns = _compare(
        {one.name: (one.label, _facts(one)) for one in before.columns},
        {one.name: (one.label, _facts(one)) for one in after.columns},
    )
    rules = _compare(
        {
            one.code: (one.code, _told(one, after if set(one.columns()) <= set(after.by_name) else before))
            for one in before.rules
        },
        {one.code: (one.code, _told(one, after)) for one in after.rules},
    )
    return columns, rules


def _compare(
    before: Mapping[str, tuple[str, dict[str, str]]], after: Mapping[str, tuple[str, dict[str, str]]]
) -> list[Difference]:
    found = []
    for name, (label, facts) in after.items():
        if name not in before:
            found.append(Difference("added", label))
            continue
        old = before[name][1]
        parts = tuple((what, old[what], told) for what, told in facts.items() if old[what] != told)
        if parts:
            found.append(Difference("changed", label, parts))
    return found + [Difference("removed", label) for name, (label, _) in before.items() if name not in after]


_COLUMN_WORDS = {
    "label": "Label", "type": "Type", "required": "Obligatory", "is_key": "Part of the key",
    "is_personal": "About a person", "code_list": "Shared list", "codes": "Codes", "unit": "Unit", "least": "Least",
    "most": "Most", "help": "Help",
}  # fmt: skip


def _facts(column: Column) -> dict[str, str]:
    found = {_COLUMN_WORDS[one.name]: _shown(getattr(column, one.name)) for one in fields(column) if one.name != "name"}
    return found | {"Type": TYPES[column.type]}


def _told(rule: Rule, layout: Layout) -> dict[str, str]:
    return {"Rule": rule_words(rule, layout), "Level": str(rule.level), "Instruction": rule.instruction}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(f"{code} {label}" for code, label in value) or "none"
    if isinstance(value, int | float):
        return _number(value)
    return str(value) if value else "none"


def _between(least: float | None, most: float | None) -> str:
    if least is None:
        return f"at most {_number(most)}"
    if most is None:
        return f"at least {_number(least)}"
    return f"{_number(least)} to {_number(most)}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.10g}".replace(",", "\u202f") if abs(value) >= 10_000 else f"{value:.10g}"


def _or(codes: Sequence[str]) -> str:
    return codes[0] if len(codes) == 1 else f"{', '.join(codes[:-1])} or {codes[-1]}"
