"""Why leaves have no value, each reason told once for all leaves that share it; a leaf adds only what is its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from databases_a.rfmd.selectors import Absence, GapRow

from .. import text

_SENTENCE = re.compile(r"(?<=\.)\s+")
_NUMERALS = ("i", "ii", "iii", "iv", "v")


@dataclass(frozen=True, slots=True)
class Reason:
    """`needed` holds the sentences that all its leaves share."""

    key: str
    anchor: str
    title: str
    why: str
    needed: str
    who: str
    leaves: str


@dataclass(frozen=True, slots=True)
class OwnReason:
    """What the line of a leaf says: which reason, and what only this leaf needs."""

    key: str
    anchor: str
    needed: str


def told_once(rows: Iterable[GapRow]) -> tuple[list[Reason], dict[int, OwnReason]]:
    """Reasons in the order of the sources, and for each leaf without a value its own part, by leaf id."""
    groups: dict[tuple[str, str, str], list[tuple[int, Absence]]] = {}
    for row in rows:
        if row.absence:
            group = (row.absence.cause, row.absence.why, row.absence.who)
            groups.setdefault(group, []).append((row.leaf.id, row.absence))
    causes = [cause for cause, _, _ in groups]
    reasons, own, seen = [], {}, dict.fromkeys(causes, 0)
    for (cause, why, who), members in sorted(groups.items(), key=lambda item: list(text.SOURCES).index(item[0][0])):
        key = f"{cause} ({_NUMERALS[seen[cause]]})" if causes.count(cause) > 1 else cause
        anchor = f"why-{cause}-{seen[cause] + 1}"
        seen[cause] += 1
        shared = _shared([_sentences(absence.needed) for _, absence in members])
        reasons.append(
            Reason(
                key, anchor, text.SOURCES[cause], why, " ".join(shared), who,
                text.plural(len(members), "leaf", "leaves"),
            )
        )  # fmt: skip
        for leaf, absence in members:
            own[leaf] = OwnReason(key, anchor, " ".join(_sentences(absence.needed)[len(shared) :]))
    return reasons, own


def _sentences(words: str) -> list[str]:
    return _SENTENCE.split(words.strip())


def _shared(all_sentences: list[list[str]]) -> list[str]:
    """The sentences with which all begin."""
    found = []
    for together in zip(*all_sentences, strict=False):
        if len(set(together)) > 1:
            break
        found.append(together[0])
    return found
