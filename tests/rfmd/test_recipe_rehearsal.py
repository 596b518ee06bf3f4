"""Recipes are drafted, rehearsed without writing, and adopted by a second analyst."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adme.accounts.models import User
from adme.audit.models import AuditEvent
from adme.jobs.testing import run_all_jobs
from adme.observations import registry
from adme.reference.models import Area
from databases_a.rfmd.errors import NotAllowedNow
from databases_a.rfmd.models import Baseline, KpiValue, Recipe, Target
from databases_a.rfmd.recipe_forms import InputForm, RecipeForm, initial_of, input_initial
from databases_a.rfmd.recipe_loading import load_recipes
from databases_a.rfmd.recipes import DEFINITION
from databases_a.rfmd.rehearsal import rehearse
from databases_a.rfmd.services import aggregate, drafts

from .conftest import TEN, FakeSource

pytestmark = pytest.mark.django_db
FIXTURES = Path(__file__).parents[2] / "fixtures"
ENTRIES = json.loads((FIXTURES / "rfmd" / "recipes.json").read_text())
As = Callable[..., Client]


@pytest.fixture
def stored(weighted: Callable[..., Recipe], population: FakeSource) -> Recipe:
    """KPI 31c: every state has 10, Indonesia 20; a baseline and a target make a rating."""
    recipe = weighted()
    for area in TEN:
        population.put("TEST:V", area, dict.fromkeys((2016, 2020), 20.0 if area == "IDN" else 10.0))
        population.put("TEST:OTHER", area, dict.fromkeys((2020,), 5.0))
    aggregate(leaf_codes=["31c"], trigger="test", actor="test")
    asean = Area.objects.get(code="ASEAN")
    leaf = recipe.leaf
    Baseline.objects.create(leaf=leaf, area=asean, year=2016, value=15.0, source="Set")
    Target.objects.create(leaf=leaf, area=asean, year=2025, value=10.0, source="Agreed")
    return recipe


def definition(recipe: Recipe, **changes: Any) -> dict[str, Any]:
    return {**drafts.definition_of(recipe), **changes}


def draft_of(recipe: Recipe, by: User, **changes: Any) -> Recipe:
    return drafts.save_draft(leaf=recipe.leaf, definition=definition(recipe, **changes), by=by)


def adopt(draft: Recipe, by: User, **given: Any) -> Recipe:
    given = {"seen": drafts.fingerprint(draft), "reason": "Agreed in the meeting.", **given}
    return drafts.adopt_draft(leaf=draft.leaf, by=by, **given)


OTHER = [{"role": "value", "series": "TEST:OTHER", "dimensions": ""}]


def test_a_rehearsal_tells_which_figures_and_ratings_move_and_writes_nothing(
    stored: Recipe, user_with: Callable[..., User]
) -> None:
    draft = draft_of(stored, user_with("analyst"), inputs=OTHER)
    before = list(KpiValue.objects.order_by("pk").values())
    with CaptureQueriesContext(connection) as seen:
        found = rehearse(draft)
    assert not [one["sql"] for one in seen if one["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert list(KpiValue.objects.order_by("pk").values()) == before
    assert (found.count("changed"), found.count("disappears"), found.unchanged) == (11, 11, 0)
    region = found.moves[0]
    assert (region.area, region.period, region.before, region.after) == ("ASEAN", "2020", 15.0, 5.0)
    assert region.difference == -10.0
    assert (found.rating_before.rating, found.rating_after.rating) == ("off_track", "on_track")


def test_a_draft_that_changes_only_words_moves_nothing(stored: Recipe, user_with: Callable[..., User]) -> None:
    found = rehearse(draft_of(stored, user_with("analyst"), note="Better words."))
    assert (found.moves, found.unchanged, found.rating_moves) == ((), 22, False)


def test_a_stricter_coverage_shows_what_would_be_withheld(stored: Recipe, user_with: Callable[..., User]) -> None:
    rule = {**stored.coverage_rule, "min_states": 1.0, "min_population": 1.0, "population": "TEST:UNKNOWN"}
    found = rehearse(draft_of(stored, user_with("analyst"), coverage_rule=rule))
    assert found.count("withheld") == 2
    assert all(move.area == "ASEAN" and move.why.startswith("Withheld: ") for move in found.moves)


def test_a_second_analyst_adopts_and_the_drafter_cannot(stored: Recipe, user_with: Callable[..., User]) -> None:
    first, second, third = (user_with("analyst") for _ in range(3))
    draft = draft_of(stored, first, inputs=OTHER)
    with pytest.raises(NotAllowedNow, match="second analyst"):
        adopt(draft, first)
    drafts.save_draft(
        leaf=stored.leaf, definition=definition(draft, note="More."), by=second, seen=drafts.fingerprint(draft)
    )
    draft.refresh_from_db()
    for author in (first, second):
        with pytest.raises(NotAllowedNow, match="second analyst"):
            adopt(draft, author)
    adopted = adopt(draft, third)
    stored.refresh_from_db()
    assert (stored.state, adopted.state, adopted.adopted_by) == ("retired", "adopted", third.email)
    event = AuditEvent.objects.get(action="recipe.adopted")
    assert (event.actor, event.reason) == (third.email, "Agreed in the meeting.")
    run_all_jobs()
    assert KpiValue.objects.get(area__code="ASEAN", closed_by=None, period=2020000).value == 5.0


def test_adoption_needs_a_reason_and_the_text_that_was_seen(stored: Recipe, user_with: Callable[..., User]) -> None:
    first, second = user_with("analyst"), user_with("analyst")
    draft = draft_of(stored, first, inputs=OTHER)
    with pytest.raises(NotAllowedNow, match="Say why"):
        adopt(draft, second, reason=" ")
    with pytest.raises(NotAllowedNow, match="changed since"):
        adopt(draft, second, seen="another")
    assert Recipe.objects.get(leaf=stored.leaf, state="adopted") == stored


def test_two_analysts_do_not_write_over_each_other(stored: Recipe, user_with: Callable[..., User]) -> None:
    first, second = user_with("analyst"), user_with("analyst")
    draft = draft_of(stored, first, note="First.")
    with pytest.raises(NotAllowedNow, match="changed the draft"):
        draft_of(stored, second, note="Second.")
    assert Recipe.objects.get(pk=draft.pk).note == "First."


def test_a_discarded_draft_leaves_the_recipe_in_force_and_its_trace(
    stored: Recipe, user_with: Callable[..., User]
) -> None:
    analyst = user_with("analyst")
    draft_of(stored, analyst, note="Never mind.")
    drafts.discard_draft(leaf=stored.leaf, by=analyst)
    assert not Recipe.objects.filter(state="draft").exists()
    event = AuditEvent.objects.get(action="recipe.draft_discarded")
    assert event.before is not None
    assert event.before["note"] == "Never mind."


def test_a_draft_that_cannot_be_carried_out_is_not_kept(stored: Recipe, user_with: Callable[..., User]) -> None:
    with pytest.raises(NotAllowedNow, match="needs a role and a series"):
        draft_of(stored, user_with("analyst"), inputs=[])
    assert not Recipe.objects.filter(state="draft").exists()


def test_loading_the_same_file_does_not_undo_an_adoption(reference_data: None, user_with: Callable[..., User]) -> None:
    first, second = user_with("analyst"), user_with("analyst")
    old = Recipe.objects.get(leaf__code="9", state="adopted")
    inputs = [{"role": "value", "series": "TOOL1:activities?tags=biodiversity", "dimensions": ""}]
    adopted = adopt(draft_of(old, first, inputs=inputs), second)
    load_recipes(FIXTURES / "reference", True)
    assert Recipe.objects.get(leaf__code="9", state="adopted") == adopted


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["leaf"] for entry in ENTRIES])
def test_every_recipe_goes_through_the_form_unchanged(reference_data: None, entry: dict[str, Any]) -> None:
    kinds = registry.kinds()
    shown = initial_of(entry)
    form = RecipeForm(data={name: value for name, value in shown.items() if value is not None and value is not False})
    assert form.is_valid(), form.errors
    inputs = []
    for one in entry["inputs"]:
        initial = input_initial(one, kinds)
        data = {f"i-{name}": value for name, value in initial.items()}
        single = InputForm(data, prefix="i", initial=initial, kinds=kinds)
        assert single.is_valid(), single.errors
        inputs.append(single.as_input())
    found = form.definition([one for one in inputs if one])
    assert found == {name: entry[name] for name in DEFINITION}


class TestPages:
    def test_analysts_may_and_others_may_not(self, client_as: As, client: Client) -> None:
        addresses = [reverse("recipe_list"), *(reverse(f"recipe_{one}", args=["9"]) for one in ("detail", "draft"))]
        analyst, officer = client_as("analyst"), client_as("me_officer")
        for address in addresses:
            assert analyst.get(address).status_code == 200, address
            assert officer.get(address).status_code == 403, address
            assert client.get(address).status_code == 302, address
        assert officer.post(reverse("recipe_adopt", args=["9"])).status_code == 403
        assert officer.post(reverse("recipe_discard", args=["9"])).status_code == 403
        assert analyst.get(reverse("recipe_detail", args=["99"])).status_code == 404

    def test_the_list_says_in_words_what_is_counted(self, client_as: As) -> None:
        text = client_as("analyst").get(reverse("recipe_list")).content.decode()
        assert "Status: Completed or On-going" in text
        assert "Universal health coverage" in text

    def test_a_draft_is_written_rehearsed_and_adopted_on_the_pages(self, client_as: As) -> None:
        first, second = client_as("analyst"), client_as("analyst")
        form = first.get(reverse("recipe_draft", args=["9"]))
        posted: dict[str, Any] = {
            "method": "identity", "area_method": "none", "regional_from_series": "on", "coverage_of": "bodies",
            "least": "50", "accumulation": "per_period", "unit": "activities", "decimals": "0", "first_year": "2016",
            "seen": "", "input0-role": "value", "input0-count": "TOOL1:activities", "input0-f_tags": ["biodiversity"],
            "input1-role": "", "input1-count": "",
        }  # fmt: skip
        assert "What is counted" in form.content.decode()
        saved = first.post(reverse("recipe_draft", args=["9"]), posted, follow=True)
        assert saved.redirect_chain[-1][0] == reverse("recipe_rehearse", args=["9"])
        draft = Recipe.objects.get(leaf__code="9", state="draft")
        assert draft.inputs[0]["series"] == "TOOL1:activities?tags=biodiversity"
        assert "You wrote this draft" in saved.content.decode()
        given = {"seen": drafts.fingerprint(draft), "reason": "Themes are more exact."}
        mine = first.post(reverse("recipe_adopt", args=["9"]), given)
        assert mine.status_code == 409
        assert "second analyst has to adopt" in mine.content.decode()
        assert second.post(reverse("recipe_adopt", args=["9"]), {**given, "reason": ""}).status_code == 422
        assert second.post(reverse("recipe_adopt", args=["9"]), given).status_code == 302
        assert Recipe.objects.get(leaf__code="9", state="adopted") == draft

    def test_a_wrong_draft_comes_back_with_what_was_typed(self, client_as: As) -> None:
        posted = {"method": "identity", "area_method": "none", "coverage_of": "states", "accumulation": "level",
                  "unit": "things", "decimals": "0", "first_year": "2016", "input0-count": "TOOL1:activities",
                  "input0-f_policy_kinds": ["services_vulnerable"]}  # fmt: skip
        answer = client_as("analyst").post(reverse("recipe_draft", args=["9"]), posted)
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "cannot be asked by &#x27;policy_kinds&#x27;" in text
        assert 'value="things"' in text

    def test_the_list_takes_the_same_statements_whatever_the_number_of_recipes(self, client_as: As) -> None:
        analyst = client_as("analyst")
        analyst.get(reverse("recipe_list"))
        with CaptureQueriesContext(connection) as many:
            analyst.get(reverse("recipe_list"))
        Recipe.objects.exclude(leaf__code__in=["9", "6d", "31c", "22", "21"]).update(state="retired")
        with CaptureQueriesContext(connection) as few:
            analyst.get(reverse("recipe_list"))
        assert len(few) == len(many)
