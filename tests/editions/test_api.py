"""Editions in the API: what the pages show, to those who may see the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from adme.accounts.models import Role
from dissemination.editions import services

from .conftest import NOW

pytestmark = pytest.mark.django_db


def _rows(client, address, **query):
    answer = client.get(f"/api/v1/{address}/", query)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_the_list_has_an_edition_from_the_end_of_its_embargo(closed, second, client_as):
    until = NOW + timedelta(days=20)
    closed = services.set_embargo(edition=closed, until=until, by=second, seen=closed.version)
    edition = services.publish(edition=closed, by=second, seen=closed.version, now=NOW + timedelta(days=8))
    for moment, seen in ((until - timedelta(seconds=1), []), (until, [1])):
        with time_machine.travel(moment, tick=False):
            reader = client_as(Role.SOCA_MEMBER)
            assert [row["number"] for row in _rows(reader, "editions")] == seen
            assert bool(_rows(reader, "edition-figures")) is bool(seen)
            assert bool(_rows(reader, "edition-replies")) is bool(seen)
            assert _rows(client_as(Role.ANALYST), "editions")[0]["hash"] == edition.hash


def test_the_same_address_is_another_answer_once_the_embargo_is_over(closed, second, client_as):
    until = NOW + timedelta(hours=1)
    closed = services.set_embargo(edition=closed, until=until, by=second, seen=closed.version)
    services.publish(edition=closed, by=second, seen=closed.version, now=NOW)
    with time_machine.travel(until - timedelta(seconds=1), tick=False):
        client = client_as(Role.SOCA_MEMBER)
        tag = client.get("/api/v1/editions/").headers["ETag"]
        assert client.get("/api/v1/editions/", headers={"If-None-Match": tag}).status_code == 304
    with time_machine.travel(until, tick=False):
        assert client.get("/api/v1/editions/", headers={"If-None-Match": tag}).status_code == 200


def test_figures_come_with_coverage_and_what_the_state_said(opened, close, user_with, second, client_as):
    focal = user_with(Role.FOCAL_POINT, state="IDN")
    services.reply(edition=opened, area="IDN", leaf="6a", kind="disputed", text="No.", by=focal, now=NOW)
    edition = close(opened)
    services.publish(edition=edition, by=second, seen=edition.version)
    client = client_as(Role.SOCA_MEMBER)
    rows = _rows(client, "edition-figures", edition=1, leaf="6a", area="ASEAN,IDN", **{"from": "2025"})
    assert [(row["area"], row["period"], row["value"], row["reply"]) for row in rows] == [
        ("ASEAN", "2025", 50.0, ""),
        ("IDN", "2025", 52.0, "disputed"),
    ]
    assert (rows[0]["states_reporting"], rows[0]["states_expected"], rows[0]["unit"]) == (9, 11, "per cent")
    assert _rows(client, "edition-figures", edition=2) == []
    assert _rows(client, "edition-changes") == []


def test_before_publication_a_state_reads_its_own_words_only(opened, user_with, client_as):
    for area in ("IDN", "BRN"):
        focal = user_with(Role.FOCAL_POINT, state=area)
        services.reply(edition=opened, area=area, leaf="6a", kind="disputed", text="No.", by=focal, now=NOW)
    own = _rows(client_as(Role.FOCAL_POINT, state="IDN"), "edition-replies")
    assert [(row["area"], row["kind"], row["number"], row["period"]) for row in own] == [("IDN", "disputed", None, "")]
    assert _rows(client_as(Role.FOCAL_POINT, state="IDN"), "edition-replies", area="BRN") == []
    assert _rows(client_as(Role.SOCA_MEMBER), "edition-replies") == []
    assert [row["area"] for row in _rows(client_as(Role.ANALYST), "edition-replies")] == ["BRN", "IDN"]


def test_lists_come_as_csv_too(published, client_as):
    answer = client_as(Role.SOCA_MEMBER).get("/api/v1/edition-figures.csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 1 + 5
    assert lines[0].startswith("edition,leaf,area,period,value")
