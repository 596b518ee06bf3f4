"""What the lists tell, and to whom: the same rows as the pages, by the same people, in as few statements for many."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adme import api_urls
from adme.accounts.models import Assignment, Role
from adme.api.models import ApiToken
from adme.ingest.models import ImportBatch
from adme.jobs.models import Job
from adme.reference.models import Area, AreaGroup, AreaMembership
from adme.reporting.transitions import Act
from databases_a.rfmd.models import KpiValue
from databases_a.tool1.models import ActivityFact
from databases_b.models import Observation, Series
from databases_c.models import StatisticObservation
from tests.records import factories as records
from tests.reporting import factories as people
from tests.tool2 import factories as tool2

from .world import FIRST, SECOND, ask, make_kpi, make_neet, make_statistics, text_of, token_of

pytestmark = pytest.mark.django_db
# Not in this world: the tests of editions and subscriptions fill and read them.
ELSEWHERE = {"editions", "edition-figures", "edition-changes", "edition-replies", "watches"}
NEEDED = {"observations": "?indicator=TEST_SET:NEET", "observation-revisions": "?indicator=TEST_SET:NEET"}


def rows(who, path):
    answer = ask(who, "get", path)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


# --- every list ---


def test_every_list_says_in_csv_what_it_says_in_json_and_304_when_nothing_changed(world):
    token = token_of(world.analyst)
    for address in api_urls.LISTS:
        query = NEEDED.get(address, "")
        ApiToken.objects.update(last_used_at=None)
        page = ask(token, "get", f"{address}/{query}")
        body = page.json()
        table = list(csv.DictReader(io.StringIO(text_of(ask(token, "get", f"{address}.csv{query}")))))
        assert len(table) == body["count"], address
        assert table or address in ELSEWHERE, address
        names = list(api_urls.LISTS[address].row().fields)
        assert all(list(row) == names for row in [*table[:1], *body["results"][:1]]), address
        again = ask(token, "get", f"{address}/{query}", **{"If-None-Match": page.headers["ETag"]})
        assert again.status_code == 304, address


def test_the_index_leads_to_every_list(world):
    found = ask(world.member, "get", "").json()
    assert set(found) == {*api_urls.LISTS, "schema"}


def test_etag_changes_with_what_a_person_may_see(user_with, world):
    officer = world.officer
    token = token_of(officer)
    before = ask(token, "get", "activities/").headers["ETag"]
    Assignment.objects.filter(user=officer).update(role=Role.FOCAL_POINT, body=None, state=Area.objects.get(code="IDN"))
    after = ask(token, "get", "activities/", **{"If-None-Match": before})
    assert (after.status_code, after.json()["count"]) == (200, 0)
    assert ask(world.member, "get", "activities/").headers["ETag"] not in {before, after.headers["ETag"]}


def test_etag_changes_when_something_is_submitted(world):
    token = token_of(world.analyst)
    before = {name: ask(token, "get", f"{name}/").headers["ETag"] for name in ("activities", "reports")}
    people.act(world.report, Act.SUBMIT, world.officer)
    for name, etag in before.items():
        assert ask(token, "get", f"{name}/", **{"If-None-Match": etag}).status_code == 200


def test_pages_are_bounded_and_a_wrong_page_is_named(world):
    token = token_of(world.analyst)
    assert len(ask(token, "get", "areas/?page_size=500").json()["results"]) == 300
    assert ask(token, "get", "areas/?page_size=2&page=2").json()["results"][0]["area"]
    for wrong in ("page_size=501", "page_size=0", "page=0", "page=x"):
        answer = ask(token, "get", f"areas/?{wrong}")
        assert wrong.split("=")[0] in answer.json()["error"]["fields"]
    assert ask(token, "get", "areas/?page=9999").status_code == 404


def statements(token, path):
    with CaptureQueriesContext(connection) as seen:
        assert ask(token, "get", path).status_code == 200
    return len(seen)


def fill(world):
    """Many rows where the world has one or few."""
    second = Observation.objects.get(value=21.4).opened_by
    vietnam = Series.objects.get(area__code="VNM")
    Observation.objects.bulk_create(
        Observation(series=vietnam, period=year * 1000, value=1.0, opened_by=second) for year in range(1960, 2010)
    )
    value = KpiValue.objects.filter(leaf__code="31c", area__code="VNM").get()
    for year in range(1970, 2020):
        value.pk, value.period = None, year * 1000
        value.save(force_insert=True)
    for body in ("ASOEN", "ACCSM", "SOMSWD"):
        people.submitted(people.make_obligation(body), people.officer(body), count=4)
    clause = tool2.make_clause(number="2")
    for state in ("THA", "LAO", "KHM"):
        tool2.published(tool2.national_report(state), clause)
    report = people.again(people.make_obligation("SLOM", period="2023"))
    for number in range(8):
        ImportBatch.objects.create(
            target="observations", filename=f"{number}.csv", sha256="f" * 64, undoes=world.batch if number else None
        )
        Job.objects.create(name="x", title=str(number), created_by=world.analyst)
        ImportBatch.objects.create(
            target="report", filename="x.xlsx", sha256="e" * 64, options={"dataset": str(report.public_id)}
        )
    again = records.make_report(world.statistic.record_set, "THA", "2025")
    for _ in range(4):
        records.send(again)
    return f"reports/{report.public_id}/uploads"


def test_lists_take_as_many_statements_for_fifty_rows_as_for_one(world):
    uploads = fill(world)
    token = token_of(world.analyst)
    ask(token, "get", "kpi-gaps/")  # the frame of the KPIs is kept per data version
    for address in [*api_urls.LISTS, uploads]:
        query = NEEDED.get(address, "")
        least = 3 if query else 1  # two files brought these observations, and each is read once
        few, many = (f"{address}/{query}{'&' if query else '?'}page_size={size}" for size in (least, 50))
        assert statements(token, many) <= statements(token, few), address


# --- reference ---


def test_membership_is_that_of_a_day(user_with):
    token = token_of(user_with(Role.SOCA_MEMBER))
    assert len(rows(token, "area-memberships/?group=ASEAN&on=2025-10-25")) == 10
    assert len(rows(token, "area-memberships/?group=ASEAN&on=2025-10-26")) == 11
    group = AreaGroup.objects.create(code="GONE", name="Gone")
    AreaMembership.objects.create(group=group, area=Area.objects.get(code="IDN"), left_on="2020-01-01")
    assert rows(token, "area-memberships/?group=GONE&on=2020-01-01") == []
    assert len(rows(token, "area-memberships/?group=GONE&on=2019-12-31")) == 1


def test_reference_lists_filter_by_code(user_with):
    token = token_of(user_with(Role.SOCA_MEMBER))
    assert {row["item"] for row in rows(token, "framework-items/?framework=BP2025&tier=characteristic")} == set("ABCDE")
    assert [row["name"] for row in rows(token, "areas/?area=VNM")] == ["Viet Nam"]
    assert {row["code_list"] for row in rows(token, "codes/?code_list=CL_SEX")} == {"CL_SEX"}
    assert len(rows(token, "declarations/?year=2017&body=ASOEN")) < len(rows(token, "declarations/?year=2017"))


# --- Tools 1 and 2 ---


def test_what_is_submitted_is_read_by_those_who_read_it_on_screen_and_drafts_by_nobody(world):
    shown = {who: rows(user, "activities/") for who, user in world.people().items()}
    assert [row["standing"] for row in shown["analyst"]] == ["submitted"]
    assert len(shown["officer"]) == 1
    assert shown["focal"] == shown["member"] == []
    assert world.record not in str(shown)
    people.act(people.again(world.submitted), Act.APPROVE, world.analyst)
    (row,) = rows(world.member, "activities/")
    assert (row["standing"], row["body"], row["percent_complete"]) == ("approved", "SLOM", 40)


def test_activities_are_found_by_what_they_are_about(world):
    token = token_of(world.analyst)
    (kra,) = ActivityFact.objects.get(closed_by=None).content["kras"]
    for query, many in {
        f"kra={kra}": 1, "kra=Z.9": 0, "body=SLOM": 1, "body=SOMHD": 0, "from=2025&to=2025": 1, "to=2024": 0,
        "status=ongoing,completed": 1, "standing=approved": 0, "latest=yes": 1, "search=workshops": 1,
        "search=zebra": 0,
    }.items():  # fmt: skip
        assert len(rows(token, f"activities/?{query}")) == many, query


def test_work_plans_are_those_of_the_pages(world):
    assert {row["body"] for row in rows(world.officer, "work-plans/")} == {"SOMHD"}
    assert {row["body"] for row in rows(world.analyst, "work-plans/")} == {"SOMHD", "SLOM"}
    assert rows(world.member, "work-plans/") == []


def test_a_state_reads_its_own_submitted_actions_and_others_only_approved_ones(reference_data):
    clause = tool2.make_clause()
    tool2.published(tool2.national_report("VNM"), clause, approved=False)
    tool2.published(tool2.national_report("THA"), clause)
    seen = {state: rows(people.focal_point(state), "actions/") for state in ("VNM", "THA")}
    assert [row["state"] for row in seen["THA"]] == ["THA"]
    assert sorted(row["state"] for row in seen["VNM"]) == ["THA", "VNM"]
    token = token_of(people.analyst())
    for query, many in {
        "state=VNM": 1, "level=regional": 0, f"clause={clause.public_id}": 2, f"declaration={tool2.HEALTH}": 2,
        "declaration=none": 0, "standing=submitted": 1,
    }.items():  # fmt: skip
        assert len(rows(token, f"actions/?{query}")) == many, query


# --- KPIs ---


@pytest.fixture
def kpi(reference_data):
    make_neet()
    return make_kpi()


def test_a_value_has_a_passport_with_its_inputs_and_what_stood_before(user_with, kpi):
    told = ask(user_with(Role.SOCA_MEMBER), "get", "kpi-values/31c/IDN/2023/").json()
    (source,) = told["inputs"]
    assert (told["value"], told["run"]["trigger"], told["is_current"]) == (21.4, "import batch 1", True)
    assert (source["series"], source["value"], source["file"]) == ("TEST_SET:NEET", 21.4, "0.csv")
    assert [one["value"] for one in told["earlier"]] == [21.0]
    assert "@" not in str(told)


def test_a_value_that_is_not_there_has_none(user_with, kpi):
    token = token_of(user_with(Role.SOCA_MEMBER))
    for path in ("31c/IDN/1999", "31c/XXX/2023", "99z/IDN/2023"):
        assert ask(token, "get", f"kpi-values/{path}/").status_code == 404
    assert ask(token, "get", "kpi-values/31c/IDN/20x3/").status_code == 400


def test_values_as_they_stood_and_all_that_they_have_been(user_with, kpi):
    token = token_of(user_with(Role.SOCA_MEMBER))
    at = "kpi-values/?leaf=31c&area=IDN&as_of="
    assert [row["value"] for row in rows(token, f"{at}2025-06-30")] == [21.0]
    assert [row["value"] for row in rows(token, f"{at}2026-06-30")] == [21.4]
    assert rows(token, f"{at}2024-06-30") == []
    history = rows(token, "kpi-value-revisions/?leaf=31c&area=IDN")
    assert [(row["value"], row["ended_by"]) for row in history] == [(21.0, "import batch 1"), (21.4, None)]


def test_ratings_rest_on_baseline_and_target_and_say_when_these_are_made_up(user_with, kpi):
    token = token_of(user_with(Role.SOCA_MEMBER))
    (row,) = rows(token, "kpi-ratings/?leaf=31c")
    assert (row["rating"], row["value"], row["baseline"], row["target"]) == ("off_track", 21.4, 25.0, 15.0)
    assert row["is_demonstration"]
    assert rows(token, "kpi-ratings/?leaf=31c&rating=on_track") == []
    assert {row["rating"] for row in rows(token, "kpi-ratings/?rating=no_rating")} == {"no_rating"}


def test_made_up_series_mark_the_values_that_read_them(user_with, reference_data):
    make_neet(is_demonstration=True)
    make_kpi()
    token = token_of(user_with(Role.ANALYST))
    assert {row["is_demonstration"] for row in rows(token, "kpi-values/?leaf=31c")} == {True}
    assert rows(token, "kpi-leaves/?leaf=31c")[0]["is_demonstration"]
    assert not rows(token, "kpi-leaves/?leaf=1")[0]["is_demonstration"]
    assert {row["is_demonstration"] for row in rows(token, "observations/?indicator=NEET")} == {True}
    assert ask(token, "get", "kpi-values/31c/IDN/2023/").json()["is_demonstration"]


def test_the_state_of_the_data_says_why_there_is_nothing(user_with, kpi):
    token = token_of(user_with(Role.SOCA_MEMBER))
    (there,) = rows(token, "kpi-gaps/?leaf=31c")
    assert (there["state"], there["newest_year"], there["why"]) == ("current", 2023, "")
    absent = rows(token, "kpi-gaps/?state=none")
    assert len(absent) == 45
    assert all(row["why"] and row["who"] and row["newest_year"] is None for row in absent)


# --- Databases B and C ---


def test_observations_with_every_value_that_they_have_had(user_with, reference_data):
    make_neet()
    history = rows(user_with(Role.ANALYST), "observation-revisions/?indicator=NEET&area=IDN&from=2023")
    assert [(row["value"], row["known_from"][:10], (row["known_until"] or "")[:10]) for row in history] == [
        (21.0, f"{FIRST:%Y-%m-%d}", f"{SECOND:%Y-%m-%d}"),
        (21.4, f"{SECOND:%Y-%m-%d}", ""),
    ]


def test_suppressed_cells_have_marks_and_no_value(user_with, reference_data):
    make_statistics()
    found = rows(user_with(Role.SOCA_MEMBER), "statistic-figures/?statistic=PERSONS_TRAINED&total=no")
    assert found
    assert {(row["value"], row["obs_status"]) for row in found} == {(None, "Q")}
    assert {row["conf_status"] for row in found} == {"C", "D"}


def test_what_is_suppressed_now_is_not_told_of_the_past(user_with, reference_data):
    make_statistics()
    now = StatisticObservation.objects.get(series__dimensions="SEX=F", closed_at=None)
    StatisticObservation.objects.create(
        series=now.series, period=now.period, value=3, obs_status="A", conf_status="F", opened_by=now.opened_by,
        opened_at=FIRST, closed_by=now.opened_by, closed_at=SECOND,
    )  # fmt: skip
    total = StatisticObservation.objects.get(series__dimensions="", closed_at=None)
    StatisticObservation.objects.filter(pk=total.pk).update(opened_at=FIRST)
    found = rows(user_with(Role.ANALYST), "statistic-figures/?statistic=PERSONS_TRAINED&as_of=2025-06-30")
    assert [(row["dimensions"], row["value"]) for row in found] == [("", 43.0)]


def test_numbers_of_records_about_persons_are_not_told(user_with, reference_data):
    record_set = records.make_set(is_personal=True, code="persons")
    report = records.make_report(record_set)
    focal = people.focal_point("VNM")
    records.send(report, by=focal)
    people.act(people.again(report), Act.SUBMIT, focal)
    people.act(people.again(report), Act.APPROVE, people.analyst())
    (row,) = rows(user_with(Role.SOCA_MEMBER), "holdings/?set=persons")
    assert (row["kind"], row["timing"], row["records"], row["errors_per_1000"]) == ("held", "in_time", None, None)


def test_a_record_set_tells_its_layout_and_a_statistic_its_metadata(world):
    told = ask(world.member, "get", "record-sets/courses/").json()
    assert {one["name"] for one in told["columns_and_rules"]["columns"]} >= {"province", "sex", "persons"}
    metadata = ask(world.member, "get", "statistics/PERSONS_TRAINED/metadata/").json()
    assert {"UNIT_MEASURE", "CONF_POLICY"} <= {one["concept"] for one in metadata["headings"] if one["text"]}
    assert ask(world.member, "get", "record-sets/none/").status_code == 404
    assert ask(world.member, "get", "statistics/NONE/metadata/").status_code == 404


def test_concepts_name_the_chosen_source_and_why(world):
    (row,) = rows(world.member, "concepts/?concept=neet")
    assert (row["chosen"], row["chosen_source"], row["reason"]) == ("TEST_SET:NEET", "B", "Same definition.")
    candidates = rows(world.member, "concept-candidates/?concept=neet")
    assert [(one["source"], one["is_chosen"], one["is_held"]) for one in candidates] == [
        ("B", True, True),
        ("C", False, False),
    ]


# --- reports ---


def test_the_ledger_is_ones_own_or_all_for_the_secretariat(world):
    assert {row["reporter"] for row in rows(world.officer, "reports/")} == {"SOMHD"}
    assert {row["reporter"] for row in rows(world.focal, "reports/")} == {"Viet Nam"}
    assert rows(world.member, "reports/") == []
    everything = rows(world.analyst, "reports/")
    assert {"SOMHD", "SLOM", "Viet Nam"} <= {row["reporter"] for row in everything}
    assert {row["reporter"] for row in rows(world.analyst, "reports/?body=SLOM")} == {"SLOM"}
    assert {row["reporter"] for row in rows(world.analyst, "reports/?state=VNM&tool=tool2")} == {"Viet Nam"}
