"""The style guide and the landing page in a real browser: policy held, usable by all, charts drawn."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.frontend.urls"), pytest.mark.django_db(transaction=True)]

AXE = (Path(__file__).resolve().parent.parent / "vendor/axe.min.js").read_text(encoding="utf-8")
REPORTS = """
    window.reports = [];
    document.addEventListener('securitypolicyviolation', event =>
        window.reports.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile));
"""
PAGES = {"guide": "/style-guide/", "landing": "/"}


@pytest.fixture
def open_page(live_server, client_as, chromium):
    """`open_page("guide", width=390, theme="dark")`: a page that is loaded and whose charts are drawn."""
    session = client_as("analyst").cookies["sessionid"].value

    def make(which="guide", width=1440, theme="light"):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce", accept_downloads=True
        )
        if which == "guide":
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(90_000)  # the machine may be busy with other tests
        page.foreign = []
        page.problems = []
        page.on("request", lambda request: _note_foreign(page, request, live_server.url))
        page.on("console", lambda message: page.problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.add_init_script(REPORTS)
        page.goto(live_server.url + PAGES[which])
        page.wait_for_load_state("networkidle")
        for figure in page.query_selector_all("[data-figure]:has([data-figure-json])"):
            figure.scroll_into_view_if_needed()
            page.wait_for_selector(f"#{figure.get_attribute('id')}[data-drawn]")
        return page

    return make


def _note_foreign(page, request, own):
    if not request.url.startswith((own, "data:", "blob:")):
        page.foreign.append(request.url)


@pytest.mark.parametrize("which", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_pages_are_usable_by_everybody_and_keep_the_policy(open_page, which, theme, width):
    page = open_page(which, width, theme)

    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    grave = [
        (each["id"], [node["target"] for node in each["nodes"]][:5])
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]

    assert grave == []
    assert page.evaluate("window.reports") == []
    assert page.foreign == []
    assert page.problems == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_a_chart_is_saved_as_a_picture_with_its_words(open_page):
    page = open_page()

    with page.expect_download() as svg:
        page.click("#trend [data-save=svg]")
    with page.expect_download() as png:
        page.click("#trend [data-save=png]")

    text = Path(svg.value.path()).read_text(encoding="utf-8")
    assert svg.value.suggested_filename == "trend.svg"
    assert "Young people not in work or school" in text
    assert "Source: Specimen" in text
    assert "Extracted 21 Nov 2026" in text
    header = Path(png.value.path()).read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    assert struct.unpack(">I", header[16:20])[0] == 1920
    assert page.evaluate("window.reports") == []


def test_changing_the_theme_redraws_the_charts_and_is_kept(open_page):
    page = open_page()
    colour = "getComputedStyle(document.querySelector('#trend .xtick text')).fill"
    before = page.evaluate(colour)

    page.click("[data-theme-set=dark]")
    page.wait_for_function(f"{colour} !== '{before}'")
    page.reload()

    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_the_library_is_loaded_only_where_there_is_a_chart(open_page):
    assert open_page("landing").evaluate("typeof window.Plotly") == "undefined"
    assert open_page("guide").evaluate("typeof window.Plotly") == "object"


def test_a_chart_does_not_move_what_is_below_it(open_page):
    page = open_page()

    heights = page.evaluate("[...document.querySelectorAll('[data-plot]')].map(plot => plot.clientHeight)")

    assert heights == [420, 420, 420]


def test_the_navigation_opens_on_a_phone_and_closes_with_escape(open_page):
    page = open_page(width=390)
    assert not page.is_visible("#rail")

    page.click("button[popovertarget=rail]")
    assert page.is_visible("#rail")
    page.keyboard.press("Escape")

    assert not page.is_visible("#rail")


def test_without_the_library_the_table_opens_instead(live_server, client_as, chromium):
    session = client_as("analyst").cookies["sessionid"].value
    context = chromium.new_context()
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.route("**/plotly-cartesian*", lambda route: route.abort())

    page.goto(live_server.url + "/style-guide/")
    page.locator("#trend").scroll_into_view_if_needed()
    page.wait_for_selector("#trend[data-failed]")

    assert page.is_visible("#trend table")
    assert "could not be drawn" in page.inner_text("#trend")
