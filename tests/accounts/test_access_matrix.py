"""Every address, every kind of actor: what each may open. Generated from the resolver, held against tests/access.csv.

A new address fails here until it has rows: run `make access` (or ADME_WRITE_ACCESS=1 pytest on this file), read the
difference in tests/access.csv as if it were code, and commit it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from adme.accounts.middleware import OPEN_URL_NAMES, PERMISSIONS_POLICY
from adme.accounts.models import Role, User

from . import access
from .access import METHODS, Address, Expectations

pytestmark = pytest.mark.django_db
WRITING = bool(os.environ.get("ADME_WRITE_ACCESS"))
ALL = access.addresses()
EXPECTED = Expectations.read()
HOW = "Run `make access`, read the difference in tests/access.csv like code, and commit it."

# Pages people need before they have a session, each for a reason; everything else asks for login.
OPEN = OPEN_URL_NAMES | {
    "account_login",
    "account_logout",  # leads to the first page
    "account_signup",  # closed, and says so
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "feed_own_atom",  # the secret in the address is the key; a wrong one is a 404
    "feed_own_rss",
}
_ROLES = {
    "no_role": None,
    "officer": Role.ME_OFFICER,
    "focal_point": Role.FOCAL_POINT,
    "analyst": Role.ANALYST,
    "soca_member": Role.SOCA_MEMBER,
    "administrator": Role.ADMINISTRATOR,
    "disabled": Role.ADMINISTRATOR,
}
written = Expectations()


@pytest.fixture
def make_client(user_with: Callable[..., User]) -> Callable[[str], Client]:
    """A client with a session of its own; `disabled` logged in before the account was closed."""

    def make(actor: str) -> Client:
        client = Client()
        if actor == "anonymous":
            return client
        user = user_with(_ROLES[actor], is_staff=actor in {"administrator", "disabled"})
        client.force_login(user)
        if actor == "disabled":
            User.objects.filter(pk=user.pk).update(is_active=False)
        return client

    return make


@pytest.fixture(scope="module", autouse=True)
def _write_expectations() -> Iterator[None]:
    yield
    if WRITING and written.rows:
        written.write()


def _ids(address: Address) -> str:
    return address.pattern or "/"


@pytest.mark.parametrize("address", ALL, ids=_ids)
def test_every_actor_gets_what_the_matrix_says(address: Address, make_client: Callable[[str], Client]) -> None:
    for method in METHODS:
        found = access.observe(address, method, make_client)
        assert "error" not in found.values(), f"{method} {address.path} fails: {found}"
        assert_login_is_asked(address, method, found)
        if WRITING:
            known = written.rows.setdefault((address.group, method), found)
            if address.group != address.pattern:
                _merge(known, found)
            continue
        expected = EXPECTED.rows.get((address.group, method))
        assert expected is not None, f"{method} {address.pattern} stands in no row. {HOW}"
        wrong = {
            actor: f"is {found[actor]}, should be {expected[actor]}"
            for actor in access.ACTORS
            if found[actor] not in expected[actor].split("|")
        }
        assert not wrong, f"{method} {address.path}: {wrong}. If this is meant: {HOW}"


def _merge(known: dict[str, str], found: dict[str, str]) -> None:
    """A group's row names every class that occurs in it."""
    for actor in access.ACTORS:
        known[actor] = "|".join(sorted({*known[actor].split("|"), found[actor]}))


def assert_login_is_asked(address: Address, method: str, found: dict[str, str]) -> None:
    """Held whatever the file says, so that writing it anew cannot open a page by mistake."""
    if address.pattern.startswith("operator-admin/"):
        opened = {actor for actor, answer in found.items() if answer in {"ok", "missing"}}
        assert opened <= {"administrator"}, f"{method} {address.path} opens for {opened}"
        return
    if address.name in OPEN:
        return
    for actor in ("anonymous", "disabled"):
        told = address.pattern.startswith(("api/", "accounts/", "feeds/"))
        allowed = {"login", "forbidden", "method"} if told else {"login"}
        assert found[actor] in allowed, f"{method} {address.path} answers '{found[actor]}' to {actor}"


@pytest.mark.skipif(WRITING, reason="the file is being written")
def test_no_row_is_left_of_an_address_that_is_gone() -> None:
    gone = {address for address, _ in EXPECTED.rows} - {each.group for each in ALL}

    assert not gone, f"{gone}: {HOW}"


def test_every_address_has_a_name() -> None:
    assert not [each.pattern for each in ALL if not each.name and not each.pattern.startswith("operator-admin/")]


@pytest.mark.parametrize("address", ALL, ids=_ids)
def test_every_answer_carries_the_protecting_headers(address: Address, make_client: Callable[[str], Client]) -> None:
    for actor in ("anonymous", "administrator"):
        client = make_client(actor)
        client.raise_request_exception = False
        answer = client.get(address.path)
        assert answer.status_code != 500
        csp = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in csp
        assert "frame-ancestors 'none'" in csp
        assert "unsafe" not in csp.split("style-src")[0]
        assert "script-src 'self'" in csp
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
        assert answer.headers["Permissions-Policy"] == PERMISSIONS_POLICY
        if actor == "administrator" and answer.status_code == 200 and address.name not in OPEN:
            assert any(word in answer.headers["Cache-Control"] for word in ("private", "no-store"))


# These look first whether the report is there, then limit the size of the body, then check the token that is in it.
# The refusal on a report that is there: tests/reporting/test_attacks.py, tests/records/submissions/test_pages.py.
CHECKS_TOKEN_AFTER_THE_LIMIT = {"evidence_add", "workbook_upload", "submission_upload"}


@pytest.mark.parametrize("address", ALL, ids=_ids)
def test_a_post_without_token_changes_nothing_and_is_refused(
    address: Address, make_client: Callable[[str], Client]
) -> None:
    """Every POST of a session is refused without its token, also where the address takes no POST at all."""
    client = make_client("administrator")
    client.handler.enforce_csrf_checks = True
    client.raise_request_exception = False

    answer = client.post(address.path)

    asks_first = address.path.startswith("/operator-admin/") or address.name in CHECKS_TOKEN_AFTER_THE_LIMIT
    assert answer.status_code in {403, 404} if asks_first else answer.status_code == 403
