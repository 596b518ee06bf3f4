"""No suppressed cell can be worked out from what is published. Judged by integer programmes (see checker)."""

from __future__ import annotations

import time
from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from databases_c.compiling.suppression import Axes, Cube, Mask, margin, protect

from .checker import solvable

bounded = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def every(dimensions: int) -> list[Axes]:
    return [one for size in range(dimensions + 1) for one in combinations(range(dimensions), size)]


def masked(counts: np.ndarray, published: list[Axes], minimum: int = 5, **options) -> Mask:
    return protect(Cube.of_counts(counts, published), minimum_cell=minimum, published=published, **options)


def hidden(mask: Mask, published: list[Axes]) -> dict[Axes, np.ndarray]:
    return {axes: mask.hidden(axes) for axes in published}


@st.composite
def tables(draw, most_dimensions: int = 4):
    """Sparse and dense tables of one to four dimensions, with noughts, and cells around the minimum."""
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=most_dimensions).map(tuple))
    cell = st.one_of(st.just(0), st.integers(0, 7), st.integers(0, 7), st.integers(5, 60))
    values = draw(st.lists(cell, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    return np.array(values, dtype=np.int64).reshape(shape)


@st.composite
def tables_and_published(draw):
    counts = draw(tables())
    others = every(counts.ndim)[1:]
    chosen = draw(st.lists(st.sampled_from(others), unique=True)) if draw(st.booleans()) else others
    return counts, [(), *sorted(chosen, key=lambda one: (len(one), one))]


@bounded
@given(tables_and_published(), st.integers(2, 8))
def test_no_suppressed_count_can_be_solved(made, minimum):
    """Up to four dimensions, any set of published tables, total always among them, any minimum."""
    counts, published = made
    mask = masked(counts, published, minimum)
    assert solvable(counts, published, hidden(mask, published)) == []


@bounded
@given(tables_and_published(), st.integers(2, 8))
def test_nor_by_a_reader_who_sees_which_cells_are_marked_as_small(made, minimum):
    counts, published = made
    mask = masked(counts, published, minimum)
    assert not any((mask.marked[axes] & ~mask.primary[axes]).any() for axes in published)
    assert solvable(counts, published, hidden(mask, published), marked=mask.marked, minimum=minimum) == []


def test_marking_every_small_cell_would_give_some_away():
    """Why a small cell may have to carry the other mark: with a minimum of two, 'small' says one."""
    counts = np.array([[1, 20], [30, 40]])
    mask = masked(counts, every(2), minimum=2)
    told = hidden(mask, every(2))
    assert solvable(counts, every(2), told, marked=mask.primary, minimum=2)
    assert not mask.marked[0, 1].any()
    assert solvable(counts, every(2), told, marked=mask.marked, minimum=2) == []


@bounded
@given(tables_and_published(), st.integers(2, 8))
def test_small_cells_are_hidden_and_noughts_are_not_small(made, minimum):
    counts, published = made
    mask = masked(counts, published, minimum)
    for axes in published:
        table = margin(counts, axes)
        np.testing.assert_array_equal(mask.primary[axes], (table >= 1) & (table < minimum))
        assert not (mask.primary[axes] & mask.secondary[axes]).any()


@bounded
@given(tables(), st.data())
def test_what_is_published_beside_it_does_not_open_a_mask(counts, data):
    """Differencing: tables of any choice, added up and subtracted in any way, are the equations of the checker. Here
    the published tables are two overlapping ones, of which each gives the other's totals."""
    inner = tuple(range(counts.ndim))
    one = data.draw(st.sampled_from(every(counts.ndim)))
    other = data.draw(st.sampled_from(every(counts.ndim)))
    published = sorted({(), one, other, inner}, key=lambda axes: (len(axes), axes))
    mask = masked(counts, published)
    assert solvable(counts, published, hidden(mask, published)) == []


@st.composite
def sums(draw):
    """Records with amounts: contributing records, and sums that may be nought although records are there."""
    counts = draw(tables(most_dimensions=3))
    amounts = draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 12.25, 400.0]), min_size=counts.size, max_size=counts.size))
    return counts, counts * np.array(amounts).reshape(counts.shape)


