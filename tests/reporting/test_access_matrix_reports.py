"""Who gets what of a report, by address, method, tool and state, held against tests/report_access.csv.

A new address that names a report fails here until it has lines: run `make access`, read the difference in the file as
if it were code, and commit it. Beside the file: what a person may not know of answers as what does not exist.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from adme.accounts.models import User
from adme.reference.models import SectoralBody
from adme.reporting.models import Obligation
from adme.reporting.transitions import Act

from . import factories, pages, report_matrix, scenes
from .report_matrix import ACTORS, STATES, TOOLS, Ask, Scene

pytestmark = pytest.mark.usefixtures("reference_data")
WRITING = bool(os.environ.get("ADME_WRITE_ACCESS"))
EXPECTED = report_matrix.read()
HOW = "Run `make access`, read the difference in tests/report_access.csv like code, and commit it."
COMPARED = ("draft", "submitted")  # states at which what is hidden is held against what does not exist
written: dict[report_matrix.Key, report_matrix.Answers] = {}
_TOKENS = re.compile(r'(?<=")[A-Za-z0-9]{64}(?=")')
_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture(scope="module", autouse=True)
def _write_expectations() -> Iterator[None]:
    yield
    if written:
        report_matrix.write(written)


def _clients(people: dict[str, User | None]) -> dict[str, Client]:
    """`disabled` logged in before the account was closed."""
    clients = {name: pages.client_of(user) if user else Client() for name, user in people.items()}
    closed = people["disabled"]
    assert closed is not None
    User.objects.filter(pk=closed.pk).update(is_active=False)
    return clients


def _plain(found: Any) -> str:
    """The answer without its form tokens, and without the address that was asked for."""
    content = getattr(found, "content_read", None) or found.content
    return _IDS.sub("", _TOKENS.sub("", content.decode("utf-8", "replace")))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("tool", TOOLS)
def test_everybody_gets_what_the_matrix_says_and_learns_no_more(tool: str, state: str) -> None:
    scene = scenes.build(tool, state)
    clients = _clients(scenes.people())
    strangers = _strangers(scene, clients)
    wrong: list[str] = []
    for ask in report_matrix.asks(scene):
        answers = [report_matrix.answer(clients[actor], ask) for actor in ACTORS]
        kinds = tuple(report_matrix.classify(ask, one, scene) for one in answers)
        wrong += [f"{ask.method} {ask.path} fails for {actor}" for actor, kind in zip(ACTORS, kinds, strict=True)
                  if kind == "error"]  # fmt: skip
        found = dict(zip(ACTORS, zip(kinds, answers, strict=True), strict=True))
        wrong += _told_apart(ask, scene, strangers, found, clients)
        wrong += _unlike_the_file(ask, scene, kinds)
    assert not wrong, "\n".join(wrong)


def _unlike_the_file(ask: Ask, scene: Scene, kinds: tuple[str, ...]) -> list[str]:
    key = (ask.label, ask.method, scene.tool, scene.state)
    if WRITING:
        written[key] = kinds
        return []
    expected = EXPECTED.get(key)
    if expected is None:
        return [f"{ask.method} {ask.label} ({scene.tool}, {scene.state}) stands in no line. {HOW}"]
    return [
        f"{ask.method} {ask.label}: {actor} gets {kind}, should get {right}"
        for actor, kind, right in zip(ACTORS, kinds, expected, strict=True)
        if kind != right
    ]


def _strangers(scene: Scene, clients: dict[str, Client]) -> set[str]:
    """Those who may not know that the report exists; the others may read why something in it is not there."""
    address = pages.url("report", scene.report)
    return {actor for actor, client in clients.items() if client.get(address).status_code == 404}


def _told_apart(
    ask: Ask, scene: Scene, strangers: set[str], found: dict[str, tuple[str, Any]], clients: dict[str, Client]
) -> list[str]:
    """A 'no such report' that differs between one that exists and one that does not tells that it exists."""
    wrong = []
    for actor, (kind, answer) in found.items():
        if (
            kind == "missing"
            and actor in strangers
            and ask.unknown
            and scene.state in COMPARED
            and ask.method != "OPTIONS"
        ):
            nothing = report_matrix.answer(clients[actor], ask, ask.unknown)
            if nothing.status_code != answer.status_code or _plain(nothing) != _plain(answer):
                wrong.append(f"{ask.method} {ask.path}: {actor} can tell this from a report that does not exist")
        if kind in {"missing", "forbidden", "login"} and report_matrix.shows(answer, _hidden(scene)):
            wrong.append(f"{ask.method} {ask.path}: {actor} is refused, and reads the report in the refusal")
    return wrong


def _hidden(scene: Scene) -> Scene:
    """An answer may repeat the address it was asked at, but nothing that is reported."""
    return Scene(scene.tool, scene.state, scene.report, scene.ids, report_matrix.MARK, scene.sends)


def test_every_address_of_a_report_is_asked() -> None:
    """An address with a part that no scene knows would be left out of the matrix without this."""
    known = [{*scenes.build(tool, "draft").ids, "act"} for tool in TOOLS]

    assert [one for one in report_matrix.patterns() if not any(_parts(one) <= ids for ids in known)] == []


def _parts(pattern: str) -> set[str]:
    return set(re.findall(r"<(?:\w+:)?(\w+)>", pattern))


@pytest.mark.skipif(WRITING, reason="the file is being written")
def test_no_line_is_left_of_an_address_that_is_gone() -> None:
    asked = {ask.label for tool in TOOLS for ask in report_matrix.asks(scenes.build(tool, "draft"))}

    assert {address for address, *_ in EXPECTED} - asked == set()


@pytest.mark.skipif(WRITING, reason="the file is being written")
def test_no_line_lets_a_stranger_write_or_read_a_draft() -> None:
    """Held whatever the file says, so that writing it anew cannot open a report by mistake."""
    opened = {"ok", "redirect", "shows", "conflict", "incomplete", "bad"}
    strangers = {"tool1": ("officer_other", "focal_own", "focal_other", "soca_member", "no_role"),
                 "tool2": ("officer_own", "officer_other", "focal_other", "soca_member", "no_role")}  # fmt: skip
    for (address, method, tool, state), answers in EXPECTED.items():
        by_actor = dict(zip(ACTORS, answers, strict=True))
        for actor in ("anonymous", "disabled"):
            assert by_actor[actor] in {"login", "forbidden", "method"}, (address, method, tool, state, actor)
        if "<uuid:report>" in address and method != "OPTIONS":
            reached = [one for one in strangers[tool] if by_actor[one] in opened]
            assert not reached, (address, method, tool, state, reached)
        if state == "draft" and address.endswith("(list)"):
            assert "shows" not in [by_actor[one] for one in strangers[tool]], (address, tool)


# --- rights that end while somebody works ---------------------------------------------------------------------------


def _everything_open(client: Client, scene: Scene) -> set[str]:
    asks = [one for one in report_matrix.asks(scene) if one.unknown and one.method == "GET"]
    own = [one for one in asks if "<uuid:report>" in one.label or "<uuid:evidence>" in one.label]
    return {report_matrix.classify(one, report_matrix.answer(client, one), scene) for one in own}


def test_a_role_that_ends_closes_the_report_in_the_same_session() -> None:
    scene = scenes.build("tool1", "draft")
    officer = factories.officer(scenes.OWN)
    client = pages.client_of(officer)
    assert "ok" in _everything_open(client, scene)

    officer.assignments.update(ended_at=timezone.now())

    assert _everything_open(client, scene) <= {"missing", "forbidden", "method"}


def test_an_officer_who_moves_to_another_body_takes_nothing_along() -> None:
    scene = scenes.build("tool1", "draft")
    there = factories.make_obligation(scenes.OTHER)
    officer = factories.officer(scenes.OWN)
    client = pages.client_of(officer)
    assert client.get(pages.url("report", scene.report)).status_code == 200
    assert client.get(pages.url("report", there)).status_code == 404

    officer.assignments.update(body=SectoralBody.objects.get(code=scenes.OTHER))

    assert _everything_open(client, scene) <= {"missing", "forbidden", "method"}
    assert client.get(pages.url("report", there)).status_code == 200


def test_a_report_that_moves_to_another_body_is_that_bodys() -> None:
    scene = scenes.build("tool1", "draft")
    before, after = (pages.client_of(factories.officer(body)) for body in (scenes.OWN, scenes.OTHER))
    assert before.get(pages.url("report", scene.report)).status_code == 200
    assert after.get(pages.url("report", scene.report)).status_code == 404

    Obligation.objects.filter(pk=scene.report.pk).update(body=SectoralBody.objects.get(code=scenes.OTHER))

    assert _everything_open(before, scene) <= {"missing", "forbidden", "method"}
    assert after.get(pages.url("report", scene.report)).status_code == 200


def test_a_form_opened_with_the_right_is_refused_when_it_is_sent_without() -> None:
    scene = scenes.build("tool1", "submitted")
    analyst = factories.analyst()
    client = pages.client_of(analyst)
    form = pages.asked(client, scene.report, Act.APPROVE)

    analyst.assignments.update(ended_at=timezone.now())
    response = client.post(pages.url("report_act", scene.report, "approve"), form)

    assert response.status_code in {403, 404}
    assert factories.again(scene.report).state == "submitted"
    other = pages.client_of(factories.analyst())
    other.post(pages.url("report_act", scene.report, "approve"), pages.asked(other, scene.report, Act.APPROVE))
    assert factories.again(scene.report).state == "approved"


@pytest.fixture(autouse=True)
def _without_quotas_and_logs() -> Iterator[None]:
    """Quotas are counted in the cache, and each refusal is logged; the matrix asks more often than a person may."""
    cache.clear()
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)
