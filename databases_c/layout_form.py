"""The editor of columns and rules as plain forms: a row for each, in any number, without JSON and without JavaScript.

What was typed is kept as raw values while rows are added, moved and removed; only "save" checks it. Faults of the
layout are shown beside the field that they name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict

from adme.accounts.forms import PlainForm

from .layout import (
    MOST_COLUMNS,
    MOST_RULES,
    NAME,
    NUMERIC,
    RELATIONS,
    Column,
    Fault,
    Layout,
    Level,
    Rule,
    RuleKind,
    Type,
)
from .layout_words import KINDS, RELATION_WORDS, TYPES

Raw = dict[str, Any]
_PLACE = re.compile(r"^(columns|rules)\[(\d+)\](?: \([^)]*\))?(?:\.(\w+))?")
_MOST = {"columns": MOST_COLUMNS, "rules": MOST_RULES}


class ColumnForm(PlainForm):
    label = forms.CharField(label="Label", max_length=120, help_text="What ministries see.")
    name = forms.CharField(
        label="Name in files",
        max_length=40,
        help_text="Small letters, digits and _.",
        validators=[RegexValidator(NAME, "Use small letters, digits and _, a letter first.")],
    )
    type = forms.ChoiceField(label="Holds", choices=list(TYPES.items()))
    required = forms.BooleanField(label="Obligatory", required=False)
    is_key = forms.BooleanField(label="Part of what makes a record one", required=False)
    is_personal = forms.BooleanField(label="Says something about one person", required=False)
    code_list = forms.ChoiceField(label="Shared code list", required=False)
    codes = forms.CharField(
        label="Or codes of its own",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line: code = label.",
    )
    unit = forms.CharField(label="Unit", required=False, max_length=40)
    least = forms.FloatField(label="Least", required=False)
    most = forms.FloatField(label="Most", required=False)
    help = forms.CharField(label="Help for ministries", required=False, max_length=500)

    def __init__(self, *args: Any, lists: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "(none)"), *((code, f"{name} ({code})") for code, name in lists.items())]
        held = self.initial.get("code_list")
        if held and held not in lists:
            choices.append((held, f"{held} (not there)"))
        self.fields["code_list"].choices = choices  # type: ignore[attr-defined]

    def as_json(self) -> Raw:
        given = dict(self.cleaned_data)
        given["codes"] = pairs(given["codes"]) if given["type"] == Type.CODE else []
        if given["type"] != Type.CODE:
            given["code_list"] = ""
        for name in ("least", "most"):
            given[name] = _plain(given[name]) if Type(given["type"]) in {*NUMERIC, Type.YEAR} else None
        return given


class RuleForm(PlainForm):
    """One rule; which fields there are follows from its kind, which does not change."""

    kind = forms.ChoiceField(choices=list(KINDS.items()), widget=forms.HiddenInput)
    instruction = forms.CharField(label="What the ministry should do", max_length=400)
    level = forms.ChoiceField(
        label="When it is broken",
        choices=[(Level.ERROR, "the record is refused"), (Level.WARNING, "a person decides, with a reason")],
    )
    code = forms.CharField(label="Short name", max_length=40, help_text="Small letters, digits and _.")

    def __init__(self, *args: Any, kind: RuleKind, columns: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule_kind = kind
        self.fields |= _fields(kind, columns)
        self.order_fields(["kind", "instruction", *[name for name in self.fields if name not in _LAST], *_LAST])

    def as_json(self) -> Raw:
        given = self.cleaned_data
        params = {name: given[name] for name in _fields(self.rule_kind, ())}
        if self.rule_kind == RuleKind.COMPARE:
            number = _plain(params.pop("right_number"))
            params["right"] = params["right"] or number
        if self.rule_kind == RuleKind.REQUIRED_IF:
            params["is"] = [one.strip() for one in params["is"].split(",") if one.strip()]
        if self.rule_kind == RuleKind.EXPECTED:
            params["bounds"] = {
                group: [_number(one) for one in told.split(" to ")] for group, told in pairs(params["bounds"])
            }
        for name in ("least", "most", "tolerance", "most_change"):
            if name in params:
                params[name] = _plain(params[name])
        plain = {name: given[name] for name in ("code", "level", "instruction")}
        return {
            **plain,
            "kind": str(self.rule_kind),
            "params": {k: v for k, v in params.items() if v not in (None, "", [])},
        }


_LAST = ("level", "code")


def _fields(kind: RuleKind, columns: Sequence[Mapping[str, Any]]) -> dict[str, forms.Field]:
    """The parameters of a kind as fields; `columns` are raw, as typed so far."""
    every = [(one["name"], one["label"] or one["name"]) for one in columns if one.get("name")]
    numbers = [(one["name"], one["label"] or one["name"]) for one in columns if one.get("type") in NUMERIC]

    def one(label: str, choices: list[tuple[str, str]], required: bool = True, blank: str = "Choose") -> forms.Field:
        missing = {"invalid_choice": "There is no such column any more; choose another."}
        return forms.ChoiceField(
            label=label, choices=[("", blank), *choices], required=required, error_messages=missing
        )

    def many(label: str, choices: list[tuple[str, str]], required: bool = False) -> forms.Field:
        missing = {"invalid_choice": "There is no column %(value)s any more."}
        return forms.MultipleChoiceField(
            label=label, choices=choices, required=required, widget=forms.CheckboxSelectMultiple, error_messages=missing
        )

    def number(label: str, required: bool = False, **more: Any) -> forms.Field:
        return forms.FloatField(label=label, required=required, **more)

    by = many("For each combination of", every)
    match kind:
        case RuleKind.RANGE:
            years = numbers + [(one_["name"], one_["label"]) for one_ in columns if one_.get("type") == Type.YEAR]
            return {"column": one("Column", years), "least": number("Least"), "most": number("Most")}
        case RuleKind.REQUIRED_IF:
            codes = forms.CharField(label="holds one of these codes", help_text="Codes, with commas between them.")
            return {"column": one("Filled must be", every), "when": one("where", every), "is": codes}
        case RuleKind.COMPARE:
            relations = [(sign, RELATION_WORDS[sign]) for sign in RELATIONS]
            return {
                "left": one("Column", every), "relation": one("is", relations),
                "right": one("compared with the column", every, False, "(a number)"),
                "right_number": number("or with the number"),
            }  # fmt: skip
        case RuleKind.SUM_TO_TOTAL:
            return {
                "parts": many("Parts", numbers, True),
                "total": one("Total", numbers),
                "tolerance": number("May differ by"),
            }
        case RuleKind.ROWS_TO_TOTAL:
            total = forms.CharField(label="The total row has the code", help_text="Such as _T.", max_length=40)
            return {
                "column": one("Numbers in", numbers), "over": one("Rows differ by", every), "total_code": total,
                "by": by, "tolerance": number("May differ by"),
            }  # fmt: skip
        case RuleKind.AGAINST_LAST:
            return {
                "column": one("Sum of", numbers, False, "(the number of records)"), "by": by,
                "most_change": number("Largest usual change, per cent", True, min_value=0.1),
            }  # fmt: skip
        case RuleKind.UNIQUE:
            return {"columns": many("No two records share", every, True)}
    bounds = forms.CharField(
        label="Expected ranges",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line: group = least to most. The group is a code, several with | between them, or nothing.",
        validators=[_check_bounds],
    )
    return {"column": one("Sum of", numbers), "by": by, "bounds": bounds}


def _check_bounds(text: str) -> None:
    for line in filter(None, map(str.strip, text.splitlines())):
        if not re.match(r"^[^=]*=\s*-?[\d.]+ to -?[\d.]+$", line):
            raise forms.ValidationError(f"'{line[:60]}': write it as F = 10 to 250.")


# --- what was typed ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Typed:
    """Raw values of every row, by the names of the form's fields."""

    columns: tuple[Raw, ...]
    rules: tuple[Raw, ...]
    most_refused: str  # per cent

    @classmethod
    def of(cls, layout: Mapping[str, Any]) -> Typed:
        """What the form shows of a stored layout."""
        columns = tuple({**one, "codes": _lines(one.get("codes") or [])} for one in layout.get("columns", []))
        rules = tuple(_raw_rule(one) for one in layout.get("rules", []))
        return cls(columns, rules, f"{layout.get('most_refused', 0.05) * 100:g}")

    @classmethod
    def posted(cls, data: QueryDict) -> Typed:
        columns = tuple(
            _read(ColumnForm.base_fields, data, f"columns{place}") for place in range(_count(data, "columns"))
        )
        rules = []
        for place in range(_count(data, "rules")):
            kind = data.get(f"rules{place}-kind", "")
            if kind in list(RuleKind):
                fields = {**RuleForm.base_fields, **_fields(RuleKind(kind), ())}
                rules.append(_read(fields, data, f"rules{place}"))
        return cls(columns, tuple(rules), data.get("most_refused", "")[:20])

    def after(self, act: str, new_kind: str = "") -> Typed:
        """Rows added, moved or removed: 'columns:add', 'rules:up:3', 'rules:down:3', 'columns:remove:0'."""
        what, _, rest = act.partition(":")
        verb, _, text = rest.partition(":")
        if what not in _MOST:
            return self
        rows = list(getattr(self, what))
        if verb == "add":
            if len(rows) < _MOST[what] and (what == "columns" or new_kind in list(RuleKind)):
                rows.append({"type": Type.TEXT} if what == "columns" else {"kind": new_kind, "level": Level.WARNING})
        elif text.isdecimal() and int(text) < len(rows):
            row = rows.pop(int(text))
            if verb != "remove":
                rows.insert(max(0, int(text) + (-1 if verb == "up" else 1)), row)
        return replace(self, columns=tuple(rows)) if what == "columns" else replace(self, rules=tuple(rows))