@bounded
@given(sums())
def test_no_suppressed_sum_can_be_solved(made):
    """The mask comes from the records; the published figures are sums, real and not negative."""
    counts, amounts = made
    published = every(counts.ndim)
    sizes = {axes: margin(counts, axes) for axes in published}
    cube = Cube(counts.shape, sizes, may_fall=(counts > 0) & (amounts > 0), may_rise=np.ones(counts.shape, bool))
    mask = protect(cube, minimum_cell=5, published=published)
    assert solvable(amounts, published, hidden(mask, published), whole=False) == []


@bounded
@given(tables(most_dimensions=3), st.data())
def test_no_suppressed_share_can_be_solved_by_who_knows_the_denominators(numbers, data):
    """The reader knows every denominator and that a share is at most one. Only where all records of the table are in
    the numerator, or none is, nothing can differ, and the published total says so itself."""
    extra = data.draw(st.lists(st.integers(0, 6), min_size=numbers.size, max_size=numbers.size))
    below = numbers + np.array(extra).reshape(numbers.shape)
    published = every(numbers.ndim)
    cube = Cube(
        numbers.shape,
        {axes: margin(numbers, axes) for axes in published},
        may_fall=numbers > 0,
        may_rise=numbers < below,
        bases={axes: margin(below, axes) for axes in published},
    )
    mask = protect(cube, minimum_cell=5, published=published)
    told = hidden(mask, published)
    nothing = {axes: told[axes] & (margin(below, axes) == 0) for axes in published}  # nobody is there: no share
    open_to = solvable(numbers, published, told, most=below)
    assert [cell for cell in open_to if not nothing[cell[0]][cell[1]]] == []


def drawn(seed: int) -> np.ndarray:
    """A table of four dimensions whose every second cell is nought or small."""
    random = np.random.default_rng(seed)
    shape = tuple(random.integers(2, 5, 4))
    return np.where(random.random(shape) < 0.5, random.integers(0, 5, shape), random.integers(5, 40, shape))


@pytest.mark.parametrize("seed", range(12))
def test_larger_tables_of_four_dimensions_hold_and_would_not_without_secondary_suppression(seed):
    counts, published = drawn(seed), every(4)
    whole, primary_only = masked(counts, published), masked(counts, published, secondary=False)
    assert sum(int(whole.primary[axes].sum()) for axes in published) >= 3
    assert solvable(counts, published, hidden(whole, published), marked=whole.marked, minimum=5) == []
    assert solvable(counts, published, hidden(primary_only, published))


def test_without_secondary_suppression_the_checker_finds_a_solvable_cell():
    """The check can fail: primary suppression alone is undone by a subtraction."""
    counts = np.array([[3, 20], [30, 40]])
    published = every(2)
    mask = masked(counts, published, secondary=False)
    assert ((0, 1), (0, 0)) in solvable(counts, published, hidden(mask, published))
    assert solvable(counts, published, hidden(masked(counts, published), published)) == []


def test_two_suppressed_cells_in_each_line_are_not_enough_and_the_checker_knows():
    """A classic mistake: four cells of one layer, two in each of its lines. The lines across the layers open them."""
    counts = np.array([[[1, 9], [9, 9]], [[9, 9], [9, 9]]])
    published = every(3)
    told = {axes: np.zeros([2] * len(axes), dtype=bool) for axes in published}
    told[0, 1, 2][0, :, :] = True
    assert len(solvable(counts, published, told)) == 4
    told[0, 1, 2][1, :, :] = True
    assert solvable(counts, published, told) == []


@pytest.mark.parametrize("cut", range(4))
def test_a_mask_with_one_secondary_cell_shown_is_found_out(cut):
    """Mutation: each secondary cell of this table is needed."""
    counts = np.array([[3, 20, 7], [30, 40, 50]])
    published = every(2)
    mask = masked(counts, published)
    told = hidden(mask, published)
    cells = [(axes, tuple(place)) for axes in published for place in np.argwhere(mask.secondary[axes])]
    assert len(cells) == 3
    if cut < 3:
        axes, place = cells[cut]
        told[axes][place] = False
        assert solvable(counts, published, told)
    else:
        assert solvable(counts, published, told) == []


def test_a_total_that_is_small_hides_everything_that_adds_up_to_it():
    counts = np.array([[1, 0], [2, 0]])
    published = every(2)
    mask = masked(counts, published)
    assert mask.primary[()][()]
    assert solvable(counts, published, hidden(mask, published)) == []


