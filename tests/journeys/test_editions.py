"""A meeting edition in the browser: drafted, opened, answered by a state; and one that is read and asked about.

Deadlines and embargoes, for which nobody can wait here, are walked in tests/editions/test_story.py."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .acts import barriers

pytestmark = pytest.mark.browser
TITLE = "Journey: results framework for a meeting"


def test_a_state_answers_before_an_edition_is_published(open_as):
    analyst, focal_point = open_as("analyst"), open_as("indonesia")
    analyst.goto("/editions/new/")
    assert barriers(analyst) == []
    analyst.fill("input[name=title]", TITLE)
    analyst.fill("input[name=meeting]", "Journey meeting")
    analyst.fill("input[name=meeting_on]", "2030-01-15")
    analyst.click("main form.edition-form button[type=submit]")
    expect(analyst.locator("h1")).to_have_text(TITLE)
    analyst.locator("summary", has_text="Foreword").click()
    foreword = analyst.locator("details", has=analyst.locator("input[value=foreword]"))
    foreword.locator("textarea").fill("Plain <b>words</b>.")
    foreword.locator("button[type=submit]").click()
    expect(analyst.locator(".messages")).to_contain_text("The text is saved")
    analyst.fill("input[name=days]", "5")
    analyst.get_by_role("button", name="Open the right of reply").click()
    expect(analyst.locator(".messages")).to_contain_text("all focal points have been told")
    assert barriers(analyst) == []

    focal_point.goto("/my-work/")
    focal_point.locator(".edition-asked", has_text=TITLE).get_by_role("link").click()
    assert barriers(focal_point) == []
    rows = focal_point.locator(".reply-row")
    first, second = rows.nth(0).get_attribute("id"), rows.nth(1).get_attribute("id")
    focal_point.locator(f"#{first}").get_by_role("button", name="Confirm").click()
    expect(focal_point.locator(f"#{first} .reply-words")).to_contain_text("Confirmed")
    row = focal_point.locator(f"#{second}")
    row.locator(".reply-other > summary").click()
    row.get_by_label("Dispute it").check()
    row.get_by_role("button", name="Send the reply").click()
    expect(focal_point.locator(".error-summary")).to_contain_text("Say why the figure is disputed")
    row.get_by_label("Why").fill("Another definition is used in the survey.")
    row.get_by_role("button", name="Send the reply").click()
    expect(focal_point.locator(f"#{second} .reply-words")).to_contain_text("Another definition")
    focal_point.set_viewport_size({"width": 390, "height": 800})
    assert focal_point.evaluate("document.documentElement.scrollWidth") <= 390
    assert barriers(focal_point) == []
    focal_point.get_by_role("button", name="Confirm all the rest").click()
    expect(focal_point.get_by_role("button", name="Confirm all the rest")).to_have_count(0)

    analyst.reload()
    line = analyst.locator("tr", has=analyst.locator("th", has_text="Indonesia")).first
    expect(line.locator("td").nth(4)).to_have_text("0")  # nothing left unanswered


def test_an_edition_is_read_and_asked_whether_it_is_still_true(open_as):
    reader = open_as("soca")
    reader.goto("/editions/")
    expect(reader.locator("main")).not_to_contain_text(TITLE)  # not published, so nobody else's business
    assert barriers(reader) == []
    reader.goto("/editions/2/")
    expect(reader.locator("main")).to_contain_text("What Member States said")
    expect(reader.locator("#cause-late_report summary")).to_contain_text("Report came later")
    assert barriers(reader) == []
    reader.goto("/editions/check/")
    reader.fill("input[name=text]", "https://adme.example/e/1/")
    reader.get_by_role("button", name="Look it up").click()
    expect(reader.locator("#cause-late_report")).to_contain_text("Number of ASCC policies")
    assert barriers(reader) == []
    reader.set_input_files("input[type=file]", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    reader.get_by_role("button", name="Look it up").click()
    expect(reader.locator(".error-summary")).to_contain_text("no stamp of ADME")
