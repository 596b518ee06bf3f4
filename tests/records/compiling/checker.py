"""An independent reader of published tables: what can be worked out about the cells that are not shown?

Knows nothing of moves. Unknown are the cells of the inner table; known are the published cells that are not hidden, and
that counts are whole and not negative. Integer programmes give the least and the most that each hidden cell can be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

Axes = tuple[int, ...]


def solvable(
    inner: NDArray,
    published: Sequence[Axes],
    hidden: Mapping[Axes, NDArray],
    *,
    whole: bool = True,
    most: NDArray | None = None,
    marked: Mapping[Axes, NDArray] | None = None,
    minimum: int = 0,
) -> list[tuple[Axes, tuple[int, ...]]]:
    """The hidden cells of which only one value is possible. `most` bounds the inner cells from above, where known.
    Cells that are `marked` as small are known to hold 1 to `minimum` - 1.

    Every table found shows that all cells in which it differs from the truth have two values, so few programmes are
    solved for many cells.
    """
    rows, totals, names = _equations(inner, published)
    shown = np.array([not hidden[axes][place] for axes, place in names])
    truth = totals
    unsure = set()
    known = [LinearConstraint(rows[shown], truth[shown], truth[shown])]
    if marked is not None and (small := np.array([bool(marked[axes][place]) for axes, place in names])).any():
        known.append(LinearConstraint(rows[small], 1, minimum - 1))
    bounds = Bounds(0, np.inf if most is None else most.ravel().astype(float))
    for number in np.flatnonzero(~shown):
        if number in unsure:
            continue
        for sign in (1, -1):
            found = milp(
                sign * rows[number],
                constraints=[*known, LinearConstraint(rows[number], 0, 10 * inner.sum() + 100)],
                integrality=np.full(inner.size, int(whole)),
                bounds=bounds,
            )
            assert found.success, found.message
            other = rows @ (np.round(found.x) if whole else found.x)
            unsure |= set(np.flatnonzero(np.abs(other - truth) > 1e-6))
            if number in unsure:
                break
    return [names[number] for number in np.flatnonzero(~shown) if number not in unsure]


def _equations(
    inner: NDArray, published: Sequence[Axes]
) -> tuple[NDArray, NDArray, list[tuple[Axes, tuple[int, ...]]]]:
    """One row for each published cell: which inner cells it adds up."""
    rows, names = [], []
    places = np.indices(inner.shape)
    for axes in published:
        shape = tuple(inner.shape[one] for one in axes)
        for place in np.ndindex(*shape):
            within = np.ones(inner.shape, dtype=bool)
            for axis, at in zip(axes, place, strict=True):
                within &= places[axis] == at
            rows.append(within.ravel())
            names.append((axes, place))
    matrix = np.array(rows, dtype=float)
    return matrix, matrix @ inner.ravel().astype(float), names
