"""Clients of every kind of actor, and the acts a test of accounts needs again and again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from adme.accounts.models import Role, User


@pytest.fixture
def administrator(user_with: Callable[..., User]) -> User:
    return user_with(Role.ADMINISTRATOR)


@pytest.fixture
def admin_client(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    client.user = administrator  # type: ignore[attr-defined]
    return client


@pytest.fixture
def log_in() -> Callable[..., Client]:
    """`log_in(email, password)`: through the login page, as people do."""

    def through_the_page(email: str, password: str | None = None, client: Client | None = None) -> Client:
        client, password = client or Client(), password or "a long enough passphrase"
        client.response = client.post("/accounts/login/", {"login": email, "password": password})  # type: ignore[attr-defined]
        return client

    return through_the_page
