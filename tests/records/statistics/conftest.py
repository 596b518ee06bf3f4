"""A record set with a statistic by province and sex, and reports that hold records of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adme.accounts.models import User
from databases_c.models import RecipeVersion, RecordSet, Statistic, Submission
from databases_c.services import recipes
from tests.records.factories import make_report, make_set, make_statistic, send

RECIPE: dict[str, Any] = {
    "numerator": {"measure": "sum", "column": "persons"},
    "dimensions": [
        {"column": "province", "concept": "PROVINCE", "label": "Province"},
        {"column": "sex", "concept": "SEX", "label": "Sex", "code_list": "CL_SEX"},
    ],
    "minimum_cell": 5,
}


@pytest.fixture
def record_set(reference_data: None) -> RecordSet:
    return make_set(body="ACCSM", title="Courses of civil servants", is_personal=True)


@pytest.fixture
def statistic(record_set: RecordSet) -> Statistic:
    """Persons trained, recipe version 1 in force."""
    return make_statistic(record_set, RECIPE)


@pytest.fixture
def submission(record_set: RecordSet) -> Submission:
    """Viet Nam 2025: 12 and 30 in the North, 3 and 40 in the South."""
    rows = [["N", "F", "12"], ["N", "M", "30"], ["S", "F", "3"], ["S", "M", "40"]]
    return send(make_report(record_set, "VNM", "2025"), rows)


@pytest.fixture
def draft(statistic: Statistic) -> Callable[..., RecipeVersion]:
    """`draft(by, **changes)`: a draft that differs from the recipe in force by the changes."""

    def make(by: User, note: str = "Another minimum.", seen: str = "", **changes: Any) -> RecipeVersion:
        return recipes.save_draft(statistic=statistic, recipe={**RECIPE, **changes}, note=note, by=by, seen=seen)

    return make
