"""My work: what is due, what came back, what blocks; and where officers begin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from adme.accounts.models import User
from adme.reporting.models import Obligation
from adme.reporting.pages import work
from adme.reporting.selectors.readiness import readiness
from adme.reporting.services.records import keep_contradiction
from adme.reporting.transitions import Act

from . import factories
from .pages import client_of, submitted, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()


def test_reporters_have_the_page_and_others_do_not(report: Obligation, officer: User) -> None:
    assert client_of(officer).get("/my-work/").status_code == 200
    assert client_of(factories.focal_point("VNM")).get("/my-work/").status_code == 200
    for user in (factories.analyst(), factories.soca_member(), factories.make_user()):
        assert client_of(user).get("/my-work/").status_code == 403


def test_only_own_reports_stand_there(report: Obligation, officer: User) -> None:
    factories.make_obligation("SOMSWD")
    cards = client_of(officer).get("/my-work/").context["page"].cards
    assert [card.obligation.pk for card in cards] == [report.pk]


def test_of_many_open_reports_the_most_urgent_have_cards_and_none_is_left_out(officer: User) -> None:
    years = range(2010, 2010 + work.MOST_CARDS + 3)
    owed = {factories.make_obligation("SOMHD", period=str(year)).pk for year in years}
    page = client_of(officer).get("/my-work/").context["page"]
    assert len(page.cards) == work.MOST_CARDS
    assert {card.obligation.pk for card in [*page.cards, *page.also]} == owed
    assert page.counts["open"] == len(owed)
    assert [card.obligation.pk for group in page.groups for card in group.cards] == [
        card.obligation.pk for card in page.also
    ]


def test_what_is_late_or_missing_comes_before_what_is_due_and_the_rest_stands_by_deadline(officer: User) -> None:
    now = timezone.now()

    def owe(year: int, due: int, closes: int) -> str:
        days = {"opens": now - timedelta(days=200), "due": now + timedelta(days=due)}
        round_ = factories.make_round("tool1", year, **days, closes=now + timedelta(days=closes))
        factories.make_obligation("SOMHD", round_=round_)
        return str(year)

    due = [owe(year, 20, 90) for year in range(2010, 2014)] + [owe(2014, 40, 90)]
    late = [owe(year, -10, 30) for year in range(2015, 2020)] + [owe(year, -60, -1) for year in range(2020, 2024)]
    page = client_of(officer).get("/my-work/").context["page"]
    assert all(card.is_late for card in page.cards)
    first, *others = page.groups
    assert (first.title, first.is_open, len(first.cards)) == ("Past the deadline", True, len(late) - work.MOST_CARDS)
    assert {card.period for group in others for card in group.cards} == set(due)
    assert not any(group.is_open for group in others)
    assert [group.cards[0].due_at for group in others] == sorted(group.cards[0].due_at for group in others)
    assert "Also open" in text_of(client_of(officer).get("/my-work/"))


def test_the_card_says_how_far_it_is_and_what_blocks(report: Obligation, officer: User) -> None:
    factories.ready_report(report, officer)
    factories.make_activity()

    shown = text_of(client_of(officer).get("/my-work/"))

    assert "1 of 2 ready" in shown
    assert "first: Status is missing." in shown
    assert "Jakarta time" in shown


def test_progress_is_counted_anew_after_each_save(report: Obligation, officer: User) -> None:
    key = factories.key_of(factories.make_activity())
    client = client_of(officer)
    assert "0 of 1 ready" in text_of(client.get("/my-work/"))
    factories.save(report, key, factories.REPORT, officer)
    assert "1 of 1 ready" in text_of(client.get("/my-work/"))


def test_progress_is_counted_anew_when_a_contradiction_is_kept_or_no_longer(report: Obligation, officer: User) -> None:
    key = factories.key_of(factories.make_activity())
    factories.save(report, key, {**factories.REPORT, "status": "completed", "percent_complete": 40}, officer)
    client = client_of(officer)
    found = readiness(factories.again(report)).records[0].contradictions
    assert found
    assert "0 of 1 ready" in text_of(client.get("/my-work/"))

    def keep(reason: str) -> str:
        for one in found:
            keep_contradiction(obligation_id=report.pk, key=key, code=one.code, reason=reason, by=officer)
        return text_of(client.get("/my-work/"))

    assert "1 of 1 ready" in keep("Both statements are right")
    assert "0 of 1 ready" in keep("")


def test_a_returned_report_shows_its_reason_in_full(report: Obligation, officer: User, analyst: User) -> None:
    submitted(report, officer)
    reason = "Please name the partners. " * 20 + "The end."
    factories.act(factories.again(report), Act.RETURN, analyst, reason=reason, reason_codes=["figures"])

    shown = text_of(client_of(officer).get("/my-work/"))

    assert "The end." in shown
    assert "Figures look wrong" in shown
    assert "Returned by" in shown


def test_an_overdue_report_says_how_late_it_is_in_words(officer: User) -> None:
    now = timezone.now()
    late = factories.make_round(opens=now - timedelta(days=90), due=now - timedelta(days=3, hours=1),
                                closes=now + timedelta(days=9))  # fmt: skip
    factories.make_obligation("SOMHD", round_=late)
    shown = text_of(client_of(officer).get("/my-work/"))
    assert "3 days late" in shown
    assert "Overdue" in shown


def test_nothing_to_do_says_why_and_when_the_next_round_opens(officer: User) -> None:
    now = timezone.now()
    factories.make_round(period="2027", opens=now + timedelta(days=40), due=now + timedelta(days=400))
    shown = text_of(client_of(officer).get("/my-work/"))
    assert "Nothing to hand in" in shown
    assert "Next to open" in shown
    assert "Tool 1, 2027" in shown


def _count(client: Client, django_assert_max_num_queries: Any) -> int:
    client.get("/my-work/")
    cache.clear()
    with django_assert_max_num_queries(60) as captured:
        assert client.get("/my-work/").status_code == 200
    return len(captured)


def test_reports_that_are_closed_cost_no_further_statements(
    report: Obligation, officer: User, analyst: User, django_assert_max_num_queries: Any
) -> None:
    client = client_of(officer)
    few = _count(client, django_assert_max_num_queries)
    for year in range(2000, 2020):
        factories.make_obligation("SOMHD", period=str(year))
    Obligation.objects.filter(round__period__lt=2020000).update(state="not_applicable", reason="Not asked")
    assert _count(client, django_assert_max_num_queries) == few


@pytest.mark.parametrize(("make", "where"), [(factories.officer, "/my-work/"), (factories.analyst, "/dashboards/")])
def test_after_login_officers_begin_at_their_work_and_others_at_the_dashboards(
    reference_data: None, make: Any, where: str
) -> None:
    user = make()
    form = {"login": user.email, "password": "a long enough passphrase"}
    answer = Client().post("/accounts/login/", form)
    assert (answer.status_code, answer["Location"]) == (302, where)
