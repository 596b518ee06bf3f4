"""What made-up records of a set should look like where its layout does not tell: fixtures/demonstration/records.csv.

One hint a line: set, column (blank: of the set), hint, value. A set without hints gets plausible nonsense too.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

Facts = Mapping[tuple[str, str], str]  # (column, hint): value

KNOWN = {
    "": {
        "records",  # how many in a country of ten million
        "grows",  # percent a year
        "kept",  # 'stock': the same units come again every period; 'flow': new ones
        "nil",  # states that certify that there is nothing to report
    },
    "column": {
        "typical",  # middle value of a number, in a country of ten million where it is scaled
        "spread",  # how far single values lie apart: standard deviation of the logarithm
        "scaled",  # 'yes': grows with the size of the country; of counts that is the rule
        "chance",  # percent of 'yes'
        "rises",  # points a year that are added to the chance
        "weights",  # 'code=3 other=1'
        "blank",  # percent left blank
        "named",  # 'Museum {}'
        "as",  # the same wherever this other column is the same
        "shared",  # so many records share one text, as several stays of one person
        "back",  # years that a year lies back at most
        "days",  # at most so many days after the other day
    },
}


@dataclass(frozen=True)
class Hints:
    """Of one set."""

    facts: Facts = field(default_factory=dict)

    def text(self, hint: str, column: str = "", default: str = "") -> str:
        return self.facts.get((column, hint), default)

    def number(self, hint: str, column: str = "", default: float = 0.0) -> float:
        found = self.facts.get((column, hint))
        return default if found is None else float(found)

    def weights(self, column: str) -> dict[str, float]:
        pairs = (part.partition("=") for part in self.text("weights", column).split())
        return {code: float(weight) for code, _, weight in pairs}

    @property
    def is_stock(self) -> bool:
        return self.text("kept") == "stock"

    @property
    def nil(self) -> frozenset[str]:
        return frozenset(self.text("nil").split())


def read_hints(path: Path) -> dict[str, Hints]:
    """By code of the set. ValueError for a hint that nobody reads."""
    found: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["hint"] not in KNOWN["column" if row["column"] else ""]:
                raise ValueError(f"{path.name}: there is no hint '{row['hint']}' for '{row['set']}'")
            found[row["set"]][row["column"], row["hint"]] = row["value"]
    return {code: Hints(facts) for code, facts in found.items()}
