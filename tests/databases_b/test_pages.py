"""The indicator pages: what they show, to whom, and with how many questions to the database."""

from __future__ import annotations

import pytest
from django.urls import reverse

from adme.accounts.models import Role
from adme.ingest import services

from .files import NEET, URBAN

pytestmark = pytest.mark.django_db

LIST = "/database-b/indicators/"


def detail(code=NEET):
    return reverse("indicator_detail", args=["WB_WDI", code])


@pytest.fixture
def youth(store):
    first = store([(NEET, "IDN", year, "24.5") for year in range(2015, 2021)] + [(NEET, "WLD", 2021, "20")])
    second = store([(NEET, "IDN", 2020, "25.5", "P"), (NEET, "VNM", 2019, "", "O")])
    return first, second


def test_the_list_shows_latest_period_and_states_covered(client_as, youth):
    page = client_as(Role.ME_OFFICER).get(LIST).content.decode()

    assert "Share of youth" in page
    assert "2021" in page
    assert "1 of 11" in page


def test_the_list_searches_filters_and_sorts(client_as, store):
    store([(NEET, "IDN", 2020, "1"), (URBAN, "IDN", 2020, "1")])
    client = client_as(Role.ANALYST)

    found = client.get(LIST, {"q": "urban", "dataset": "WB_WDI"}).content.decode()
    assert "Urban population" in found
    assert "Share of youth" not in found
    ordered = client.get(LIST, {"sort": "-title"}).content.decode()
    assert ordered.index("Urban population") < ordered.index("Share of youth")
    assert "No indicator fits" in client.get(LIST, {"dataset": "WB_ESG"}).content.decode()
    assert client.get(LIST, {"q": "\x00", "sort": "; drop", "page": "-1"}).status_code == 200


def test_the_list_asks_the_same_number_of_questions_for_1_and_for_50_indicators(
    client_as, store, django_assert_max_num_queries
):
    client = client_as(Role.ANALYST)
    store([("A.0", "IDN", 2020, "1")], titles={"A.0": "Number 0"})
    client.get(LIST)
    with django_assert_max_num_queries(12) as one:
        client.get(LIST)
    titles = {f"A.{n}": f"Number {n}" for n in range(50)}
    store([(code, area, 2020, "1") for code in titles for area in ("IDN", "VNM")], titles=titles)

    with django_assert_max_num_queries(12) as many:
        client.get(LIST)

    assert len(many) == len(one)


def test_an_indicator_shows_latest_values_coverage_revisions_and_metadata(client_as, youth):
    page = client_as(Role.ANALYST).get(detail()).content.decode()

    assert "25.5" in page
    assert "1 of 11" in page
    assert "2019: " in page  # the missing value of Viet Nam, with its sign
    assert "24.5" in page  # the revision
    assert "CC BY 4.0" in page
    assert "World Bank" in page


def test_a_past_day_shows_what_was_known_then(client_as, youth):
    client = client_as(Role.ANALYST)
    first, _ = youth
    first.applied_at = first.applied_at.replace(year=2025)
    first.save()

    then = client.get(detail(), {"as_of": "2025-12-31"}).content.decode()
    latest = then[then.index('id="latest"') : then.index('id="coverage"')]
    assert "24.5" in latest
    assert "25.5" not in latest
    assert 'id="as-of-note"' in then
    before = client.get(detail(), {"as_of": "2001-01-01"}).content.decode()
    assert "24.5" not in before[before.index('id="latest"') : before.index('id="vintages"')]
    assert client.get(detail(), {"as_of": "yesterday"}).status_code == 200


def test_two_imports_of_one_day_have_links_to_two_states_of_knowledge(client_as, youth):
    client = client_as(Role.ANALYST)
    second, first = client.get(detail()).context["page"].vintages

    after, before = (latest(client, {"as_of": one.as_of}) for one in (second, first))

    assert first.as_of[:10] == second.as_of[:10]
    assert "25.5" in after
    assert "24.5" in before
    assert "25.5" not in before


@pytest.mark.parametrize("asked", ["yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00", "2026-01-01T99:00:00"])
def test_a_moment_that_is_none_shows_what_is_known_now_and_says_so(client_as, youth, asked):
    answer = client_as(Role.ANALYST).get(detail(), {"as_of": asked})

    assert answer.status_code == 200
    assert answer.context["page"].as_of is None
    assert "was not understood" in answer.content.decode()


def test_a_revision_names_the_state_and_an_undo_names_its_file(client_as, youth):
    _, second = youth
    undo = services.undo(batch_id=second.pk, reason="wrong", by=None, in_background=False)
    services.apply(batch_id=undo.pk)

    page = client_as(Role.ANALYST).get(detail()).context["page"]

    assert {one.area for one in page.revisions} == {"Indonesia", "Viet Nam"}
    assert page.revisions[0].by == page.vintages[0].name == f"Undo of {second.filename}"
    assert page.revisions[-1].by == second.filename


def latest(client, query):
    page = client.get(detail(), query).content.decode()
    return page[page.index('id="latest"') : page.index('id="coverage"')]


def test_an_indicator_asks_the_same_number_of_questions_for_few_and_many_values(
    client_as, store, django_assert_max_num_queries
):
    client = client_as(Role.ANALYST)
    store([(NEET, "IDN", 2020, "1")])
    client.get(detail())
    with django_assert_max_num_queries(16) as few:
        client.get(detail())
    for value in ("2", "3", "4"):
        store([(NEET, area, year, value) for area in ("IDN", "VNM", "THA", "PHL") for year in range(1990, 2025)])

    with django_assert_max_num_queries(16) as many:
        client.get(detail())

    assert len(many) == len(few)


def test_breakdowns_are_chosen_in_the_address(client_as, send, store):
    store([(NEET, "IDN", 2020, "24.5")])
    batch = send(
        f"INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,SEX\n{NEET},IDN,2020,30.25,F\n{NEET},IDN,2020,24.5,_T\n".encode(),
        "by_sex.csv",
        dataset="WB_WDI",
    )
    services.approve(batch_id=batch.pk, by=None, in_background=False)
    services.apply(batch_id=batch.pk)
    client = client_as(Role.ANALYST)

    assert "30.25" not in client.get(detail()).content.decode()
    assert "30.25" in client.get(detail(), {"dimensions": "SEX=F"}).content.decode()


def test_an_indicator_that_does_not_exist_is_not_found(client_as):
    client = client_as(Role.ANALYST)

    assert client.get(detail("NO.SUCH")).status_code == 404
    assert client.get("/database-b/indicators/NONE/NONE/").status_code == 404


def test_who_may_not_see_indicators_is_refused(client_as, youth):
    client = client_as(Role.SOCA_MEMBER)

    assert client.get(LIST).status_code == 403
    assert client.get(detail()).status_code == 403
    assert client_as(Role.FOCAL_POINT).get(detail()).status_code == 200
