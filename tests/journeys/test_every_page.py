"""Every main page, on desk and phone, light and dark: fits, is usable by all, keeps the policy, complains not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .acts import PATIENCE, barriers

pytestmark = pytest.mark.browser
PAGES: dict[str | None, list[str]] = {
    None: ["/", "/accounts/login/", "/accounts/password/reset/"],
    "soca": [
        "/activities/",
        "/declarations/matrix/",
        "/dashboards/",
        "/dashboards/kpis/31c/",
        "/imports/",
        "/dashboards/kpis/no-such-leaf/",
        "/account/",
    ],
    "analyst": [
        "/dashboards/",
        *(f"/dashboards/characteristics/{letter}/" for letter in "ABCDE"),
        "/dashboards/kras/B.2/",
        "/dashboards/kras/D.1/",
        "/dashboards/kpis/31c/",
        "/dashboards/kpis/31c/?states=VNM&states=LAO&view=panels",
        "/dashboards/kpis/6a/",
        "/dashboards/kpis/22/",
        "/dashboards/kpis/31c/passport/?area=ASEAN&period=2022",
        "/dashboards/state-of-data/",
        "/database-b/indicators/",
        "/database-b/indicators/WB_WDI/SL.UEM.NEET.ZS/",
        "/imports/",
        "/imports/new/",
        "/jobs/",
        "/kpis/surveys/",
        "/kpis/surveys/new/",
        "/kpis/targets/",
        "/kpis/targets/new/",
        "/account/tokens/",
        "/dashboards/tool-1/",
        "/dashboards/tool-1/?body=SOMHD&year=2024",
        "/dashboards/tool-2/",
        "/dashboards/kpis/9/",
        "/dashboards/kpis/16/",
        "/dashboards/kpis/9/passport/?area=ASEAN&period=2024",
        "/review/",
        "/review/board/",
        "/calendar/",
        "/notices/",
        "/work-plans/",
        "/kpis/recipes/",
        "/activities/?q=training&body=SOMHD",
        "/declarations/",
        "/declarations/attention/",
    ],
    "health.officer": [
        "/my-work/",
        "/activities/",
        "/work-plans/",
        "/notices/",
        "/calendar/",
        "/declarations/",
    ],
    "indonesia": ["/my-work/", "/declarations/matrix/", "/activities/"],
    "administrator": ["/users/", "/users/new/", "/users/1/", "/audit/", "/imports/"],
}
FIRST_OF_LIST = {
    "/imports/": "main tbody th a",
    "/jobs/": "main tbody a",
    "/my-work/": "main a[href^='/reports/']",
    "/activities/": "main tbody a[href^='/activities/']",
    "/declarations/": "main a[href^='/declarations/'][href*='-20']",
    "/review/": "main a[href^='/reports/']",
    "/kpis/recipes/": "main a[href^='/kpis/recipes/']",
}
LOOKS = [(1440, "light"), (390, "light"), (1440, "dark")]
REPORTS = """
    window.reports = [];
    document.addEventListener('securitypolicyviolation', event =>
        window.reports.push(event.violatedDirective + ' ' + event.blockedURI));
"""
FACTS = """() => ({
    overflow: document.documentElement.scrollWidth - window.innerWidth,
    headings: [...document.querySelectorAll('h1')].map(each => each.innerText.trim()),
    reports: window.reports,
    undrawn: [...document.querySelectorAll('[data-failed]')].map(each => each.id),
})"""


def addresses(page: Any, user: str | None) -> Iterator[str]:
    for address in PAGES[user]:
        yield address
        link = page.locator(FIRST_OF_LIST.get(address, "no-such-element"))
        if user not in {None, "soca", "administrator"} and link.count():
            yield link.first.get_attribute("href")


def draw(page: Any) -> None:
    """Scroll to each chart until it is drawn."""
    for chart in page.locator("[data-figure]:has([data-figure-json])").all():
        chart.scroll_into_view_if_needed()
        page.wait_for_selector(f"#{chart.get_attribute('id')}:is([data-drawn], [data-failed])", timeout=PATIENCE)


def faults(page: Any, address: str, complaints: list[str]) -> list[str]:
    """What is wrong with this page, in words."""
    complaints.clear()
    status = page.goto(address).status
    draw(page)
    facts = page.evaluate(FACTS)
    found = barriers(page)
    found += [f"CSP: {each}" for each in facts["reports"]] + [f"chart not drawn: {each}" for each in facts["undrawn"]]
    if facts["overflow"] > 0:
        found.append(f"wider than the window by {facts['overflow']} pixels")
    if len(facts["headings"]) != 1 or not facts["headings"][0]:
        found.append(f"headings of the first level: {facts['headings']}")
    if len(page.title()) < 10 or not page.title().endswith("ADME"):
        found.append(f"title: {page.title()!r}")
    # The browser itself complains of the answer that this page is.
    found += [each for each in complaints if not (status >= 400 and f"status of {status}" in each)]
    return [f"{address}: {each}" for each in found]


@pytest.mark.parametrize(("screen", "theme"), LOOKS, ids=[f"{theme}-{screen}" for screen, theme in LOOKS])
@pytest.mark.parametrize("user", PAGES, ids=[user or "nobody" for user in PAGES])
def test_pages_fit_are_usable_by_all_and_complain_of_nothing(open_as, user, screen, theme):
    page = open_as(user, screen, color_scheme=theme)
    page.add_init_script(REPORTS)
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)

    found = [fault for address in addresses(page, user) for fault in faults(page, address, complaints)]

    assert not found, "\n".join(found)
