"""Notices: everybody's own, read one by one or all, counted on the bell at most once a minute."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from adme.accounts.models import User
from adme.reporting import context
from adme.reporting.models import Notice

from . import factories
from .pages import client_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()


def notice(user: User, title: str = "Returned: Tool 1 2025", address: str = "/calendar/") -> Notice:
    return Notice.objects.create(
        user=user, kind=Notice.Kind.RETURNED, title=title, url=address, key=factories.fresh("notice"),
        created_at=timezone.now(),
    )  # fmt: skip


def test_each_sees_and_reads_only_the_own(officer: User, analyst: User) -> None:
    mine, other = notice(officer, "Mine to read"), notice(analyst, "Not for you")
    client = client_of(officer)
    shown = text_of(client.get("/notices/"))
    assert "Mine to read" in shown
    assert "Not for you" not in shown
    assert client.post(f"/notices/{other.pk}/read/").status_code == 404
    assert client.post(f"/notices/{mine.pk}/read/").status_code == 302
    assert client.get(f"/notices/{mine.pk}/read/").status_code == 405
    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.read_at is not None
    assert other.read_at is None
    assert client_of(factories.make_user()).get("/notices/").status_code == 403


def test_opening_one_marks_it_and_leads_within_the_application_only(officer: User) -> None:
    client = client_of(officer)
    inside, outside = notice(officer), notice(officer, address="//elsewhere.example/x")
    assert client.post(f"/notices/{inside.pk}/read/", {"open": "yes"})["Location"] == "/calendar/"
    assert client.post(f"/notices/{outside.pk}/read/", {"open": "yes"})["Location"] == "/notices/"


def test_all_are_marked_at_once_and_the_unread_list_is_then_empty(officer: User) -> None:
    for _ in range(3):
        notice(officer)
    client = client_of(officer)
    assert len(client.get("/notices/?show=unread").context["page"].rows) == 3
    assert client.post("/notices/read/").status_code == 302
    assert "Nothing unread" in text_of(client.get("/notices/?show=unread"))
    assert len(client.get("/notices/").context["page"].rows) == 3


def test_the_bell_counts_and_is_counted_once_a_minute(officer: User, django_assert_num_queries: Any) -> None:
    notice(officer)
    client = client_of(officer)
    assert "1 unread" in text_of(client.get("/calendar/"))
    with django_assert_num_queries(0):
        assert context.unread(officer) == 1
    client.post("/notices/read/")
    assert "unread" not in text_of(client.get("/calendar/")).split("</header>")[0]


def test_the_list_asks_the_same_number_of_statements_for_one_and_for_fifty(
    officer: User, django_assert_max_num_queries: Any
) -> None:
    client = client_of(officer)

    def count() -> int:
        cache.clear()
        with django_assert_max_num_queries(20) as captured:
            assert client.get("/notices/").status_code == 200
        return len(captured)

    notice(officer)
    few = count()
    for _ in range(50):
        notice(officer)
    assert count() == few
