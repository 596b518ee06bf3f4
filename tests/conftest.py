"""Fixtures every test may use: reference data, users with a role, logged-in clients, and no network.

The test database always holds the reference data: it is loaded once when the database is made, and what a test changes
is rolled back. A test that reads it names `reference_data`; that matters after a transactional test, whose end empties
all tables: the fixture then loads the data again.
"""

from __future__ import annotations

import itertools
import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from django.test import Client

    from adme.accounts.models import User

# A loaded machine makes an example slow, not wrong; speed is measured in benchmarks/.
settings.register_profile("adme", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("adme")
_numbers = itertools.count(1)
_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


def _load_reference() -> None:
    call_command("load_reference", apply=True, verbosity=0)


def _is_local(sock: socket.socket, address: Any) -> bool:
    if sock.family == getattr(socket, "AF_UNIX", None):
        return True
    host = str(address[0])
    return host in {"localhost", "::1", ""} or host.startswith("127.")


def _guarded(original: Callable[..., Any]) -> Callable[..., Any]:
    def connect(sock: socket.socket, address: Any) -> Any:
        if not _is_local(sock, address):
            raise RuntimeError(f"A test tried to reach {address}; tests do not use the network.")
        return original(sock, address)

    return connect


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Only this machine may be reached: a test that needs a provider's site is a test that fails on other days."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _guarded(_connect))
        patch.setattr(socket.socket, "connect_ex", _guarded(_connect_ex))
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Ids of users and of rows come round again from test to test; what was counted or kept under them must not."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Load the reference data once per test database (per xdist worker), outside the tests' transactions."""
    with django_db_blocker.unblock():
        _load_reference()


@pytest.fixture
def reference_data(db: None) -> None:
    """Areas, bodies, frameworks, code lists and KPIs as `load_reference --apply` leaves them."""
    from adme.reference.models import Area

    if not Area.objects.exists():
        _load_reference()


def _body(code: Any) -> Any:
    from adme.reference.models import SectoralBody

    return SectoralBody.objects.get(code=code) if isinstance(code, str) else code


def _state(code: Any) -> Any:
    from adme.reference.models import Area

    return Area.objects.get(code=code) if isinstance(code, str) else code


@pytest.fixture
def user_with(reference_data: None) -> Callable[..., User]:
    """`user_with(role, body=None, state=None, email=None)`: a saved user with one assignment.

    `body` and `state` are codes or rows; an M&E officer without one gets SLOM, a focal point Indonesia. `role=None`
    gives a user without any assignment.
    """
    from adme.accounts.models import Assignment, Role, User

    def make(role: str | None, body: Any = None, state: Any = None, email: str | None = None, **extra: Any) -> User:
        if role == Role.ME_OFFICER and body is None:
            body = "SLOM"
        if role == Role.FOCAL_POINT and state is None:
            state = "IDN"
        email = email or f"{role or 'nobody'}{next(_numbers)}@example.org"
        user = User.objects.create_user(email, "a long enough passphrase", **extra)
        if role is not None:
            Assignment.objects.create(user=user, role=role, body=_body(body), state=_state(state))
        return user

    return make


@pytest.fixture
def client_as(user_with: Callable[..., User]) -> Callable[..., Client]:
    """`client_as(role, ...)`: a client logged in as a new user with that role; the user is `client.user`."""
    from django.test import Client

    def login(role: str | None, **options: Any) -> Client:
        user = user_with(role, **options)
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        client.user = user  # type: ignore[attr-defined]
        return client

    return login
