"""A year of reporting in a browser: filed in Excel, returned, approved, counted, corrected; a national policy too."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from .acts import PATIENCE, barriers, figure, wait_for_kpi_job

pytestmark = pytest.mark.browser
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_ROW = 6  # below the banner, the hints, the headings and the example
NEW = "Specimen dialogue of a journey"
COUNTED = "Specimen training of a journey"
POLICY = "Specimen law on adaptive social protection"


def report_of(page: Any, title: str) -> str:
    """Address of the own report with this title on 'my work'."""
    page.goto("/my-work/")
    link = page.locator("main a[href^='/reports/']", has_text=title).first
    return link.get_attribute("href").split("?")[0]


def act(page: Any, address: str, name: str, **typed: str) -> None:
    """Do an act on the page that asks before it, and stand on its receipt."""
    page.goto(f"{address}acts/{name}/")
    for field, text in typed.items():
        page.fill(f"main [name={field}]", text)
    button = page.locator("main form.act-form button[type=submit]")
    assert button.count(), page.inner_text("main")  # what stands in the way
    button.click()
    expect(page.locator(".receipt")).to_be_visible(timeout=PATIENCE)


def found(page: Any, words: str) -> bool:
    """Whether the search over activities knows this one."""
    page.goto(f"/activities/?q={words.replace(' ', '+')}")
    return page.locator("main a", has_text=words).count() > 0


def filled(content: bytes, year: int, **new: Any) -> bytes:
    """The workbook as an officer fills it in: each activity told without contradiction, and one more at its end."""
    book = load_workbook(BytesIO(content))
    sheet = book["Report"]
    places = {cell.value: cell.column for cell in sheet[1] if cell.value}
    rows = [row for row in range(FIRST_ROW, sheet.max_row + 1) if sheet.cell(row, places["title"]).value]
    for row in rows:
        is_over = sheet.cell(row, places["ends_on"]).value.year <= year
        told = ("Completed", 100, "It was carried out.") if is_over else ("On-going", 97, "It goes on.")
        for name, value in zip(("status", "percent_complete", "achieved"), told, strict=True):
            sheet.cell(row, places[name]).value = value
    for name, value in new.items():
        sheet.cell(max(rows, default=FIRST_ROW - 1) + 1, places[name]).value = value
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def pick(page: Any, field: str, words: str) -> None:
    """Choose a code in a field of several, by keyboard."""
    page.focus(f"#f-{field}")
    page.keyboard.press("Enter")
    if page.locator(f"#f-{field}-find").count():
        page.keyboard.type(words)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
    else:  # a short list has nothing to search by
        page.locator(f"[data-field={field}] label", has_text=words).locator("input").check()
    page.keyboard.press("Escape")
    expect(page.locator(f"[data-field={field}] .chip")).not_to_have_count(0)


def begun(page: Any, address: str, **typed: str) -> str:
    """Add a record with what is asked for at first, and stand on its form; its address."""
    page.goto(f"{address}records/new/")
    page.select_option("[name=group]", index=1)
    for field, text in typed.items():
        page.fill(f"main [name={field}]", text)
    page.get_by_role("button", name="Add and go on").click()
    page.wait_for_selector("[data-ready]", timeout=PATIENCE)
    return str(page.url).partition("#")[0]


def saved(page: Any, section: str) -> None:
    page.locator(f"form[data-section={section}] button[data-save]").click()
    expect(page.locator(f"[data-state-of={section}]")).to_contain_text(re.compile("^Saved"), timeout=PATIENCE)


def test_a_year_is_filed_in_a_workbook_returned_approved_and_read_by_whom_it_concerns(open_as):
    officer, analyst = open_as("health.officer"), open_as("analyst")
    address = report_of(officer, "Tool 1 of SOMHD 2026")
    officer.goto("/work-plans/new/")
    officer.fill("[name=title]", "Specimen work plan of a journey")
    officer.select_option("[name=framework]", index=1)
    officer.fill("[name=first_year]", "2026")
    officer.fill("[name=last_year]", "2030")
    officer.click("main form button[type=submit]")
    expect(officer.locator("main")).to_contain_text("Specimen work plan of a journey")

    workbook = officer.request.get(f"{address}workbook.xlsx").body()
    lists = load_workbook(BytesIO(workbook))["Lists"]
    plan = "Specimen work plan of a journey (2026-2030)"
    kra = next(cell.value for row in lists.iter_rows() for cell in row if str(cell.value or "").startswith("C.1 "))
    sent = filled(
        workbook, 2026, _group=plan, title=NEW, status="On-going", percent_complete=10, kras=kra,
        activity_type="Workshop or training", frequency="One-off", starts_on="2026-02-01", ends_on="2027-01-31",
    )  # fmt: skip
    officer.goto(f"{address}upload/")
    officer.set_input_files("main input[type=file]", {"name": "SOMHD 2026.xlsx", "mimeType": XLSX, "buffer": sent})
    officer.get_by_role("button", name="Send and compare").click()
    expect(officer.locator("#rows")).to_be_visible(timeout=PATIENCE)
    assert barriers(officer) == []
    officer.locator("main form button[value=apply]").click()
    expect(officer.get_by_role("link", name="Go on with the report")).to_be_visible(timeout=PATIENCE)
    assert not found(open_as("welfare.officer"), NEW), "a draft is nobody else's"

    act(officer, address, "submit")
    assert found(open_as("welfare.officer"), NEW), "officers of other bodies read what was handed in"
    assert not found(open_as("soca"), NEW), "SOCA reads what was approved"
    act(analyst, address, "return", reason="Say in the remarks who answers for the new activity.")
    assert not found(open_as("welfare.officer"), NEW)
    act(officer, address, "submit")
    act(analyst, address, "approve")
    assert found(open_as("soca"), NEW)


def test_an_activity_counts_when_it_is_approved_and_no_longer_when_it_is_corrected(open_as):
    officer, analyst = open_as("health.officer"), open_as("analyst")
    before = figure(analyst, "4a", "ASEAN", "2025")
    address = report_of(officer, "Tool 1 of SOMHD 2025")
    record = begun(officer, address, title=COUNTED)
    officer.select_option("#f-activity_type", label="Workshop or training")
    officer.select_option("#f-frequency", label="One-off")
    officer.fill("#f-starts_on", "2025-02-01")
    officer.fill("#f-ends_on", "2025-06-30")
    saved(officer, "activity")
    pick(officer, "kras", "C.1")
    officer.select_option("#f-status", label="Completed")
    officer.fill("#f-percent_complete", "100")
    saved(officer, "progress")
    officer.fill("#f-achieved", "Twenty officials were trained.")
    saved(officer, "results")
    pick(officer, "tags", "Capacity building")
    saved(officer, "alignment")

    act(officer, address, "submit")
    assert figure(analyst, "4a", "ASEAN", "2025") == before, "what is only submitted does not count"
    act(analyst, address, "approve")
    wait_for_kpi_job(analyst)
    counted = figure(analyst, "4a", "ASEAN", "2025")
    assert int(counted) > int(before)
    analyst.locator('#values a[href*="area=ASEAN"][href*="period=2025"]').first.click()
    analyst.goto(analyst.locator("main a[href*='/activities/behind/']").first.get_attribute("href"))
    assert _behind(analyst, COUNTED)

    act(analyst, address, "reopen", reason="The training was counted as capacity building, and was a ceremony.")
    assert figure(analyst, "4a", "ASEAN", "2025") == counted, "the approved figure stands while it is corrected"
    officer.goto(record)
    officer.wait_for_selector("[data-ready]")
    officer.goto(f"{record}#f-tags")  # a section that stands as approved is folded; a link to a field opens it
    officer.locator("[data-field=tags] .chip button").first.click()
    form = officer.locator("form[data-section=alignment]")
    form.locator("button[data-save]").click()
    form.locator("input[name=reason]").fill("It was a ceremony.")
    saved(officer, "alignment")
    act(officer, address, "submit")
    act(analyst, address, "approve")
    wait_for_kpi_job(analyst)
    assert int(figure(analyst, "4a", "ASEAN", "2025")) == int(counted) - 1
    analyst.goto(f"{address}compare/")
    kept = analyst.locator("main select[name=b] option", has_text="Approved").all()
    after, before_it = (one.get_attribute("value") for one in kept[:2])
    analyst.goto(f"{address}compare/?a={before_it}&b={after}")
    expect(analyst.locator("main")).to_contain_text("Themes")
    assert barriers(analyst) == []


def _behind(page: Any, title: str) -> bool:
    """Whether the list of what is behind a figure, page by page, names this activity."""
    while not page.locator("main", has_text=title).count():
        following = page.locator("a[rel=next]")
        if not following.count():
            return False
        following.first.click()
    return True


def test_a_national_policy_makes_its_state_count(open_as):
    focal_point, analyst = open_as("indonesia"), open_as("analyst")
    assert figure(analyst, "16", "IDN", "2025") in {None, "0"}
    address = report_of(focal_point, "Tool 2 of Indonesia 2025")
    begun(focal_point, address, action=POLICY)
    focal_point.select_option("#f-action_type", index=1)
    focal_point.fill("#f-responsible", "Specimen ministry")
    focal_point.fill("#f-starts_on", "2025-01-01")
    saved(focal_point, "action")
    focal_point.select_option("#f-status", label="On-going")
    focal_point.fill("#f-achieved", "The law took effect.")
    saved(focal_point, "progress")
    pick(focal_point, "policy_kinds", "daptive social")
    focal_point.fill("#f-in_force_since", "2025-03-01")
    saved(focal_point, "action")
    link = focal_point.locator("#link-title")
    focal_point.locator("details", has=link).locator("summary").first.click()
    link.fill("Text of the law")
    form = focal_point.locator("form", has=link)
    form.locator("[name=url]").fill("https://example.org/law")
    form.locator("button[type=submit]").click()
    expect(focal_point.locator("#evidence")).to_contain_text("Text of the law")

    act(focal_point, address, "submit")
    act(analyst, address, "approve")
    wait_for_kpi_job(analyst)

    assert figure(analyst, "16", "IDN", "2025") == "1"
    analyst.locator('#values a[href*="area=IDN"][href*="period=2025"]').first.click()
    expect(analyst.locator("main")).to_contain_text(POLICY)  # the state had another law: this one counts as well
