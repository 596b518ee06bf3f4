"""Tokens: scopes, how long they hold, who may do what with them, how often, and the word before they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from adme.accounts.models import Role
from adme.api import reminders
from adme.api.models import ApiToken
from adme.api.scopes import Scope
from adme.api.tasks import REMINDERS
from adme.api.throttles import ByUse, WholeLists
from adme.api.tokens import create_token
from adme.audit.models import AuditEvent
from adme.jobs.services import enqueue
from adme.jobs.testing import run_all_jobs

from .world import ask, token_of

pytestmark = pytest.mark.django_db
UNKNOWN = "00000000-0000-4000-8000-000000000000"
WRITINGS = [
    (Scope.REPORTS, "patch", f"reports/{UNKNOWN}/records/x/"),
    (Scope.REPORTS, "post", f"reports/{UNKNOWN}/records/"),
    (Scope.REPORTS, "post", f"reports/{UNKNOWN}/acts/"),
    (Scope.REPORTS, "post", f"reports/{UNKNOWN}/uploads/"),
    (Scope.REPORTS, "post", f"reports/{UNKNOWN}/uploads/{UNKNOWN}/acts/"),
    (Scope.RECORDS, "post", "records/submissions/"),
    (Scope.RECORDS, "post", f"records/submissions/{UNKNOWN}/use/"),
    (Scope.IMPORTS, "post", "imports/"),
    (Scope.IMPORTS, "post", f"imports/{UNKNOWN}/acts/"),
]


def code_of(answer):
    return answer.json()["error"]["code"]


def test_a_token_only_reads_unless_its_owner_said_otherwise(user_with):
    row, _ = create_token(user=user_with(Role.ANALYST), name="script")
    assert row.scopes == ["read"]
    assert row.expires_at - timezone.now() > timedelta(days=179)


@pytest.mark.parametrize(("scope", "method", "path"), WRITINGS)
def test_writing_takes_its_scope_and_no_other_will_do(user_with, scope, method, path):
    analyst = user_with(Role.ANALYST)
    others = token_of(analyst, [one for one in Scope if one != scope])
    refused = ask(others, method, path)
    assert (refused.status_code, code_of(refused)) == (403, "scope_missing")
    assert f"'{scope}'" in refused.json()["error"]["message"]
    allowed = ask(token_of(analyst, [scope]), method, path)
    assert allowed.status_code in {400, 404, 415}  # past the scope: now the request itself is looked at


def test_reading_takes_its_scope_too(user_with):
    analyst = user_with(Role.ANALYST)
    refused = ask(token_of(analyst, [Scope.IMPORTS]), "get", "kpi-leaves/")
    assert (refused.status_code, code_of(refused)) == (403, "scope_missing")
    assert ask(token_of(analyst, [Scope.READ]), "get", "kpi-leaves/").status_code == 200


def test_a_scope_never_gives_what_the_owner_may_not(user_with):
    member = token_of(user_with(Role.SOCA_MEMBER))
    for method, path in (("get", "imports/"), ("post", "imports/"), ("post", f"imports/{UNKNOWN}/acts/")):
        refused = ask(member, method, path)
        assert (refused.status_code, code_of(refused)) == (403, "permission_denied")


def test_what_the_owner_loses_the_token_loses(user_with):
    analyst = user_with(Role.ANALYST)
    token = token_of(analyst)
    assert ask(token, "get", "imports/").status_code == 200
    analyst.assignments.update(ended_at=timezone.now())
    assert ask(token, "get", "imports/").status_code == 403


def test_the_page_offers_what_the_roles_can_use_and_makes_a_token_of_it(client_as):
    officer, member = client_as(Role.ME_OFFICER), client_as(Role.SOCA_MEMBER)
    assert 'value="reports"' in officer.get("/account/tokens/").content.decode()
    page = member.get("/account/tokens/").content.decode()
    assert 'value="read"' in page
    assert 'value="reports"' not in page
    officer.post("/account/tokens/", {"name": "tool", "scopes": ["read", "reports"], "days": "30"})
    row = ApiToken.objects.get()
    assert row.scopes == ["read", "reports"]
    assert timedelta(days=29) < row.expires_at - timezone.now() <= timedelta(days=30)
    assert AuditEvent.objects.get(action="api_token.created").after == {
        "name": "tool", "scopes": ["read", "reports"], "days": 30,
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [{"scopes": ["reports"]}, {"scopes": []}, {"scopes": ["all"]}, {"days": "366"}, {"days": "0"}, {"name": ""}],
)
def test_the_page_refuses_what_it_does_not_offer(client_as, wrong):
    client = client_as(Role.SOCA_MEMBER)
    answer = client.post("/account/tokens/", {"name": "x", "scopes": ["read"], "days": "30", **wrong})
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 366}, {"scopes": []}, {"scopes": ["all"]}])
def test_no_token_is_made_without_an_end_or_of_a_scope_that_is_not(user_with, wrong):
    with pytest.raises(ValueError, match=r"token ends|Scopes are"):
        create_token(user=user_with(Role.ANALYST), name="x", **wrong)


def test_tokens_of_others_are_neither_shown_nor_ended(client_as):
    mine, other = client_as(Role.ANALYST), client_as(Role.ANALYST)
    row, _ = create_token(user=mine.user, name="my very own")
    assert "my very own" in mine.get("/account/tokens/").content.decode()
    assert "my very own" not in other.get("/account/tokens/").content.decode()
    assert other.post(f"/account/tokens/{row.pk}/end/").status_code == 404


def test_use_is_noted(user_with):
    row, token = create_token(user=user_with(Role.ANALYST), name="x")
    ask(token, "get", "kpi-leaves/")
    row.refresh_from_db()
    assert row.last_used_at is not None


def test_its_owner_is_told_once_two_weeks_before_it_ends(user_with):
    user = user_with(Role.ANALYST)
    soon, _ = create_token(user=user, name="monthly script", days=180)
    create_token(user=user, name="other", days=180)
    ended, _ = create_token(user=user, name="ended", days=7)
    old = {"created_at": timezone.now() - timedelta(days=167)}
    ApiToken.objects.filter(pk=soon.pk).update(expires_at=timezone.now() + timedelta(days=13), **old)
    ApiToken.objects.filter(pk=ended.pk).update(ended_at=timezone.now())
    assert (reminders.tell_owners(), reminders.tell_owners()) == (1, 0)
    (letter,) = mail.outbox
    assert letter.to == [user.email]
    assert "monthly script" in letter.body
    assert "adme_" not in letter.body


def test_the_daily_job_tells_them(user_with):
    soon, _ = create_token(user=user_with(Role.ANALYST), name="monthly script")
    now = timezone.now()
    ends_soon = {"created_at": now - timedelta(days=179), "expires_at": now + timedelta(days=1)}
    ApiToken.objects.filter(pk=soon.pk).update(**ends_soon)
    enqueue(REMINDERS, args={"slot": ""})
    run_all_jobs()
    assert len(mail.outbox) == 1


def test_a_token_that_was_made_for_a_week_is_not_told_about_at_once(user_with):
    create_token(user=user_with(Role.ANALYST), name="short", days=7)
    assert reminders.tell_owners() == 0


@pytest.fixture
def rates(monkeypatch):
    def few(**numbers: str) -> None:
        known = {**ByUse.THROTTLE_RATES, **numbers}
        for throttle in (ByUse, WholeLists):
            monkeypatch.setattr(throttle, "THROTTLE_RATES", known)

    return few


def test_readings_and_writings_and_whole_lists_have_rates_of_their_own(user_with, rates):
    rates(read="3/min", write="1/min", whole="1/hour")
    analyst = user_with(Role.ANALYST)
    token, second = token_of(analyst), token_of(analyst)
    assert ask(token, "post", "imports/").status_code == 415
    assert ask(token, "post", "imports/").status_code == 429
    assert ask(token, "get", "kpi-leaves.csv").status_code == 200
    too_many = ask(second, "get", "kpi-leaves.csv")  # another token of the same person
    assert (too_many.status_code, code_of(too_many)) == (429, "throttled")
    assert 0 < int(too_many.headers["Retry-After"]) <= 3600
    assert ask(token, "get", "kpi-leaves.csv?leaf=31c").status_code == 200
    assert ask(token, "get", "kpi-leaves/").status_code == 429
    assert ask(user_with(Role.ANALYST), "get", "kpi-leaves/").status_code == 200


def test_errors_of_a_csv_address_and_of_no_address_are_told_in_json(user_with):
    token = token_of(user_with(Role.ANALYST))
    wrong = ask(token, "get", "kpi-leaves.csv?nonsense=1")
    assert (wrong.status_code, wrong.headers["Content-Type"]) == (400, "application/json")
    nowhere = ask(token, "get", "no-such-list/")
    assert (nowhere.status_code, code_of(nowhere)) == (404, "not_found")


def test_a_session_needs_its_csrf_token_to_write_and_none_to_read(world):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.analyst, backend="allauth.account.auth_backends.AuthenticationBackend")
    path = f"/api/v1/imports/{world.batch.public_id}/"
    assert browser.get(path).status_code == 200
    order = '{"act": "discard", "idempotency_key": "a"}'
    assert browser.post(f"{path}acts/", order, content_type="application/json").status_code == 403
    world.batch.refresh_from_db()
    assert world.batch.state == "previewed"
