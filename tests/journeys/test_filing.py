"""An officer files: what is typed is saved, comes back, survives a lost line and a second window; keys are enough."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from tests.frontend.conftest import chromium
from tests.reporting import factories

from .acts import PATIENCE, barriers

__all__ = ["chromium"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def filing(live_server: Any, reference_data: None, chromium: Any) -> Any:
    """`open_as(user, address)` gives a page; `report` and `key` are of a body with three activities."""

    class Filing:
        report = factories.make_obligation("SOMHD")
        keys = [
            factories.key_of(factories.make_activity("SOMHD", title=f"Activity {number}", number=str(number)))
            for number in (1, 2, 3)
        ]
        officer = factories.officer("SOMHD")
        record = reverse("record", args=[report.public_id, keys[0]])
        grid = reverse("grid", args=[report.public_id])
        problems: list[str] = []

        def open_as(self, user: Any, address: str, width: int = 1440) -> Any:
            client = Client()
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            session = client.cookies["sessionid"].value
            context = chromium.new_context(
                viewport={"width": width, "height": 900}, reduced_motion="reduce", base_url=live_server.url
            )
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            page.on("pageerror", lambda error: self.problems.append(str(error)))
            page.goto(address)
            page.wait_for_selector("[data-ready]")
            return page

    made = Filing()
    yield made
    assert made.problems == []


def state(page: Any, section: str = "progress") -> Any:
    return page.locator(f"[data-state-of={section}]")


def test_what_is_typed_is_saved_and_there_after_a_reload(filing):
    page = filing.open_as(filing.officer, filing.record)
    page.fill("#f-remarks", "Typed by an officer")
    page.select_option("#f-status", "ongoing")
    expect(state(page)).to_contain_text("Saved", timeout=PATIENCE)

    page.reload()

    assert page.input_value("#f-remarks") == "Typed by an officer"
    assert page.input_value("#f-status") == "ongoing"


def test_what_is_typed_offline_is_kept_and_saved_when_the_line_is_back(filing):
    page = filing.open_as(filing.officer, filing.record)
    page.context.set_offline(True)
    page.fill("#f-remarks", "Typed in an aeroplane")
    expect(state(page)).to_have_text("Offline: kept in this browser", timeout=PATIENCE)
    page.context.set_offline(False)

    expect(state(page)).to_contain_text("Saved", timeout=PATIENCE)
    page.reload()
    assert page.input_value("#f-remarks") == "Typed in an aeroplane"


def test_an_expired_session_loses_nothing(filing):
    page = filing.open_as(filing.officer, filing.record)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.fill("#f-remarks", "Typed after the session had ended")
    expect(state(page)).to_contain_text("Log in again in another tab", timeout=PATIENCE)
    page.context.add_cookies(cookies)

    page.evaluate("window.onbeforeunload = null")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(filing.record)

    expect(page.locator("[data-restored]:not([hidden])")).to_contain_text("had not been saved")
    assert page.input_value("#f-remarks") == "Typed after the session had ended"
    expect(state(page)).to_contain_text("Saved", timeout=PATIENCE)


def test_a_second_window_meets_both_texts_and_nothing_is_lost(filing):
    first = filing.open_as(filing.officer, filing.record)
    second = filing.open_as(factories.officer("SOMHD"), filing.record)
    first.fill("#f-remarks", "Of the first")
    expect(state(first)).to_contain_text("Saved", timeout=PATIENCE)
    second.fill("#f-remarks", "Of the second")
    expect(state(second)).to_contain_text("Not saved", timeout=PATIENCE)

    panel = second.locator("[data-conflict-panel]")
    expect(panel).to_contain_text("Of the first")
    expect(panel).to_contain_text("Of the second")
    assert second.input_value("#f-remarks") == "Of the second"
    assert barriers(second) == []

    panel.locator("input[value=together]").check()
    panel.locator("[data-resolve]").click()
    expect(state(second)).to_contain_text("Saved", timeout=PATIENCE)
    assert second.input_value("#f-remarks") == "Of the first\n\nOf the second"
    second.reload()
    assert second.input_value("#f-remarks") == "Of the first\n\nOf the second"


def test_the_form_is_filled_in_by_keyboard_alone(filing):
    page = filing.open_as(filing.officer, filing.record)
    page.focus("#f-status")
    page.keyboard.type("On-going")
    page.keyboard.press("Tab")
    page.focus("#f-percent_complete")
    page.keyboard.type("40")
    page.focus("#f-sdg_targets")
    page.keyboard.press("Enter")
    page.keyboard.type("13.1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")

    expect(state(page)).to_contain_text("Saved", timeout=PATIENCE)
    expect(state(page, "alignment")).to_contain_text("Saved", timeout=PATIENCE)
    expect(page.locator("[data-field=sdg_targets] .chip")).to_have_count(1)


def test_a_late_toggle_event_takes_nobody_out_of_the_list(filing):
    page = filing.open_as(filing.officer, filing.record)
    page.focus("#f-sdg_targets")
    page.keyboard.press("Enter")
    page.keyboard.type("13.1")
    page.keyboard.press("ArrowDown")
    page.evaluate("document.querySelector('[data-field=sdg_targets] details').dispatchEvent(new Event('toggle'))")
    page.keyboard.press("Space")
    expect(page.locator("[data-field=sdg_targets] .chip")).to_have_count(1)


def test_a_link_to_a_field_opens_its_section_and_puts_the_cursor_there(filing):
    page = filing.open_as(filing.officer, filing.record)
    page.locator("#section-alignment summary").first.click()
    expect(page.locator("#f-kras")).to_be_hidden()

    page.evaluate("location.hash = '#field-kras'")
    expect(page.locator("#f-kras")).to_be_focused()
    page.locator("[data-checks] a", has_text="Status").first.click()
    expect(page.locator("#f-status")).to_be_focused()

    page = filing.open_as(filing.officer, f"{filing.record}#field-kras")
    expect(page.locator("#f-kras")).to_be_focused()


def test_a_row_of_the_grid_is_filled_in_by_keyboard_and_saved_when_it_is_left(filing):
    page = filing.open_as(filing.officer, filing.grid)
    rows = page.locator("tbody tr[data-key]")
    rows.nth(0).locator("td[data-f=remarks]").click()
    page.keyboard.type("First row")
    page.keyboard.press("Enter")
    page.keyboard.type("Second row")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("Why")
    page.keyboard.press("Control+s")

    expect(rows.nth(0).locator("[data-state]")).to_contain_text("Saved", timeout=PATIENCE)
    expect(rows.nth(1).locator("[data-state]")).to_contain_text("Saved", timeout=PATIENCE)
    page.reload()
    expect(rows.nth(0).locator("td[data-f=remarks]")).to_have_text("First row")
    expect(rows.nth(1).locator("td[data-f=remarks]")).to_have_text("")
    expect(rows.nth(1).locator("td[data-f=explanation]")).to_have_text("Why")


def test_a_column_of_a_spreadsheet_is_pasted_into_the_rows_below(filing):
    page = filing.open_as(filing.officer, filing.grid)
    page.locator("tbody tr[data-key]").nth(0).locator("td[data-f=percent_complete]").click()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData('text/plain', '10\\n20\\n30\\n');
            document.activeElement.dispatchEvent(
                new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    page.keyboard.press("Control+s")

    for number, text in enumerate(("10", "20", "30")):
        row = page.locator("tbody tr[data-key]").nth(number)
        expect(row.locator("td[data-f=percent_complete]")).to_have_text(text)
        expect(row.locator("[data-state]")).to_contain_text("Saved", timeout=PATIENCE)


@pytest.mark.parametrize("width", [1440, 390])
def test_form_and_grid_fit_and_keep_nobody_out(filing, width):
    for address in (filing.record, filing.grid):
        page = filing.open_as(filing.officer, address, width)
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