def _read(fields: Mapping[str, forms.Field], data: QueryDict, prefix: str) -> Raw:
    found = {name: field.widget.value_from_datadict(data, {}, f"{prefix}-{name}") for name, field in fields.items()}
    return {name: value.replace("\x00", "") if isinstance(value, str) else value for name, value in found.items()}


def _count(data: QueryDict, what: str) -> int:
    text = data.get(f"{what}_count", "0")
    return min(int(text), _MOST[what]) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


def _raw_rule(rule: Mapping[str, Any]) -> Raw:
    params = dict(rule["params"])
    if rule["kind"] == RuleKind.COMPARE and not isinstance(params.get("right"), str):
        params["right_number"] = params.pop("right", None)
    if rule["kind"] == RuleKind.REQUIRED_IF:
        params["is"] = ", ".join(params["is"])
    if rule["kind"] == RuleKind.EXPECTED:
        params["bounds"] = "\n".join(
            f"{group} = {least:.15g} to {most:.15g}" for group, (least, most) in params["bounds"].items()
        )
    return {**params, **{name: rule[name] for name in ("code", "kind", "level", "instruction")}}


# --- the forms --------------------------------------------------------------------------------------------------------


class LayoutForms:
    """All forms of one layout. `bound`: what was typed is checked, and refused values are said beside their fields."""

    def __init__(self, typed: Typed, lists: Mapping[str, str], *, bound: bool) -> None:
        self.bound = bound
        self.columns = [
            ColumnForm(**_given(raw, f"columns{place}", bound), prefix=f"columns{place}", lists=lists)
            for place, raw in enumerate(typed.columns)
        ]
        self.rules = [
            RuleForm(
                **_given(raw, f"rules{place}", bound), prefix=f"rules{place}", kind=RuleKind(raw["kind"]),
                columns=typed.columns,
            )
            for place, raw in enumerate(typed.rules)
        ]  # fmt: skip
        self.whole = WholeForm(**_given({"most_refused": typed.most_refused}, "", bound))

    def is_valid(self) -> bool:
        valid = [one.is_valid() for one in (*self.columns, *self.rules, self.whole)]  # each, so that all faults show
        return all(valid)

    def as_json(self) -> dict[str, Any]:
        """Only after `is_valid`."""
        return {
            "columns": [one.as_json() for one in self.columns],
            "rules": [one.as_json() for one in self.rules],
            "most_refused": round(self.whole.cleaned_data["most_refused"] / 100, 6),
        }

    def refuse(self, faults: Sequence[Fault]) -> None:
        for fault in faults:
            match = _PLACE.match(fault.place)
            rows: Sequence[PlainForm] = getattr(self, match[1]) if match else ()
            sentence = f"Seen '{fault.seen}': {fault.remedy}." if fault.seen else f"{fault.remedy.capitalize()}."
            if match is None or int(match[2]) >= len(rows):
                self.whole.add_error(None, f"{fault.place.capitalize()}: {sentence}")
                continue
            form, name = rows[int(match[2])], match[3]
            form.add_error(name if name in form.fields else None, sentence)

    @property
    def has_errors(self) -> bool:
        return self.bound and any(one.errors for one in (*self.columns, *self.rules, self.whole))


