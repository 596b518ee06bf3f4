"""Answers: few statements whatever the data, 304 without building, nothing of one user shown to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import constants
from django.core.cache import cache
from django.test import Client

from adme.accounts.models import Role
from adme.observations.services import bump_data_version
from dashboards import caching, pages

from .conftest import MEMBERS
from .test_pages import PAGES


@pytest.fixture
def analyst(client_as: Callable[..., Client]) -> Client:
    client = client_as(Role.ANALYST)
    client.get(PAGES["home"])  # the first answer sets the form token's cookie, which is part of the tag
    return client


def _forbidden(*_: Any, **__: Any) -> None:
    raise AssertionError("a page was built")


def _statements(client: Client, url: str, django_assert_max_num_queries: Any) -> int:
    cache.clear()
    with django_assert_max_num_queries(15) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("url", PAGES.values())
def test_number_of_statements_is_small_and_does_not_grow(
    analyst: Client, values: Any, url: str, django_assert_max_num_queries: Any
) -> None:
    values("31c", {"IDN": {2023: 1.0}})
    few = _statements(analyst, url, django_assert_max_num_queries)
    for code in ("31b", "32", "19a", "6a", "28"):
        values(code, {area: {year: 1.0 + year % 7 for year in range(2000, 2025)} for area in (*MEMBERS, "ASEAN")})
    assert _statements(analyst, url, django_assert_max_num_queries) == few


@pytest.mark.parametrize("url", PAGES.values())
def test_kept_frame_leaves_at_most_eight_statements(
    analyst: Client, youth: Any, url: str, django_assert_max_num_queries: Any
) -> None:
    analyst.get(PAGES["leaf"] + "?order=name")
    with django_assert_max_num_queries(8):
        assert analyst.get(url).status_code == 200


@pytest.mark.parametrize("url", PAGES.values())
def test_unchanged_page_is_answered_304_without_building_anything(
    analyst: Client, youth: Any, url: str, monkeypatch: Any
) -> None:
    first = analyst.get(url)
    assert first["Cache-Control"] == "private, no-cache"
    monkeypatch.setattr(caching, "render", _forbidden)
    again = analyst.get(url, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_new_data_version_makes_the_old_tag_stale(analyst: Client, youth: Any, values: Any) -> None:
    first = analyst.get(PAGES["leaf"])
    values("31c", {"IDN": {2014: 99.5}})
    again = analyst.get(PAGES["leaf"], headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200
    assert b"99.5" in again.content


def test_page_comes_from_the_cache_until_the_data_change(analyst: Client, youth: Any, monkeypatch: Any) -> None:
    analyst.get(PAGES["leaf"])
    real = pages.build_leaf
    monkeypatch.setattr(pages, "build_leaf", _forbidden)
    assert analyst.get(PAGES["leaf"] + "?utm=unknown-words-do-not-count").status_code == 200
    monkeypatch.setattr(pages, "build_leaf", real)
    bump_data_version()
    assert analyst.get(PAGES["leaf"]).status_code == 200


def test_tag_is_the_users_own(client_as: Any, youth: Any) -> None:
    one, other = client_as(Role.ANALYST), client_as(Role.ANALYST)
    tag = one.get(PAGES["home"])["ETag"]
    assert other.get(PAGES["home"], headers={"if-none-match": tag}).status_code == 200


def test_name_of_one_user_is_never_in_the_page_of_another(client_as: Any, youth: Any) -> None:
    one = client_as(Role.ANALYST, email="first.reader@example.org")
    other = client_as(Role.ANALYST, email="second.reader@example.org")
    assert b"first.reader" in one.get(PAGES["home"]).content
    assert b"first.reader" not in other.get(PAGES["home"]).content


def test_permission_is_asked_before_a_304(client_as: Any, analyst: Client, youth: Any) -> None:
    tag = analyst.get(PAGES["leaf"])["ETag"]
    assert client_as(None).get(PAGES["leaf"], headers={"if-none-match": tag}).status_code == 403


def test_waiting_message_is_shown_although_the_page_is_unchanged(analyst: Client, youth: Any, monkeypatch: Any) -> None:
    first = analyst.get(PAGES["home"])
    real = caching.get_messages

    def with_one(request: Any) -> Any:
        storage = real(request)
        storage.add(constants.INFO, "The import has been applied.")
        return storage

    monkeypatch.setattr(caching, "get_messages", with_one)
    again = analyst.get(PAGES["home"], headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200
    assert b"The import has been applied." in again.content
    assert "ETag" not in again


def test_page_grows_old_with_the_day(analyst: Client, youth: Any) -> None:
    time_machine = pytest.importorskip("time_machine")
    first = analyst.get(PAGES["home"])
    assert b">1</span>" in first.content
    with time_machine.travel("2031-01-01", tick=False):
        html = caching_html(analyst)
    assert "newest figure of 2026 or later" in html


def caching_html(client: Client) -> str:
    """In 2031 the session has ended; log in again as the same user."""
    client.force_login(client.user, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[attr-defined]
    return client.get(PAGES["home"]).content.decode()
