"""An analyst at Database C in a browser: a set and its versions, old files under new rules, a recipe that two people
make, the words beside a statistic, and the source that feeds a KPI. Nobody writes JSON."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from .acts import PATIENCE, barriers

pytestmark = pytest.mark.browser
NEW_SET, NEW_TITLE = "reading-rooms", "Specimen set of reading rooms"
LIBRARIES = "/database-c/sets/public-libraries/"
NEW_STATISTIC = "/database-c/statistics/SPECIMEN_LIBRARY_VISITS/"
DESCRIBED = "/database-c/statistics/VILLAGE_PROJECT_HOUSEHOLDS/"
CONCEPT = "/database-c/concepts/exchange-participants/"
REPORTS = "TOOL1:participants"


def closed_to(page: Any, *addresses: str) -> None:
    """These pages are not for this person."""
    assert {address: page.request.get(address).status for address in addresses} == dict.fromkeys(addresses, 403)


def row(page: Any, prefix: str) -> Any:
    """One column or rule of the editor, unfolded."""
    return page.locator(f"details#{prefix}[open]")


def add_column(page: Any, place: int, name: str, label: str, holds: str, **more: str) -> None:
    page.get_by_role("button", name="Add a column").click()
    fields = row(page, f"columns{place}")
    fields.locator(f"[name=columns{place}-label]").fill(label)
    fields.locator(f"[name=columns{place}-name]").fill(name)
    fields.locator(f"[name=columns{place}-type]").select_option(holds)
    fields.locator(f"[name=columns{place}-required]").check()
    for field, text in more.items():
        fields.locator(f"[name=columns{place}-{field}]").fill(text)


def add_range(page: Any, place: int, column: str, level: str, code: str, told: str, **bounds: str) -> None:
    page.select_option("#new_kind", "range")
    page.get_by_role("button", name="Add a rule").click()
    fields = row(page, f"rules{place}")
    fields.locator(f"[name=rules{place}-instruction]").fill(told)
    fields.locator(f"[name=rules{place}-column]").select_option(column)
    for name, bound in bounds.items():
        fields.locator(f"[name=rules{place}-{name}]").fill(bound)
    fields.locator(f"[name=rules{place}-level]").select_option(level)
    fields.locator(f"[name=rules{place}-code]").fill(code)


def save_layout(page: Any) -> None:
    page.get_by_role("button", name="Save the draft").click()
    page.wait_for_url(re.compile("/compare/"))


def put_into_force(page: Any, note: str) -> None:
    page.fill("#note", note)
    page.get_by_role("button", name=re.compile("^Put version")).click()
    expect(page.locator(".messages")).to_contain_text("is in force")


def test_a_set_is_made_versioned_and_put_into_force_without_json(open_as):
    analyst, focal = open_as("analyst"), open_as("indonesia")
    closed_to(focal, "/database-c/sets/new/")
    analyst.goto("/database-c/")
    analyst.get_by_role("link", name="New record set").click()
    for field, text in {
        "title": NEW_TITLE,
        "code": NEW_SET,
        "unit_of_record": "One reading room",
        "population": "All reading rooms that are open to the public.",
        "custodian": "Ministry of culture",
        "first_period": "2026",
        "reference_period": "Rooms that are open at the end of the year.",
    }.items():
        analyst.fill(f"[name={field}]", text)
    analyst.select_option("[name=body]", index=1)
    analyst.select_option("[name=kind]", "records")
    analyst.select_option("[name=periodicity]", "A")
    analyst.get_by_role("button", name="Save and go on to the columns").click()

    expect(analyst.locator("h1")).to_have_text("Columns and rules")
    add_column(analyst, 0, "room", "Number of the room", "text")
    analyst.check("[name=columns0-is_key]")
    add_column(analyst, 1, "setting", "Setting", "code", codes="U = Urban\nR = Rural")
    add_column(analyst, 2, "seats", "Seats", "integer", least="0", most="-5")
    add_range(analyst, 0, "seats", "error", "no_seat", "A reading room has a seat.", least="1")
    assert barriers(analyst) == []
    analyst.get_by_role("button", name="Save the draft").click()
    expect(analyst.locator("main")).to_contain_text("The draft was not saved")
    analyst.fill("[name=columns2-most]", "500")
    save_layout(analyst)
    expect(analyst.locator("main")).to_contain_text("Number of the room")
    assert barriers(analyst) == []
    own = f"/database-c/sets/{NEW_SET}/"
    focal.goto(own)
    expect(focal.locator("main")).to_contain_text("No version is in force yet")
    expect(focal.locator("main")).not_to_contain_text("Seats")
    put_into_force(analyst, "The first version.")
    focal.goto(own)
    expect(focal.locator("#columns")).to_contain_text("Columns of version 1")
    expect(focal.locator("main")).to_contain_text("A reading room has a seat.")
    closed_to(focal, f"{own}draft/", f"{own}compare/", f"{own}facts/")
    assert focal.locator("main a", has_text="Change columns and rules").count() == 0

    analyst.goto(own)
    analyst.get_by_role("link", name="Change columns and rules").click()
    add_column(analyst, 3, "hours", "Hours open a week", "number")
    add_range(analyst, 1, "hours", "warning", "hardly_open", "Is the room open so rarely?", least="4")
    save_layout(analyst)
    expect(analyst.locator("main")).to_contain_text("Hours open a week")
    expect(analyst.locator("main")).not_to_contain_text("Number of the room")  # only what differs
    focal.goto(own)
    expect(focal.locator("main")).not_to_contain_text("Hours open a week")
    put_into_force(analyst, "Rooms that are hardly open are told apart.")
    focal.goto(own)
    expect(focal.locator("#columns")).to_contain_text("Columns of version 2")
    expect(focal.locator("section:has(> #versions)")).to_contain_text("Rooms that are hardly open are told apart.")
    focal.goto(f"{own}?version=1")
    expect(focal.locator("main")).not_to_contain_text("Hours open a week")


def test_old_files_under_new_rules_are_counted_before_and_after_and_stay_as_they_are(open_as):
    analyst, focal = open_as("analyst"), open_as("vietnam")
    closed_to(focal, f"{LIBRARIES}recheck/", f"{LIBRARIES}draft/")
    analyst.goto(f"{LIBRARIES}draft/")
    last = analyst.locator("details[id^=rules]").count()
    add_range(analyst, last, "visits", "error", "hardly_visited", "A library has visitors.", least="1000000")
    save_layout(analyst)
    analyst.get_by_role("link", name="Check old files under it").click()
    expect(analyst.locator("main")).to_contain_text("No file has been checked under version 2 yet")
    for box in analyst.locator("[name=submission]").all()[2:]:
        box.uncheck()
    chosen = analyst.locator("tr:has([name=submission]:checked)")
    read = [int(cell) for cell in chosen.locator("td:last-child").all_inner_texts()]
    assert barriers(analyst) == []
    analyst.get_by_role("button", name="Check them under version 2").click()
    table = analyst.locator("section:has(> #rechecked) tbody tr")
    expect(table).to_have_count(2, timeout=PATIENCE)  # the page loads itself anew when the job has ended
    for line, number in zip(table.all(), read, strict=True):
        before, now = (int(text) for text in line.locator("td.num").all_inner_texts())
        assert 0 == before < now <= number
        assert f"hardly_visited 0 \u2192 {now}" in line.inner_text()
        expect(line).to_contain_text("Accepted")
        expect(line.locator("strong")).to_have_text("Rejected")
    assert barriers(analyst) == []

    # Nothing of the reports has changed, and nothing does when the draft goes.
    expect(chosen.first).to_contain_text("Accepted")
    expect(chosen.first).to_contain_text("version 1")
    analyst.goto(f"{LIBRARIES}compare/")
    expect(analyst.locator("section:has(> #rechecked) tbody tr")).to_have_count(2)
    analyst.get_by_role("button", name="Discard the draft").click()
    expect(analyst.locator(".messages")).to_contain_text("The draft was discarded")
    expect(analyst.locator("#columns")).to_contain_text("Columns of version 1")


def preview(page: Any, state: str) -> dict[str, str]:
    """The draft on what this state sent for 2025: {cell: figure}."""
    option = page.locator("#submission option", has_text=f"{state} 2025").first
    page.select_option("#submission", str(option.get_attribute("value")))
    page.get_by_role("button", name="Compute the draft").click()
    expect(page.locator("#result")).to_contain_text(f"{state} 2025")
    lines = page.locator("table.figures-table tbody tr").all()
    return {one.locator("th").inner_text(): one.locator("td").first.inner_text() for one in lines}


def test_a_recipe_is_drafted_tried_on_a_submission_and_adopted_by_another_analyst(open_as):
    author, second, focal = open_as("analyst"), open_as("second.analyst"), open_as("vietnam")
    closed_to(focal, "/database-c/statistics/new/")
    author.goto("/database-c/statistics/new/?set=public-libraries")
    author.fill("[name=code]", "SPECIMEN_LIBRARY_VISITS")
    author.fill("[name=title]", "Specimen visits to libraries")
    author.fill("[name=unit]", "visits")
    author.fill("[name=definition]", "Visits to public libraries in a year.")
    author.get_by_role("button", name="Make it and write the recipe").click()

    expect(author.locator("h1")).to_have_text("Draft of a recipe")
    author.select_option("[name=measure]", "sum")
    author.select_option("[name=column]", "visits")
    author.select_option("[name=group1-column]", "area_kind")
    author.fill("[name=minimum_cell]", "5")
    author.fill("[name=note]", "The first recipe.")
    assert barriers(author) == []
    author.get_by_role("button", name="Save the draft").click()
    small, large = preview(author, "Brunei Darussalam"), preview(author, "Viet Nam")
    assert set(large) == {"Total", "Urban", "Rural"}
    assert "[c]" in small["Rural"] + small["Urban"], "cells of fewer than five libraries are not shown"
    assert re.fullmatch(r"\d[\d\s]*", large["Total"])
    expect(author.locator("main")).to_contain_text("a second analyst has to adopt it")
    assert author.get_by_role("button", name="Adopt version 1").count() == 0
    assert barriers(author) == []
    closed_to(focal, f"{NEW_STATISTIC}recipe/draft/", f"{NEW_STATISTIC}recipe/preview/")
    focal.goto(NEW_STATISTIC)
    expect(focal.locator("main")).to_contain_text("No figure yet")
    expect(focal.locator("main")).not_to_contain_text("The first recipe.")

    second.goto(NEW_STATISTIC)
    second.get_by_role("link", name="Draft on a submission").click()
    assert preview(second, "Viet Nam") == large
    second.fill("#reason", "It counts what the set asks for.")
    second.get_by_role("button", name="Adopt version 1").click()
    expect(second.locator(".messages")).to_contain_text("Version 1 is in force")
    second.goto("/jobs/")
    second.locator("main tbody a", has_text="Compile Specimen visits to libraries anew").first.click()
    expect(second.locator("#job-live")).to_contain_text("Succeeded", timeout=2 * PATIENCE)
    focal.goto(NEW_STATISTIC)
    of_state = focal.locator("#totals tbody tr", has_text="Viet Nam")
    expect(of_state.locator("td").last).to_have_text(large["Total"])
    expect(focal.locator("#recipe")).to_contain_text("Version 1, in force")
    expect(focal.locator("body")).to_contain_text(re.compile("demonstration", re.IGNORECASE))
    assert barriers(focal) == []


def test_the_words_beside_a_statistic_are_changed_and_leave_as_a_file(open_as):
    analyst, focal = open_as("analyst"), open_as("indonesia")
    closed_to(focal, f"{DESCRIBED}facts/", f"{DESCRIBED}metadata/edit/")
    analyst.goto(DESCRIBED)
    analyst.get_by_role("link", name="Title and definition").click()
    expect(analyst.locator("[name=unit]")).to_be_disabled()
    assert barriers(analyst) == []
    analyst.fill("[name=title]", "Households served by village projects")
    analyst.fill("[name=definition]", "Households that a village project serves; each once a year.")
    analyst.get_by_role("button", name="Save").click()
    expect(analyst.locator("h1")).to_contain_text("Households served by village projects")
    expect(analyst.locator(".page-lead")).to_contain_text("each once a year")

    analyst.get_by_role("link", name="Metadata").click()
    expect(analyst.locator("#STAT_CONC_DEF")).to_contain_text("each once a year")  # generated from the definition
    expect(analyst.locator("#RELEVANCE")).to_contain_text("Not recorded")
    for text in ("Plans for villages.\nAnd their review.", "Plans for villages.\nAnd their budget."):
        analyst.goto(f"{DESCRIBED}metadata/edit/")
        analyst.locator("details:has([name=RELEVANCE])").evaluate("fold => { fold.open = true }")
        analyst.fill("[name=RELEVANCE]", text)
        analyst.get_by_role("button", name="Save").click()
        expect(analyst.locator(".messages")).to_contain_text("1 heading changed.")
    expect(analyst.locator("#RELEVANCE")).to_contain_text("And their budget.")
    expect(analyst.locator("#RELEVANCE")).to_contain_text("Written by")
    assert barriers(analyst) == []

    focal.goto(f"{DESCRIBED}metadata/")
    assert focal.get_by_role("link", name="Complete by hand").count() == 0
    with focal.expect_download() as event:
        focal.get_by_role("link", name="JSON").click()
    told = json.loads(event.value.path().read_text(encoding="utf-8"))
    assert (told["series"], told["demonstration"]) == ("ARBMD:VILLAGE_PROJECT_HOUSEHOLDS", True)
    assert {one["concept"]: one["text"] for one in told["metadata"]}["RELEVANCE"].endswith("And their budget.")
    assert "RELEVANCE" in focal.request.get(f"{DESCRIBED}metadata/data.csv").text()


def choose(page: Any, source: str, reason: str) -> None:
    page.get_by_role("radio", name=re.compile(f"^{source}:")).check()
    page.locator("section:has(> #review) [name=reason]").fill(reason)
    page.locator("section:has(> #review) button[type=submit]").click()
    expect(page.locator(".messages")).to_contain_text("was chosen")


def test_the_source_that_feeds_the_kpi_is_chosen_by_name_and_another_retired(open_as):
    analyst, reader = open_as("analyst"), open_as("indonesia")
    analyst.goto(CONCEPT)
    expect(analyst.locator("main")).to_contain_text("Nobody has chosen yet")
    assert barriers(analyst) == []
    analyst.locator("section:has(> #review) button[type=submit]").click()
    expect(analyst.locator(".error-summary")).to_contain_text("Why")
    choose(analyst, "A", "The reports of bodies cover more programmes.")
    expect(analyst.locator("main")).to_contain_text("which is not the chosen series")
    choose(analyst, "C", "The records count every participant once.")
    expect(analyst.locator("main")).to_contain_text("The recipe of KPI 21 reads the chosen series")
    expect(analyst.locator("section:has(> #reviews) tbody tr")).to_have_count(2)
    assert barriers(analyst) == []

    fold = analyst.locator("#retire-candidate")
    fold.locator("summary").click()
    assert fold.locator("select option").count() == 1, "the chosen one is not offered"
    fold.locator("textarea").fill("The tags are not kept any more.")
    fold.get_by_role("button", name="Retire it").click()
    expect(analyst.locator("section:has(> #candidates) tbody tr")).to_have_count(1)
    reader.goto(CONCEPT)
    expect(reader.locator("section:has(> #candidates) tbody")).not_to_contain_text(REPORTS)
    expect(reader.locator("section:has(> #choice)")).to_contain_text("The records count every participant once.")
    assert reader.locator("main form").count() == 0, "readers choose and retire nothing"
    back = analyst.locator("#return-candidate")
    back.locator("summary").click()
    back.locator("textarea").fill("The tags are kept again.")
    back.get_by_role("button", name="Take it back").click()
    expect(analyst.locator("section:has(> #candidates) tbody")).to_contain_text(REPORTS)
