"""One way in: by e-mail and password, with limits, without telling who exists, and written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.cache import cache
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from adme.accounts import demonstration
from adme.accounts.models import Role, User
from adme.accounts.passwords import ContextWordValidator
from adme.accounts.permissions import Permission, may
from adme.accounts.policy_document import document_path, policy_document
from adme.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough passphrase"


@pytest.fixture
def limits_on(settings) -> Iterator[None]:
    """allauth's own limits, as outside the tests."""
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {}
    yield
    cache.clear()


def actions() -> list[str]:
    return list(AuditEvent.objects.values_list("action", flat=True)[:5])


def test_login_works_whatever_the_case_of_the_address_and_is_recorded(user_with, log_in) -> None:
    user = user_with(Role.ANALYST)

    client = log_in(user.email.upper())

    assert client.response["Location"] == "/dashboards/"
    event = AuditEvent.objects.first()
    assert (event.action, event.actor, event.after) == ("login.succeeded", user.email, {"ip": "127.0.0.1"})


def test_logout_needs_a_post_ends_the_session_and_is_recorded(user_with, log_in) -> None:
    client = log_in(user_with(Role.ANALYST).email)
    old = client.cookies["sessionid"].value

    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/account/").status_code == 200
    client.post("/accounts/logout/")

    assert actions()[0] == "logout"
    client.cookies["sessionid"] = old  # the old key, kept by somebody else
    assert client.get("/account/").status_code == 302


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(user_with, log_in) -> None:
    known = user_with(Role.ANALYST).email

    def answer(email: str) -> str:
        page = log_in(email, "wrong").response.content.decode()
        return page.replace(email, "").split("<main")[1]

    first, second = answer(known), answer("nobody@example.org")

    strip = "csrfmiddlewaretoken"
    assert [line for line in first.splitlines() if strip not in line] == [
        line for line in second.splitlines() if strip not in line
    ]
    assert actions()[:2] == ["login.failed", "login.failed"]
    assert not AuditEvent.objects.filter(after__icontains="wrong").exists()


def test_an_unknown_address_costs_the_hasher_as_much_as_a_known_one(user_with, log_in, monkeypatch) -> None:
    known, hashed = user_with(Role.ANALYST).email, []
    from django.contrib.auth import hashers

    hasher = type(hashers.get_hasher())
    original = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *given: hashed.append(1) or original(self, *given))

    log_in(known, "wrong")
    for_known = len(hashed)
    log_in("nobody@example.org", "wrong")

    assert for_known >= 1
    assert len(hashed) == 2 * for_known


def test_the_answer_to_a_password_reset_does_not_tell_who_exists(user_with) -> None:
    known = user_with(Role.ANALYST).email
    answers = [Client().post("/accounts/password/reset/", {"email": email}) for email in (known, "nobody@example.org")]

    assert answers[0].status_code == answers[1].status_code == 302
    assert answers[0]["Location"] == answers[1]["Location"]
    assert [message.to for message in mail.outbox] == [[known], ["nobody@example.org"]]
    assert "/password/reset/key/" not in mail.outbox[1].body
    assert "signup" not in mail.outbox[1].body


def test_a_closed_account_does_not_log_in(user_with, log_in) -> None:
    client = log_in(user_with(Role.ANALYST, is_active=False).email)

    assert client.response["Location"] == "/accounts/inactive/"
    assert client.get("/account/").status_code == 302


def test_a_hundred_guesses_reach_the_hasher_ten_times_at_most(limits_on, user_with, log_in, monkeypatch) -> None:
    email, checked = user_with(Role.ANALYST).email, []
    monkeypatch.setattr(
        get_user_model(), "check_password", lambda self, raw: bool(checked.append(raw)) or raw == PASSWORD
    )

    for n in range(100):
        answer = log_in(email, f"guess {n}").response

    assert len(checked) <= 10
    assert "Too many failed login attempts" in answer.content.decode() or answer.status_code == 429
    assert log_in(email).response.status_code != 302  # nor the right one, from there, for a while


def test_one_guess_at_each_of_a_hundred_accounts_is_stopped_by_address(limits_on, log_in, monkeypatch) -> None:
    from allauth.account.auth_backends import AuthenticationBackend

    reached: list[str] = []
    original = AuthenticationBackend.authenticate
    monkeypatch.setattr(
        AuthenticationBackend,
        "authenticate",
        lambda self, request, **given: reached.append(given["email"]) or original(self, request, **given),
    )

    for n in range(100):
        log_in(f"user{n}@example.org", "guess")

    assert len(reached) <= 20
    assert AuditEvent.objects.filter(action="login.failed").count() == len(reached)  # a flood does not fill the trail


