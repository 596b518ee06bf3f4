"""Series that are questions: '<dataset>:<count>?<field>=<code>,<code>&<field>=<code>', one canonical text per question.

The codes of a field are alternatives, its fields all hold together. Tool 1 and Tool 2 publish what can be counted as
`CountKind`s; recipes and their forms know no more than these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ANY, NONE = "any", "none"
_NAME = re.compile(r"^[A-Za-z0-9_.+-]{1,60}$", re.ASCII)
LONGEST = 1000


class QueryError(ValueError):
    """The text is no question. The message says what was expected."""


@dataclass(frozen=True, slots=True)
class Query:
    """`filters` are sorted by field, the codes of each sorted too."""

    dataset: str
    count: str
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def text(self) -> str:
        """Without the dataset, as references hold it."""
        told = "&".join(f"{name}={','.join(codes)}" for name, codes in self.filters)
        return f"{self.count}?{told}" if told else self.count

    @property
    def code(self) -> str:
        return f"{self.dataset}:{self.text}"

    def codes_of(self, field: str) -> tuple[str, ...]:
        return dict(self.filters).get(field, ())


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field that may be asked about. `choices` are (code, label); ANY and NONE stand among them where they may."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]

    def label_of(self, code: str) -> str:
        """Without choices, which pages do not look up for each figure, the code itself, readable."""
        return dict(self.choices).get(code) or code.replace("_", " ")


@dataclass(frozen=True, slots=True)
class CountKind:
    """Something that a tool counts. `level` is 'region' or 'state': whose value it is."""

    dataset: str
    count: str
    title: str
    unit: str
    level: str
    fields: tuple[FilterField, ...] = ()

    @property
    def code(self) -> str:
        return f"{self.dataset}:{self.count}"


def make(dataset: str, count: str, filters: Mapping[str, Iterable[str]]) -> Query:
    held = tuple((name, tuple(sorted(set(codes)))) for name, codes in sorted(filters.items()))
    return Query(dataset, count, tuple((name, codes) for name, codes in held if codes))


def parse(code: str) -> Query:
    """The question of a series code; QueryError when it is not written as one."""
    dataset, _, rest = code.partition(":")
    count, mark, told = rest.partition("?")
    if len(code) > LONGEST or not _NAME.match(dataset) or not _NAME.match(count) or (mark and not told):
        raise QueryError(f"'{code[:80]}' is no count; write it as DATASET:count?field=code,code&field=code.")
    filters: dict[str, list[str]] = {}
    for part in told.split("&") if told else ():
        name, _, codes = part.partition("=")
        given = codes.split(",")
        if not _NAME.match(name) or not all(_NAME.match(one) for one in given):
            raise QueryError(f"'{part[:80]}' is no filter; write it as field=code,code.")
        if name in filters:
            raise QueryError(f"The field '{name}' stands twice; put its codes together, with commas.")
        filters[name] = given
    return make(dataset, count, filters)


def faults(code: str, kinds: Sequence[CountKind]) -> list[str]:
    """What is wrong with a question, as sentences; none when it can be answered."""
    try:
        query = parse(code)
    except QueryError as error:
        return [str(error)]
    kind = find(query, kinds)
    if kind is None:
        known = ", ".join(one.count for one in kinds)
        return [f"{query.dataset} has no count '{query.count}'; use one of {known}."]
    fields = {one.name: one for one in kind.fields}
    found = []
    for name, codes in query.filters:
        if name not in fields:
            known = ", ".join(fields) or "none"
            found.append(f"{kind.code} cannot be asked by '{name}'; its fields are: {known}.")
            continue
        known_codes = {choice for choice, _ in fields[name].choices}
        found += [f"{fields[name].label}: there is no code '{one}'." for one in codes if one not in known_codes]
        if len(codes) > 1 and {ANY, NONE} & set(codes):
            found.append(f"{fields[name].label}: 'any' and 'none' stand alone.")
    if not found and query.code != code:
        found.append(f"Write the count in its one form: {query.code}")
    return found


def find(query: Query, kinds: Sequence[CountKind]) -> CountKind | None:
    return next((one for one in kinds if (one.dataset, one.count) == (query.dataset, query.count)), None)


def words(query: Query, kinds: Sequence[CountKind]) -> str:
    """'Activities; Status: Completed or On-going; Key Result Areas: C.1 ...'."""
    kind = find(query, kinds)
    if kind is None:
        return query.code
    fields = {one.name: one for one in kind.fields}
    told = [kind.title]
    for name, codes in query.filters:
        field = fields.get(name)
        labels = [field.label_of(code) if field else code for code in codes]
        told.append(f"{field.label if field else name}: {' or '.join(labels)}")
    return "; ".join(told)
