"""The administrator's pages: what they show, what they write, and what they refuse with a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from adme.accounts.models import Role, User
from adme.audit.models import AuditEvent
from adme.reference.models import Area, SectoralBody

pytestmark = pytest.mark.django_db


def names(client: Client, address: str) -> list[str]:
    html = client.get(address).content.decode()
    return re.findall(r'href="/users/\d+/">([^<]+)<', html)


def test_the_list_finds_by_text_role_and_status(admin_client: Client, user_with) -> None:
    user_with(Role.ANALYST, email="a@example.org", full_name="Analyst one", organisation="Statistics division")
    user_with(Role.SOCA_MEMBER, email="b@example.org", full_name="Member one", is_active=False)

    assert names(admin_client, "/users/?q=STATISTICS") == ["Analyst one"]
    assert names(admin_client, "/users/?role=soca_member") == ["Member one"]
    assert names(admin_client, "/users/?active=no") == ["Member one"]
    assert names(admin_client, "/users/?q=one&sort=-email") == ["Member one", "Analyst one"]
    assert names(admin_client, "/users/?q=one&sort=email") == ["Analyst one", "Member one"]


def test_a_filter_that_makes_no_sense_is_left_out_and_said(admin_client: Client, user_with) -> None:
    user_with(Role.ANALYST, full_name="Analyst one")

    for address in (
        "/users/?sort=password",
        "/users/?role=king",
        "/users/?q=%00",
        "/users/?page=abc",
        "/users/?page=99",
    ):
        answer = admin_client.get(address)
        assert answer.status_code == 200
        assert "Analyst one" in answer.content.decode()
    assert "left out" in admin_client.get("/users/?role=king").content.decode()


def test_the_list_costs_the_same_number_of_queries_for_many_users(
    admin_client: Client, user_with, django_assert_max_num_queries
) -> None:
    for _ in range(45):
        user_with(Role.FOCAL_POINT, state="VNM")
    with django_assert_max_num_queries(8):
        admin_client.get("/users/")


def test_long_lists_come_in_pages_that_keep_the_filter(admin_client: Client) -> None:
    User.objects.bulk_create(User(email=f"user{n:03}@many.example.org", full_name=f"U{n:03}") for n in range(60))

    first = admin_client.get("/users/?q=many.example.org").content.decode()

    assert "q=many.example.org" in first
    assert "page=2" in first
    assert len(names(admin_client, "/users/?q=many.example.org&page=2")) == 10


def test_adding_a_user_sends_the_mail_that_sets_the_password(admin_client: Client, log_in) -> None:
    answer = admin_client.post(
        "/users/new/", {"email": "New@example.org", "full_name": "New person", "organisation": "", "send_mail": "on"}
    )

    user = User.objects.get(email="new@example.org")
    assert answer["Location"] == f"/users/{user.pk}/"
    assert mail.outbox[0].to == ["new@example.org"]
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mail.outbox[0].body).group(1)
    visitor = Client()
    page = visitor.get(link, follow=True)
    visitor.post(page.redirect_chain[-1][0], {"password1": "three plain words", "password2": "three plain words"})
    assert log_in("new@example.org", "three plain words").response["Location"] == "/dashboards/"
    assert visitor.get(link, follow=True).context["token_fail"]  # works once


def test_errors_stand_beside_the_fields(admin_client: Client, user_with) -> None:
    user_with(Role.ANALYST, email="taken@example.org")

    answer = admin_client.post("/users/new/", {"email": "TAKEN@example.org", "full_name": ""})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "already a user with this e-mail" in html
    assert 'aria-invalid="true"' in html
    assert "TAKEN@example.org" in html  # nothing typed is lost


def test_a_role_is_given_and_ended_on_the_page(admin_client: Client, user_with) -> None:
    user = user_with(None)
    body, state = SectoralBody.objects.get(acronym="SOMHD"), Area.objects.get(code="IDN")

    refused = admin_client.post(f"/users/{user.pk}/assignments/", {"role": Role.ME_OFFICER, "state": state.pk})
    assert refused.status_code == 422
    assert "Choose it." in refused.content.decode()
    assert not user.assignments.exists()

    admin_client.post(f"/users/{user.pk}/assignments/", {"role": Role.ME_OFFICER, "body": body.pk, "reason": "No. 7"})
    assignment = user.assignments.get()
    page = admin_client.get(f"/users/{user.pk}/").content.decode()
    assert "M&amp;E officer" in page
    assert "No. 7" in page  # the history

    admin_client.post(f"/users/{user.pk}/assignments/{assignment.pk}/end/")
    assert user.assignments.get().ended_at is not None


def test_only_member_states_are_offered(admin_client: Client, user_with) -> None:
    user = user_with(None)
    other = Area.objects.exclude(memberships__group__code="ASEAN").first()

    page = admin_client.get(f"/users/{user.pk}/").content.decode()
    answer = admin_client.post(f"/users/{user.pk}/assignments/", {"role": Role.FOCAL_POINT, "state": other.pk})

    assert "Timor-Leste" in page
    assert answer.status_code == 422


def test_an_assignment_of_another_user_is_not_found(admin_client: Client, user_with) -> None:
    one, other = user_with(Role.ANALYST), user_with(Role.ANALYST)
    wrong = f"/users/{one.pk}/assignments/{other.assignments.get().pk}/end/"

    assert admin_client.post(wrong).status_code == 404
    assert other.assignments.get().ended_at is None


def test_closing_an_account_ends_its_sessions_at_once(admin_client: Client, user_with, log_in) -> None:
    user = user_with(Role.ANALYST)
    session = log_in(user.email)
    assert session.get("/account/").status_code == 200

    admin_client.post(f"/users/{user.pk}/deactivate/", {"reason": "left"})

    assert session.get("/account/")["Location"].startswith("/accounts/login/")
    assert not UserSession.objects.filter(user=user).exists()
    admin_client.post(f"/users/{user.pk}/activate/")
    assert session.get("/account/")["Location"].startswith("/accounts/login/")  # the old session does not come back
    assert log_in(user.email).response["Location"] == "/dashboards/"


def test_rules_that_refuse_come_back_as_a_sentence(admin_client: Client) -> None:
    me = admin_client.user  # type: ignore[attr-defined]

    answer = admin_client.post(f"/users/{me.pk}/deactivate/", follow=True)

    assert "Ask another administrator" in answer.content.decode()
    assert User.objects.get(pk=me.pk).is_active
    page = admin_client.get(f"/users/{me.pk}/").content.decode()
    assert f"/users/{me.pk}/assignments/" not in page  # what cannot be done is not offered


def test_no_password_mail_goes_to_a_closed_account(admin_client: Client, user_with) -> None:
    user = user_with(Role.ANALYST, is_active=False)

    answer = admin_client.post(f"/users/{user.pk}/password-mail/", follow=True)

    assert "not active" in answer.content.decode()
    assert not mail.outbox


def test_text_typed_by_people_is_never_markup(admin_client: Client, user_with) -> None:
    payload = "<script>alert(1)</script>"
    user = user_with(Role.ANALYST)

    admin_client.post(f"/users/{user.pk}/", {"full_name": payload, "organisation": payload})

    for address in (f"/users/{user.pk}/", "/users/", "/audit/"):
        html = admin_client.get(address).content.decode()
        assert payload not in html
        assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_change_users(client_as: Callable[..., Client], user_with, role: Role) -> None:
    user, client = user_with(None), client_as(role)

    assert client.get("/users/").status_code == 403
    assert client.post(f"/users/{user.pk}/assignments/", {"role": Role.ADMINISTRATOR}).status_code == 403
    assert client.post(f"/users/{user.pk}/", {"full_name": "x"}).status_code == 403
    assert client.post("/users/999999/deactivate/").status_code == 403  # and tells nothing of what exists
    assert not user.assignments.exists()


def test_a_role_that_was_ended_stops_working_in_the_open_session(admin_client: Client, client_as) -> None:
    client = client_as(Role.ADMINISTRATOR)
    assert client.get("/users/").status_code == 200

    admin_client.post(f"/users/{client.user.pk}/assignments/{client.user.assignments.get().pk}/end/")

    assert client.get("/users/").status_code == 403


def test_the_audit_page_filters_and_shows_what_changed(admin_client: Client, user_with) -> None:
    user = user_with(Role.ANALYST, full_name="Old name")
    admin_client.post(f"/users/{user.pk}/", {"full_name": "New name"})

    page = admin_client.get(f"/audit/?target=user:{user.email}&action=user.").content.decode()

    assert "<del>Old name</del>" in page
    assert "<ins>New name</ins>" in page
    assert "No event fits" in admin_client.get("/audit/?actor=nobody@nowhere").content.decode()
    assert "left out" in admin_client.get("/audit/?first_day=yesterday").content.decode()
    assert admin_client.get("/audit/?q=%00&actor=%00").status_code == 200


def test_the_audit_page_costs_the_same_number_of_queries_for_many_events(
    admin_client: Client, user_with, django_assert_max_num_queries
) -> None:
    for n in range(45):
        admin_client.post(f"/users/{admin_client.user.pk}/", {"full_name": f"Name {n}"})  # type: ignore[attr-defined]
    with django_assert_max_num_queries(8):
        admin_client.get("/audit/")


def test_the_audit_download_holds_what_was_asked_for_and_is_itself_recorded(admin_client: Client, user_with) -> None:
    user = user_with(Role.ANALYST)
    admin_client.post(f"/users/{user.pk}/", {"full_name": "=1+1"})

    answer = admin_client.get("/audit/download.csv?action=user.changed")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]

    assert answer["Content-Disposition"].startswith("attachment")
    assert text.count("user.changed") == 1
    assert "=1+1" in text
    assert AuditEvent.objects.first().action == "audit.downloaded"


def test_only_administrators_read_the_audit_trail(admin_client: Client, client_as) -> None:
    assert admin_client.get("/audit/").status_code == 200
    for role in (Role.ANALYST, Role.ME_OFFICER, Role.FOCAL_POINT, Role.SOCA_MEMBER):
        assert client_as(role).get("/audit/").status_code == 403
        assert client_as(role).get("/audit/download.csv").status_code == 403