class WholeForm(PlainForm):
    most_refused = forms.FloatField(
        label="Largest share of refused records, per cent",
        min_value=0,
        max_value=100,
        help_text="Above it the whole file is rejected. 0: no record may be refused.",
    )


def _given(raw: Raw, prefix: str, bound: bool) -> dict[str, Any]:
    if not bound:
        return {"initial": raw}
    return {"data": {f"{prefix}-{name}" if prefix else name: value for name, value in raw.items()}}


def pairs(text: str) -> list[list[str]]:
    """'F = Female' on each line, as pairs; a line without = is both."""
    found = []
    for line in text.splitlines():
        code, sign, label = line.partition("=")
        if line.strip():
            found.append([code.strip(), label.strip() if sign else code.strip()])
    return found


def _lines(codes: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"{code} = {label}" for code, label in codes)


def _plain(value: float | None) -> float | int | None:
    """Whole numbers as such. What is too large to be one is left for the layout to refuse."""
    return int(value) if value is not None and isfinite(value) and value == int(value) else value


def _number(text: str) -> float | int:
    return _plain(float(text)) or 0


def columns_of(layout: Layout, *types: Type) -> list[Column]:
    return [one for one in layout.columns if one.type in types]


def rules_of(layout: Layout, kind: RuleKind) -> list[Rule]:
    return [one for one in layout.rules if one.kind == kind]
