"""What is typed against record sets: refused beside its field, never an error page."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from databases_c.services import sets
from tests.records.factories import make_set

from .test_pages import edit, fields

pytestmark = pytest.mark.django_db
RULE: dict[str, Any] = {
    "rules0-instruction": "Check the number.", "rules0-level": "warning", "rules0-code": "usual",
    "rules0-column": "persons", "rules0-by": ["province"],
}  # fmt: skip


@pytest.mark.parametrize("typed", ["9" * 400, "-" + "9" * 400])
def test_a_bound_beyond_all_figures_is_refused(client_as: Any, typed: str) -> None:
    analyst, held = client_as("analyst"), make_set()
    at = reverse("record_set_version_edit", args=[held.code])
    shown = fields(analyst.post(at, {**fields(analyst.get(at)), "do": "rules:add", "new_kind": "expected"}))
    low, high = (typed, "5") if typed.startswith("-") else ("1", typed)
    refused = analyst.post(at, {**shown, **RULE, "do": "save", "rules0-bounds": f"N = {low} to {high}"})
    assert refused.status_code == 422
    assert "give the least and the most" in refused.content.decode().casefold()
    assert sets.draft_of(held) is None
    saved = analyst.post(at, {**shown, **RULE, "do": "save", "rules0-bounds": "N = 1 to 5"})
    assert saved.status_code == 302
    draft = sets.draft_of(held)
    assert draft is not None
    assert draft.layout["rules"][0]["params"]["bounds"] == {"N": [1, 5]}
    assert edit(analyst, held).status_code == 302
