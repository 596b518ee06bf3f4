"""Sets and versions: made, changed, adopted and retired by analysts; what is in force never changes."""

from __future__ import annotations

import copy

import pytest
from django.core.exceptions import PermissionDenied

from adme.accounts.models import Role
from adme.audit.models import AuditEvent
from adme.reference.models import SectoralBody
from adme.reporting.models import ReportingSchedule
from databases_c.layout import BadLayout, read_layout
from databases_c.models import RecipeVersion, SetVersion, Statistic
from databases_c.refusals import Refused
from databases_c.services import sets
from tests.records.factories import COLUMNS, WARN, make_set, make_statistic

pytestmark = pytest.mark.django_db
RECIPE = {"numerator": {"measure": "sum", "column": "persons"}}


@pytest.fixture
def analyst(user_with):
    return user_with(Role.ANALYST)


def facts(**change):
    return {
        "title": "Courts", "body": SectoralBody.objects.get(code="ACWC"), "kind": "records",
        "custodian": "Ministry of justice", "legal_basis": "", "unit_of_record": "A court", "population": "All courts.",
        "coverage": "", "periodicity": "A", "reference_period": "Stock.", "is_personal": False,
        "discards_rows": False, "is_proposed": True, "provenance": "", "first_period": "2026", **change,
    }  # fmt: skip


def layout(*, without: str = "", rules=()):
    return {
        "columns": [copy.deepcopy(one) for one in COLUMNS if one["name"] != without],
        "rules": list(rules),
        "most_refused": 0.1,
    }


def draft(record_set, by, content):
    return sets.save_layout(record_set=record_set, layout=content, seen="", by=by)


def adopt(version, by, note="New column"):
    return sets.adopt_version(version=version, note=note, seen=sets.fingerprint(version), by=by)


def test_a_new_set_asks_nobody_before_a_version_is_in_force(reference_data, analyst):
    made = sets.draft_set(code="courts", fields=facts(), by=analyst)
    assert (made.current, made.versions.get().state) == (None, SetVersion.State.DRAFT)
    assert not ReportingSchedule.objects.filter(tool="set:courts").exists()
    version = sets.draft_of(made)
    version = sets.change_version(version=version, layout=layout(), seen=sets.fingerprint(version), by=analyst)
    adopted = adopt(version, analyst)
    made.refresh_from_db()
    assert (made.current, adopted.adopted_by) == (adopted, analyst)
    assert ReportingSchedule.objects.get(tool="set:courts").frequency == "A"
    actions = list(AuditEvent.objects.filter(target__startswith="record_set:courts").values_list("action", flat=True))
    assert set(actions) == {"record_set.made", "record_set.version_changed", "record_set.version_adopted"}


