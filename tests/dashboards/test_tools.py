"""What analysts do from a page: compute anew, enter a survey result, go from a list to its KPI."""

from __future__ import annotations

from typing import Any

import pytest

from adme.accounts.models import Role
from adme.jobs.models import Job
from adme.reference.models import Area
from databases_a.rfmd.models import KpiLeaf, Recipe, Target

LEAF, SURVEY, GAPS = "/dashboards/kpis/31c/", "/dashboards/kpis/24/", "/dashboards/state-of-data/"


@pytest.mark.parametrize(("url", "field"), [(LEAF, 'name="leaf" value="31c"'), (GAPS, "Compute all leaves anew")])
def test_computing_anew_is_offered_to_analysts_and_to_nobody_else(
    client_as: Any, youth: Any, url: str, field: str
) -> None:
    html = client_as(Role.ANALYST).get(url).content.decode()
    tools = html[html.index('class="page-tools"') :].split("</div>")[0]
    assert field in tools
    assert "csrfmiddlewaretoken" in tools
    assert 'action="/kpis/recompute/"' in tools
    assert "/kpis/recompute/" not in client_as(Role.SOCA_MEMBER).get(url).content.decode()


def test_the_button_queues_the_computation_of_its_leaf(client_as: Any, youth: Any) -> None:
    answer = client_as(Role.ANALYST).post("/kpis/recompute/", {"leaf": "31c"})
    assert answer.status_code == 302
    assert Job.objects.filter(name="rfmd.aggregate").exists()


def test_survey_leaf_leads_analysts_to_the_entry_of_a_result(client_as: Any, reference_data: Any) -> None:
    link = "?leaf=24"
    assert link in client_as(Role.ANALYST).get(SURVEY).content.decode()
    assert link not in client_as(Role.SOCA_MEMBER).get(SURVEY).content.decode()
    assert "Enter a survey result" not in client_as(Role.ANALYST).get(LEAF).content.decode()


def test_list_of_targets_has_the_unit_of_the_leaf_page_and_leads_there(client_as: Any, youth: Any) -> None:
    leaf = KpiLeaf.objects.get(code="31c")
    Recipe.objects.filter(leaf=leaf, state=Recipe.State.ADOPTED).update(unit="% of youth of the recipe")
    Target.objects.create(leaf=leaf, area=Area.objects.get(code="ASEAN"), year=2030, value=10.0, source="test")
    html = client_as(Role.ANALYST).get("/kpis/targets/").content.decode()
    assert "% of youth of the recipe" in html
    assert 'href="/dashboards/kpis/31c/"' in html
    assert '<th scope="col"></th>' not in html
