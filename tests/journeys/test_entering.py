"""What analysts enter by hand: a survey result with its sample, and a target; both reach the KPI page and the audit."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .acts import PATIENCE, audited, figure, wait_for_kpi_job

pytestmark = pytest.mark.browser
SOURCE = "Specimen survey of a journey, not a real one"


def test_a_survey_result_reaches_the_leaf_with_its_source_and_is_audited(open_as):
    page = open_as("analyst")
    page.goto("/dashboards/kpis/24/")
    assert page.locator(".absence, #values").count(), "a leaf without a result says why"

    page.goto("/kpis/surveys/")
    page.locator("main a[href='/kpis/surveys/new/']").first.click()
    leaf = page.locator("select[name=leaf] option", has_text="24:").get_attribute("value")
    page.select_option("select[name=leaf]", leaf)
    page.select_option("select[name=area]", label="ASEAN")
    page.fill("input[name=year]", "2024")
    page.fill("input[name=value]", "77,5")
    page.fill("input[name=source]", SOURCE)
    page.fill("input[name=sample_size]", "1200")
    page.get_by_role("button", name="Save the result").click()
    expect(page.locator(".has-error")).to_contain_text("point")  # a decimal comma is refused, nothing typed is lost
    assert page.input_value("input[name=source]") == SOURCE
    page.fill("input[name=value]", "77.5")
    page.get_by_role("button", name="Save the result").click()
    expect(page.locator("main tbody")).to_contain_text("77.5")

    wait_for_kpi_job(page)
    assert figure(page, "24", "ASEAN", "2024") == "77.5"
    assert "survey" in page.inner_text("main").lower()
    page.locator('#values a[href*="area=ASEAN"]').first.click()
    expect(page.locator(".passport-table")).to_contain_text(SOURCE)
    assert re.search(r"1.?200 people asked", page.inner_text("main"))
    expect(audited(open_as("administrator"), "survey.entered")).to_contain_text("77.5")


def test_a_target_turns_into_a_rating_on_the_leaf_page_and_is_audited(open_as):
    page = open_as("analyst")
    page.goto("/dashboards/kpis/31b/")
    expect(page.locator(".leaf-standing .rating")).to_be_visible()

    page.goto("/kpis/targets/new/?leaf=31b&area=ASEAN&kind=target")
    page.fill("input[name=year]", "2024")
    page.fill("input[name=value]", "30")
    page.fill("input[name=source]", SOURCE)
    page.fill("textarea[name=reason], input[name=reason]", "A journey")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main tbody")).to_contain_text(SOURCE)

    page.goto("/dashboards/kpis/31b/")
    expect(page.locator(".leaf-standing")).to_contain_text("30.0", timeout=PATIENCE)
    expect(page.locator(".leaf-standing .rating")).to_have_text("On track")
    expect(audited(open_as("administrator"), "target.set")).to_contain_text("30")
