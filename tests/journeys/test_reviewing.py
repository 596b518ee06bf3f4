"""A report between reporter and Secretariat: returned with a reason, mended, submitted again, compared, approved."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from .acts import PATIENCE, audited, barriers

pytestmark = pytest.mark.browser
REASON = "Please say in the remarks which ministry answers for the first action."
REMARK = "The ministry of labour answers for this action since April."
REPORTER = "Viet Nam"


def _waiting(page: Any) -> Any:
    """The line of the reporter's Tool 2 in the queue of the Secretariat."""
    page.goto("/review/")
    return page.locator("main tbody tr", has_text=REPORTER).filter(has_text="Tool 2").first


def test_a_returned_report_is_mended_submitted_compared_and_approved(open_as):
    analyst, focal_point = open_as("analyst"), open_as("vietnam")
    _waiting(analyst).locator("th a").click()
    assert barriers(analyst) == []
    address = re.sub(r"\?.*", "", analyst.url)

    analyst.click("[data-act=return]")
    analyst.click("main form.act-form button[type=submit]")  # without words it is refused, and says where
    expect(analyst.locator(".error-summary")).to_contain_text("Reason")
    analyst.get_by_label("Explanation is missing or too short").check()
    analyst.fill("textarea[name=reason]", REASON)
    assert barriers(analyst) == []
    analyst.click("main form.act-form button[type=submit]")
    expect(analyst.locator(".receipt")).to_contain_text("Demonstration focal point of Viet Nam")

    focal_point.goto("/notices/")
    focal_point.locator(".notice-unread .notice-title", has_text="Returned").first.click()
    expect(focal_point.locator(".returned-note")).to_contain_text(REASON)
    focal_point.goto("/my-work/")
    card = focal_point.locator(".work-card", has_text=REASON)
    expect(card).to_contain_text("Returned by")
    assert barriers(focal_point) == []
    card.get_by_role("link", name="Continue").click()
    focal_point.locator(".record-table tbody th a").first.click()
    _remark(focal_point)

    focal_point.goto(address)
    focal_point.click("[data-act=submit]")
    expect(focal_point.locator(".act-facts")).to_contain_text("ASEAN Secretariat")
    focal_point.click("main form.act-form button[type=submit]")
    expect(focal_point.locator(".receipt")).to_contain_text("Demonstration analyst")
    focal_point.go_back()  # the page that asked is out of date now, and says so
    expect(focal_point.locator("main")).to_contain_text("Nothing was changed")

    expect(_waiting(analyst)).to_contain_text(REPORTER)
    analyst.goto(address)
    analyst.get_by_role("link", name="Compare side by side").first.click()
    expect(analyst.locator(".difference-table")).to_contain_text(REMARK)
    assert barriers(analyst) == []
    analyst.goto(address)
    analyst.click("[data-act=approve]")
    analyst.click("main form.act-form button[type=submit]")
    expect(analyst.locator(".receipt-title")).to_contain_text("Approved")
    expect(analyst.locator(".report-head .standing")).to_have_text("Approved")
    expect(audited(open_as("administrator"), "report.approve")).to_contain_text(REPORTER)


def _remark(page: Any) -> None:
    """Type a remark into the open record and wait until it is saved, with a reason where one is asked for."""
    field = page.locator("textarea[name=remarks]")
    field.fill(REMARK)
    form = page.locator("form[data-section]", has=field)
    section = form.get_attribute("data-section")
    form.locator("button[data-save]").click()
    state = page.locator(f"[data-state-of={section}]")
    expect(state).not_to_have_text("", timeout=PATIENCE)
    if form.locator("input[name=reason]").is_visible():
        form.locator("input[name=reason]").fill("Asked for by the Secretariat")
        form.locator("button[data-save]").click()
    expect(state).to_contain_text(re.compile("^Saved"), timeout=PATIENCE)


@pytest.mark.parametrize("path", ["/review/", "/review/board/", "/calendar/", "/notices/"])
def test_pages_of_the_secretariat_keep_nobody_out_and_fit_the_screen(open_as, width, path):
    page = open_as("analyst", width)
    page.goto(path)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
