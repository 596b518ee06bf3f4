"""Which cells of a statistic are not shown, so that no small one can be worked out from those that are.

The tables
    The *inner table* crosses all dimensions. A *table* is the inner table summed over some of them; its name is the
    tuple of the axes that it keeps: () is the total, (0, 2) keeps the first and the third. Some tables are published.
    All published tables of one statistic are protected together, because each equation between them ("women and men
    make the total") is a way to work out a cell.

What is small
    A cell to which 1 to `minimum - 1` records contribute (*primary*). Nought is shown as nought.

Why a mask is right
    Let a *move* be: a cell x of the inner table, a set S of axes, and for each axis of S another category than that of
    x. It has 2^|S| corners: every way to take, on each axis of S, either the category of x or the other. Corners that
    differ from x on an even number of axes change by +1 and the others by -1 (or the reverse). Then

    1. A table that lacks an axis of S does not change: corners that differ on that axis only fall on the same cell, and
       +1 and -1 cancel. A table that keeps all axes of S changes in the 2^|S| cells on which the corners fall, each
       by 1, and nowhere else.
    2. If every corner that falls holds at least 1, the result is a table of whole, non-negative numbers again, and its
       sums are what the published tables would then be.
    3. If all the cells of step 1 that are published are suppressed, a reader sees the same figures before and after the
       move. So he cannot know which of the two tables is the true one, and cannot know any cell that differs: every
       cell of the move has at least two possible values. This holds whatever method he uses.

    `protect` finds for each small cell a move that changes it, and suppresses every published cell of the move. So each
    suppressed cell, small or not, lies in a move all of whose cells are suppressed: none can be solved. Moves found
    later only hide more, and step 3 stays true for those found before.

    A move always exists: S = {} and x rises, which hides x in every published table, the total too. It is dear and so
    comes last. For a small cell of a table T the search looks at S within T (by step 1 no other changes it) and at
    inner cells x that are part of it.

Sums, means, ratios
    The same corners, and an amount t > 0 in place of 1. A corner that falls must then hold a sum of at least t, not
    just a record: `may_fall` says where. A mean stays what it is wherever neither records nor sum change; a ratio
    wherever its numerator does not change, so moves are made with numerators only and it does not matter who knows the
    denominators. A share cannot be above one: `may_rise` says where the numerator is below its denominator.
    Different values (persons, say) are not additive; a move then takes away a value that stands in one inner cell only
    (`may_fall`) and adds a new one, which changes every table as in step 1.

What the marks tell
    Readers see which cells are marked as small, and know the minimum: such a cell holds 1 to `minimum` - 1. That is one
    more thing that the table after the move must agree with. So a small cell that leaves this range in its move is not
    marked as small but as hidden like the others (`Mask.marked` says which are). The second mark then means: hidden,
    whatever it holds. With that, step 3 holds for who sees the marks, too.

What is preferred among moves
    The cheapest: few cells, cells with few records, inner cells rather than totals, moves that leave the marks as they
    are, and no cells without records, which readers may know to be impossible ("pensioners under 15"). Far dearer:
    hiding the total, what `may_rise` forbids, and what was public before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, product

import numpy as np
from numpy.typing import NDArray

Axes = tuple[int, ...]
Position = tuple[int, ...]
Place = tuple[int | slice, ...]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]
Costs = NDArray[np.float64]
TableCell = tuple[Axes, Position]
Move = dict[TableCell, int]  # published cells, and by how much each changes

PER_LEVEL = 4.0  # a cell of a table with one dimension less is worth so many times more
TELLS = 50.0  # a small cell could not be marked as small
NOUGHT = 50.0  # a cell without records would get one
TOTAL = 100_000.0  # the figure that readers and KPIs want first
TOO_MUCH = 1_000_000.0  # the numerator would be larger than its denominator
KNOWN = 10_000_000.0  # the cell was published before: hiding it now hides nothing
IMPOSSIBLE = np.inf
MOST_TRIED = 24  # inner cells tried for one small cell of a total


@dataclass(frozen=True)
class Cube:
    """The records behind a statistic. `sizes` holds for the inner table and for every published one how many records
    contribute (for different values: how many values); `bases` the same for a denominator made of records, or is
    empty. `may_fall` and `may_rise` are about inner cells (see above)."""

    shape: tuple[int, ...]
    sizes: Mapping[Axes, Counts]
    may_fall: Flags
    may_rise: Flags
    bases: Mapping[Axes, Counts] = field(default_factory=dict)

    @property
    def inner(self) -> Axes:
        return tuple(range(len(self.shape)))

    @classmethod
    def of_counts(cls, counts: Counts, published: Iterable[Axes]) -> Cube:
        """Plain counts, where the tables are sums of the inner one."""
        inner = tuple(range(counts.ndim))
        sizes = {axes: margin(counts, axes) for axes in {*published, inner}}
        return cls(counts.shape, sizes, may_fall=counts > 0, may_rise=np.ones(counts.shape, dtype=bool))


@dataclass(frozen=True)
class Mask:
    """For each published table which cells are small, which are hidden to protect them, and which may be marked as
    small (some of the small ones)."""

    primary: dict[Axes, Flags]
    secondary: dict[Axes, Flags]
    marked: dict[Axes, Flags]

    def hidden(self, axes: Axes) -> Flags:
        return self.primary[axes] | self.secondary[axes]


def margin(inner: NDArray, axes: Axes) -> NDArray:
    """The inner table summed over all axes but these."""
    return np.asarray(inner.sum(axis=tuple(one for one in range(inner.ndim) if one not in axes)))


def protect(
    cube: Cube,
    *,
    minimum_cell: int,
    published: Sequence[Axes],
    already_public: Iterable[TableCell] = (),
    secondary: bool = True,
) -> Mask:
    """The mask of the published tables. `already_public` are cells that were shown before for these very records:
    moves avoid them as long as there are others. `secondary` False leaves small cells unprotected (tests only)."""
    search = _Search(cube, minimum_cell, published, already_public)
    primary = {axes: search.is_small(axes) for axes in search.published}
    hidden = {axes: table.copy() for axes, table in primary.items()}
    marked = {axes: table.copy() for axes, table in primary.items()}
    stays = {(axes, change): search.is_small(axes, change) for axes in search.published for change in (1, -1)}
    for move in _needed(search.moves(), search.small_cells()) if secondary else ():
        for (axes, position), change in move.items():
            hidden[axes][position] = True
            marked[axes][position] &= stays[axes, change][position]
    secondary_cells = {axes: table & ~primary[axes] for axes, table in hidden.items()}
    return Mask(primary, secondary_cells, marked)


def _needed(moves: Sequence[Move], small: Sequence[TableCell]) -> list[Move]:
    """The moves without those whose small cells all lie in others as well. The first are tried first: later ones lean
    on the cells that they have hidden, and often do their work too."""
    wanted = set(small)
    times: dict[TableCell, int] = {}
    for cell in chain.from_iterable(moves):
        times[cell] = times.get(cell, 0) + 1
    kept = []
    for move in moves:
        if all(times[cell] > 1 for cell in move if cell in wanted):
            for cell in move:
                times[cell] -= 1
        else:
            kept.append(move)
    return kept


class _Search:
    """Finds a cheap move for each small cell, one after the other; what one hides costs the next nothing."""

    def __init__(
        self, cube: Cube, minimum: int, published: Sequence[Axes], already_public: Iterable[TableCell]
    ) -> None:
        self.cube, self.minimum = cube, minimum
        self.published = sorted({(), *published}, key=lambda axes: (len(axes), axes))
        # First axis of each array: what the cell costs a move in which it rises, and one in which it falls.
        self.lasting = {axes: self._tells(axes) for axes in self.published}
        self.costs = {axes: self.lasting[axes] + self._worth(axes) for axes in self.published}
        for axes, position in already_public:
            self.costs[axes][_both(position)] += KNOWN
            self.lasting[axes][_both(position)] += KNOWN
        self.limits = np.stack([np.where(cube.may_rise, 0.0, TOO_MUCH), np.where(cube.may_fall, 0.0, IMPOSSIBLE)])

    def is_small(self, axes: Axes, change: int = 0) -> Flags:
        sizes = self.cube.sizes[axes] + change
        small = (sizes >= 1) & (sizes < self.minimum)
        if axes in self.cube.bases:
            bases = self.cube.bases[axes]
            small |= (bases >= 1) & (bases < self.minimum)
        return np.asarray(small)

    def small_cells(self) -> list[TableCell]:
        """Those of totals first: the moves that they need pass through the inner cells too."""
        return [
            (axes, tuple(map(int, position)))
            for axes in self.published
            for position in np.argwhere(self.is_small(axes))
        ]

    def moves(self) -> list[Move]:
        found: list[Move] = []
        protected: set[TableCell] = set()
        for cell in self.small_cells():
            if cell not in protected:
                move = self._cheapest(*cell)
                self._hide(move)
                protected.update(move)
                found.append(move)
        return found

    def _tells(self, axes: Axes) -> Costs:
        small, empty = self.is_small(axes), self.cube.sizes[axes] == 0
        leaves = [(small & ~self.is_small(axes, change)) * TELLS for change in (1, -1)]
        return np.stack([leaves[0] + empty * NOUGHT, leaves[1]])

    def _worth(self, axes: Axes) -> Costs:
        level = PER_LEVEL ** (len(self.cube.shape) - len(axes))
        return (1.0 + np.log2(1.0 + self.cube.sizes[axes])) * level + (0.0 if axes else TOTAL)

    def _hide(self, move: Iterable[TableCell]) -> None:
        for axes, position in move:
            place = _both(position)
            self.costs[axes][place] = self.lasting[axes][place]

    def _cheapest(self, axes: Axes, position: Position) -> Move:
        best, chosen = IMPOSSIBLE, None
        for x in self._inner_cells(axes, position):
            for turned in _subsets(axes):
                costs = self._costs_of_moves(x, turned)
                place = int(costs.argmin())
                if costs.flat[place] < best:
                    best = float(costs.flat[place])
                    falls, *others = map(int, np.unravel_index(place, costs.shape))
                    chosen = (x, dict(zip(turned, others, strict=True)), -1 if falls else 1)
        if chosen is None:  # cannot be: S = {} with x rising has a finite cost
            raise AssertionError("no move was found")
        return dict(self._cells_of(*chosen))

    def _inner_cells(self, axes: Axes, position: Position) -> list[Position]:
        """Inner cells of this cell that hold records; any of them will do, so a large group is cut."""
        place: Place = tuple(position[axes.index(one)] if one in axes else slice(None) for one in self.cube.inner)
        free = [one for one in self.cube.inner if one not in axes]
        for held in (self.cube.sizes, self.cube.bases):
            part = np.asarray(held[self.cube.inner][place]) if held else np.zeros(0)
            if part.any():
                return [self._whole(axes, position, free, one) for one in np.argwhere(part)[:MOST_TRIED]]
        raise AssertionError("a small cell holds no record")

    def _whole(self, axes: Axes, position: Position, free: Sequence[int], rest: Iterable[int]) -> Position:
        known = dict(zip(axes, position, strict=True)) | dict(zip(free, map(int, rest), strict=True))
        return tuple(known[one] for one in self.cube.inner)

    def _costs_of_moves(self, x: Position, turned: Axes) -> Costs:
        """Cost of every move from x on these axes: [does x rise or fall, other category on each axis].

        `costs` starts as the cost of a single corner, by its category on each turned axis. Axis by axis it becomes the
        cost of all corners: those with the category of x keep the direction, those with the other one reverse it.
        """
        costs = self.limits[self._slice(self.cube.inner, x, turned)].copy()
        for axes in self.published:
            if set(turned) <= set(axes):
                costs += self.costs[axes][self._slice(axes, x, turned)]
        for number, axis in enumerate(turned, start=1):
            same = costs.take([x[axis]], axis=number)
            costs = same + costs[::-1]
            costs[(slice(None),) * number + (x[axis],)] = IMPOSSIBLE
        return np.asarray(costs)

    def _slice(self, axes: Axes, x: Position, turned: Axes) -> Place:
        return (slice(None), *(slice(None) if one in turned else x[one] for one in axes))

    def _cells_of(self, x: Position, others: Mapping[int, int], change: int) -> Iterator[tuple[TableCell, int]]:
        """Every published cell that the move changes (step 1), and by how much; x itself changes by `change`."""
        for axes in self.published:
            if set(others) <= set(axes):
                for corner in product(*({x[one], others.get(one, x[one])} for one in axes)):
                    turned = sum(at != x[one] for one, at in zip(axes, corner, strict=True))
                    yield (axes, corner), change * (-1) ** turned


def _both(position: Position) -> Place:
    """The two costs of a cell: rising and falling."""
    return (slice(None), *position)


def _subsets(axes: Axes) -> Iterator[Axes]:
    return chain.from_iterable(combinations(axes, size) for size in range(len(axes) + 1))
