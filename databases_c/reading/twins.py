"""Records that stand twice: the same again is merged, different ones under one key contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from ..layout import Layout, Rule
from .findings import ERROR, Findings
from .rules import column_shown, is_error, unique_rules

_LOW = (1 << 64) - 1
LONGEST_KEY = 40  # characters of a key that is kept as it is


def digest_of(record: Sequence[str]) -> int:
    """64 bits, the same within this process, that tell records of one key apart."""
    return hash(tuple(record)) & _LOW


@dataclass(frozen=True)
class Key:
    """`rule` is None for the key of the layout; a blank in a key is a value of its own, in a rule it is no value."""

    places: tuple[int, ...]
    rule: Rule | None


def keys_of(layout: Layout) -> list[Key]:
    found = [Key(tuple(places), rule) for rule, places in unique_rules(layout)]
    key = tuple(at for at, one in enumerate(layout.columns) if one.is_key)
    return [Key(key, None), *found] if key else found


class Twins:
    """Rows by key. Each record takes a short key and a number that holds its row and a digest of its content."""

    def __init__(self, layout: Layout, key: Key, findings: Findings, name_of: Callable[[Sequence[str]], str]) -> None:
        self.key, self._findings, self._name_of = key, findings, name_of
        self._seen: dict[str | bytes, int] = {}
        self.left_out: set[int] = set()
        names = [layout.columns[at].name for at in key.places]
        self._column = column_shown(layout, names)
        self._refuses = key.rule is None or is_error(key.rule)

    def key_of(self, record: Sequence[str]) -> str | bytes | None:
        """A short key as it is, a long one as a digest of 12 bytes; None where the rule has nothing to compare."""
        parts = [record[at] for at in self.key.places]
        if self.key.rule is not None and not all(parts):
            return None
        text = "\x1f".join(parts)
        return text if len(text) <= LONGEST_KEY else blake2b(text.encode(), digest_size=12).digest()

    def new_keys(self, records: Sequence[Sequence[str]]) -> list[str | bytes | None] | None:
        """Keys of records none of which shares its key with another one, here or before; else None."""
        places = self.key.places
        keys: list[str | bytes | None] = [record[places[0]] for record in records] if len(places) == 1 else []
        if not keys or max(map(len, keys)) > LONGEST_KEY or (self.key.rule is not None and "" in keys):  # type: ignore[arg-type]
            keys = [self.key_of(record) for record in records]
        filled = [key for key in keys if key is not None] if None in keys else keys
        if len(set(filled)) < len(filled) or not self._seen.keys().isdisjoint(filled):  # type: ignore[arg-type]
            return None
        return keys

    def add_new(self, keys: Sequence[str | bytes | None], marks: Sequence[int]) -> None:
        """Remembers what `new_keys` gave. `marks[i]` holds row and digest: row << 64 | digest."""
        self._seen.update(zip(keys, marks, strict=True))  # type: ignore[arg-type]
        self._seen.pop(None, None)  # type: ignore[call-overload]

    def first_of_same(self, key: str | bytes | None, whole: int) -> int:
        """Row of the first record with this key when it says the same, else 0."""
        held = self._seen.get(key) if key is not None else None
        return held >> 64 if held is not None and held & _LOW == whole else 0

    def add(self, key: str | bytes | None, number: int, record: Sequence[str], whole: int) -> None:
        if key is None:
            return
        held = self._seen.setdefault(key, number << 64 | whole)
        first = held >> 64
        if first == number:
            return
        if self._refuses:
            self.left_out |= {first, number}
        rule = self.key.rule
        both = f"Rows {first} and {number}"
        remedy = (
            f"{both} have the same key but say different things, so neither was taken. Delete or correct one."
            if rule is None
            else f"{both} are alike in this. {rule.instruction}"
        )
        self._findings.add(
            "duplicate_differs" if rule is None else rule.code,
            ERROR if rule is None else str(rule.level),
            row=number, record=self._name_of(record), column=self._column, seen=self._seen_text(first, number),
            remedy=remedy,
        )  # fmt: skip

    def _seen_text(self, first: int, number: int) -> str:
        return f"rows {first} and {number}"