def test_a_forged_forwarding_header_does_not_make_a_new_visitor(limits_on, user_with, log_in) -> None:
    email = user_with(Role.ANALYST).email

    for n in range(20):
        answer = Client().post(
            "/accounts/login/", {"login": email, "password": "wrong"}, headers={"X-Forwarded-For": f"10.0.0.{n}"}
        )

    assert "Too many failed login attempts" in answer.content.decode() or answer.status_code == 429
    assert AuditEvent.objects.filter(action="login.failed").first().after == {"ip": "127.0.0.1"}


def test_the_owner_still_logs_in_from_elsewhere_while_somebody_guesses(limits_on, user_with, log_in) -> None:
    email = user_with(Role.ANALYST).email
    for n in range(30):
        log_in(email, f"guess {n}")

    elsewhere = Client(REMOTE_ADDR="203.0.113.9")

    assert log_in(email, client=elsewhere).response.status_code == 302
    assert log_in(email).response.status_code != 302


def test_a_new_session_key_is_given_at_login(user_with, log_in) -> None:
    client = Client()
    client.get("/accounts/login/")
    client.session["planted"] = 1
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    before = session.session_key

    log_in(user_with(Role.ANALYST).email, client=client)

    assert client.cookies["sessionid"].value != before


def test_a_changed_password_ends_the_other_sessions(user_with, log_in) -> None:
    user = user_with(Role.ANALYST)
    here, elsewhere = log_in(user.email), log_in(user.email)

    here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "three plain words", "password2": "three plain words"},
    )

    assert elsewhere.get("/account/").status_code == 302
    assert "password.changed" in actions()


def test_sign_up_is_closed_and_addresses_cannot_be_changed_by_their_users(client_as) -> None:
    account = {"email": "new@example.org", "password1": "three plain words", "password2": "three plain words"}
    assert "made by administrators" in Client().get("/accounts/signup/").content.decode()
    Client().post("/accounts/signup/", account)
    assert not User.objects.filter(email="new@example.org").exists()

    client = client_as(Role.ANALYST)
    for method in (client.get, client.post):
        assert method("/accounts/email/").status_code == 404
        assert method("/accounts/confirm-email/abc/").status_code == 404


def test_the_second_factor_is_asked_for_and_each_code_works_once(user_with, log_in) -> None:
    user = user_with(Role.ADMINISTRATOR)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    code = _code(secret)

    client = log_in(user.email)
    assert client.response["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/account/").status_code == 302  # the password alone opens nothing
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.get("/account/").status_code == 200

    again = log_in(user.email)
    assert again.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200
    assert again.get("/account/").status_code == 302


