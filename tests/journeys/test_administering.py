"""The administrator: a user is added, given a role and closed again, and the audit trail tells each act."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from .acts import audited

pytestmark = pytest.mark.browser


def test_a_user_is_added_given_a_role_and_closed_and_each_act_is_audited(open_as):
    page = open_as("administrator")
    email = f"journey-{uuid4().hex[:8]}@demo.adme.example"

    page.goto("/users/")
    page.click("main a[href='/users/new/']")
    page.fill("input[name=email]", email)
    page.fill("input[name=full_name]", "Journey specimen")
    page.uncheck("input[name=send_mail]")
    page.get_by_role("button", name="Add the user").click()
    expect(page.locator("h1")).to_have_text("Journey specimen")
    user = page.url

    page.select_option("select[name=role]", "focal_point")
    page.get_by_role("button", name="Give the role").click()
    expect(page.locator(".form-field.has-error")).not_to_have_count(0)  # a focal point needs a Member State
    page.select_option("select[name=state]", label="Viet Nam")
    page.get_by_role("button", name="Give the role").click()
    expect(page.locator("section[aria-labelledby=roles] tbody")).to_contain_text("Viet Nam")

    page.fill("#id_status_reason", "End of the journey")
    page.get_by_role("button", name="Close the account").click()
    page.goto(user)
    expect(page.get_by_role("button", name="Open the account again")).to_be_visible()
    page.goto(f"/users/?q={email}&active=no")
    expect(page.locator("main tbody tr")).to_have_count(1)

    page.goto("/audit/")
    told = page.locator("main tbody").inner_text()
    for act in ("user.created", "assignment.added", "user.deactivated"):
        assert act in told, act
    expect(audited(page, "user.deactivated")).to_contain_text("End of the journey")
    expect(audited(page, "user.deactivated")).to_contain_text("administrator@demo.adme.example")


def test_the_administrator_sees_imports_but_does_not_approve_or_enter_figures(open_as):
    page = open_as("administrator")

    assert page.goto("/imports/").status == 200
    assert page.locator("#import-new").count() == 0
    for address in ["/imports/new/", "/kpis/surveys/", "/kpis/targets/new/"]:
        assert page.goto(address).status == 403, address


def test_a_wrong_password_says_so_and_no_more(open_as):
    page = open_as(None)
    page.goto("/accounts/login/")

    page.fill("input[name=login]", "nobody@demo.adme.example")
    page.fill("input[name=password]", "not the password")
    page.get_by_role("button", name="Log in").click()

    said = page.locator("main .field-errors, main [data-error-summary]").first
    expect(said).to_be_visible()
    assert "not correct" in page.inner_text("main")
    assert page.url.split("?")[0].endswith("/accounts/login/")
