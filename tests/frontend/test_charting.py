"""The chart component: safe JSON, a fixed height, words beside it, and a table twin."""

import gzip
import json
import re

import pytest
from django.template import Context, Template

from adme.common.charting import HEIGHTS, chart_context, safe_json, table_twin
from adme.common.styleguide import bars, tiles, trend

FIGURE = {"data": [{"type": "bar", "x": ["Lao PDR"], "y": [1.5]}], "layout": {"height": 900, "width": 100}}
TABLE = {"head": ["State", "2024"], "rows": [["Lao PDR", "1.5"], ["Viet Nam", None]], "caption": "By state"}


def render(**options):
    tag = (
        "{% chart figure=figure id='bars' title=title table=table height=height summary=summary downloads=downloads %}"
    )
    context = {"figure": FIGURE, "title": "Latest value", "table": TABLE, "height": "l", "summary": "", "downloads": {}}
    return Template(tag).render(Context({**context, **options}))


@pytest.mark.parametrize("nasty", ["</script><script>alert(1)</script>", "<!--", "a\u2028b\u2029", "R&D", "]]>"])
def test_no_text_in_a_figure_can_leave_its_script_element(nasty):
    figure = {"data": [{"type": "bar", "name": nasty}], "layout": {"title": {"text": nasty}}}

    html = render(figure=figure)

    inside = re.search(r"<script type=\"application/json\" data-figure-json>(.*?)</script>", html, re.DOTALL)[1]
    assert not set("<>&\u2028\u2029") & set(inside)
    assert json.loads(inside)["data"][0]["name"] == nasty


def test_titles_are_escaped():
    html = render(title="<img src=x onerror=alert(1)>")

    assert "<img" not in html


def test_nan_is_null_because_missing_is_never_zero():
    assert json.loads(safe_json({"y": [float("nan"), None, 0]}))["y"] == [None, None, 0]


def test_the_height_is_a_class_and_the_figures_own_size_is_dropped():
    html = render()

    assert 'class="figure-plot figure-l"' in html
    assert "style=" not in html
    assert '"height":900' not in html


@pytest.mark.parametrize(("asked", "given"), [("xl", "xl"), (240, "s"), ("400", "l"), (None, "m"), ("nonsense", "m")])
def test_any_height_becomes_a_known_class(asked, given):
    context = chart_context(figure=FIGURE, id="a", title="t", height=asked)

    assert context["height"] == given
    assert given in HEIGHTS


def test_the_table_twin_is_there_and_reachable_by_keyboard():
    html = render()

    assert "<details" in html
    assert '<th scope="row">Lao PDR</th>' in html
    assert '<td class="num">..</td>' in html
    assert 'role="region" aria-label="By state" tabindex="0"' in html


def test_tables_may_be_objects_with_other_names_for_their_parts():
    class Twin:
        columns = ({"label": "State"}, {"label": "2024"})
        rows = (("Lao PDR", 1.5),)

    twin = table_twin(Twin())

    assert twin["head"] == ["State", "2024"]
    assert twin["rows"] == [["Lao PDR", "1.5"]]


def test_the_picture_has_a_role_and_a_label_with_what_the_eye_should_see():
    html = render(summary="Viet Nam is highest.")

    assert 'role="img" aria-label="Latest value. Viet Nam is highest"' in html


def test_a_chart_without_values_says_why_and_has_nothing_to_save():
    html = Template("{% chart figure=None id='a' title='Trust' empty='A3: this needs a survey.' %}").render(Context())

    assert "A3: this needs a survey." in html
    assert "data-save" not in html
    assert "data-figure-json" not in html


def test_downloads_are_links():
    html = render(downloads={"csv": "/x.csv?a=1&b=2", "XLSX": "/x.xlsx"})

    assert '<a href="/x.csv?a=1&amp;b=2" download>CSV</a>' in html
    assert '<a href="/x.xlsx" download>XLSX</a>' in html


def test_the_specimens_are_valid_plotly_figures():
    """Colour names are ours, so they stand aside for the check; everything else must be what plotly.js knows."""
    import plotly.graph_objects as go

    for figure in (trend(), bars(), tiles()):
        go.Figure(
            json.loads(re.sub(r'"(color|colorscale)":\s*("[^"]*"|\[[^\]]*\])', r'"\1": null', json.dumps(figure)))
        )


def test_fifteen_charts_stay_within_the_weight_of_a_page():
    """PERFORMANCE.md G12: at most 15 kB of compressed page for 15 charts; here without their tables."""
    page = "".join(
        Template("{% chart figure=f id=i title='Title of the figure' summary='A sentence.' source='Source' %}").render(
            Context({"f": trend(), "i": f"chart-{place}"})
        )
        for place in range(15)
    )

    assert len(gzip.compress(page.encode())) <= 15_000
