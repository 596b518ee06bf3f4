"""Why figures differ between two states of the data: pure functions over contents and the inputs of their figures.

Two figures of the same leaf, area and period differ where what a reader sees differs: value, status, whether it is
withheld, and coverage. The cause is read from the inputs, which every KPI value keeps: [[role, area, reference, period,
value, weight], ...]. Where several causes hold, the first in the order of states.Cause is told, and the sentence of
detail names the first thing that differs and counts the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adme.common.formatting import number
from adme.observations.periods import TimePeriod

from .content import ASEAN, Change, Content, Figure
from .states import Cause

Input = Sequence[Any]  # role, area, reference, period, value, weight
Inputs = Mapping[int, Sequence[Input]]  # by Figure.value_id
Key = tuple[str, str, int]

EXTERNAL = "B"  # prefix of observations that outside sources publish; all others are reported to ADME
COUNTED = ("reporting", "expected")  # roles that say how many bodies reported, and how many owe
RANK = {cause: place for place, cause in enumerate(Cause)}
_SHARE = 0.0005  # a share of the population is shown in tenths of a per cent


@dataclass(frozen=True, slots=True)
class _Reason:
    cause: Cause
    sentence: str


def compare(
    before: Content,
    after: Content,
    inputs_of: Callable[[Collection[int]], Inputs],
    *,
    areas: Collection[str] | None = None,
) -> tuple[Change, ...]:
    """Every figure that differs, in the order of `after` (withdrawn ones where they stood), with its cause.

    `inputs_of` gives the inputs of the figures that differ; it is called once. `areas` narrows the comparison.
    """
    old, new = _figures(before, areas), _figures(after, areas)
    keys = [key for key in _in_order(before, after, old, new) if differs(old.get(key), new.get(key))]
    ids = [figure.value_id for key in keys for figure in (old.get(key), new.get(key)) if figure is not None]
    told = _Comparison(before, after, inputs_of(ids) if ids else {})
    return tuple(told.change(key, old.get(key), new.get(key)) for key in keys)


def differs(old: Figure | None, new: Figure | None) -> bool:
    """Whether a reader would see another figure, status or coverage. Digits beyond what a float keeps do not count."""
    if old is None or new is None:
        return old is not new
    if _seen(old) != _seen(new) or not _same(old.value, new.value):
        return True
    one, two = old.population_share, new.population_share
    return (one is None) != (two is None) or (one is not None and two is not None and abs(one - two) >= _SHARE)


def _seen(figure: Figure) -> tuple[Any, ...]:
    return (
        figure.obs_status, bool(figure.withheld), figure.coverage_of, figure.states_reporting, figure.states_expected,
        figure.states_carried,
    )  # fmt: skip


def _same(one: float | None, two: float | None) -> bool:
    """Equal to twelve digits: a sum taken in another order is the same figure."""
    if one is None or two is None:
        return one is two
    return one == two or abs(one - two) <= 1e-12 * max(abs(one), abs(two))


def _figures(content: Content, areas: Collection[str] | None) -> dict[Key, Figure]:
    return {figure.key: figure for figure in content.figures if areas is None or figure.area in areas}


def _in_order(before: Content, after: Content, old: Mapping[Key, Figure], new: Mapping[Key, Figure]) -> list[Key]:
    leaves = {leaf.code: place for place, leaf in enumerate((*after.leaves, *before.leaves))}
    leaves |= {leaf.code: place for place, leaf in enumerate(after.leaves)}
    last = len(leaves)
    return sorted({**new, **old}, key=lambda key: (leaves.get(key[0], last), key[0], key[1] != ASEAN, key[1], key[2]))


class _Comparison:
    """Two contents side by side, with what must be known of them to name a cause."""

    def __init__(self, before: Content, after: Content, inputs: Inputs) -> None:
        self.before, self.after, self.inputs = before, after, inputs
        self.names = {**before.area_names, **after.area_names}
        self.newest = _newest(before.figures)
        self.had_leaf = {figure.leaf for figure in before.figures}

    def change(self, key: Key, old: Figure | None, new: Figure | None) -> Change:
        reasons = sorted(self._reasons(key, old, new), key=lambda one: RANK[one.cause])
        first, others = reasons[0], len(reasons) - 1
        more = f" And {others} more {'thing differs' if others == 1 else 'things differ'}." if others else ""
        return Change(
            *key,
            cause=str(first.cause.value),
            before=old.value if old else None,
            after=new.value if new else None,
            detail=first.sentence + more,
        )

    def _reasons(self, key: Key, old: Figure | None, new: Figure | None) -> list[_Reason]:
        if old is None and new is not None:
            return [self._appeared(key, new)]
        if new is None and old is not None:
            return [self._vanished(key, old)]
        assert old is not None  # noqa: S101 - for the type checker
        assert new is not None  # noqa: S101 - for the type checker
        found = [*self._method(old, new), *self._membership(old, new)]
        if old.value is not None and new.value is None:
            found.append(_Reason(Cause.WITHDRAWN, new.withheld or "The figure is no longer shown."))
            if found[0].cause == Cause.WITHDRAWN:
                return found
        found += self._inputs(old, new)
        found += self._coverage(old, new)
        return found or [_Reason(Cause.OTHER, self._other(old, new))]

    # --- figures that came or went --------------------------------------------------------------------------------

    def _appeared(self, key: Key, new: Figure) -> _Reason:
        leaf, area, period = key
        when, who = TimePeriod.from_key(period), self._name(area)
        recipe = self._recipe(self.before, leaf)
        if recipe is None:
            return _Reason(Cause.METHOD, f"KPI {leaf} has a recipe now (version {new.recipe_version}); it had none.")
        if area in self._joined():
            return _Reason(Cause.MEMBERSHIP, f"{who} is among the Member States now.")
        if recipe != new.recipe_version and period <= self.newest.get((leaf, area), 0):
            return _Reason(
                Cause.METHOD,
                f"Version {new.recipe_version} of the recipe gives a figure of {when}; {recipe} gave none.",
            )
        if leaf in self.had_leaf and period > max(self.newest.get((leaf, one), 0) for one in ("", area)):
            return _Reason(Cause.NEW_PERIOD, f"{when} is a new period: {who} has its first figure of it.")
        return _Reason(Cause.LATE_REPORT, f"{who} had no figure of {when}; what it needs has come since.")

    def _vanished(self, key: Key, old: Figure) -> _Reason:
        leaf, area, period = key
        when, who = TimePeriod.from_key(period), self._name(area)
        recipe = self._recipe(self.after, leaf)
        if recipe is not None and recipe != old.recipe_version:
            return _Reason(Cause.METHOD, f"Version {recipe} of the recipe gives no figure of {when} for {who}.")
        if area != ASEAN and area not in {state.code for state in self.after.states}:
            return _Reason(Cause.MEMBERSHIP, f"{who} is no longer among the Member States.")
        why = "the KPI has no recipe any more" if recipe is None else "what it was made of is no longer there"
        return _Reason(Cause.WITHDRAWN, f"The figure of {when} for {who} was withdrawn: {why}.")

    # --- figures that stand in both -------------------------------------------------------------------------------

    def _method(self, old: Figure, new: Figure) -> Iterable[_Reason]:
        if old.recipe_version != new.recipe_version:
            yield _Reason(
                Cause.METHOD, f"The recipe is version {new.recipe_version} now; it was version {old.recipe_version}."
            )

    def _membership(self, old: Figure, new: Figure) -> Iterable[_Reason]:
        if "bodies" in (old.coverage_of, new.coverage_of) or old.states_expected == new.states_expected:
            return
        came, went = _members(self.after, old.year), _members(self.before, old.year)
        if came != went:
            names = ", ".join(self._name(area) for area in sorted(came ^ went))
            yield _Reason(
                Cause.MEMBERSHIP,
                f"{new.states_expected} states are counted for {old.year} now, {old.states_expected} before: {names}.",
            )

    def _inputs(self, old: Figure, new: Figure) -> Iterable[_Reason]:
        risen = (new.states_reporting or 0) > (old.states_reporting or 0)
        before, after = self._by_place(old.value_id), self._by_place(new.value_id)
        for place in {**before, **after}:
            if place[0] in COUNTED:
                continue
            for one, two in _pairs(before.get(place, []), after.get(place, [])):
                if reason := self._input(one, two, risen=risen):
                    yield reason

    def _input(self, one: Input | None, two: Input | None, *, risen: bool) -> _Reason | None:
        entry = two or one
        assert entry is not None  # noqa: S101 - a pair has one side at least
        what = f"{self._name(entry[1])}, {entry[0]} of {TimePeriod.from_key(entry[3])}"
        if one is None:
            return _Reason(Cause.LATE_REPORT, f"{what}: {_told(entry)} was not there before.")
        gone = Cause.SOURCE_REVISION if _is_external(one) else Cause.CORRECTION
        if two is None:
            return _Reason(gone, f"{what}: {_told(one)} is no longer there.")
        if two[3] > one[3]:
            stood = f"{_told(one)} of {TimePeriod.from_key(one[3])} stood in for it"
            return _Reason(Cause.LATE_REPORT, f"{what}: {_told(two)} came; {stood}.")
        if two[3] < one[3]:
            return _Reason(
                gone, f"{what}: {_told(two)} stands in, since that of {TimePeriod.from_key(one[3])} is gone."
            )
        if _same(one[4], two[4]) and _same(_weight(one), _weight(two)):
            return None  # entered again without a change
        if _origin(one) != _origin(two):
            return _Reason(
                Cause.LATE_REPORT, f"{what}: {_told(two)} from another source took the place of {_told(one)}."
            )
        cause = gone
        if cause == Cause.CORRECTION and risen and entry[1] == ASEAN:
            cause = Cause.LATE_REPORT  # a count of reports grew because more of them are in
        how = {
            Cause.SOURCE_REVISION: "the source revised {} to {}.",
            Cause.CORRECTION: "the reported {} was corrected to {}.",
            Cause.LATE_REPORT: "more reports came; {} became {}.",
        }[cause]
        if _same(one[4], two[4]):
            return _Reason(cause, f"{what}: its weight {_shown(_weight(one))} became {_shown(_weight(two))}.")
        return _Reason(cause, f"{what}: " + how.format(_told(one), _told(two)))

    def _coverage(self, old: Figure, new: Figure) -> Iterable[_Reason]:
        if (new.states_reporting or 0) > (old.states_reporting or 0):
            yield _Reason(Cause.LATE_REPORT, self._covered(old, new))

    def _other(self, old: Figure, new: Figure) -> str:
        if (old.states_reporting, old.states_expected) != (new.states_reporting, new.states_expected):
            return self._covered(old, new)
        if old.obs_status != new.obs_status:
            return (
                f"The inputs are the same; the status of the figure is {new.obs_status} now, {old.obs_status} before."
            )
        return "The inputs are the same; a rule of coverage or status changed."

    def _covered(self, old: Figure, new: Figure) -> str:
        return (
            f"{_count(new)} {new.coverage_of} reported for {TimePeriod.from_key(new.period)} now; it was {_count(old)}."
        )

    # --- what is known of both ------------------------------------------------------------------------------------

    def _by_place(self, value_id: int) -> dict[tuple[str, str], list[Input]]:
        found: dict[tuple[str, str], list[Input]] = defaultdict(list)
        for entry in self.inputs.get(value_id, ()):
            found[entry[0], entry[1]].append(entry)
        return found

    def _recipe(self, content: Content, code: str) -> int | None:
        leaf = content.by_leaf.get(code)
        return leaf.recipe_version if leaf else None

    def _joined(self) -> set[str]:
        return {one.code for one in self.after.states} - {one.code for one in self.before.states}

    def _name(self, area: str) -> str:
        return self.names.get(area, area)


def _newest(figures: Iterable[Figure]) -> dict[tuple[str, str], int]:
    """Newest period per leaf and area; under area "" that of the leaf anywhere."""
    found: dict[tuple[str, str], int] = {}
    for figure in figures:
        for place in ((figure.leaf, figure.area), (figure.leaf, "")):
            found[place] = max(found.get(place, 0), figure.period)
    return found


def _members(content: Content, year: int) -> set[str]:
    return {one.code for one in content.states if one.joined_on is None or one.joined_on.year <= year}


def _pairs(before: Sequence[Input], after: Sequence[Input]) -> Iterable[tuple[Input | None, Input | None]]:
    """Inputs of one role and area that differ, beside each other: of the same period where there is one."""
    kept = {entry[2] for entry in before} & {entry[2] for entry in after}
    # The same observation may weigh differently now.
    old_kept = {entry[2]: entry for entry in before if entry[2] in kept}
    yield from ((old_kept[entry[2]], entry) for entry in after if entry[2] in kept)
    left = [entry for entry in before if entry[2] not in kept]
    rest = []
    for entry in (one for one in after if one[2] not in kept):
        same = next((one for one in left if one[3] == entry[3]), None)
        if same is None:
            rest.append(entry)
        else:
            left.remove(same)
            yield same, entry
    for place in range(max(len(left), len(rest))):
        yield left[place] if place < len(left) else None, rest[place] if place < len(rest) else None


def _origin(entry: Input) -> str:
    return str(entry[2]).partition(":")[0]


def _is_external(entry: Input) -> bool:
    return _origin(entry) == EXTERNAL


def _weight(entry: Input) -> float | None:
    return entry[5] if len(entry) > 5 else None


def _told(entry: Input) -> str:
    return _shown(entry[4])


def _shown(value: float | None) -> str:
    return "a missing value" if value is None else number(value)


def _count(figure: Figure) -> str:
    known = ".." if figure.states_reporting is None else str(figure.states_reporting)
    return f"{known} of {'..' if figure.states_expected is None else figure.states_expected}"
