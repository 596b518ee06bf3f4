"""The API against what its own description allows, and against what it does not: never an error of the server.

schemathesis makes requests out of docs/openapi.yaml for every operation, as every kind of person and as nobody, and
holds the answers against the description. Examples are few and always the same, so that the test is quick and steady;
ADME_API_EXAMPLES=200 tries more of them.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from adme import api_urls
from adme.api.description import describe
from adme.api.throttles import ByUse, WholeLists

from .world import World, ask, text_of, token_of

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("ADME_API_EXAMPLES", "2"))
DESCRIPTION, _ = describe()
CONFORM = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
METHODS = ("get", "post", "put", "patch", "delete", "trace", "options")
ODD = (
    "%00",
    "a%00b",
    "%ED%A0%80",
    "9" * 400,
    "-1",
    "1e999",
    "%F0%9F%92%A9",
    "'; DROP TABLE x; --",
    "=1+1",
    "%E0%B8%81" * 300,
)


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for throttle in (ByUse, WholeLists):
        monkeypatch.setattr(throttle, "allow_request", lambda self, request, view: True)


@pytest.fixture
def _connection_stays() -> Iterator[None]:
    """A request through the bare handler ends with its connection closed, and with it the test's transaction; Django's
    own test client keeps it in the same way."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


def _operations() -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(DESCRIPTION, config=SchemathesisConfig())
    schema.app = WSGIHandler()
    for found in schema.get_all_operations():
        yield found.ok()


@pytest.mark.usefixtures("_connection_stays")
def test_every_operation_answers_as_it_is_described_whatever_is_sent_by_whomever(world: World) -> None:
    tokens = [token_of(user) for user in world.people().values()]
    first, *others = ({"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"} for token in tokens)
    turns = zip(itertools.repeat(first), itertools.cycle(others))  # the analyst, who may most, and the others in turn
    wrong: list[str] = []
    for operation in _operations():
        names = {one.name for one in operation.path_parameters}
        there = {name: value for name, value in world.parameters().items() if name in names}
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for parameters in (there or None, None) if there else (None,):
                _try(operation.as_strategy(generation_mode=mode, path_parameters=parameters), turns, wrong)
    assert not wrong, "\n\n".join(wrong[:10])


def _try(strategy: Any, turns: Iterator[tuple[dict[str, str], ...]], wrong: list[str]) -> None:
    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategy)
    def run(case: Any) -> None:
        checks = [*CONFORM, negative_data_rejection] if case.method == "GET" else CONFORM
        for headers in next(turns):
            try:
                with transaction.atomic():
                    answer = case.call(headers=headers)
                    transaction.set_rollback(True)
                case.validate_response(answer, checks=checks)
            except (Exception, BaseExceptionGroup) as error:
                sent = f"{case.path_parameters} {case.query} {case.body!r:.300}"
                wrong.append(f"{case.method} {case.path} {sent}\n{error}"[:1500])

    with suppress(Unsatisfiable):  # there is nothing wrong that could be sent
        run()


def test_without_a_token_every_operation_answers_401(world: World) -> None:
    for path, operations in DESCRIPTION["paths"].items():
        for method in operations:
            answer = ask(None, method, _filled(path, world))
            assert answer.status_code == 401, (method, path)
            assert answer.json()["error"]["code"] == "not_authenticated"


def test_methods_that_an_address_does_not_have_are_405_for_everybody_who_may_use_the_api(world: World) -> None:
    token = token_of(world.analyst)
    for path, operations in DESCRIPTION["paths"].items():
        for method in set(METHODS) - set(operations):
            answer = ask(token, method, _filled(path, world))
            assert answer.status_code == 405, (method, path)
            assert set(answer.headers["Allow"].lower().split(", ")) - {"head"} == set(operations)


def _filled(path: str, world: World) -> str:
    for name, value in {**world.parameters(), "code": world.statistic.code}.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, path
    return path.removeprefix("/api/v1/")


@pytest.mark.parametrize("address", list(api_urls.LISTS))
def test_odd_values_of_every_filter_are_refused_or_find_nothing_also_as_csv(client_as: Any, address: str) -> None:
    client = client_as("analyst")
    names = [*api_urls.LISTS[address].filters().fields, "page", "page_size", "nonsense"]
    for name in names:
        for value in ODD:
            for ending in ("/", ".csv") if value == ODD[0] else ("/",):
                answer = client.get(f"/api/v1/{address}{ending}?{name}={value}")
                assert answer.status_code in {200, 400, 404}, (name, value, ending)
                text_of(answer)


@pytest.mark.parametrize("odd", [part for part in ODD if len(part) < 100])
def test_odd_parts_of_addresses_lead_nowhere(client_as: Any, odd: str) -> None:
    client = client_as("analyst")
    for path in (
        f"kpi-values/{odd}/IDN/2023/", f"kpi-values/31c/{odd}/2023/", f"kpi-values/31c/IDN/{odd}/", f"jobs/{odd}/",
        f"record-sets/{odd}/", f"statistics/{odd}/metadata/", f"imports/{odd}/", f"reports/{odd}/uploads/",
    ):  # fmt: skip
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code in {400, 404}, path
        assert answer.json()["error"]["message"]
