"""Search over activities: words, filters, hostile input, and one row per activity."""

from __future__ import annotations

import pytest
from django.urls import reverse

from adme.accounts.models import Role
from adme.reporting import tools
from databases_a.tool1.models import Activity
from databases_a.tool1.selectors.fulltext import words_of
from databases_a.tool1.selectors.search import Wanted, found_by, search

from . import factories

pytestmark = pytest.mark.usefixtures("reference_data")


def _told(*titles: str, body: str = "SOMHD", period: str = "2025", **values) -> list[Activity]:
    made = [factories.activity(body, title=title, **values) for title in titles]
    report = factories.obligation(body, period)
    factories.hand_in(report)
    return made


def _titles(user, **wanted) -> set[str]:
    return {fact.title for fact in found_by(user, Wanted.read(wanted))}


@pytest.fixture
def analyst(user_with):
    return user_with(Role.ANALYST)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("healthy cities", {"Healthy cities of the region"}),
        ("HEALTHY city", {"Healthy cities of the region"}),  # stems
        ("region heal", {"Healthy cities of the region"}),  # the last word as a beginning
        ("vaccina", {"Vaccination week"}),
        ("Tür", {"Dialogue with Türkiye"}),
        ("turkiye", {"Dialogue with Türkiye"}),
        ("healthy vaccination", set()),  # all words
        ("cities -healthy", {"Healthy cities of the region"}),  # no operators
    ],
)
def test_words_are_found_as_people_type_them(analyst, words, found):
    _told("Healthy cities of the region", "Vaccination week", "Dialogue with Türkiye")
    assert _titles(analyst, q=words) == found


@pytest.mark.parametrize(
    "hostile",
    [
        "'", '"', "''; DROP TABLE x;--", "a & | ! b", "foo:*", "(((", "NEAR(a b)", "title:x", "* *", "\\", "a\x00b",
        "%", "_", "<->", "-", "^", "{a b}", "AND OR NOT", "x" * 5000, "ก ข", "\ud800", "a" * 39 + " " * 9 + "🙂",
    ],
)  # fmt: skip
def test_no_text_breaks_the_search(client_as, hostile):
    _told("Healthy cities")
    client = client_as(Role.ANALYST)
    for name in ("q", "kra", "body", "first", "page", "sort", "standing"):
        query = {name: hostile.encode("utf-8", "replace").decode()}
        assert client.get(reverse("activity_search"), query).status_code == 200


def test_what_is_nearest_to_the_words_comes_first(analyst):
    factories.activity(title="Water supply", description="A side event looked at cities.")
    _told("Cities for health")
    found = [fact.title for fact in found_by(analyst, Wanted.read({"q": "cities"}))]
    assert found == ["Cities for health", "Water supply"]


def test_each_filter_keeps_what_fits_and_leaves_out_the_rest(analyst):
    fits = factories.activity(
        title="Fits", kras=["B.1"], measures=["B.1.1"], kpis=["3"], issues=["2"], tags=["outreach"],
        lead_states=["VNM"], partner_bodies=["SLOM"], dialogue_partners=["JP"], activity_type="study",
    )  # fmt: skip
    key = str(fits.public_id)
    factories.hand_in(factories.obligation(), only=[key], told={key: {"status": "delayed", "stakeholders": ["youth"]}})
    _told("Other", body="SLOM", period="2024", kras=["A.1"])
    for name, value in {
        "body": "SOMHD", "kra": "B.1", "measure": "B.1.1", "kpi": "3", "issue": "2", "theme": "outreach",
        "state": "VNM", "partner": "SLOM", "dialogue": "JP", "type": "study", "status": "delayed",
        "stakeholder": "youth", "first": "2025",
    }.items():  # fmt: skip
        assert _titles(analyst, **{name: value}) == {"Fits"}, name
    assert _titles(analyst, last="2024") == {"Other"}
    assert _titles(analyst) == {"Fits", "Other"}


def test_an_activity_is_one_row_with_its_latest_report_unless_all_are_asked_for(analyst):
    factories.activity(title="Runs long")
    factories.hand_in(factories.obligation(period="2024"))
    factories.hand_in(factories.obligation(period="2025"))
    assert [fact.year for fact in found_by(analyst, Wanted())] == [2025]
    assert [fact.year for fact in found_by(analyst, Wanted(periods="all"))] == [2025, 2024]
    assert [fact.year for fact in found_by(analyst, Wanted(last=2024))] == [2024]


def test_an_empty_result_says_why(analyst):
    assert "No report" in search(analyst, Wanted(), "").why_empty
    _told("Healthy cities")
    assert "“zebra”" in search(analyst, Wanted(q="zebra"), "").why_empty
    assert "no letters" in search(analyst, Wanted(q="--"), "").why_empty
    assert "backwards" in search(analyst, Wanted(first=2026, last=2020), "").why_empty
    assert search(analyst, Wanted(), "").why_empty == ""


def test_the_address_holds_the_whole_search():
    asked = {"q": "clean air", "kra": "B.1", "first": "2024", "periods": "all", "sort": "-body", "junk": "x"}
    wanted = Wanted.read(asked)
    assert wanted.query == "q=clean+air&kra=B.1&first=2024&periods=all&sort=-body"


def test_words_are_few_short_and_plain():
    assert words_of("a-b " * 20 + "x" * 99) == ["a", "b"] * 6
    assert words_of("'; DROP") == ["drop"]


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_a_result_is_downloaded_as_it_is_filtered(client_as, extension):
    _told("Healthy cities", "Clean air")
    client = client_as(Role.SOCA_MEMBER)
    response = client.get(reverse("activity_download", args=[extension]), {"q": "air"})
    content = response.getvalue()
    assert response.status_code == 200
    assert "adme_activities_v" in response["Content-Disposition"]
    if extension == "csv":
        assert b"Clean air" in content
        assert b"Healthy cities" not in content


def test_a_download_of_an_unknown_kind_is_not_found(client_as):
    assert client_as(Role.ANALYST).get(reverse("activity_download", args=["exe"])).status_code == 404


def test_the_page_needs_as_many_statements_for_fifty_activities_as_for_one(client_as, django_assert_max_num_queries):
    client = client_as(Role.ANALYST)
    _told("One")
    client.get(reverse("activity_search"))
    with django_assert_max_num_queries(40) as few:
        client.get(reverse("activity_search"), {"q": "o"})
    _told(*(f"Other {number}" for number in range(50)), body="SLOM")
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(reverse("activity_search"), {"q": "o"})


def test_facts_are_searchable_at_once_and_no_longer_after_they_are_withdrawn(analyst):
    factories.activity(title="Short-lived")
    report = factories.obligation()
    factories.hand_in(report, standing="submitted")
    assert _titles(analyst, q="short") == {"Short-lived"}
    tools.get("tool1").withdraw_published(report, factories.publication(report), standing="submitted")
    assert _titles(analyst, q="short") == set()
