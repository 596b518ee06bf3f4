"""The number of statements of a page does not grow with what stands on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from databases_c.models import RecipeVersion, Statistic, Submission
from databases_c.tool import FAMILY
from tests.records import factories as make
from tests.reporting import factories as people
from tests.reporting.pages import client_of

pytestmark = pytest.mark.usefixtures("reference_data")
RECIPE = {
    "numerator": {"measure": "sum", "column": "persons"},
    "dimensions": [{"column": "sex", "concept": "SEX", "label": "Sex", "code_list": "CL_SEX"}],
}


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def forget() -> None:
    """All that is kept, in this process too, where it stands for a second and may end between two counts."""
    cache.clear()
    FAMILY.forget()


def statements(client: Client, address: str) -> int:
    client.get(address)  # what is kept for the next request is kept now
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def grows(pages: list[str], client: Client, more: Callable[[], None]) -> dict[str, tuple[int, int]]:
    """Pages that take more statements once there is more; what there is before is two of each."""
    found = {}
    for _ in range(2):
        more()
    forget()
    before = {one: statements(client, one) for one in pages}
    for _ in range(10):
        more()
    forget()
    for one in pages:
        now = statements(client, one)
        if now > before[one]:
            found[one] = (before[one], now)
    return found


def test_of_a_report_with_many_versions_and_warnings():
    report = make.make_report(make.make_set(rules=[make.WARN]))
    held = make.send(report, by=people.focal_point(), warnings=2)

    def more() -> None:
        sender = people.focal_point()
        make.send(report, by=sender, current=False, warnings=2)
        rule = make.make_finding(held, row=9).pk
        make.make_finding(
            held, row=rule, decision="confirmed", reason="Small.", decided_by=sender, decided_at=timezone.now()
        )

    pages = [reverse(name, args=[report.public_id]) for name in ("submission", "report", "report_history")]
    pages.append(reverse("submission_version", args=[report.public_id, held.number]))
    assert grows(pages, client_of(people.analyst()), more) == {}
    assert Submission.objects.filter(obligation=report).count() == 13


def test_of_a_statistic_with_many_versions_of_its_recipe_and_of_the_layout():
    record_set = make.make_set()
    statistic = make.make_statistic(record_set, RECIPE)

    def more() -> None:
        layout, number = make.make_version(record_set), RecipeVersion.objects.count() + 1
        RecipeVersion.objects.create(
            statistic=statistic, number=number, recipe=RECIPE, layout=layout, state="superseded",
            made_by=people.analyst(), adopted_by=people.analyst(), adopted_at=timezone.now(),
        )  # fmt: skip
        make.make_statistic(record_set, RECIPE, code=f"OTHER_{number}")

    pages = [reverse("statistic", args=[statistic.code]), reverse("statistic_list"), reverse("record_sets")]
    pages += [reverse(name, args=[record_set.code]) for name in ("record_set", "record_set_version_compare")]
    assert grows(pages, client_of(people.analyst()), more) == {}
    assert Statistic.objects.filter(record_set=record_set).count() == 13
