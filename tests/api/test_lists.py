"""The reading API: right rows, allow-listed filters, vintages, tokens, and who may."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from adme.accounts.models import Role
from adme.api.models import ApiToken
from adme.api.tokens import create_token
from adme.ingest.models import ImportBatch
from adme.reference.models import Area
from databases_b.models import Dataset, Indicator, Observation, Provider, Series

pytestmark = pytest.mark.django_db
FIRST, SECOND = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def neet(reference_data):
    """Two states; Indonesia's 2023 was revised from 21.0 to 21.4 at the second batch."""
    dataset = Dataset.objects.create(
        provider=Provider.objects.create(code="TEST", name="Test provider"), code="TEST_SET", name="Test set"
    )
    indicator = Indicator.objects.create(dataset=dataset, code="NEET", title="Youth not in employment", unit="%")
    batches = [
        ImportBatch.objects.create(
            target="observations", filename=f"{n}.csv", sha256=str(n), state="applied", applied_at=at
        )
        for n, at in enumerate([FIRST, SECOND])
    ]
    for code, rows in {
        "IDN": [(2022, 20.0, 0, None), (2023, 21.0, 0, 1), (2023, 21.4, 1, None)],
        "VNM": [(2023, 0.0, 0, None)],
    }.items():
        series = Series.objects.create(indicator=indicator, area=Area.objects.get(code=code))
        for year, value, opened, closed in rows:
            Observation.objects.create(
                series=series,
                period=year * 1000,
                value=value,
                opened_by=batches[opened],
                closed_by=None if closed is None else batches[closed],
            )
    return indicator


def test_observations_of_an_indicator_are_the_current_ones(client_as, neet):
    body = client_as(Role.ANALYST).get("/api/v1/observations/?indicator=TEST_SET:NEET").json()
    assert [(row["area"], row["period"], row["value"]) for row in body["results"]] == [
        ("IDN", "2022", 20.0),
        ("IDN", "2023", 21.4),
        ("VNM", "2023", 0.0),
    ]


def test_as_of_a_past_date_gives_what_was_known_then(client_as, neet):
    client = client_as(Role.ANALYST)
    address = "/api/v1/observations/?indicator=TEST_SET:NEET&area=IDN&from=2023&as_of="
    assert [row["value"] for row in client.get(address + "2025-06-30").json()["results"]] == [21.0]
    assert [row["value"] for row in client.get(address + "2026-06-30").json()["results"]] == [21.4]
    assert client.get(address + "2024-06-30").json()["results"] == []


def test_csv_holds_all_rows_with_the_same_filters(client_as, neet):
    answer = client_as(Role.ANALYST).get("/api/v1/observations.csv?indicator=TEST_SET:NEET&area=VNM")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0].startswith("indicator,area,dimensions,period,value")
    assert lines[1].startswith("TEST_SET:NEET,VNM,,2023,0,A")
    assert len(lines) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "indicator"),
        ("indicator=TEST_SET:NEET&from=20x3", "from"),
        ("indicator=TEST_SET:NEET&as_of=yesterday", "as_of"),
        ("indicator=TEST_SET:NEET&order_by=value", "order_by"),
    ],
)
def test_a_wrong_or_unknown_parameter_is_named(client_as, neet, query, field):
    answer = client_as(Role.ANALYST).get(f"/api/v1/observations/?{query}")
    assert answer.status_code == 400
    assert field in answer.json()["error"]["fields"]


def test_indicators_are_found_by_word(client_as, neet):
    rows = client_as(Role.ANALYST).get("/api/v1/indicators/?search=youth").json()["results"]
    assert [row["indicator"] for row in rows] == ["TEST_SET:NEET"]


def test_all_46_leaves_are_listed_with_their_wording(client_as, reference_data):
    body = client_as(Role.SOCA_MEMBER).get("/api/v1/kpi-leaves/").json()
    assert body["count"] == 46
    assert {row["wording"] for row in body["results"]} == {"official", "topic-known", "provisional"}


