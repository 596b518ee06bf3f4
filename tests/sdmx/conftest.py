"""One small world with what is awkward: breakdowns, missing, zero, suppressed, withheld, quarters, revisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from adme.accounts.models import Role
from adme.ingest.models import ImportBatch
from adme.observations.services import bump_data_version
from adme.reference.models import Area
from databases_a.rfmd.models import AggregationRun, KpiLeaf, KpiValue, Recipe
from databases_b.models import Dataset, Indicator, Note, Observation, Provider, Series
from tests.dashboards.records import approve, publish
from tests.records.factories import make_set, make_statistic

FIRST, SECOND = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
DANGER = '=HYPERLINK("x") & <b>"quoted"</b>, déjà ไทย'
RECIPE = {
    "numerator": {"measure": "sum", "column": "persons"},
    "dimensions": [
        {"column": "sex", "concept": "SEX", "label": "Sex", "code_list": "CL_SEX"},
        {"column": "province", "concept": "PROVINCE", "label": "Province"},
    ],
    "minimum_cell": 5,
    "decimals": 0,
}


def area(code: str) -> Area:
    return Area.objects.get(code=code)


def make_external(code: str = "TEST_SET") -> Dataset:
    """Two batches; Indonesia's 2023 was revised from 21.0 to 21.4 by the second."""
    provider, _ = Provider.objects.get_or_create(
        code="TEST", defaults={"name": "Test provider", "licence": "CC BY 4.0", "url": "https://example.org/"}
    )
    dataset = Dataset.objects.create(provider=provider, code=code, name=f"Test {code}", description="Made for tests.")
    neet = Indicator.objects.create(dataset=dataset, code="SL.NEET", title="Youth NEET", unit="% of youth", decimals=1)
    twin = Indicator.objects.create(dataset=dataset, code="SL-NEET", title="Its twin", unit="per 100 <persons>")
    Indicator.objects.create(dataset=dataset, code="SL_NEET", title="Its other twin", unit="")
    batches = [
        ImportBatch.objects.create(target="observations", filename=f"{code}{n}.csv", sha256=str(n), state="applied",
                                   applied_at=at)
        for n, at in enumerate([FIRST, SECOND])
    ]  # fmt: skip
    note, _ = Note.objects.get_or_create(text=DANGER)
    rows: dict[tuple[Indicator, str, str, str], list[tuple]] = {
        (neet, "IDN", "A", ""): [
            (2022000, 20.0, "A", 0, None), (2023000, 21.0, "A", 0, 1), (2023000, 21.4, "E", 1, None),
        ],
        (neet, "IDN", "A", "SEX=F"): [(2022000, 0.0, "A", 0, None), (2023000, None, "O", 0, None)],
        (neet, "IDN", "A", "AGE=Y15T24;SEX=M"): [(2022000, -1.5e-7, "P", 0, None)],
        (neet, "VNM", "A", "QUINTILE=Q<1+2>;URBANISATION=R"): [(2022000, 1e16, "U", 0, None)],
        (neet, "VNM", "Q", ""): [(2022203, 3.25, "A", 0, None), (2022201, 1.25, "A", 0, None)],
        (twin, "THA", "M", ""): [(2022312, 12.0, "B", 0, None), (2022301, 1.0, "A", 0, None)],
        (twin, "TLS", "S", ""): [(2022102, None, "L", 0, None), (2022101, None, "M", 0, None)],
    }  # fmt: skip
    for (indicator, state, frequency, dimensions), held in rows.items():
        series = Series.objects.create(
            indicator=indicator, area=area(state), frequency=frequency, dimensions=dimensions
        )
        for period, value, status, opened, closed in held:
            Observation.objects.create(
                series=series, period=period, value=value, obs_status=status, opened_by=batches[opened],
                closed_by=None if closed is None else batches[closed], note=note if status in {"E", "O"} else None,
            )  # fmt: skip
    return dataset


def make_kpi() -> None:
    run = AggregationRun.objects.create(trigger="test", finished_at=FIRST)
    later = AggregationRun.objects.create(trigger="test", finished_at=SECOND)
    for code, unit, decimals in (("31c", "% of youth", 1), ("6d", "Member States", 0)):
        leaf = KpiLeaf.objects.get(code=code)
        Recipe.objects.filter(leaf=leaf).update(state=Recipe.State.RETIRED)
        recipe = Recipe.objects.create(
            leaf=leaf, version=77, state=Recipe.State.ADOPTED, method="identity", unit=unit, decimals=decimals,
            inputs=[{"role": "value", "series": "TEST_SET:SL.NEET"}],
        )  # fmt: skip
        common: dict[str, Any] = {"leaf": leaf, "recipe": recipe, "inputs_hash": "0" * 64}
        for year, value in ((2015, 0.0), (2016, 22.5), (2024, 17.125)):
            KpiValue.objects.create(area=area("IDN"), period=year * 1000, value=value, run=run, **common)
        KpiValue.objects.create(area=area("IDN"), period=2023000, value=9.0, run=run, closed_by=later, **common)
        KpiValue.objects.create(area=area("IDN"), period=2023000, value=9.5, run=later, obs_status="E", **common)
        KpiValue.objects.create(area=area("VNM"), period=2016000, value=3.0, run=run, **common)
        KpiValue.objects.create(
            area=area("ASEAN"), period=2016000, value=11.25, run=run, states_reporting=9, states_expected=10,
            states_carried=2, population_share=0.8754, **common,
        )  # fmt: skip
        KpiValue.objects.create(
            area=area("ASEAN"), period=2024000, value=None, obs_status="O", run=run, states_reporting=1,
            states_expected=11, states_carried=0, population_share=0.5, withheld="Too few: 1 of 11.", **common,
        )  # fmt: skip
        KpiValue.objects.create(
            area=area("ASEAN"), period=2025203, value=4.0, run=run, coverage_of="bodies", states_reporting=3,
            states_expected=15, **common,
        )  # fmt: skip


def make_records() -> None:
    record_set = make_set("courses")
    statistic = make_statistic(record_set, RECIPE)
    report = approve(record_set, "VNM", 2025)
    publish(
        statistic,
        report,
        {"": 90.0, "SEX=F": "C", "SEX=M": "D", "PROVINCE=N": 42.0, "PROVINCE=S;SEX=F": None, "PROVINCE=S": 0.0},
    )
    empty = make_statistic(record_set, RECIPE, code="WITHOUT_FIGURES")
    assert empty.current is not None


@pytest.fixture
def world(reference_data: None) -> None:
    """All three databases hold something."""
    make_external()
    make_kpi()
    make_records()
    bump_data_version()


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.fixture
def ask(client_as: Callable[..., Client], world: None) -> Callable[..., Any]:
    """`ask("data/DF_KPI/all", accept="...")`: the answer of an analyst's client; its whole body is `body`."""
    client = client_as(Role.ANALYST)
    cache.clear()  # counts of requests, and structures of another test's world

    def get(path: str, accept: str = "*/*", **headers: str) -> Any:
        answer = client.get(f"/api/sdmx/{path}", headers={"Accept": accept, **headers})
        answer.body = body_of(answer)
        return answer

    return get


def later(moment: datetime) -> datetime:
    return moment + timedelta(days=1)
