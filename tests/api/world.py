"""A little of everything that the API can tell of, and people of every kind who ask for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponseBase
from django.test import Client

from adme.accounts.models import User
from adme.api.scopes import Scope
from adme.api.tokens import create_token
from adme.ingest import services as ingest
from adme.ingest.models import ImportBatch
from adme.jobs.models import Job
from adme.jobs.testing import run_all_jobs
from adme.observations.services import bump_data_version
from adme.reference.models import Area
from adme.reporting.models import Obligation
from adme.reporting.transitions import Act
from databases_a.rfmd.models import AggregationRun, Baseline, KpiLeaf, KpiValue, Recipe, SurveyEntry, Target
from databases_b.models import Dataset, Indicator, Observation, Provider, Series
from databases_c.models import Candidate, Concept, SourceReview, Statistic
from tests.records import factories as records
from tests.reporting import factories as people
from tests.tool2 import factories as tool2

FIRST, SECOND = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
RECIPE: dict[str, Any] = {
    "numerator": {"measure": "sum", "column": "persons"},
    "dimensions": [{"column": "sex", "concept": "SEX", "label": "Sex", "code_list": "CL_SEX"}],
    "minimum_cell": 5,
}
TIDY = "INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE\nNEET,IDN,2024,20.9\nNEET,VNM,2024,11\n"


@dataclass(frozen=True)
class World:
    analyst: User
    officer: User
    focal: User
    member: User
    report: Obligation  # Tool 1 of SOMHD, being written
    record: str
    submitted: Obligation  # Tool 1 of SLOM, handed in
    submission: str
    batch: ImportBatch  # previewed
    statistic: Statistic
    job: Job

    def people(self) -> dict[str, User]:
        return {"analyst": self.analyst, "officer": self.officer, "focal": self.focal, "member": self.member}

    def parameters(self) -> dict[str, str]:
        """A value that leads somewhere for each parameter of an address."""
        return {
            "report": str(self.report.public_id),
            "key": self.record,
            "upload": str(self.batch.public_id),
            "submission": self.submission,
            "batch": str(self.batch.public_id),
            "job": str(self.job.pk),
            "leaf": "31c",
            "area": "IDN",
            "period": "2023",
        }


def token_of(user: User, scopes: Sequence[str] = tuple(Scope)) -> str:
    return create_token(user=user, name=people.fresh("token"), scopes=scopes)[1]


def ask(who: User | str | None, method: str, path: str, data: Any = None, **headers: str) -> Any:
    """The answer to a program: `who` is a user (a token with all scopes), a token, or nobody. `data` goes as JSON, and
    as a form where it holds a file."""
    token = token_of(who) if isinstance(who, User) else who
    headers = headers if token is None else {"Authorization": f"Bearer {token}", **headers}
    send, address = getattr(Client(raise_request_exception=False), method), f"/api/v1/{path}"
    if method == "get":
        return send(address, headers=headers)
    if isinstance(data, dict) and any(hasattr(value, "read") for value in data.values()):
        return send(address, data, headers=headers)
    return send(address, json.dumps(data or {}), content_type="application/json", headers=headers)


def text_of(answer: HttpResponseBase) -> str:
    return b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()  # type: ignore[attr-defined]


def make_neet(code: str = "TEST_SET", **fields: Any) -> Indicator:
    """Two states; Indonesia's 2023 was revised from 21.0 to 21.4 at the second batch."""
    provider, _ = Provider.objects.get_or_create(code="TEST", defaults={"name": "Test provider", "licence": "CC0"})
    dataset = Dataset.objects.create(provider=provider, code=code, name="Test set", **fields)
    indicator = Indicator.objects.create(dataset=dataset, code="NEET", title="Youth not in employment", unit="%")
    batches = [
        ImportBatch.objects.create(
            target="observations", filename=f"{n}.csv", sha256=f"{n}" * 64, state="applied", applied_at=at,
            summary={"scope": code, "scopes": [code]},
        )
        for n, at in enumerate([FIRST, SECOND])
    ]  # fmt: skip
    for area, rows in {
        "IDN": [(2022, 20.0, 0, None), (2023, 21.0, 0, 1), (2023, 21.4, 1, None)],
        "VNM": [(2023, 0.0, 0, None)],
    }.items():
        series = Series.objects.create(indicator=indicator, area=Area.objects.get(code=area))
        for year, value, opened, closed in rows:
            Observation.objects.create(
                series=series,
                period=year * 1000,
                value=value,
                opened_by=batches[opened],
                closed_by=None if closed is None else batches[closed],
            )
    return indicator


