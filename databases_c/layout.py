"""The layout of a record set as data: its columns and its rules, read from JSON and checked in one place.

A layout belongs to one version of one set and never changes once that version is in force. Nothing about a set is code:
what can be said about a column or a rule is what this module can read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

NAME = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
MOST_COLUMNS, MOST_RULES, MOST_CODES = 60, 60, 500
LARGEST = 1e15


class Type(StrEnum):
    """What a cell holds. Canonical text: text as cleaned; a code; a whole number '12'; a number '12.5'; 'YYYY-MM-DD';
    'YYYY'; 'yes' or 'no'; '' where nothing is given (missing is never zero)."""

    TEXT = "text"
    CODE = "code"
    INTEGER = "integer"
    NUMBER = "number"
    DAY = "day"
    YEAR = "year"
    YES_NO = "yes_no"


NUMERIC = frozenset({Type.INTEGER, Type.NUMBER})


class Level(StrEnum):
    ERROR = "error"  # the record is refused
    WARNING = "warning"  # the record is taken; a person decides whether the value is right


class RuleKind(StrEnum):
    """`params` by kind, column names throughout:

    RANGE         {"column", "least"?, "most"?}
    REQUIRED_IF   {"column", "when", "is": [codes]}        column is filled where `when` holds one of these
    COMPARE       {"left", "relation", "right"}            relation: <=, <, =, !=, >=, >; right: a column or a number
    SUM_TO_TOTAL  {"parts": [columns], "total", "tolerance"?}   in one row
    ROWS_TO_TOTAL {"column", "over", "total_code", "by"?: [columns], "tolerance"?}
                  rows whose `over` is total_code equal the sum of the others, within each combination of `by`
    AGAINST_LAST  {"column"? (else records are counted), "by"?: [columns], "most_change": percent}
                  the sum by group against the last approved submission of this state
    UNIQUE        {"columns"}                              no two records share these; same record twice: merged, noted
    EXPECTED      {"column", "by"?: [columns], "bounds": {"code|code": [least, most]}}   adopted from a suggestion
    """

    RANGE = "range"
    REQUIRED_IF = "required_if"
    COMPARE = "compare"
    SUM_TO_TOTAL = "sum_to_total"
    ROWS_TO_TOTAL = "rows_to_total"
    AGAINST_LAST = "against_last"
    UNIQUE = "unique"
    EXPECTED = "expected"


RELATIONS = ("<=", "<", "=", "!=", ">=", ">")
_SINGLE = {
    RuleKind.RANGE: ("column",),
    RuleKind.REQUIRED_IF: ("column", "when"),
    RuleKind.COMPARE: ("left",),
    RuleKind.SUM_TO_TOTAL: ("total",),
    RuleKind.ROWS_TO_TOTAL: ("column", "over"),
    RuleKind.EXPECTED: ("column",),
}
_MANY = {
    RuleKind.SUM_TO_TOTAL: ("parts",),
    RuleKind.ROWS_TO_TOTAL: ("by",),
    RuleKind.AGAINST_LAST: ("by",),
    RuleKind.UNIQUE: ("columns",),
    RuleKind.EXPECTED: ("by",),
}
_OBLIGATORY_LISTS = frozenset({(RuleKind.SUM_TO_TOTAL, "parts"), (RuleKind.UNIQUE, "columns")})
_OF_NUMBERS = {
    RuleKind.RANGE: ("column",),
    RuleKind.SUM_TO_TOTAL: ("total", "parts"),
    RuleKind.ROWS_TO_TOTAL: ("column",),
    RuleKind.AGAINST_LAST: ("column",),
    RuleKind.EXPECTED: ("column",),
}


@dataclass(frozen=True, slots=True)
class Column:
    """`codes` are (code, label) of an own list; `code_list` names a shared one instead (CL_SEX, CL_AGE, ...).
    `least` and `most` bound numbers and years. `is_key`: part of what makes a record one. `is_personal`: says
    something about one person, so that its values are shown in no list of findings to others."""

    name: str
    label: str
    type: Type
    required: bool = False
    is_key: bool = False
    is_personal: bool = False
    code_list: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    least: float | None = None
    most: float | None = None
    help: str = ""

    @property
    def is_number(self) -> bool:
        return self.type in NUMERIC


@dataclass(frozen=True, slots=True)
class Rule:
    code: str
    kind: RuleKind
    level: Level
    instruction: str  # what the ministry should do, in plain words
    params: Mapping[str, Any]

    def columns(self) -> list[str]:
        """Every column that the rule reads."""
        found = [self.params.get(name, "") for name in _SINGLE.get(self.kind, ())]
        for name in _MANY.get(self.kind, ()):
            found += self.params.get(name) or []
        if self.kind == RuleKind.AGAINST_LAST:
            found.append(self.params.get("column", ""))
        if self.kind == RuleKind.COMPARE and isinstance(self.params.get("right"), str):
            found.append(self.params["right"])
        return [one for one in found if one]


@dataclass(frozen=True)
class Layout:
    """`most_refused` is the share of refused records above which the whole file is rejected; 0: none may be refused."""

    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()
    most_refused: float = 0.05
    by_name: dict[str, Column] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {one.name: one for one in self.columns})

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.columns if one.is_key)

    def as_json(self) -> dict[str, Any]:
        columns = [
            {**asdict(one), "type": str(one.type), "codes": [list(pair) for pair in one.codes]} for one in self.columns
        ]
        rules = [{**asdict(one), "kind": str(one.kind), "level": str(one.level)} for one in self.rules]
        return {"columns": columns, "rules": rules, "most_refused": self.most_refused}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a layout or a recipe: where ('columns[2].name'), what was seen, what to do."""

    place: str
    seen: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: seen '{self.seen}'; {self.remedy}" if self.seen else f"{self.place}: {self.remedy}"


