"""What the pages promise their readers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from adme.accounts.models import Role
from adme.common.formatting import THIN_SPACE
from adme.reference.models import FrameworkItem
from dashboards.templatetags.dashboards import WORD_JOINER
from databases_a.rfmd.models import Baseline, KpiLeaf, Target

from .conftest import MEMBERS

PAGES = {
    "home": "/dashboards/",
    "characteristic": "/dashboards/characteristics/E/",
    "kra": "/dashboards/kras/E.3/",
    "leaf": "/dashboards/kpis/31c/",
    "gaps": "/dashboards/state-of-data/",
}
PASSPORT = "/dashboards/kpis/31c/passport/?area=ASEAN&period=2023"


@pytest.fixture
def analyst(client_as: Callable[..., Client]) -> Client:
    return client_as(Role.ANALYST)


def _html(client: Client, url: str, **headers: Any) -> str:
    response = client.get(url, **headers)
    assert response.status_code == 200, url
    return response.content.decode()


def _figures(html: str) -> dict[str, dict[str, Any]]:
    """The figures embedded in a page, by the id of their element."""
    pattern = (
        r'<figure class="figure" id="([^"]+)".*?(?:<script type="application/json"[^>]*>(.*?)</script>).*?</figure>'
    )
    return {name: json.loads(text) for name, text in re.findall(pattern, html, re.S)}


@pytest.mark.parametrize("url", [*PAGES.values(), PASSPORT])
def test_reader_opens_every_page_and_a_user_without_role_none(client_as: Any, youth: Any, url: str) -> None:
    assert client_as(Role.SOCA_MEMBER).get(url).status_code == 200
    assert client_as(None).get(url).status_code == 403
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize("url", PAGES.values())
def test_pages_stand_without_values(analyst: Client, url: str) -> None:
    html = _html(analyst, url)
    assert "No value" in html or "Without a value yet" in html


@pytest.mark.parametrize("url", [PAGES["home"], PAGES["gaps"]])
def test_pages_stand_without_reference_data(analyst: Client, url: str) -> None:
    from databases_a.rfmd.models import Kpi, Recipe

    Recipe.objects.all().delete()
    KpiLeaf.objects.all().delete()
    Kpi.objects.all().delete()
    FrameworkItem.objects.update(parent=None)
    FrameworkItem.objects.all().delete()
    assert "make demo" in _html(analyst, url)


@pytest.mark.parametrize(
    "url",
    [
        "/dashboards/characteristics/Z/",
        "/dashboards/kras/Z.9/",
        "/dashboards/kpis/99z/",
        "/dashboards/kpis/31c/passport/",
        "/dashboards/kpis/31c/passport/?area=IDN&period=1950",
        "/dashboards/kpis/31c/passport/?area=IDN&period=soon",
    ],
)
def test_unknown_code_or_figure_is_not_found(analyst: Client, youth: Any, url: str) -> None:
    assert analyst.get(url).status_code == 404


def test_every_leaf_is_reached_in_two_clicks_from_home(analyst: Client) -> None:
    reached: set[str] = set()
    for link in set(re.findall(r'href="(/dashboards/characteristics/[^"/]+/)"', _html(analyst, PAGES["home"]))):
        reached |= set(re.findall(r'href="/dashboards/kpis/([^"/]+)/"', _html(analyst, link)))
    assert reached == set(KpiLeaf.objects.values_list("code", flat=True))


def test_every_page_is_reached_by_following_links(analyst: Client, youth: Any) -> None:
    seen, waiting = set(), {PAGES["home"]}
    while waiting:
        url = waiting.pop()
        seen.add(url)
        links = {urljoin(url, link) for link in re.findall(r'href="([^"#?]*)"', _html(analyst, url))}
        pattern = r"/dashboards/(characteristics/\w|kras/E\.3|kpis/31\w?|state-of-data)/"
        waiting |= {link for link in links if re.fullmatch(pattern, link)} - seen
    assert set(PAGES.values()) <= seen


def test_every_chart_has_title_unit_and_source_or_says_what_it_counts(analyst: Client, youth: Any) -> None:
    html = _html(analyst, PAGES["leaf"])
    figures = _figures(html)
    assert set(figures) == {"trend", "latest", "tiles", "coverage"}
    for name in ("trend", "latest", "tiles"):
        assert figures[name]["adme"]["title"]
        assert "% of youth" in json.dumps(figures[name]["data"])
    assert set(_figures(_html(analyst, PAGES["home"]))) == {"state-of-data"}
    assert "trend-31c" in _figures(_html(analyst, PAGES["kra"]))


def test_source_and_release_of_the_series_stand_under_its_charts(analyst: Client, youth: Any, monkeypatch: Any) -> None:
    from adme.observations import registry
    from adme.observations.points import SeriesInfo

    code = "WB_WDI:SL.UEM.NEET.ZS"
    info = SeriesInfo(
        code, "Youth NEET", "%", "ILO", "World Bank", "CC BY 4.0", "World Bank (2026).", "https://example.org/",
        "2026-07-13", "",
    )  # fmt: skip
    monkeypatch.setattr(registry, "describe", lambda codes: {code: info})
    html = _html(analyst, PAGES["leaf"])
    assert "World Bank, Youth NEET (SL.UEM.NEET.ZS), released 13 Jul 2026" in html
    assert "Cite as: World Bank (2026)." in html


def test_every_figure_of_the_table_links_to_its_passport(analyst: Client, youth: Any) -> None:
    html = _html(analyst, PAGES["leaf"])
    links = re.findall(r'href="(passport/\?area=[A-Z]+&amp;period=\d{4})"', html)
    assert len(links) >= len(MEMBERS) * 8 + 9
    for link in {links[0], links[-1]}:
        assert analyst.get(urljoin(PAGES["leaf"], link.replace("&amp;", "&"))).status_code == 200


def test_provisional_wording_is_marked_wherever_the_title_stands(analyst: Client, values: Any) -> None:
    values("31b", {"IDN": {2022: 13.0, 2023: 12.5}})
    title = "Youth unemployment rate (15-24)"
    for url in ("/dashboards/kpis/31b/", PAGES["characteristic"], PAGES["kra"], PAGES["gaps"], PAGES["home"]):
        html = _html(analyst, url).replace(WORD_JOINER, "")
        place = html.rindex(title) if url == PAGES["home"] else html.index(title, html.index('class="page-title'))
        near = html[max(0, place - 900) : place + 900]
        assert "wording-provisional" in near, url


def test_missing_is_never_shown_as_zero_and_zero_is_shown(analyst: Client, values: Any) -> None:
    values("31c", {"IDN": {2022: 0.0}, "LAO": {2023: 5.0}})
    html = _html(analyst, PAGES["leaf"])
    table = html[html.index("values-table") : html.index("table-key")]
    row = table[table.index(">2022<") :].split("</tr>")[0]
    assert row.count('<span class="missing">..</span>') == 11
    assert ">0.0</a>" in row


def test_withheld_regional_figure_shows_why(analyst: Client, values: Any) -> None:
    why = "Withheld: 1 of 10 states have a value for 2023; at least 5 are needed."
    values("31c", {"IDN": {2023: 21.4}}, withheld={2023: why})
    for url in (PAGES["leaf"], PAGES["kra"], PAGES["characteristic"]):
        assert why in _html(analyst, url), url
    assert why in _html(analyst, "/dashboards/kpis/31c/passport/?area=ASEAN&period=2023")


def test_leaf_without_values_says_why_and_draws_nothing(analyst: Client) -> None:
    html = _html(analyst, "/dashboards/kpis/16/")
    assert "A2:" in html
    assert "National focal points" in html
    assert "data-figure-json" not in html
    assert "state-of-data/?cause=A2" in html


def test_coverage_stands_beside_the_regional_figure(analyst: Client, youth: Any) -> None:
    assert f"9 of 10 states, 84{THIN_SPACE}% of population" in _html(analyst, PAGES["leaf"])


def test_filters_live_in_the_address(analyst: Client, youth: Any) -> None:
    url = PAGES["leaf"] + "?states=IDN&states=VNM&from=2018&to=2020&order=name"
    html = _html(analyst, url)
    figures = _figures(html)
    assert {"IDN", "VNM"} == set(re.findall(r'value="([A-Z]{3})" checked', html))
    coloured = [trace["name"] for trace in figures["trend"]["data"] if "series-" in trace["line"]["color"]]
    assert sorted(coloured) == ["Indonesia", "Viet Nam"]
    assert figures["trend"]["data"][0]["x0"] == 2018
    assert figures["latest"]["data"][0]["y"][:2] == ["ASEAN", "Brunei Darussalam"]
    assert re.findall(r'<th scope="row">(\d{4})</th>', html)[-3:] == ["2020", "2019", "2018"] or ">2018<" in html
    assert (
        "data.csv?states=IDN&amp;states=VNM&amp;from=2018&amp;to=2020&amp;order=name" in html or "data.csv" not in html
    )


@pytest.mark.parametrize(
    "query",
    [
        "?states=XXX",
        "?from=banana",
        "?to=99999",
        "?view=evil",
        "?order=%00",
        "?from=2020&to=2016",
        "?states=" + "A" * 500,
    ],
)
def test_nonsense_in_the_address_still_gives_the_page(analyst: Client, youth: Any, query: str) -> None:
    assert analyst.get(PAGES["leaf"] + query).status_code == 200


def test_years_without_figures_say_so_and_offer_the_way_back(analyst: Client, youth: Any) -> None:
    html = _html(analyst, PAGES["leaf"] + "?from=1990&to=1995")
    assert "No figure in these years" in html
    assert "Show all years" in html


def test_panels_show_one_state_each_on_one_scale(analyst: Client, youth: Any) -> None:
    html = _html(analyst, PAGES["leaf"] + "?view=panels")
    assert html.count('class="panel"') == 11
    assert "every panel spans" in html


def test_baseline_and_target_give_a_rating_with_its_rule(analyst: Client, youth: Any) -> None:
    from adme.observations.services import bump_data_version
    from adme.reference.models import Area

    leaf, asean = KpiLeaf.objects.get(code="31c"), Area.objects.get(code="ASEAN")
    Baseline.objects.create(leaf=leaf, area=asean, year=2016, value=25.0, source="test")
    Target.objects.create(leaf=leaf, area=asean, year=2025, value=20.0, source="test", is_demonstration=True)
    bump_data_version()
    html = _html(analyst, PAGES["leaf"])
    assert "Target 2025: 20.0" in html
    badge = html[html.index('class="leaf-standing"') :].split("</span>")[0]
    assert badge.endswith("On track"), "70 % of the way after 78 % of the time"
    assert "Rule version" in html
    assert "demo-band" in html, "a made-up target makes the band appear"
    labels = [note["text"] for note in _figures(html)["trend"]["layout"]["annotations"]]
    assert "Target 20.0" in labels
    assert "Baseline 25.0" in labels


def test_long_titles_stand_in_full(analyst: Client) -> None:
    longest = max(FrameworkItem.objects.filter(tier="kra"), key=lambda item: len(item.title))
    assert len(longest.title) > 300
    html = _html(analyst, reverse("kra", args=[longest.code]))
    assert html.count(longest.title) >= 1


def test_gaps_filter_by_cause_and_characteristic(analyst: Client, youth: Any) -> None:
    html = _html(analyst, PAGES["gaps"] + "?cause=A3&characteristic=E")
    assert "3 of 46 leaves" in html
    assert "/dashboards/kpis/31c/" not in html
    assert "No leaf fits" in _html(analyst, PAGES["gaps"] + "?cause=A3&characteristic=C")


def test_page_states_no_style_attribute_and_no_inline_script(analyst: Client, youth: Any) -> None:
    for url in (*PAGES.values(), PASSPORT, PAGES["leaf"] + "?view=panels"):
        html = _html(analyst, url)
        assert not re.search(r"<[^>]+\sstyle=", html), url
        assert not re.search(r"<[^>]+\son[a-z]+=", html), url
        assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", html)), url


def test_state_of_data_counts_leaves_by_cause(analyst: Client, youth: Any) -> None:
    figure = _figures(_html(analyst, PAGES["home"]))["state-of-data"]
    assert sum(sum(trace["x"]) for trace in figure["data"]) == 46


def test_latest_movement_compares_the_newest_with_the_figure_before(analyst: Client, youth: Any) -> None:
    html = _html(analyst, PAGES["home"])
    movement = html[html.index("Latest movement") :]
    assert "2022 to 2023" in movement
    assert "\u22120.5 percentage points" in movement
    assert "as sought" in movement


def test_a_range_in_a_title_stays_on_one_line_and_exports_keep_it_as_stored(analyst: Client, values: Any) -> None:
    values("31b", {"IDN": {2022: 13.0, 2023: 12.5}})
    assert f"(15{WORD_JOINER}-{WORD_JOINER}24)</h1>" in _html(analyst, "/dashboards/kpis/31b/")
    response = analyst.get("/dashboards/kpis/31b/data.csv")
    text = b"".join(response.streaming_content if response.streaming else [response.content]).decode()
    assert "(15-24)" in text
    assert WORD_JOINER not in text


def test_clear_is_offered_only_where_something_is_filtered(analyst: Client, youth: Any) -> None:
    as_usual = PAGES["leaf"] + "?from=2016&to=2023&view=lines&order=value"
    for url, filtered in ((PAGES["leaf"], False), (as_usual, False), (PAGES["leaf"] + "?from=2018", True)):
        assert ("data-filtered" in _html(analyst, url)) is filtered, url


def test_line_of_a_single_state_bears_its_name(analyst: Client, values: Any) -> None:
    values("31c", {"IDN": {2022: 21.0, 2023: 20.0}})
    labels = [note["text"] for note in _figures(_html(analyst, PAGES["leaf"]))["trend"]["layout"]["annotations"]]
    assert "<b>Indonesia</b>" in labels


def test_home_shows_names_of_kras_in_full_and_counts_in_words(analyst: Client, youth: Any) -> None:
    html = _html(analyst, PAGES["home"])
    assert "with a current value" in html
    assert re.search(r'class="kra-count">1 of \d', html)
    for item in FrameworkItem.objects.filter(tier="kra"):
        assert escape(item.title) in html


def test_state_of_data_tells_each_reason_once_and_every_leaf_points_to_its_own(analyst: Client, youth: Any) -> None:
    html = _html(analyst, PAGES["gaps"])
    assert (
        html.count("Member States report this national policy through Tool 2, and no approved report tells of it yet.")
        == 1
    )
    anchors = set(re.findall(r'class="reason" id="([^"]+)"', html))
    pointed = re.findall(r'<a href="#(why-[^"]+)">reason', html)
    assert set(pointed) == anchors
    assert len(pointed) == html.count('class="row-reason"') == 45
    assert "Member States report this national policy" in _html(analyst, "/dashboards/kpis/16/")


def test_what_only_one_leaf_needs_stands_in_its_line(analyst: Client, youth: Any) -> None:
    html = _html(analyst, PAGES["gaps"])
    line = html[html.index('href="/dashboards/kpis/31b/"') :].split("</tr>")[0]
    assert "into Database B." in line
    shared = "A series in Database B, and a recipe that reads it."
    assert html.count(shared) <= 1
