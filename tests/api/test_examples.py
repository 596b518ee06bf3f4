"""The examples of docs/api.md do what they say, and the document names every list, filter, scope and rate there is."""

from __future__ import annotations

import io
import re
import urllib.request
from contextlib import redirect_stdout
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve

from adme import api_urls
from adme.api.scopes import Scope
from adme.api.tokens import DAYS
from adme.jobs.testing import run_all_jobs
from adme.reporting.transitions import Act
from tests.reporting import factories as people

from .world import TIDY, token_of

pytestmark = pytest.mark.django_db
TEXT = (settings.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
ADDRESS = "https://adme.example.org"


class Answer(io.BytesIO):
    """What urlopen gives: a context manager that is read."""


@pytest.fixture
def api(monkeypatch, world):
    """urllib reaches the application instead of the network."""
    client = Client()

    def urlopen(request):
        parts = urlsplit(request.full_url)
        assert f"{parts.scheme}://{parts.netloc}" in {ADDRESS, "http://testserver"}
        kind = request.get_header("Content-type", "application/json")
        answer = client.generic(
            request.get_method(), f"{parts.path}?{parts.query}", request.data or b"", kind,
            headers={"Authorization": request.get_header("Authorization")},
        )  # fmt: skip
        assert answer.status_code < 300, answer.content
        return Answer(answer.content)

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    monkeypatch.setenv("ADME_TOKEN", token_of(world.analyst))
    monkeypatch.delenv("ADME_URL", raising=False)
    return world


def run_python(known=None):
    """All Python blocks in the order of the document; what they printed, and the names they leave."""
    names = dict(known or {})
    with redirect_stdout(io.StringIO()) as said:
        for language, block in BLOCKS:
            if language == "python":
                exec(block, names)  # noqa: S102 - our own document
    return said.getvalue(), names


def test_python_examples_read_all_pages_and_make_a_table(api):
    people.act(people.again(api.submitted), Act.APPROVE, api.analyst)
    said, names = run_python()
    assert "2023 21.4 %" in said
    assert re.search(r"SLOM\s+1", said)
    assert len(list(names["rows"]("areas"))) == 300
    assert len(list(names["rows"]("codes", page=1))) == 448


def test_python_example_sends_a_file_and_applies_it(api):
    _, names = run_python()
    sent = names["send_import"]("neet.csv", TIDY.encode(), dataset="TEST_SET")
    assert sent["state"] == "received"
    run_all_jobs()
    with redirect_stdout(io.StringIO()) as said:
        done = names["apply_when_read"](names["call"](f"imports/{sent['id']}/"), "my-run")
    assert done["state"] == "approved"
    assert "2 new" in said.getvalue()


def test_python_example_tells_what_is_wrong_with_a_file(api):
    _, names = run_python()
    sent = names["send_import"]("neet.csv", TIDY.replace("20.9", "many").encode(), dataset="TEST_SET")
    run_all_jobs()
    with pytest.raises(SystemExit, match="row 2: many"):
        names["apply_when_read"](names["call"](f"imports/{sent['id']}/"), "my-run")


def test_addresses_of_all_examples_exist_and_take_these_filters():
    found = set(re.findall(rf"{ADDRESS}(/api/v1/[^\s\"')]*)", "".join(block for _, block in BLOCKS)))
    assert len(found) > 5
    for address in found:
        parts = urlsplit(re.sub(r"\$\w+", "00000000-0000-4000-8000-000000000000", address))
        view = resolve(parts.path).func.view_class
        if parts.query:
            assert {name for name, _ in parse_qsl(parts.query)} <= set(view.filters().fields), address


def test_lists_that_the_r_examples_ask_for_take_their_filters():
    r = "".join(block for language, block in BLOCKS if language == "r")
    calls = re.findall(r'adme\("([\w-]+)", (.*?)\)$', r, re.MULTILINE)
    assert calls
    for name, arguments in calls:
        assert set(re.findall(r"(\w+) = ", arguments)) <= set(api_urls.LISTS[name].filters().fields), name


def test_the_document_names_every_list_with_its_filters():
    told = {}
    for line in TEXT.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 3:
            for name in re.findall(r"`([\w/-]+)`", cells[0]):
                told.setdefault(name, set(re.findall(r"`(\w+)`", cells[2])))
    for name, view in api_urls.LISTS.items():
        assert name in told, name
        assert set(view.filters().fields) <= told[name] or name in {"code-lists", "reports"}, name


def test_the_document_names_scopes_and_rates_as_they_are():
    for scope in Scope:
        assert f"| `{scope}` |" in TEXT
    assert f"({DAYS} days" in TEXT
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    words = {"min": "a minute", "hour": "an hour"}
    for name, title in {
        "read": "readings",
        "write": "writings",
        "whole": "whole lists as CSV without a filter",
    }.items():
        number, _, per = rates[name].partition("/")
        assert f"| {title} | {number} {words[per]} |" in TEXT