def _code(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_setting_up_the_second_factor_shows_a_picture_and_recovery_codes(
    user_with, log_in, django_capture_on_commit_callbacks
) -> None:
    client = log_in(user_with(Role.ADMINISTRATOR).email)

    asked = client.get("/accounts/2fa/totp/activate/")  # a change of protection asks for the password once more
    client.post(asked["Location"], {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/accounts/2fa/totp/activate/", {"code": _code(secret)}, follow=True)

    assert "data:image/svg+xml" in page.content.decode()
    assert answer.status_code == 200
    assert "second_factor.added" in actions()
    assert "Recovery codes" in client.get("/accounts/2fa/").content.decode()
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/inactive/"],
)
def test_pages_before_login_open_for_everyone(address: str) -> None:
    answer = Client().get(address)

    assert answer.status_code == 200
    assert '<html lang="en">' in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    ["/account/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/logout/"],
)
def test_pages_of_the_own_account_open_for_every_role(client_as, address: str) -> None:
    assert client_as(None).get(address).status_code == 200


def test_the_operators_admin_logs_in_by_the_same_way_and_needs_staff(client_as, user_with, log_in) -> None:
    assert Client().get("/operator-admin/login/")["Location"].startswith("/accounts/login/")
    assert Client().get("/operator-admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    staff = log_in(user_with(Role.ADMINISTRATOR, is_staff=True).email)
    assert staff.get("/operator-admin/").status_code == 200
    assert client_as(Role.ANALYST).get("/operator-admin/", follow=True).status_code == 403


@pytest.mark.parametrize("password", ["asean2025asean", "ADME-SOCA-2026", "somhd-somhd-99", "Secretariat2026"])
def test_passwords_of_words_of_this_place_are_refused(reference_data, password: str) -> None:
    with pytest.raises(ValidationError):
        ContextWordValidator().validate(password)


@pytest.mark.parametrize("password", ["asean plus three plain words", "seven green lamps", "9274 6610 3851 77"])
def test_other_passwords_pass(reference_data, password: str) -> None:
    ContextWordValidator().validate(password)


def test_demonstration_users_exist_only_in_the_demonstration(reference_data, settings, log_in, capsys) -> None:
    with pytest.raises(CommandError, match="ADME_DEMO"):
        call_command("load_demo_users", apply=True)
    assert not User.objects.filter(is_demonstration=True).exists()

    settings.ADME_DEMO = True
    call_command("load_demo_users", apply=True)
    users = User.objects.filter(is_demonstration=True)
    assert {one.assignments.get().role for one in users} == set(Role)
    assert all(one.full_name.startswith("Demonstration ") for one in users)
    analyst = "analyst@demo.adme.example"
    assert "analyst@demo.adme.example" in capsys.readouterr().out
    assert "Demonstration users" in Client().get("/accounts/login/").content.decode()
    assert log_in(analyst, demonstration.shared_password()).response.status_code == 302

    settings.ADME_DEMO = False
    page = Client().get("/accounts/login/").content.decode()
    assert "Demonstration users" not in page
    assert demonstration.shared_password() not in page
    assert log_in(analyst, demonstration.shared_password()).response.status_code == 200  # refused


def test_loading_demonstration_users_twice_changes_nothing(reference_data, settings) -> None:
    settings.ADME_DEMO = True
    call_command("load_demo_users", apply=True, verbosity=0)
    events, users = AuditEvent.objects.count(), list(User.objects.values())

    call_command("load_demo_users", apply=True, verbosity=0)

    assert AuditEvent.objects.count() == events
    assert list(User.objects.values()) == users


def test_production_refuses_to_start_with_demonstration_users(settings) -> None:
    def found() -> set[str]:
        return {message.id for message in run_checks()}

    settings.ADME_PRODUCTION, settings.ADME_DEMO = True, False
    assert "adme.E006" not in found()
    settings.ADME_DEMO = True
    assert "adme.E006" in found()
    settings.ADME_PRODUCTION = False
    assert "adme.E006" not in found()


def test_the_first_administrator_is_made_on_the_command_line(reference_data, monkeypatch) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("three plain words\n"))
    call_command("create_administrator", "first@example.org", "--password-stdin")
    assert not User.objects.exists()  # a dry run

    call_command("create_administrator", "first@example.org", "--password-stdin", apply=True)
    user = User.objects.get()
    assert user.check_password("three plain words")
    assert may(user, Permission.USER_MANAGE)
    assert AuditEvent.objects.filter(actor="command", target="user:first@example.org").count() == 2

    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="too short"):
        call_command("create_administrator", "second@example.org", "--password-stdin", apply=True)


def test_the_permission_table_in_the_documents_is_current() -> None:
    assert Path(document_path()).read_text(encoding="utf-8") == policy_document(), (
        "run: manage.py document_permissions --apply"
    )


def test_the_navigation_holds_what_the_role_may_do_and_costs_one_query(
    user_with, rf, django_assert_max_num_queries: Callable
) -> None:
    from adme.accounts.context import navigation

    def titles(role: str) -> set[str]:
        request = rf.get("/audit/")
        request.user = user_with(role)
        with django_assert_max_num_queries(1):
            context = navigation(request)
            groups, user = list(context["navigation"]), context["nav_user"]
            assert user["email"] == request.user.email
            assert str(user["roles"])
        return {item["title"] for group in groups for item in group["items"]}

    assert {"Users", "Audit trail", "Imports"} <= titles(Role.ADMINISTRATOR)
    assert not {"Users", "Audit trail"} & titles(Role.ANALYST)
    assert not {"Indicators", "Imports", "Jobs", "Users"} & titles(Role.SOCA_MEMBER)


def test_the_entry_of_this_page_is_marked(client_as) -> None:
    client = client_as(Role.ADMINISTRATOR)

    page = client.get("/users/new/")

    active = [i["title"] for group in page.context["navigation"] for i in group["items"] if i["active"]]
    assert active == ["Users"]
    assert django_settings.ADME_DEMO is False
