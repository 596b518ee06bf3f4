"""Who may watch what; the page, the button, the API; and that each sees and changes the own watches only."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from adme.accounts.models import Assignment, Role
from adme.api.scopes import Scope
from adme.api.tokens import create_token
from dissemination.subscriptions import watching
from dissemination.subscriptions.errors import NotWatchable
from dissemination.subscriptions.models import FeedKey, Watch, Wishes

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client_as):
    return client_as(Role.SOCA_MEMBER)


def held(user):
    return sorted(Watch.objects.filter(user=user).values_list("kind", "code"))


@pytest.mark.parametrize(("kind", "code"), [("leaf", "31c"), ("state", "VNM"), ("body", "SLOM")])
def test_a_reader_watches_and_stops(reader, kind, code):
    for _ in range(2):  # the same twice is watched once
        answer = reader.post("/watched/set/", {"kind": kind, "code": code, "act": "watch"})
        assert answer.url == "/watched/"
    assert held(reader.user) == [(kind, code)]
    reader.post("/watched/set/", {"kind": kind, "code": code, "act": "unwatch"})
    assert held(reader.user) == []


@pytest.mark.parametrize(("kind", "code"), [
    ("leaf", "99z"), ("state", "USA"), ("state", "ASEAN"), ("body", "NONE"), ("edition", "1"), ("", ""),
    ("leaf", "\x00"),
])  # fmt: skip
def test_what_there_is_not_cannot_be_watched(reader, kind, code):
    answer = reader.post("/watched/set/", {"kind": kind, "code": code, "act": "watch"})
    assert answer.status_code == 422
    assert held(reader.user) == []


def test_who_has_no_role_watches_nothing(reader, client_as):
    nobody = client_as(None)
    order = {"kind": "leaf", "code": "31c", "act": "watch"}
    assert reader.post("/watched/set/", order).status_code == 302
    assert nobody.post("/watched/set/", order).status_code == 403
    assert reader.get("/watched/").status_code == 200
    assert nobody.get("/watched/").status_code == 403
    assert Client().get("/watched/").status_code == 302
    assert not held(nobody.user)


def test_nobody_touches_the_watches_of_others(reader, client_as):
    other = client_as(Role.ANALYST)
    watching.watch(user=other.user, kind="leaf", code="31c")
    reader.post("/watched/set/", {"kind": "leaf", "code": "31c", "act": "unwatch"})
    assert held(other.user) == [("leaf", "31c")]
    assert "watch-line" not in reader.get("/watched/").content.decode()


def test_the_same_person_cannot_watch_without_end(reader, monkeypatch):
    monkeypatch.setattr(watching, "MOST", 1)
    assert watching.watch(user=reader.user, kind="leaf", code="31c")
    with pytest.raises(NotWatchable, match="already"):
        watching.watch(user=reader.user, kind="leaf", code="31a")


def test_back_leads_within_adme_only(reader):
    order = {"kind": "leaf", "code": "31c", "act": "watch"}
    assert reader.post("/watched/set/", {**order, "next": "/dashboards/kpis/31c/"}).url == "/dashboards/kpis/31c/"
    for other in ("https://other.example/", "//other.example/", "javascript:alert(1)"):
        assert reader.post("/watched/set/", {**order, "next": other}).url == "/watched/"


def test_the_button_tells_whether_a_thing_is_watched(reader):
    where = "/watched/button/?kind=leaf&code=31c"
    assert 'value="watch"' in reader.get(where).content.decode()
    part = reader.post(
        "/watched/set/", {"kind": "leaf", "code": "31c", "act": "watch"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert 'value="unwatch"' in part
    assert "<html" not in part
    assert reader.get("/watched/button/?kind=leaf&code=99z").status_code == 404
    assert reader.get("/watched/button/?kind=none&code=31c").status_code == 404


def test_a_leaf_page_asks_for_its_button_and_other_pages_do_not(reader):
    assert "/watched/button/?kind=leaf&amp;code=31c" in reader.get("/dashboards/kpis/31c/").content.decode()
    assert "/watched/button/" not in reader.get("/dashboards/").content.decode()


def test_wishes_are_kept(reader):
    assert reader.post("/watched/wishes/", {"pace": "daily", "editions": "on"}).status_code == 302
    wishes = Wishes.objects.get(user=reader.user)
    assert (wishes.pace, wishes.by_mail, wishes.editions) == ("daily", False, True)
    assert reader.post("/watched/wishes/", {"pace": "hourly"}).status_code == 422
    assert Wishes.objects.get(user=reader.user).pace == "daily"


def test_a_get_changes_nothing(reader):
    for address in ("/watched/set/", "/watched/wishes/", "/watched/feed/"):
        assert reader.get(address).status_code == 405
    assert not Watch.objects.exists()
    assert not FeedKey.objects.exists()


def test_the_page_takes_as_many_statements_for_many_watches_as_for_none(reader):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            assert reader.get("/watched/").status_code == 200
        return len(seen)

    statements()
    none = statements()
    for kind, codes in {"leaf": ("31a", "31b", "31c"), "state": ("IDN", "VNM"), "body": ("SLOM", "SOMHD")}.items():
        for code in codes:
            watching.watch(user=reader.user, kind=kind, code=code)
    assert statements() == none <= 20


# --- the API ----------------------------------------------------------------------------------------------------------


def call(user, method, data=None, scopes=(Scope.READ, Scope.WATCHES)):
    token = create_token(user=user, name="test", scopes=scopes)[1]
    body = {} if data is None else {"data": json.dumps(data), "content_type": "application/json"}
    return getattr(Client(), method)("/api/v1/watches/", **body, headers={"Authorization": f"Bearer {token}"})


def test_the_api_reads_and_changes_the_own_watches(reader, client_as):
    watching.watch(user=client_as(Role.ANALYST).user, kind="state", code="VNM")
    order = {"kind": "leaf", "code": "31c", "is_watched": True}
    assert call(reader.user, "post", order).status_code == 200
    assert call(reader.user, "post", order).status_code == 200
    found = call(reader.user, "get").json()["results"]
    assert [(one["kind"], one["code"], one["url"]) for one in found] == [("leaf", "31c", "/dashboards/kpis/31c/")]
    assert call(reader.user, "post", {**order, "is_watched": False}).status_code == 200
    assert held(reader.user) == []


def test_the_api_refuses_what_the_page_refuses(reader):
    order = {"kind": "leaf", "code": "99z", "is_watched": True}
    assert call(reader.user, "post", order).status_code == 400
    assert call(reader.user, "post", {**order, "code": "31c"}, scopes=[Scope.READ]).status_code == 403
    assert held(reader.user) == []
    Assignment.objects.filter(user=reader.user).delete()
    assert call(reader.user, "get").status_code == 403
