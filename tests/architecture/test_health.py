"""Landing and health: the only pages that need no login."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_process_says_that_it_lives():
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_readiness_names_each_part(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "migrations": True, "cache": True, "disk": True, "queue": True}


def test_readiness_is_503_when_a_part_fails(client, monkeypatch):
    from adme import site

    def broken():
        raise OSError("no space left")

    monkeypatch.setitem(site._CHECKS, "disk", broken)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["disk"] is False
    assert "space" not in answer.content.decode()