def make_kpi(
    code: str = "31c", series: str = "TEST_SET:NEET", areas: Sequence[str] = ("IDN", "VNM", "ASEAN")
) -> KpiLeaf:
    """A leaf with a recipe, a value of 2023 for each area (Indonesia's was replaced once), a baseline and a target."""
    leaf = KpiLeaf.objects.get(code=code)
    Recipe.objects.filter(leaf=leaf, state="adopted").update(state="retired")
    last = max(Recipe.objects.filter(leaf=leaf).values_list("version", flat=True), default=0)
    recipe = Recipe.objects.create(
        leaf=leaf, version=last + 1, state="adopted", method="identity", unit="%", adopted_at=FIRST,
        inputs=[{"role": "value", "series": "TEST_SET:NEET", "dimensions": ""}],
    )  # fmt: skip
    runs = [AggregationRun.objects.create(trigger=f"import batch {n}", finished_at=SECOND) for n in range(2)]
    for number, at in enumerate([FIRST, SECOND]):
        AggregationRun.objects.filter(pk=runs[number].pk).update(started_at=at)
    point = Observation.objects.filter(closed_by__isnull=True).order_by("pk").first()
    inputs = [["value", "IDN", f"B:{point.pk}", 2023000, 21.4, None]] if point else []
    for area in areas:
        common = {"leaf": leaf, "area": Area.objects.get(code=area), "period": 2023000, "recipe": recipe}
        if area == "IDN":
            KpiValue.objects.create(**common, value=21.0, run=runs[0], closed_by=runs[1], inputs_hash="a")
        KpiValue.objects.create(**common, value=21.4, run=runs[1], inputs=inputs, inputs_hash="b")
    asean = Area.objects.get(code="ASEAN")
    Baseline.objects.create(leaf=leaf, area=asean, year=2016, value=25.0, source="Made up", is_demonstration=True)
    Target.objects.create(leaf=leaf, area=asean, year=2025, value=15.0, source="Made up", is_demonstration=True)
    bump_data_version()
    return leaf


def make_statistics() -> tuple[Statistic, str]:
    """Records of Viet Nam 2025 approved and compiled: women 3 (suppressed), men 40; with the submission's key."""
    record_set = records.make_set(body="ACCSM", title="Courses of civil servants", code="courses")
    statistic = records.make_statistic(record_set, RECIPE)
    report = records.make_report(record_set, "VNM", "2025")
    focal = people.focal_point("VNM")
    sent = records.send(report, [["N", "F", "3"], ["S", "M", "40"]], by=focal)
    people.act(people.again(report), Act.SUBMIT, focal)
    people.act(people.again(report), Act.APPROVE, people.analyst())
    run_all_jobs()
    return statistic, str(sent.public_id)


def make_concept() -> Concept:
    concept = Concept.objects.create(code="neet", title="Youth not in employment", definition="As the ILO says.")
    chosen = Candidate.objects.create(concept=concept, source="B", series="TEST_SET:NEET", distance=0)
    Candidate.objects.create(concept=concept, source="C", series="ARBMD:X", distance=3, difference="Registered only.")
    concept.chosen = chosen
    concept.save()
    SourceReview.objects.create(
        concept=concept, candidate=chosen, reason="Same definition.", reviewed_on="2026-01-01", next_on="2027-01-01"
    )
    return concept


def preview(text: str = TIDY, name: str = "neet.csv", by: User | None = None) -> ImportBatch:
    """A tidy file of the test set, received and read."""
    batch = ingest.receive(
        chunks=[text.encode()], filename=name, options=ingest.Options(dataset="TEST_SET"), by=by, in_background=True
    )
    run_all_jobs()
    batch.refresh_from_db()
    return batch


def make_world() -> World:
    analyst, officer, slom = people.analyst(), people.officer("SOMHD"), people.officer("SLOM")
    make_neet()
    make_kpi()
    make_concept()
    leaf = KpiLeaf.objects.filter(source_type="A3").first()
    SurveyEntry.objects.create(
        leaf=leaf, area=Area.objects.get(code="IDN"), year=2024, value=60.0, source="Poll", is_demonstration=True
    )
    report = people.make_obligation("SOMHD")
    (record,) = people.ready_report(report, officer)
    handed_in = people.make_obligation("SLOM")
    people.submitted(handed_in, slom)
    clause = tool2.make_clause()
    tool2.published(tool2.national_report("VNM"), clause)
    tool2.published(tool2.regional_report("SOMHD"), clause, approved=False)
    statistic, submission = make_statistics()
    return World(
        analyst=analyst,
        officer=officer,
        focal=people.focal_point("VNM"),
        member=people.soca_member(),
        report=report,
        record=record,
        submitted=handed_in,
        submission=submission,
        batch=preview(by=analyst),
        statistic=statistic,
        job=Job.objects.filter(created_by=analyst).order_by("-created_at")[0],
    )