@pytest.mark.parametrize("role", [Role.ME_OFFICER, Role.FOCAL_POINT, Role.SOCA_MEMBER, Role.ADMINISTRATOR])
def test_only_analysts_write(reference_data, user_with, role):
    by, held = user_with(role), make_set()
    version = held.current
    for act in (
        lambda: sets.draft_set(code="courts", fields=facts(), by=by),
        lambda: sets.change_set(record_set=held, fields=facts(), by=by),
        lambda: sets.draft_version(record_set=held, by=by),
        lambda: sets.save_layout(record_set=held, layout=layout(), seen="", by=by),
        lambda: sets.change_version(version=version, layout=layout(), seen="", by=by),
        lambda: sets.adopt_version(version=version, note="x", seen="", by=by),
        lambda: sets.discard_draft(version=version, by=by),
        lambda: sets.retire_set(record_set=held, reason="x", by=by),
        lambda: sets.return_set(record_set=held, reason="x", by=by),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_code_that_is_taken_and_a_wrong_first_period_are_refused(reference_data, analyst):
    make_set("taken")
    with pytest.raises(Refused, match="the code taken already") as refused:
        sets.draft_set(code="taken", fields=facts(), by=analyst)
    assert refused.value.field == "code"
    for period in ("2026-Q1", "soon"):
        with pytest.raises(Refused, match="first period"):
            sets.draft_set(code="courts", fields=facts(first_period=period), by=analyst)


def test_what_reports_stand_on_is_settled_once_in_force(reference_data, analyst):
    held = make_set("held", kind="aggregate")
    for change in ({"kind": "records"}, {"kind": "aggregate", "is_personal": True}):
        with pytest.raises(Refused, match="settled"):
            sets.change_set(record_set=held, fields=facts(**change), by=analyst)
    changed = sets.change_set(record_set=held, fields=facts(kind="aggregate"), by=analyst)
    assert changed.title == "Courts"
    count = AuditEvent.objects.count()
    sets.change_set(record_set=held, fields=facts(kind="aggregate"), by=analyst)
    assert AuditEvent.objects.count() == count  # nothing changed, nothing told


def test_a_version_in_force_never_changes(reference_data, analyst):
    held = make_set()
    with pytest.raises(Refused, match="no draft any more"):
        sets.change_version(version=held.current, layout=layout(), seen="", by=analyst)
    with pytest.raises(Refused, match="no draft any more"):
        sets.discard_draft(version=held.current, by=analyst)


def test_an_adopted_version_supersedes_and_carries_recipes_that_fit(reference_data, analyst):
    held = make_set()
    statistic = make_statistic(held, RECIPE)
    old, recipe = held.current, statistic.current
    new = adopt(draft(held, analyst, layout(rules=[WARN])), analyst)
    old.refresh_from_db()
    statistic = Statistic.objects.get(pk=statistic.pk)
    assert (old.state, new.state, new.number) == ("superseded", "in_force", 2)
    assert (statistic.current.layout, statistic.current.recipe, statistic.current.number) == (new, recipe.recipe, 2)
    assert RecipeVersion.objects.get(pk=recipe.pk).state == RecipeVersion.State.SUPERSEDED


def test_a_recipe_that_does_not_fit_stays_with_its_layout(reference_data, analyst):
    held = make_set()
    statistic = make_statistic(held, RECIPE)
    new = draft(held, analyst, layout(without="persons"))
    fit, misfit = sets.fitting(held, new.read_layout())
    assert (fit, [one for one, _ in misfit]) == ([], [statistic])
    assert "no such column" in misfit[0][1]
    adopt(new, analyst)
    statistic.refresh_from_db()
    assert statistic.current.layout.number == 1


def test_adopting_needs_a_note_and_the_text_that_was_seen(reference_data, analyst, user_with):
    version = draft(make_set(), analyst, layout())
    with pytest.raises(Refused) as refused:
        adopt(version, analyst, note="  ")
    assert refused.value.field == "note"
    seen = sets.fingerprint(version)
    sets.change_version(version=version, layout=layout(rules=[WARN]), seen=seen, by=user_with(Role.ANALYST))
    with pytest.raises(Refused, match="changed since you looked"):
        sets.adopt_version(version=version, note="x", seen=seen, by=analyst)
    with pytest.raises(Refused, match="changed the draft since"):
        sets.change_version(version=version, layout=layout(), seen=seen, by=analyst)


def test_a_bad_layout_names_each_field_and_is_not_saved(reference_data, analyst):
    held = make_set()
    bad = layout()
    bad["columns"][0]["name"] = "Bad Name"
    bad["columns"][2]["label"] = ""
    with pytest.raises(BadLayout) as refused:
        draft(held, analyst, bad)
    assert {one.place for one in refused.value.faults} == {"columns[0].name", "columns[2].label"}
    assert sets.draft_of(held) is None
    bad = layout()
    bad["columns"][1]["code_list"] = "CL_NONE"
    with pytest.raises(BadLayout, match="no shared code list"):
        draft(held, analyst, bad)


def test_faults_name_the_place_as_given_where_an_earlier_column_or_rule_is_faulty():
    bad = layout(rules=[{"code": "Bad Code", "kind": "range"}, {**WARN, "params": {"column": "nowhere", "least": 1}}])
    bad["columns"][0]["label"] = ""
    bad["columns"][2] |= {"least": 9, "most": 1}
    bad["rules"].append({**WARN, "code": "of_the_faulty", "kind": "unique", "params": {"columns": ["province"]}})
    with pytest.raises(BadLayout) as refused:
        read_layout(bad)
    told = {one.place: one.seen for one in refused.value.faults}
    assert told["columns[2].least"] == "9"
    assert told["rules[1] (few_persons)"] == "nowhere"
    assert not any(place.startswith("rules[2]") for place in told), "the column is there, with a fault of its own"


def test_an_empty_first_draft_cannot_come_into_force(reference_data, analyst):
    made = sets.draft_set(code="courts", fields=facts(), by=analyst)
    with pytest.raises(BadLayout, match="at least one column"):
        adopt(sets.draft_of(made), analyst)


def test_there_is_one_draft_and_it_can_be_discarded(reference_data, analyst):
    held = make_set()
    first = sets.draft_version(record_set=held, by=analyst)
    assert sets.draft_version(record_set=held, by=analyst) == first
    with pytest.raises(Refused, match="changed the draft"):
        draft(held, analyst, layout())  # somebody's first save, while there is a draft already
    sets.discard_draft(version=first, by=analyst)
    assert sets.draft_of(held) is None
    with pytest.raises(Refused, match="adopted or discarded"):
        sets.save_layout(record_set=held, layout=layout(), seen="gone", by=analyst)


def test_a_retired_set_is_not_asked_for_until_it_is_taken_back(reference_data, analyst):
    held = make_set()
    with pytest.raises(Refused, match="Say why"):
        sets.retire_set(record_set=held, reason=" ", by=analyst)
    retired = sets.retire_set(record_set=held, reason="Not kept any more", by=analyst)
    assert retired.is_retired
    with pytest.raises(Refused, match="retired"):
        sets.draft_version(record_set=held, by=analyst)
    with pytest.raises(Refused, match="retired already"):
        sets.retire_set(record_set=held, reason="again", by=analyst)
    assert not sets.return_set(record_set=held, reason="Kept again", by=analyst).is_retired
