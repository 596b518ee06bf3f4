"""How alike two activities are, and what they share. Pure: no database, no dates of today.

Text counts most: the cosine of the words of title (twice) and description, rare words weighing more. KRA, time and
countries add to it, but never make an overlap by themselves.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from adme.common.text import fold

TEXT, KRA, TIME, STATES = 0.65, 0.15, 0.10, 0.10
LEAST_TEXT, LEAST_WORDS = 0.12, 2
SHORTEST_WORD, WORDS_SHOWN = 3, 6
TITLE_COUNTS = 2
COMMON_FROM, ENOUGH_DOCUMENTS = 3, 30  # a word in every third of thirty or more documents
# Words that nearly every activity of ASEAN holds, and words without meaning of their own.
_COMMON = """a about above activities activity all among an and annual are as asean ascc at based be been being
between both by capacity conduct conducted cooperation country countries develop developed developing development
each enhance enhancing event first for forum from has have high in including initiative into is it its joint level
meeting member ms national new nd of on or organise other our per plan platform policy programme programmes project
promote promoting region regional second series several st state states strengthen strengthening such support
supporting than that the their them there these they this through to towards training under up used using was were
which while will with within work workshop workshops year years"""
COMMON = frozenset(_COMMON.split())


@dataclass(frozen=True, slots=True)
class Subject:
    """What is compared of an activity. Days as 'YYYY-MM-DD' or ''."""

    title: str
    description: str = ""
    kras: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    starts_on: str = ""
    ends_on: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score` from 0 to 1. `words` are shared, the most telling first; `years` are those in which both run."""

    score: float
    text: float
    words: tuple[str, ...]
    kras: tuple[str, ...]
    states: tuple[str, ...]
    years: tuple[int, int] | None


def terms(subject: Subject) -> Counter[str]:
    """Informative words, plural and singular as one, those of the title counted twice."""
    found: Counter[str] = Counter()
    for text, weight in ((subject.title, TITLE_COUNTS), (subject.description, 1)):
        for word in fold(text).split():
            if word not in COMMON and len(word) >= SHORTEST_WORD and not word.isdigit():
                found[singular(word)] += weight
    return found


def singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def weights(documents: Iterable[Mapping[str, int]]) -> dict[str, float]:
    """How telling each word is among these documents: rare ones more; one that every third holds, nothing at all."""
    counts: Counter[str] = Counter()
    total = 0
    for document in documents:
        counts.update(document.keys())
        total += 1
    tells_nothing = total / COMMON_FROM if total >= ENOUGH_DOCUMENTS else total
    return {word: math.log(1 + total / many) if many <= tells_nothing else 0.0 for word, many in counts.items()}


def compare(mine: Subject, other: Subject, weigh: Mapping[str, float]) -> Likeness | None:
    """What two activities share; None when their texts are about different things."""
    ours, theirs = terms(mine), terms(other)
    text = _cosine(ours, theirs, weigh)
    rarest = max(weigh.values(), default=1.0)
    telling = [word for word in ours.keys() & theirs.keys() if weigh.get(word, rarest)]
    shared = sorted(telling, key=lambda word: (-weigh.get(word, rarest), word))
    few = len(shared) < LEAST_WORDS and not ours.keys() <= theirs.keys()
    if text < LEAST_TEXT or not shared or few:
        return None
    kras, states = mine.kras & other.kras, mine.states & other.states
    span = common_days(mine, other)
    score = TEXT * text + KRA * bool(kras) + TIME * (span is not None) + STATES * bool(states)
    return Likeness(
        score=min(score, 1.0),
        text=text,
        words=tuple(shared[:WORDS_SHOWN]),
        kras=tuple(sorted(kras)),
        states=tuple(sorted(states)),
        years=(int(span[0][:4]), int(span[1][:4])) if span else None,
    )


def ranked(
    mine: Subject, others: Sequence[Subject], most: int, weigh: Mapping[str, float] | None = None
) -> list[tuple[int, Likeness]]:
    """Places of the most alike among `others`, with what they share, the most alike first.

    `weigh` comes from activities at large: among candidates, chosen by their words, those words would seem common.
    """
    weigh = weigh or weights([terms(mine), *(terms(one) for one in others)])
    alike = [(place, found) for place, one in enumerate(others) if (found := compare(mine, one, weigh)) is not None]
    return sorted(alike, key=lambda pair: (-pair[1].score, pair[0]))[:most]


def common_days(mine: Subject, other: Subject) -> tuple[str, str] | None:
    """First and last day on which both run. What has no days shares none."""
    if not (mine.starts_on and mine.ends_on and other.starts_on and other.ends_on):
        return None
    first, last = max(mine.starts_on, other.starts_on), min(mine.ends_on, other.ends_on)
    return (first, last) if first <= last else None


def _cosine(ours: Mapping[str, int], theirs: Mapping[str, int], weigh: Mapping[str, float]) -> float:
    rarest = max(weigh.values(), default=1.0)

    def length(words: Mapping[str, int]) -> float:
        return math.sqrt(sum((many * weigh.get(word, rarest)) ** 2 for word, many in words.items()))

    both = sum(ours[word] * theirs[word] * weigh.get(word, rarest) ** 2 for word in ours.keys() & theirs.keys())
    return both / (length(ours) * length(theirs)) if both else 0.0