def test_a_small_total_without_dimensions():
    mask = masked(np.array(3), [()])
    assert mask.primary[()][()]
    assert not masked(np.array(0), [()]).hidden(())[()]
    assert not masked(np.array(5), [()]).hidden(())[()]


def test_one_category_only_repeats_the_total_and_falls_with_it():
    """All records are in one category, such as `_U`: it equals the total, so both are hidden or none."""
    for total in (3, 30):
        mask = masked(np.array([total]), [(), (0,)])
        assert mask.hidden(())[()] == mask.hidden((0,))[0] == (total == 3)
    counts = np.array([[3, 40]])  # sex is not given, age is
    mask = masked(counts, every(2))
    assert solvable(counts, every(2), hidden(mask, every(2))) == []
    assert mask.hidden((1,))[0]
    assert mask.hidden((0, 1))[0, 0]


def test_a_small_cell_beside_noughts_only_takes_the_total_with_it():
    """Category A holds 3, B and C none: the total would give A away."""
    counts = np.array([3, 0, 0])
    mask = masked(counts, every(1))
    assert mask.hidden(())[()]
    assert solvable(counts, every(1), hidden(mask, every(1))) == []


def test_nothing_is_hidden_where_nothing_is_small():
    counts = np.arange(60).reshape(3, 4, 5) * 10
    mask = masked(counts, every(3))
    assert not any(mask.hidden(axes).any() for axes in every(3))


def test_the_total_stays_where_it_can():
    counts = np.array([[3, 20, 70], [30, 40, 50]])
    mask = masked(counts, every(2))
    assert not any(mask.hidden(axes).any() for axes in [(), (0,), (1,)])
    assert mask.secondary[0, 1].sum() == 3


def test_what_was_shown_before_of_the_same_records_is_not_relied_on():
    """An earlier recipe showed a cell; hiding it now would protect nothing."""
    counts = np.array([[3, 20, 70], [30, 40, 50]])
    first = masked(counts, every(2))
    relied = [((0, 1), tuple(map(int, place))) for place in np.argwhere(first.secondary[0, 1])]
    second = masked(counts, every(2), already_public=relied[:1])
    told = hidden(second, every(2))
    for axes, place in relied[:1]:
        told[axes][place] = False
    assert solvable(counts, every(2), told) == []


def test_the_same_table_always_gives_the_same_mask():
    counts = np.random.default_rng(7).integers(0, 12, (3, 4, 3))
    first, second = masked(counts, every(3)), masked(counts.copy(), every(3))
    for axes in every(3):
        np.testing.assert_array_equal(first.hidden(axes), second.hidden(axes))


def realistic(shape: tuple[int, ...], total: int, seed: int = 1) -> np.ndarray:
    """Groups of very different size, as sex by age by urban and rural by province has."""
    random = np.random.default_rng(seed)
    shares = np.ones(())
    for size in shape:
        shares = np.multiply.outer(shares, random.dirichlet(np.full(size, 1.5)))
    return random.multinomial(total, shares.ravel() / shares.sum()).reshape(shape)


@pytest.mark.parametrize(("shape", "total", "most"), [
    ((3, 20), 20_000, 0.10), ((3, 20, 2), 20_000, 0.12), ((3, 20, 2, 11), 20_000, 0.30), ((2, 5, 3, 4), 2_000, 0.40),
])  # fmt: skip
def test_protection_costs_a_bounded_share_of_the_cells(shape, total, most):
    """Beside the small cells themselves; and hardly any figure of one dimension alone."""
    counts = realistic(shape, total)
    published = every(len(shape))
    mask = masked(counts, published)
    cells = sum(mask.primary[axes].size for axes in published)
    assert sum(int(mask.secondary[axes].sum()) for axes in published) <= most * cells
    assert not mask.hidden(())[()]
    marginal = [axes for axes in published if len(axes) == 1]
    assert sum(int(mask.secondary[axes].sum()) for axes in marginal) <= 2


def test_a_large_cube_is_protected_within_a_second():
    """3 x 20 x 2 x 11 with all its 16 tables; sparse, which is the slow case."""
    counts = realistic((3, 20, 2, 11), 3_000)
    started = time.process_time()
    masked(counts, every(4))
    assert time.process_time() - started < 1.0
