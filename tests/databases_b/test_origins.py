"""A figure names the file that brought it and the release stated for it, also after an undo, and an undo of that."""

from __future__ import annotations

from datetime import date

import pytest

from adme.observations import registry
from databases_b.models import Observation

from .files import NEET, URBAN

pytestmark = pytest.mark.django_db


def described(area: str):
    row = Observation.objects.get(series__area__code=area, closed_by__isnull=True)
    return registry.describe_observations([f"B:{row.pk}"])[f"B:{row.pk}"]


def test_a_release_stated_for_the_series_alone_is_told(store):
    batch = store([(NEET, "IDN", 2020, "24")], released="2025-07-01")
    assert batch.release_date is None
    assert described("IDN").release_date == "2025-07-01"


def test_a_series_without_a_release_of_its_own_has_that_of_the_file(store):
    store([(NEET, "IDN", 2020, "24")], released="", release_date=date(2024, 5, 6))
    assert described("IDN").release_date == "2024-05-06"


def test_after_an_undo_a_value_names_the_file_that_brought_it_first(store, undo):
    first = store([(NEET, "IDN", 2020, "24"), (URBAN, "VNM", 2020, "36")], released="2025-01-31")
    second = store([(NEET, "IDN", 2020, "25")], released="2026-01-31")
    assert described("IDN").sha256 == second.sha256

    taken_back = undo(second)

    restored = described("IDN")
    assert (restored.value, restored.sha256, restored.release_date) == (24, first.sha256, "2025-01-31")
    assert restored.known_from == taken_back.applied_at.isoformat()
    assert str(first.public_id) in restored.batch_url


def test_a_value_put_back_twice_still_names_its_file(store, undo):
    first = store([(NEET, "IDN", 2020, "24")], released="2025-01-31")
    for value in ("25", "26"):
        undo(store([(NEET, "IDN", 2020, value)]))
    assert (described("IDN").value, described("IDN").sha256) == (24, first.sha256)
