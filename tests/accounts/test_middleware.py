"""Login required everywhere, and answers that suit who asks: a browser, htmx, or a script that wants JSON."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory

from adme.accounts.middleware import ErrorPagesMiddleware
from adme.accounts.models import Role

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Current-URL": "https://adme.example/users/?q=a b&page=2"}


def test_a_browser_without_login_is_sent_there_and_comes_back() -> None:
    answer = Client().get("/users/?q=a")

    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/users/%3Fq%3Da"


def test_a_forged_return_address_is_not_followed(user_with) -> None:
    user = user_with(Role.ANALYST)

    answer = Client().post(
        "/accounts/login/?next=https://evil.example/",
        {"login": user.email, "password": "a long enough passphrase", "next": "https://evil.example/"},
    )

    assert answer["Location"] == "/dashboards/"


def test_htmx_without_login_leaves_for_the_login_page_and_comes_back_to_the_whole_page() -> None:
    answer = Client().get("/users/", headers=HTMX)

    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fusers%2F%3Fq%3Da+b%26page%3D2"
    assert answer.content == b""


def test_the_host_of_the_current_address_is_not_trusted() -> None:
    answer = Client().get("/users/", headers={**HTMX, "HX-Current-URL": "https://evil.example//evil.example/x"})

    assert "https" not in answer["HX-Redirect"]


def test_a_script_without_login_gets_json() -> None:
    answer = Client().get("/users/", headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert "Log in again" in answer.json()["detail"]


def test_a_refusal_is_a_page_that_says_why_and_whom_to_ask(client_as) -> None:
    answer = client_as(Role.ANALYST).get("/users/")
    page = answer.content.decode()

    assert answer.status_code == 403
    assert "manage users and roles" in page
    assert "ASEC analyst" in page
    assert "ask an administrator" in page


def test_a_refusal_to_htmx_is_a_fragment_with_an_event(client_as) -> None:
    answer = client_as(Role.ANALYST).get("/users/", headers=HTMX)

    assert answer.status_code == 403
    assert "<html" not in answer.content.decode()
    assert json.loads(answer["HX-Trigger"])["adme:problem"]["status"] == 403


def test_a_refusal_to_a_script_is_json(client_as) -> None:
    answer = client_as(Role.ANALYST).get("/users/", headers={"Accept": "application/json"})

    assert (answer.status_code, answer["Content-Type"]) == (403, "application/json")


@pytest.mark.parametrize("error", [PermissionDenied(), Http404(), ValueError()])
def test_for_a_browser_errors_are_left_to_djangos_pages(error: Exception) -> None:
    request = RequestFactory().get("/x/")
    request.user = AnonymousUser()

    assert ErrorPagesMiddleware(lambda r: HttpResponse()).process_exception(request, error) is None


def test_a_page_that_does_not_exist_says_so_with_and_without_login(client_as) -> None:
    for client in (Client(), client_as(None)):
        answer = client.get("/no/such/page/")
        assert answer.status_code == 404
        assert "There is no such page" in answer.content.decode()


def test_signed_in_pages_are_not_kept_by_shared_caches_unless_a_view_says_otherwise(client_as) -> None:
    client = client_as(Role.ADMINISTRATOR)

    assert client.get("/users/")["Cache-Control"] == "private, no-cache"
    assert client.get("/audit/download.csv")["Cache-Control"] == "no-store"


def test_health_checks_do_not_vary_by_cookie(client_as) -> None:
    answer = client_as(None).get("/healthz")

    assert "Cookie" not in answer.get("Vary", "")
    assert answer.status_code == 200


def test_the_error_pages_that_stand_alone_need_no_context() -> None:
    from django.template.loader import render_to_string

    for name in ("400.html", "500.html", "403_csrf.html"):
        assert '<html lang="en">' in render_to_string(name)
