"""Pages of statistics: figures with suppressed cells marked, the recipe as a form, metadata by hand; who may what."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from adme.accounts.models import User
from databases_c.forms_statistics import Draft as DraftForms
from databases_c.forms_statistics import canonical
from databases_c.layout import Layout, read_layout
from databases_c.models import Compilation, MetadataText, RecipeVersion, Statistic, Submission
from databases_c.pages import statistics as pages
from databases_c.recipes import read_recipe
from databases_c.refusals import Refused
from databases_c.services import metadata
from databases_c.services.compile import compile_report

pytestmark = pytest.mark.django_db
As = Callable[..., Client]
CODE = "PERSONS_TRAINED"


@pytest.fixture
def published(statistic: Statistic, submission: Submission) -> Compilation:
    assert statistic.current is not None
    return compile_report(submission.obligation, submission, statistic.current, preview=False, by="system")


def posted(forms: DraftForms, **changes: Any) -> dict[str, Any]:
    """What a browser would send of the forms as they are shown, with changes."""
    found: dict[str, Any] = {}
    for one in forms.all:
        for field in one:
            value = field.value()
            if value is not False and value not in (None, "", []):
                found[field.html_name] = value
            elif field.name == "column":
                found[field.html_name] = ""
    return {**found, "note": "Why.", **changes}


def layout_of(statistic: Statistic) -> Layout:
    assert statistic.record_set.current is not None
    return statistic.record_set.current.read_layout()


class TestFigures:
    def test_a_suppressed_cell_is_a_mark_and_never_a_number(self, published: Compilation, client_as: As) -> None:
        page = client_as("focal_point").get(reverse("statistic", args=[CODE]), {"by": "PROVINCE,SEX"})
        assert page.status_code == 200
        table = page.context["page"].breakdown
        assert table.heads == ("Province",)
        rows = {row.heads[0]: [cell.text for cell in row.cells] for row in table.rows}
        assert rows["South"][table.columns.index("Female")] == "[c]"
        assert "[d]" in [text for texts in rows.values() for text in texts]
        assert "too few records or persons" in page.content.decode()

    def test_what_the_address_asks_for_and_does_not_exist_is_left_out(
        self, published: Compilation, client_as: As
    ) -> None:
        asked = {"by": "NONSENSE\x00", "period": "1999", "state": "XXX"}
        page = client_as("soca_member").get(reverse("statistic", args=[CODE]), asked)
        assert page.status_code == 200
        assert page.context["page"].breakdown is None
        assert page.context["page"].totals is not None

    def test_missing_is_not_zero(self, published: Compilation, client_as: As) -> None:
        table = client_as("analyst").get(reverse("statistic", args=[CODE])).context["page"].totals
        texts = {row.heads[0]: row.cells[0].text for row in table.rows}
        assert (texts["Viet Nam"], texts["Indonesia"]) == ("85", "..")

    def test_the_list_is_found_by_words_and_body(self, published: Compilation, client_as: As) -> None:
        client = client_as("me_officer")
        rows = client.get(reverse("statistic_list"), {"q": "persons trained"}).context["page"].rows
        assert [(one.statistic.code, one.latest, one.states) for one in rows if one.statistic.code == CODE] == [
            (CODE, "2025", 1)
        ]
        assert not client.get(reverse("statistic_list"), {"q": "persons trained", "body": "SOMCA"}).context["page"].rows


class TestWhoMay:
    @pytest.mark.parametrize("role", ["focal_point", "me_officer", "soca_member", "administrator"])
    @pytest.mark.parametrize(
        ("name", "method"),
        [
            ("statistic_recipe_draft", "get"),
            ("statistic_recipe_preview", "get"),
            ("statistic_recipe_preview", "post"),
            ("statistic_recipe_adopt", "post"),
            ("statistic_recipe_discard", "post"),
            ("statistic_metadata_edit", "get"),
            ("statistic_metadata_edit", "post"),
        ],
    )
    def test_drafts_and_texts_are_for_analysts(
        self, statistic: Statistic, client_as: As, role: str, name: str, method: str
    ) -> None:
        assert getattr(client_as(role), method)(reverse(name, args=[CODE])).status_code == 403

    @pytest.mark.parametrize("role", ["focal_point", "soca_member", "administrator", "analyst"])
    def test_figures_and_metadata_are_for_all_who_see_dashboards(
        self, published: Compilation, client_as: As, role: str
    ) -> None:
        client = client_as(role)
        for name in ("statistic", "statistic_metadata"):
            assert client.get(reverse(name, args=[CODE])).status_code == 200
        assert client_as(None).get(reverse("statistic", args=[CODE])).status_code == 403

    def test_a_draft_is_told_to_analysts_only(
        self, statistic: Statistic, draft: Callable[..., RecipeVersion], client_as: As, user_with: Callable[..., User]
    ) -> None:
        draft(user_with("analyst"), note="A secret plan.")
        address = reverse("statistic", args=[CODE])
        assert client_as("focal_point").get(address).context["page"].draft is None
        assert client_as("analyst").get(address).context["page"].draft is not None


class TestRecipeForm:
    def test_a_recipe_goes_through_the_form_unchanged(self, statistic: Statistic) -> None:
        layout = layout_of(statistic)
        recipe = read_recipe(
            {
                "numerator": {
                    "measure": "sum",
                    "column": "persons",
                    "filters": [{"column": "sex", "test": "is", "values": ["F"]}],
                },
                "filters": [{"column": "persons", "test": "at_least", "values": ["2"]}],
                "distinct_by": ["province", "sex"],
                "denominator": {"part": {"measure": "sum", "column": "persons"}},
                "multiplier": 100,
                "dimensions": [
                    {"column": "province", "concept": "AREA", "label": "Part", "mapping": [["N", "NORTH"]]},
                    {
                        "column": "persons",
                        "concept": "SIZE",
                        "label": "Size",
                        "bands": [[0, 9, "S"], [10, 10, "TEN"], [11, 19.5, "M"], [20, None, "L"]],
                    },
                ],
                "published": [["SIZE"], ["AREA", "SIZE"]],
                "round_to": 0.5,
                "decimals": 1,
                "minimum_cell": 7,
            },
            layout,
        )
        forms = DraftForms(layout, recipe, posted(DraftForms(layout, recipe)))
        assert forms.is_valid(), forms.errors()
        assert read_recipe(forms.as_recipe(), layout) == recipe

    def test_an_analyst_drafts_in_the_browser_and_computes_on_a_submission(
        self, statistic: Statistic, submission: Submission, client_as: As
    ) -> None:
        client = client_as("analyst")
        address = reverse("statistic_recipe_draft", args=[CODE])
        forms = client.get(address).context["forms"]
        answer = client.post(address, posted(forms, minimum_cell=10), follow=True)
        assert answer.redirect_chain[-1][0] == reverse("statistic_recipe_preview", args=[CODE])
        assert answer.context["page"].is_mine
        looked = client.post(answer.redirect_chain[-1][0], {"submission": str(submission.public_id)}, follow=True)
        page = looked.context["page"]
        assert [(title, number) for title, number, _ in page.counts][:5] == [
            ("Records read", 4),
            ("Left out by the filters", 0),
            ("Outside the period", 0),
            ("Merged", 0),
            ("Records used", 4),
        ]
        assert {row.title: row.cell.text for row in page.cells}["South · Female"] == "[c]"

    def test_only_tables_of_groups_in_use_are_offered_and_blank_conditions_are_folded(
        self, statistic: Statistic, client_as: As
    ) -> None:
        client, address = client_as("analyst"), reverse("statistic_recipe_draft", args=[CODE])
        page = client.get(address)
        forms = page.context["forms"]
        used = [one.told_label for one in forms.dimensions if one.told_label]
        assert len(used) < len(forms.dimensions)
        offered = [label for _, label in forms.form.fields["chosen_tables"].choices]
        assert [one for one in offered if "×" not in one] == used
        assert "group 4" not in page.content.decode()
        assert "Further conditions" in page.content.decode()
        told = page.context["summary"]
        assert told.recipe == statistic.current
        assert dict(told.lines)["Published"] in page.content.decode()

    def test_a_table_of_a_group_that_is_taken_away_is_left_out(self, statistic: Statistic) -> None:
        layout = layout_of(statistic)
        assert statistic.current is not None
        recipe = read_recipe(statistic.current.recipe, layout)
        last = len(recipe.dimensions)
        changes = {"tables": "chosen", "chosen_tables": ["1", str(last)], f"group{last}-column": ""}
        changes |= {f"group{last}-{name}": "" for name in ("label", "concept", "code_list", "bands", "mapping")}
        forms = DraftForms(layout, recipe, posted(DraftForms(layout, recipe), **changes))
        assert forms.is_valid(), forms.errors()
        assert forms.as_recipe()["published"] == [[], [recipe.dimensions[0].concept]]

    def test_what_was_typed_wrongly_is_named_beside_its_field(self, statistic: Statistic, client_as: As) -> None:
        client = client_as("analyst")
        address = reverse("statistic_recipe_draft", args=[CODE])
        wrong = posted(
            client.get(address).context["forms"],
            **{"all0-column": "sex", "all0-test": "is", "all0-values": "women", "all1-column": "province"},
            **{"all1-test": "at_least", "all1-values": "N", "group1-bands": "a to b", "divided_by": "series"},
        )
        answer = client.post(address, wrong)
        assert answer.status_code == 422
        told = " ".join(text for _, _, text in answer.context["forms"].errors())
        assert "'women' is no code of 'Sex'. Write one of" in told
        assert "'Province' has no order" in told
        assert "'a to b' is no band; write it as 0-14 = Y0T14" in told
        assert "Give the code of the series" in told
        assert not RecipeVersion.objects.filter(state="draft").exists()

    def test_the_second_analyst_adopts_in_the_browser(
        self, statistic: Statistic, draft: Callable[..., RecipeVersion], client_as: As, user_with: Callable[..., User]
    ) -> None:
        draft(user_with("analyst"))
        client = client_as("analyst")
        seen = client.get(reverse("statistic_recipe_preview", args=[CODE])).context["page"].seen
        address = reverse("statistic_recipe_adopt", args=[CODE])
        assert client.post(address, {"seen": seen, "reason": ""}).status_code == 422
        assert client.post(address, {"seen": "another", "reason": "Agreed."}).status_code == 409
        assert client.post(address, {"seen": seen, "reason": "Agreed."}).status_code == 302
        statistic.refresh_from_db()
        assert statistic.current is not None
        assert statistic.current.number == 2

    def test_a_new_statistic_leads_to_its_recipe(self, statistic: Statistic, client_as: As) -> None:
        fields = {"record_set": statistic.record_set_id, "title": "T", "unit": "persons", "definition": "D"}
        client = client_as("analyst")
        answer = client.post(reverse("statistic_new"), {**fields, "code": "BY_NIGHT"})
        assert answer["Location"] == reverse("statistic_recipe_draft", args=["BY_NIGHT"])
        assert client.get(answer["Location"]).status_code == 200
        assert client.post(reverse("statistic_new"), {**fields, "code": "by night"}).status_code == 422
        assert client_as("focal_point").post(reverse("statistic_new"), fields).status_code == 403


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("integer", "12", "12"),
        ("number", "12.50", "12.5"),
        ("day", "2026-07-01", "2026-07-01"),
        ("year", "2026", "2026"),
    ],
)
def test_values_are_kept_as_cells_hold_them(kind: str, text: str, found: str) -> None:
    layout = read_layout({"columns": [{"name": "a", "label": "A", "type": kind}]})
    assert canonical(layout.columns[0], text, {}) == found
    with pytest.raises(ValueError, match="'twelve' is not a"):
        canonical(layout.columns[0], "twelve", {})


class TestMetadata:
    def lines(self, statistic: Statistic) -> dict[str, pages.MetadataLine]:
        found = pages.find(statistic.code)
        assert found is not None
        return {one.heading.code: one for group in pages.metadata_groups(found) for one in group.lines}

    def test_it_is_generated_from_set_recipe_and_figures(self, statistic: Statistic, published: Compilation) -> None:
        told = self.lines(statistic)
        assert told["STAT_POP"].text == "All persons trained in public courses."
        assert told["UNIT_MEASURE"].text == "persons"
        assert told["REF_AREA"].text == "ASEAN Member States; 1 of 11 have published figures."
        assert told["COVERAGE_TIME"].text == "2025."
        assert "1 to 4 records or persons" in told["CONF_DATA_TR"].text
        assert re.search(r"Recipe version 1, adopted \d", told["DATA_COMP"].text)
        assert "one person" in told["CONF_POLICY"].text
        assert told["RELEVANCE"].text == ""

    def test_a_person_completes_it_and_gives_it_back(
        self, statistic: Statistic, client_as: As, published: Compilation
    ) -> None:
        client = client_as("analyst")
        address = reverse("statistic_metadata_edit", args=[CODE])
        answer = client.post(address, {"RELEVANCE": "Civil service plans.", "UNIT_MEASURE": "heads"})
        assert answer.status_code == 302
        told = self.lines(statistic)
        assert (told["RELEVANCE"].text, told["UNIT_MEASURE"].text) == ("Civil service plans.", "heads")
        assert told["UNIT_MEASURE"].generated == "persons"
        was = {"was_RELEVANCE": "Civil service plans.", "was_UNIT_MEASURE": "heads"}
        client.post(address, {**was, "RELEVANCE": "Civil service plans.", "UNIT_MEASURE": ""})
        assert list(MetadataText.objects.values_list("concept", flat=True)) == ["RELEVANCE"]

    def test_two_who_write_at_once_do_not_overwrite_each_other(
        self, statistic: Statistic, user_with: Callable[..., User]
    ) -> None:
        metadata.write(statistic=statistic, texts={"ACCURACY": "First."}, seen={}, by=user_with("analyst"))
        with pytest.raises(Refused, match="Somebody has changed 'Accuracy and reliability'"):
            metadata.write(statistic=statistic, texts={"ACCURACY": "Second."}, seen={}, by=user_with("analyst"))
        with pytest.raises(PermissionDenied):
            metadata.write(statistic=statistic, texts={"ACCURACY": "Third."}, seen={}, by=user_with("focal_point"))
        assert MetadataText.objects.get().text == "First."