def test_an_unchanged_list_is_answered_304(client_as, neet):
    client = client_as(Role.ANALYST)
    first = client.get("/api/v1/indicators/")
    assert client.get("/api/v1/indicators/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_token_reads_and_without_one_the_answer_is_401(user_with, reference_data):
    _, token = create_token(user=user_with(Role.ANALYST), name="script")
    assert Client().get("/api/v1/kpi-leaves/", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert Client().get("/api/v1/kpi-leaves/").status_code == 401


@pytest.mark.parametrize("broken", ["unknown", "ended", "expired", "inactive"])
def test_a_token_that_does_not_hold_is_refused(user_with, reference_data, broken):
    user = user_with(Role.ANALYST)
    row, token = create_token(user=user, name="script")
    if broken == "unknown":
        token += "x"
    elif broken == "inactive":
        user.is_active = False
        user.save()
    else:
        field = {"ended": "ended_at", "expired": "expires_at"}[broken]
        ApiToken.objects.filter(pk=row.pk).update(**{field: timezone.now() - timedelta(seconds=1)})
    assert Client().get("/api/v1/kpi-leaves/", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_token_is_shown_once_and_only_its_owner_ends_it(client_as, user_with, reference_data):
    client = client_as(Role.ANALYST)
    page = client.post("/account/tokens/", {"name": "my script", "scopes": ["read"], "days": "90"})
    assert b"adme_" in page.content
    row = ApiToken.objects.get()
    assert row.digest not in client.get("/account/tokens/").content.decode()
    other = client_as(Role.SOCA_MEMBER)
    assert other.post(f"/account/tokens/{row.pk}/end/").status_code == 404
    assert client.post(f"/account/tokens/{row.pk}/end/").status_code == 302
    row.refresh_from_db()
    assert row.ended_at is not None


def test_who_may_not_see_indicators_on_screen_may_not_read_them_here(client_as, neet):
    for name in ("indicators", "observations"):
        address = f"/api/v1/{name}/?indicator=TEST_SET:NEET"
        assert client_as(Role.ANALYST).get(address).status_code == 200
        assert client_as(Role.SOCA_MEMBER).get(address).status_code == 403


def test_the_index_and_the_description_are_for_readers(client_as, reference_data):
    assert set(client_as(Role.SOCA_MEMBER).get("/api/v1/").json()) >= {"kpi-values", "observations", "schema"}
    for address in ("/api/v1/", "/api/v1/schema/"):
        assert client_as(None).get(address).status_code == 403


def test_the_description_names_every_list_and_filter(client_as, reference_data):
    text = client_as(Role.ANALYST).get("/api/v1/schema/").content.decode()
    for word in ("/api/v1/kpi-values/", "/api/v1/observations/", "as_of", "kpi-leaves.csv", "bearerToken"):
        assert word in text


@pytest.mark.parametrize(
    "address",
    [
        "indicators/?indicator=%00",
        "indicators/?dataset=%00",
        "observations/?indicator=X&area=%00",
        "kpi-leaves/?leaf=%00",
        "kpi-values/?area=a%00b",
        "indicators/?indicator=" + ",".join(f"a{n}" for n in range(600)),
    ],
)
def test_what_no_code_can_be_is_refused_and_not_an_error_of_the_server(client_as, reference_data, address):
    assert client_as(Role.ANALYST).get(f"/api/v1/{address}").status_code == 400


def test_many_codes_at_once_are_read(client_as, neet):
    codes = ",".join(["TEST_SET:NEET", *(f"TEST_SET:X{n}" for n in range(250)), *(f"Y{n}" for n in range(240))])
    body = client_as(Role.ANALYST).get(f"/api/v1/observations/?indicator={codes}").json()
    assert body["count"] == 3


def test_a_token_of_a_demonstration_user_ends_with_the_demonstration(user_with, reference_data, settings):
    user = user_with(Role.ANALYST, is_demonstration=True)
    _, token = create_token(user=user, name="script")
    header = {"Authorization": f"Bearer {token}"}
    settings.ADME_DEMO = True
    assert Client().get("/api/v1/kpi-leaves/", headers=header).status_code == 200
    settings.ADME_DEMO = False
    assert Client().get("/api/v1/kpi-leaves/", headers=header).status_code == 401
