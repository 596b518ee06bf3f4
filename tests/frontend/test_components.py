"""Tags and components: addresses keep their state, marks never speak by colour alone, errors stand beside the field."""

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory


def render(text, **context):
    return Template(text).render(Context(context))


def request(address):
    return RequestFactory().get(address)


def test_one_parameter_changes_and_the_rest_stays():
    html = render("{% query year=2024 %}", request=request("/?area=IDN&area=VNM&year=2020&page=3"))

    assert html == "?area=IDN&amp;area=VNM&amp;year=2024"


def test_none_removes_a_parameter():
    assert render("{% query area=None %}", request=request("/?area=IDN&unit=pc")) == "?unit=pc"


def test_going_to_a_page_keeps_the_filters():
    page = Paginator(range(100), 10).get_page(3)

    html = render("{% pagination page=page %}", page=page, request=request("/?q=neet&page=3"))

    assert 'href="?q=neet&amp;page=4"' in html
    assert 'aria-current="page"' in html
    assert "21 to 30 of 100" in html


@pytest.mark.parametrize(
    ("sort", "direction", "following"),
    [("", "none", "?sort=title"), ("title", "ascending", "?sort=-title"), ("-title", "descending", "?sort=title")],
)
def test_a_head_sorts_and_says_how(sort, direction, following):
    html = render("{% sort_head key='title' label='Title' %}", request=request(f"/?sort={sort}" if sort else "/"))

    assert f'aria-sort="{direction}"' in html
    assert f'href="{following}"' in html


@pytest.mark.parametrize(
    ("status", "word"),
    [("on-track", "On track"), ("attention", "Attention"), ("off-track", "Off track"), ("none", "No rating")],
)
def test_a_rating_is_a_shape_and_a_word(status, word):
    html = render('{% include "components/status_badge.html" with status=status only %}', status=status)

    assert word in html
    assert "<svg" in html


@pytest.mark.parametrize(
    ("wording", "word"),
    [
        ("official", "Official"),
        ("reported", "Reported"),
        ("topic-known", "Topic known"),
        ("provisional", "Provisional"),
    ],
)
def test_the_wording_of_a_title_is_said_in_a_word(wording, word):
    html = render('{% include "components/wording_mark.html" with wording=wording only %}', wording=wording)

    assert word in html


def test_an_unknown_wording_is_never_called_official():
    html = render('{% include "components/wording_mark.html" with wording="" only %}')

    assert "Provisional" in html


def test_a_characteristic_has_letter_and_name_beside_its_colour():
    html = render('{% include "components/characteristic_tag.html" with letter="c" name="Sustainable" only %}')

    assert 'data-characteristic="C"' in html
    assert ">C<" in html
    assert "Sustainable" in html


class OneField(forms.Form):
    value = forms.FloatField(help_text="In per cent.")


def test_an_error_stands_beside_its_field_and_the_field_points_to_it():
    form = OneField({"value": "x"})

    html = render('{% include "components/field.html" with field=form.value only %}', form=form)

    assert 'id="id_value_error"' in html
    assert "id_value_error" in html.split("<input")[1].split(">")[0]
    assert 'aria-invalid="true"' in html


def test_the_error_summary_links_to_the_field():
    html = render('{% include "components/error_summary.html" with form=form only %}', form=OneField({"value": "x"}))

    assert 'href="#id_value"' in html


def test_what_is_obligatory_is_said_before_submission():
    html = render('{% include "components/field.html" with field=form.value only %}', form=OneField())

    assert "required</span>" in html


def test_blocks_take_markup_and_escape_their_words():
    html = render("{% card title=title %}<b>kept</b>{% endcard %}", title="<i>")

    assert "<b>kept</b>" in html
    assert "&lt;i&gt;" in html


@pytest.mark.urls("tests.frontend.urls")
def test_the_style_guide_needs_a_login(client, client_as):
    assert client.get("/style-guide/").status_code == 302
    assert client_as("analyst").get("/style-guide/").status_code == 200


def test_the_landing_page_is_open_and_has_no_navigation(client, db):
    answer = client.get("/")

    assert answer.status_code == 200
    assert 'id="rail"' not in answer.content.decode()


@pytest.mark.urls("tests.frontend.urls")
def test_only_chart_pages_allow_what_plotly_needs(client, client_as):
    plain = client.get("/")["Content-Security-Policy"]
    chart = client_as("analyst").get("/style-guide/")["Content-Security-Policy"]

    assert "unsafe" not in plain
    assert "blob:" not in plain
    assert "style-src-attr 'unsafe-inline'" in chart
    assert "script-src 'self';" in chart + ";"