class BadLayout(ValueError):
    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(str(one) for one in self.faults))


def read_layout(data: Any) -> Layout:
    """From JSON. Raises BadLayout with every fault found."""
    if not isinstance(data, Mapping):
        raise BadLayout([Fault("layout", type(data).__name__, "give an object with columns and rules")])
    faults: list[Fault] = []
    given = _list(data, "columns", faults)
    columns = [_column(one, f"columns[{n}]", faults) for n, one in enumerate(given)]
    rules = [_rule(one, f"rules[{n}]", faults) for n, one in enumerate(_list(data, "rules", faults))]
    faulty = {
        str(one.get("name") or "")
        for one, read in zip(given, columns, strict=True)
        if read is None and isinstance(one, Mapping)
    }
    share = data.get("most_refused", 0.05)
    if not _is_number(share) or not 0 <= share <= 1:
        faults.append(Fault("most_refused", str(share)[:60], "give a share from 0 to 1"))
        share = 0.05
    found = Layout(
        tuple(one for one in columns if one is not None), tuple(one for one in rules if one is not None), float(share)
    )
    faults += _faults_across(found, _places(columns), _places(rules), faulty - {""})
    if faults:
        raise BadLayout(faults)
    return found


def _places(read: Sequence[object]) -> list[int]:
    """Where those that could be read stood among those that were given."""
    return [place for place, one in enumerate(read) if one is not None]


def _list(data: Mapping[str, Any], name: str, faults: list[Fault]) -> list[Any]:
    value = data.get(name, [])
    if not isinstance(value, list):
        faults.append(Fault(name, str(value)[:60], "give a list"))
        return []
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def _column(data: Any, place: str, faults: list[Fault]) -> Column | None:
    if not isinstance(data, Mapping):
        faults.append(Fault(place, str(data)[:60], "give an object with name, label and type"))
        return None
    before = len(faults)
    name, label = str(data.get("name") or ""), str(data.get("label") or "").strip()
    if not NAME.match(name):
        faults.append(Fault(f"{place}.name", name[:60], "use small letters, digits and _, a letter first, at most 40"))
    if not label or len(label) > 120:
        faults.append(Fault(f"{place}.label", label[:60], "give a label of 1 to 120 characters"))
    if data.get("type") not in list(Type):
        faults.append(Fault(f"{place}.type", str(data.get("type"))[:60], f"choose one of {', '.join(Type)}"))
    for bound in ("least", "most"):
        if data.get(bound) is not None and not _is_number(data[bound]):
            faults.append(Fault(f"{place}.{bound}", str(data[bound])[:60], "give a number, or leave it blank"))
    codes = _codes(data.get("codes") or [], place, faults)
    if data.get("type") == Type.CODE and bool(codes) == bool(data.get("code_list")):
        faults.append(Fault(place, "", "a code needs either a shared code list or codes of its own"))
    if len(faults) > before:
        return None
    return Column(
        name=name, label=label, type=Type(data["type"]), required=bool(data.get("required")),
        is_key=bool(data.get("is_key")), is_personal=bool(data.get("is_personal")),
        code_list=str(data.get("code_list") or ""), codes=codes, unit=str(data.get("unit") or "")[:40],
        least=data.get("least"), most=data.get("most"), help=str(data.get("help") or "")[:500],
    )  # fmt: skip


