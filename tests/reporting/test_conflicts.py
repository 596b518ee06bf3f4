"""Two people in one record: the second gets both texts, and nothing that was saved is lost."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from adme.reporting.errors import Conflict
from adme.reporting.models import RecordChange
from databases_a.tool1.fields import CATALOGUE

from . import factories as make
from .factories import save, tokens_now, values_of

pytestmark = pytest.mark.usefixtures("reference_data")


class Page:
    """A record as one person has it open: what it showed, and the tokens of that."""

    def __init__(self, report: Any, key: str, by: Any) -> None:
        self.report, self.key, self.by = report, key, by
        self.reload()

    def reload(self) -> None:
        self.shown, self.tokens = values_of(self.report, self.key), tokens_now(self.report, self.key)

    def send(self, *, tell_base: bool = True, sections: tuple[str, ...] = (), **typed: Any) -> Any:
        """Like the form: all fields of the section go, the untouched ones as they were shown."""
        names = [one.name for section in sections for one in CATALOGUE.of_section(section)]
        raw = {name: self.shown[name] for name in names} | typed
        base = {name: self.shown[name] for name in raw} if tell_base else None
        return save(self.report, self.key, raw, self.by, tokens=self.tokens, base=base)


@pytest.fixture
def pages(report, officer):
    key = make.key_of(make.make_activity())
    save(report, key, make.REPORT, officer)
    return Page(report, key, officer), Page(report, key, make.officer("SOMHD"))


def test_changes_of_different_fields_of_one_section_are_both_kept(pages):
    first, second = pages
    first.send(sections=("progress",), remarks="By the first.")
    saved = second.send(sections=("progress",), percent_complete=55)

    assert saved.changed == ("percent_complete",)
    assert (saved.values["remarks"], saved.values["percent_complete"]) == ("By the first.", 55)


def test_changes_of_the_same_field_give_the_second_both_texts(pages):
    first, second = pages
    first.send(sections=("progress",), remarks="By the first.")
    with pytest.raises(Conflict) as met:
        second.send(sections=("progress",), remarks="By the second.", percent_complete=55)

    (clash,) = met.value.clashes
    assert (clash.base, clash.theirs, clash.mine) == ("", "By the first.", "By the second.")
    assert (clash.field, clash.label, met.value.by) == ("remarks", "Remarks", str(first.by))
    stored = values_of(first.report, first.key)
    assert (stored["remarks"], stored["percent_complete"]) == ("By the first.", 40)

    second.tokens = met.value.tokens
    assert second.send(remarks="Both agree.").values["remarks"] == "Both agree."


def test_without_what_the_client_started_from_every_difference_clashes(pages):
    first, second = pages
    first.send(sections=("progress",), remarks="By the first.")
    with pytest.raises(Conflict) as met:
        second.send(tell_base=False, sections=("progress",), percent_complete=55)

    assert {one.field for one in met.value.clashes} == {"remarks", "percent_complete"}


def test_a_save_without_a_token_never_overwrites(pages):
    first, _second = pages
    with pytest.raises(Conflict):
        save(first.report, first.key, {"remarks": "x", "percent_complete": 77}, first.by, tokens={})

    same = save(first.report, first.key, {"percent_complete": 40}, first.by, tokens={})
    assert same.changed == ()


def test_a_repeated_save_changes_nothing_and_is_no_conflict(pages):
    first, _second = pages
    first.send(sections=("progress",), remarks="Once.")
    counted = RecordChange.objects.count()

    again = first.send(sections=("progress",), remarks="Once.")

    assert (again.changed, RecordChange.objects.count()) == ((), counted)


def test_the_form_and_the_grid_guard_one_another(pages):
    first, second = pages
    first.send(sections=("progress",), remarks="From the form.")
    second.tokens = {"grid": second.tokens["grid"]}
    with pytest.raises(Conflict):
        second.send(remarks="From the grid.")
    with pytest.raises(Conflict):  # not a field of the grid, so its token says nothing about it
        second.send(tell_base=False, outputs="policy | A guideline | ")

    assert second.send(percent_complete=41).changed == ("percent_complete",)


def test_plan_values_are_guarded_across_the_reports_of_two_periods(pages):
    first, second = pages
    other = make.make_obligation("SOMHD", period="2026")
    second.report = other
    second.reload()
    first.send(sections=("activity",), title="Renamed in the report of 2025")
    with pytest.raises(Conflict) as met:
        second.send(sections=("activity",), title="Renamed in the report of 2026")

    assert met.value.by == str(first.by)


STEPS = ["first", "second"]


@pytest.mark.parametrize("order", sorted(set(itertools.permutations(STEPS * 3, 5))))
def test_no_interleaving_of_two_editors_loses_a_saved_value(order, pages):
    """Each types into a field of its own and into a shared one; who meets a conflict takes the stored text over."""
    people = dict(zip(STEPS, pages, strict=True))
    own = {"first": "explanation", "second": "achieved"}
    saved: dict[str, str] = {}
    for number, name in enumerate(order):
        page = people[name]
        typed = {own[name]: f"{name} {number}", "remarks": f"{name} {number}"}
        try:
            done = page.send(sections=("progress", "results"), **typed)
        except Conflict as met:
            clashes, page.tokens = met.clashes, met.tokens
            page.shown = values_of(page.report, page.key)
            done = page.send(**{own[name]: typed[own[name]]})
            assert [(one.field, one.theirs) for one in clashes] == [("remarks", saved["remarks"])]
            typed.pop("remarks")
        saved |= typed
        stored = values_of(page.report, page.key)
        assert {field: stored[field] for field in saved} == saved
        page.tokens, page.shown = done.tokens, done.values
