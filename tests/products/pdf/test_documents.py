"""Every PDF: readable aloud, stamped, citable, marked, the same twice, and with nothing of a user's text run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from dissemination.editions.content import Content
from dissemination.editions.stamps import read_stamp, stamp_text
from dissemination.products.errors import UnknownProduct
from dissemination.products.pdf import body_report, brief, kpi_book, state_profile, tool2_matrix

from ..made import PAYLOADS, empty, rich
from . import reading
from .large import large

FILE = "5b1e0c9a-6a51-4b8e-9f0e-0123456789ab"
BUILDS: dict[str, Callable[[Content, str], bytes]] = {
    "brief": lambda content, stamp: brief.build(content, stamp),
    "body report": lambda content, stamp: body_report.build(content, stamp, body="SLOM"),
    "state profile": lambda content, stamp: state_profile.build(content, stamp, state="IDN"),
    "KPI book": lambda content, stamp: kpi_book.build(content, stamp),
    "Tool 2 matrix": lambda content, stamp: tool2_matrix.build(content, stamp),
}
CONTENTS = {"rich": rich, "empty": empty, "large": large}
everything = pytest.mark.parametrize("name", BUILDS)


@cache
def made(name: str, kind: str = "rich") -> bytes:
    content = CONTENTS[kind]()
    return BUILDS[name](content, stamp_text(content.stamp, FILE))


@everything
def test_a_document_is_tagged_titled_and_in_a_language(name: str) -> None:
    content = made(name)
    root = reading.reader(content).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    roles = [role for role, _ in reading.tags(content)]
    assert {"/H1", "/P", "/Table", "/TR", "/TH", "/TD"} <= set(roles)
    levels = [int(role[2:]) for role in roles if role[1] == "H" and role[2:].isdigit()]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), "no level is left out"
    assert b"pdfuaid" in content


@everything
def test_every_figure_has_words_for_those_who_do_not_see_it(name: str) -> None:
    figures = [alternative for role, alternative in reading.tags(made(name, "large")) if role == "/Figure"]
    assert all(figures)
    if name != "Tool 2 matrix":
        assert figures
    assert all(len(alternative) > 20 for alternative in figures)


@everything
def test_a_document_carries_its_stamp_title_author_and_citation(name: str) -> None:
    content, told = made(name), rich().stamp
    about = reading.reader(content).metadata
    assert about is not None
    assert stamp_text(told, FILE) in str(about["/Keywords"])
    found = read_stamp(content)
    assert found is not None, "the stamp can be read from the plain bytes"
    assert (found.edition, found.data_version, found.hash, str(found.file)) == ("3", 128, told.hash, FILE)
    assert about.author == "ASEAN Secretariat"
    assert told.title in str(about.title)
    assert about.creation_date == told.taken_at
    text = reading.text(content)
    for part in (
        "Data version",
        "128",
        "Filters",
        "Licences of the sources",
        "Key of signs",
        "not available; never zero",
    ):
        assert part in text
    assert "".join(told.citation.split()) in "".join(text.split())


@everything
def test_pages_are_numbered_and_every_page_says_what_it_is(name: str) -> None:
    pages = reading.reader(made(name, "large")).pages
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert f"{number} / {len(pages)}" in text
        assert "Demonstration data: do not cite" in text
        assert "Draft" not in text
        if number > 1:
            assert "Edition 3" in text


def test_a_draft_says_so_on_every_page_and_real_data_have_no_mark() -> None:
    content = rich()
    draft = replace(content, stamp=replace(content.stamp, is_draft=True, edition="", is_demonstration=False))
    for page in reading.reader(brief.build(draft, "-")).pages:
        assert "Draft: not published" in page.extract_text()
        assert "do not cite" not in page.extract_text()


@everything
@pytest.mark.parametrize("kind", CONTENTS)
def test_the_same_content_is_the_same_bytes(name: str, kind: str) -> None:
    content = CONTENTS[kind]()
    assert BUILDS[name](content, stamp_text(content.stamp, FILE)) == made(name, kind)


@everything
def test_a_new_installation_has_documents_that_say_why_they_are_empty(name: str) -> None:
    text = reading.text(made(name, "empty"))
    wanted = {
        "brief": (
            "No ASEAN figure has an earlier one",
            "No approved report yet",
            "That is not zero activity",
            "0 of 5",
        ),
        "body report": ("No Tool 1 report is approved yet",),
        "state profile": ("ADME holds no figure of this state yet. Missing is not zero.",),
        "KPI book": ("No figure yet. No data.",),
        "Tool 2 matrix": ("nothing can be said of who acts on what",),
    }
    for part in wanted[name]:
        assert part in text


@everything
def test_links_lead_only_to_pages_and_sources(name: str) -> None:
    found = set()
    for page in reading.reader(made(name)).pages:
        for note in page.get("/Annots") or ():
            action = note.get_object().get("/A")
            if action is not None:
                assert action.get_object()["/S"] == "/URI"
                found.add(str(action.get_object()["/URI"]))
    assert all(link.startswith(("https://", "http://")) for link in found)
    content = made(name)
    for forbidden in (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/AA"):
        assert forbidden not in content


def test_text_of_users_is_shown_as_it_was_written() -> None:
    text = reading.text(made("brief"))
    invisible = {"\u202e", "\x1b", "\t", "\r", "\n", "\u2028"}
    for payload in PAYLOADS:
        plain = "".join(
            " " if letter in "\t\r\n\u2028" else letter
            for letter in payload
            if letter not in invisible - set("\t\r\n\u2028")
        )
        shown = " ".join(plain.replace("＝", "=").split())
        assert shown in text or shown.replace(" ", "") in text.replace(" ", ""), payload
    assert reading.reader(made("brief")).pages[0].mediabox.width > 500, "no text sets the page"


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ("\x00NUL", "NUL"),
        ("\ud800lone", "\ufffdlone"),
        ("x" * 10_000, "xxxxxxxxxx"),
        ("漢字", "\ufffd\ufffd"),
        ("A\u0301", "Á"),
    ],
)
def test_hostile_titles_are_set_everywhere(payload: str, shown: str) -> None:
    content = rich()
    first = replace(content.leaves[0], title=payload, unit=payload[:200], note=payload)
    states = tuple(replace(one, name=payload[:40]) for one in content.states)
    hostile = replace(content, leaves=(first, *content.leaves[1:]), states=states)
    for name in ("brief", "state profile", "KPI book"):
        assert shown in reading.text(BUILDS[name](hostile, "-"))


def test_no_document_reaches_out_or_writes_a_file(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    brief.build(rich(), "-")
    assert list(tmp_path.iterdir()) == []


def test_a_body_or_state_that_is_unknown_is_refused_by_name() -> None:
    with pytest.raises(UnknownProduct, match="NOBODY"):
        body_report.build(rich(), "-", body="NOBODY")
    with pytest.raises(UnknownProduct, match="ATL"):
        state_profile.build(rich(), "-", state="ATL")


@everything
def test_no_text_runs_off_the_page(name: str) -> None:
    reach: list[float] = []

    def see(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        if text.strip():
            reach.append(tm[4] * cm[0] + cm[4])

    for page in reading.reader(made(name, "large")).pages:
        page.extract_text(visitor_text=see)
        assert max(reach) < float(page.mediabox.width) - 20
        reach.clear()
