"""What is typed or sent against statistics: refused with a sentence, never an error page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from adme.accounts.models import User
from databases_c.forms_statistics import canonical
from databases_c.layout import Column, Type
from databases_c.models import RecipeVersion, RecordSet, Statistic, Submission
from databases_c.refusals import Refused
from databases_c.services import recipes
from databases_c.services.preview import preview

from .test_pages import posted

pytestmark = pytest.mark.django_db
NO_FIGURES = [
    "inf",
    "-inf",
    "nan",
    "1e999",
    "9" * 400,
    "1e308",
    "1_000",
    "１２",
    "٣",
    "0x10",
    "1,234",
    "..",
    "'\u202e1",
]


@pytest.mark.parametrize("typed", NO_FIGURES)
def test_a_condition_with_what_is_no_figure_is_refused_beside_its_field(
    statistic: Statistic, client_as: Callable[..., Client], typed: str
) -> None:
    client, at = client_as("analyst"), reverse("statistic_recipe_draft", args=[statistic.code])
    shown = posted(client.get(at).context["forms"])
    sent = client.post(at, {**shown, "all0-column": "persons", "all0-test": "at_least", "all0-values": typed})
    assert sent.status_code == 422
    assert "is not a number" in str(sent.context["forms"].filters[0].errors)
    assert not RecipeVersion.objects.filter(state="draft").exists()
    good = client.post(at, {**shown, "all0-column": "persons", "all0-test": "at_least", "all0-values": "-0"})
    assert good.status_code == 302
    draft = RecipeVersion.objects.get(state="draft")
    assert draft.recipe["filters"][0]["values"] == ["0"]


def test_a_band_beyond_all_figures_is_refused_beside_its_field(
    statistic: Statistic, client_as: Callable[..., Client]
) -> None:
    client, at = client_as("analyst"), reverse("statistic_recipe_draft", args=[statistic.code])
    shown = posted(client.get(at).context["forms"])
    group = {"group1-column": "persons", "group1-concept": "SIZE", "group1-label": "Size"}
    sent = client.post(at, {**shown, **group, "group1-bands": f"0-{'9' * 400} = A"})
    assert sent.status_code == 422
    assert "no figure here is larger" in str(sent.context["forms"].dimensions[0].errors)
    assert client.post(at, {**shown, **group, "group1-bands": "0-9 = A"}).status_code == 302


def test_a_code_list_that_there_is_not_never_reaches_a_page(
    statistic: Statistic, draft: Callable[..., RecipeVersion], user_with: Callable[..., User]
) -> None:
    analyst = user_with("analyst")
    dimension: dict[str, Any] = {"column": "sex", "concept": "SEX", "label": "Sex"}
    for name in ("CL_SEXES", "sex", "{{7*7}}"):
        with pytest.raises(Refused, match="no shared code list"):
            draft(analyst, dimensions=[{**dimension, "code_list": name}])
    assert draft(analyst, dimensions=[{**dimension, "code_list": "CL_SEX"}]).number == 2


def test_a_value_is_kept_as_cells_hold_it(record_set: RecordSet) -> None:
    text = Column("place", "Place", Type.TEXT)
    assert canonical(text, "Bie\u0302n Ho\u0300a", {}) == "Bi\u00ean H\u00f2a"
    assert record_set.current is not None
    column = record_set.current.read_layout().by_name["persons"]
    assert [canonical(column, text, {}) for text in ("12", "12.0", "1e3", "-0", "0.5")] == [
        "12",
        "12",
        "1000",
        "0",
        "0.5",
    ]


def test_records_about_persons_are_not_published_without_a_smallest_cell(
    statistic: Statistic, draft: Callable[..., RecipeVersion], user_with: Callable[..., User]
) -> None:
    """A draft may be looked at without; readers never get one. Records about things may do without."""
    analyst, other = user_with("analyst"), user_with("analyst")
    for number in (0, 1, 2):
        held = recipes.draft_of(statistic)
        made = draft(analyst, minimum_cell=number, seen=recipes.fingerprint(held) if held else "")
        with pytest.raises(Refused, match="at least 3") as refused:
            recipes.adopt_draft(statistic=statistic, seen=recipes.fingerprint(made), reason="Agreed.", by=other)
        assert refused.value.field == "minimum_cell"
    made = draft(analyst, minimum_cell=3, seen=recipes.fingerprint(made))
    recipes.adopt_draft(statistic=statistic, seen=recipes.fingerprint(made), reason="Agreed.", by=other)

    RecordSet.objects.filter(pk=statistic.record_set_id).update(is_personal=False)
    statistic.refresh_from_db()
    things = draft(analyst, minimum_cell=0)
    adopted = recipes.adopt_draft(statistic=statistic, seen=recipes.fingerprint(things), reason="Agreed.", by=other)
    assert (adopted.state, adopted.recipe["minimum_cell"]) == ("in_force", 0)


def test_a_preview_of_rows_that_are_not_where_they_were_kept_is_a_sentence(
    submission: Submission, draft: Callable[..., RecipeVersion], user_with: Callable[..., User], statistic: Statistic
) -> None:
    analyst = user_with("analyst")
    draft(analyst)
    preview(statistic=statistic, submission=submission.public_id, by=analyst)
    submission.rows_file.storage.delete(submission.rows_file.name)
    with pytest.raises(Refused, match="not where they were kept"):
        preview(statistic=statistic, submission=submission.public_id, by=analyst)
