"""What a slip of the keyboard or a hostile file must not do: break pages for all, or plant a link that runs."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError

from adme.accounts.models import Role
from adme.common.addresses import web_address
from adme.common.formatting import number
from adme.ingest.models import BatchState
from databases_a.rfmd.forms import FigureField
from databases_b.models import Indicator, Observation

from .files import HEADING, NEET, packed, tidy

pytestmark = pytest.mark.django_db
RUNNING = "javascript:alert(document.domain)"


def with_series(rows, series_heading, series_rows) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("data.csv", tidy(rows, (*HEADING, "DATASET")))
        archive.writestr("series.csv", tidy(series_rows, series_heading))
    return out.getvalue()


@pytest.mark.parametrize("text", ["1.7e308", "1e28", "-1e19"])
def test_a_number_that_no_statistic_can_be_is_refused_with_its_row(send, text):
    batch = send(packed([(NEET, "IDN", 2020, "24"), (NEET, "VNM", 2020, text)]), create_indicators=True)
    assert batch.state == BatchState.REFUSED
    problem = batch.problems.get(code="too_large")
    assert (problem.row, problem.seen) == (3, text)
    assert "unit" in problem.hint


def test_a_large_but_possible_number_is_taken(store):
    assert store([(NEET, "IDN", 2020, "1e17")]).state == BatchState.APPLIED
    assert Observation.objects.get().value == 1e17


def test_the_same_bound_holds_for_typed_figures():
    assert FigureField().clean("1e17") == 1e17
    with pytest.raises(ValidationError, match="that large"):
        FigureField().clean("1e300")


@pytest.mark.parametrize("value", [1.7976931348623157e308, -1.7976931348623157e308, 5e-324, 1e28, 1e21])
@pytest.mark.parametrize("decimals", [None, 0, 6])
def test_any_stored_number_can_be_shown(value, decimals):
    assert number(value, decimals)


@pytest.mark.parametrize("code", ["A/B", "..", "=A", "A B", "-A"])
def test_a_new_code_that_cannot_stand_in_an_address_is_refused(send, code):
    batch = send(packed([(code, "IDN", 2020, "24")], titles={code: "A title"}), create_indicators=True)
    assert batch.state == BatchState.REFUSED
    assert "letters, digits" in batch.problems.get(code="unknown_indicator").hint
    assert not Indicator.objects.filter(code=code).exists()


@pytest.mark.parametrize("code", ["SL.UEM.NEET.ZS", "per_sa_allsa.cov_pop_tot", "4.1-a"])
def test_codes_as_providers_have_them_are_taken(store, code):
    assert store([(code, "IDN", 2020, "24")], titles={code: "A title"}).state == BatchState.APPLIED


def test_a_link_that_would_run_is_neither_stored_nor_shown(send, store, client_as):
    store([(NEET, "IDN", 2020, "24")])
    Indicator.objects.update(link=RUNNING)  # as if an earlier version had stored it
    content = with_series(
        [(NEET, "VNM", 2020, "8", "", "", "WB_WDI")],
        ("dataset", "indicator", "title", "release_date", "link"),
        [("WB_WDI", NEET, "Share of youth", "2027-01-01", RUNNING)],
    )
    send(content)
    page = client_as(Role.ANALYST).get(f"/database-b/indicators/WB_WDI/{NEET}/").content.decode()
    assert f'href="{RUNNING}' not in page


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://data.worldbank.org/indicator/X", True),
        ("http://example.org", True),
        (RUNNING, False),
        ("JavaScript://example.org/%0aalert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https://example.org/" + "x" * 600, False),
        ("", False),
    ],
)
def test_only_addresses_of_the_web_become_links(text, kept):
    assert web_address(text) == (text if kept else "")