def _codes(data: Any, place: str, faults: list[Fault]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for one in data if isinstance(data, list | tuple) else []:
        if not (isinstance(one, list | tuple) and len(one) == 2 and all(isinstance(part, str) for part in one)):
            faults.append(Fault(f"{place}.codes", str(one)[:60], "give pairs of code and label"))
            continue
        code, label = one[0].strip(), one[1].strip()
        if not code or not label or len(code) > 40 or not code.isprintable() or "|" in code:
            faults.append(Fault(f"{place}.codes", code[:60], "give a code of at most 40 characters, and its label"))
        found.append((code, label))
    if len({code for code, _ in found}) < len(found):
        faults.append(Fault(f"{place}.codes", "", "each code may stand once"))
    if len(found) > MOST_CODES:
        faults.append(Fault(f"{place}.codes", str(len(found)), f"give at most {MOST_CODES} codes"))
    return tuple(found)


def _rule(data: Any, place: str, faults: list[Fault]) -> Rule | None:
    if not isinstance(data, Mapping) or not isinstance(data.get("params", {}), Mapping):
        faults.append(Fault(place, str(data)[:60], "give an object with code, kind, level, instruction and params"))
        return None
    before = len(faults)
    code, instruction = str(data.get("code") or ""), str(data.get("instruction") or "").strip()
    if not NAME.match(code):
        faults.append(Fault(f"{place}.code", code[:60], "use small letters, digits and _, a letter first, at most 40"))
    if data.get("kind") not in list(RuleKind):
        faults.append(Fault(f"{place}.kind", str(data.get("kind"))[:60], f"choose one of {', '.join(RuleKind)}"))
    if data.get("level") not in list(Level):
        faults.append(Fault(f"{place}.level", str(data.get("level"))[:60], "choose error or warning"))
    if not instruction or len(instruction) > 400:
        faults.append(Fault(f"{place}.instruction", instruction[:60], "say in 1 to 400 characters what to do"))
    if len(faults) > before:
        return None
    return Rule(code, RuleKind(data["kind"]), Level(data["level"]), instruction, dict(data.get("params") or {}))


def _faults_across(
    layout: Layout, of_columns: Sequence[int], of_rules: Sequence[int], faulty: Collection[str]
) -> list[Fault]:
    """What is wrong between parts that were read. `of_columns`, `of_rules`: their places as given; `faulty`: names of
    columns with a fault of their own, of which a rule is not told that they are not there."""
    faults = []
    if not layout.columns and not faulty:
        faults.append(Fault("columns", "", "a record set needs at least one column"))
    if len(layout.columns) > MOST_COLUMNS:
        faults.append(Fault("columns", str(len(layout.columns)), f"give at most {MOST_COLUMNS} columns"))
    if len(layout.rules) > MOST_RULES:
        faults.append(Fault("rules", str(len(layout.rules)), f"give at most {MOST_RULES} rules"))
    for what, names in (
        ("columns", [one.name for one in layout.columns]),
        ("columns", [one.label.casefold() for one in layout.columns]),
        ("rules", [one.code for one in layout.rules]),
    ):
        faults += [Fault(what, one, "stands twice") for one in sorted({x for x in names if names.count(x) > 1})]
    for place, one in zip(of_columns, layout.columns, strict=True):
        if one.least is not None and one.most is not None and one.least > one.most:
            faults.append(Fault(f"columns[{place}].least", str(one.least), "the least is larger than the most"))
    for place, rule in zip(of_rules, layout.rules, strict=True):
        told = _faults_of_rule(layout, rule, f"rules[{place}] ({rule.code})")
        faults += [one for one in told if one.seen not in faulty]
    return faults


def _faults_of_rule(layout: Layout, rule: Rule, place: str) -> list[Fault]:
    faults = []
    params = rule.params
    for name in _SINGLE.get(rule.kind, ()):
        if not isinstance(params.get(name), str) or not params[name]:
            faults.append(Fault(f"{place}.{name}", str(params.get(name, ""))[:60], "name a column"))
    for name in _MANY.get(rule.kind, ()):
        given = params.get(name, [])
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
            faults.append(Fault(f"{place}.{name}", str(given)[:60], "give a list of columns"))
        elif not given and (rule.kind, name) in _OBLIGATORY_LISTS:
            faults.append(Fault(f"{place}.{name}", "", "name at least one column"))
    if faults:
        return faults
    for column in rule.columns():
        if column not in layout.by_name:
            faults.append(Fault(place, column[:60], "there is no such column"))
    if faults:
        return faults
    for name in _OF_NUMBERS.get(rule.kind, ()):
        given = params.get(name) or []
        for column in [given] if isinstance(given, str) else given:
            one = layout.by_name[column]
            if not one.is_number and not (rule.kind == RuleKind.RANGE and one.type == Type.YEAR):
                faults.append(Fault(f"{place}.{name}", column, "this column holds no numbers"))
    return faults + _faults_of_params(rule, place)


def _faults_of_params(rule: Rule, place: str) -> list[Fault]:
    params, faults = rule.params, []
    numbers = {
        RuleKind.RANGE: ("least", "most"),
        RuleKind.SUM_TO_TOTAL: ("tolerance",),
        RuleKind.ROWS_TO_TOTAL: ("tolerance",),
        RuleKind.AGAINST_LAST: ("most_change",),
    }.get(rule.kind, ())
    for name in numbers:
        if params.get(name) is not None and not _is_number(params[name]):
            faults.append(Fault(f"{place}.{name}", str(params[name])[:60], "give a number"))
    if rule.kind == RuleKind.RANGE and params.get("least") is None and params.get("most") is None:
        faults.append(Fault(place, "", "give the least, the most, or both"))
    if rule.kind == RuleKind.AGAINST_LAST and not params.get("most_change"):
        faults.append(Fault(f"{place}.most_change", "", "give the largest usual change in percent"))
    if rule.kind == RuleKind.COMPARE:
        if params.get("relation") not in RELATIONS:
            faults.append(Fault(f"{place}.relation", str(params.get("relation"))[:20], "choose " + " ".join(RELATIONS)))
        if not isinstance(params.get("right"), str) and not _is_number(params.get("right")):
            faults.append(Fault(f"{place}.right", str(params.get("right"))[:60], "name a column, or give a number"))
    if rule.kind == RuleKind.REQUIRED_IF and not (isinstance(params.get("is"), list) and params["is"]):
        faults.append(Fault(f"{place}.is", str(params.get("is"))[:60], "list the codes for which it is obligatory"))
    if rule.kind == RuleKind.ROWS_TO_TOTAL and not isinstance(params.get("total_code"), str):
        faults.append(Fault(f"{place}.total_code", "", "give the code of the row that holds the total"))
    if rule.kind == RuleKind.EXPECTED:
        bounds = params.get("bounds")
        if not isinstance(bounds, Mapping) or not bounds:
            faults.append(Fault(f"{place}.bounds", "", "give the expected range of each group"))
        else:
            for group, pair in bounds.items():
                good = isinstance(pair, list) and len(pair) == 2 and all(_is_number(one) for one in pair)
                if not good or pair[0] > pair[1]:
                    faults.append(Fault(f"{place}.bounds", str(group)[:60], "give the least and the most"))
    return faults
