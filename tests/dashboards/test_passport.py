"""A figure's passport, and recomputing beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from adme.accounts.models import Role
from adme.common.formatting import THIN_SPACE
from databases_a.rfmd import passport as passports
from databases_a.rfmd.models import KpiValue
from databases_a.rfmd.passport import Comparison

URL = "/dashboards/kpis/31c/passport/?area=ASEAN&period=2023"


@pytest.fixture
def analyst(client_as: Callable[..., Client]) -> Client:
    return client_as(Role.ANALYST)


def test_passport_shows_recipe_inputs_and_what_was_left_out(analyst: Client, values: Any) -> None:
    values(
        "31c",
        {"ASEAN": {2023: 21.5}},
        inputs=[["value", "IDN", "B:1", 2023000, 21.4321, 270_000_000.0], ["value", "LAO", "B:2", 2021000, 0.0, None]],
        left_out=[["MMR", "The latest value, of 2017, is more than 5 years old."]],
    )
    html = analyst.get(URL).content.decode()
    assert "Recipe, version" in html
    assert "21.4321" in html, "as stored, without rounding"
    assert f"270{THIN_SPACE}000{THIN_SPACE}000" in html
    assert "Myanmar" in html
    assert "more than 5 years old" in html


def test_recompute_is_for_those_who_may_and_writes_nothing(
    client_as: Any, analyst: Client, youth: Any, monkeypatch: Any
) -> None:
    equal = Comparison("equal", 21.5, 21.5, ("The same inputs give the same figure.",), timezone.now())
    monkeypatch.setattr(passports, "recompute_and_compare", lambda *args: equal)
    before = KpiValue.objects.count()
    response = analyst.post(URL)
    assert response.status_code == 200
    assert "the same figure" in response.content.decode()
    assert KpiValue.objects.count() == before
    member = client_as(Role.SOCA_MEMBER)
    assert member.post(URL).status_code == 403
    assert "Recompute and compare" not in member.get(URL).content.decode()
    assert "Recompute and compare" in analyst.get(URL).content.decode()


def test_difference_is_told_with_its_reasons_and_offers_to_store_anew(
    analyst: Client, youth: Any, monkeypatch: Any
) -> None:
    differs = Comparison("differs", 21.5, 22.0, ("IDN, value of 2023: 21 became 22.",), timezone.now())
    monkeypatch.setattr(passports, "recompute_and_compare", lambda *args: differs)
    html = analyst.post(URL).content.decode()
    assert "IDN, value of 2023: 21 became 22." in html
    assert "Compute and store KPI 31c anew" in html


def test_figure_whose_observations_are_gone_disappears_when_recomputed(analyst: Client, youth: Any) -> None:
    html = analyst.post(URL).content.decode()
    assert "no figure comes out" in html


def test_recipe_of_the_reference_data_is_not_said_to_be_adopted_by_a_program(analyst: Client, youth: Any) -> None:
    html = analyst.get(URL).content.decode()
    assert "Adopted with the reference data on " in html
    assert "load_reference" not in html
