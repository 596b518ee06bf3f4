"""The two REST interfaces: what a query takes in, how refusals are told, who may, and what goes over the wire."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import timedelta

import pytest
import requests
import sdmx
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from pysdmx.api.qb import ApiVersion, DataQuery
from pysdmx.api.qb.data import DataContext
from pysdmx.io import read_sdmx
from rest_framework.throttling import SimpleRateThrottle

from adme.accounts.models import Role
from adme.api.tokens import create_token

from .conftest import FIRST, SECOND, body_of, make_external

pytestmark = pytest.mark.django_db


def rows(answer):
    assert answer.status_code == 200, answer.body
    return list(csv.DictReader(io.StringIO(answer.body.decode())))


def status(answer):
    """Reads it to the end, so that no cursor stays open."""
    body_of(answer)
    return answer.status_code


def told(answer, *names):
    return [tuple(row[name] for name in names) for row in rows(answer)]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("data/DF_KPI/A.IDN.31c.._T?", ["2015", "2016", "2023", "2024"]),
        ("data/ADME,DF_KPI/A.IDN.31c..?startPeriod=2016&endPeriod=2023&", ["2016", "2023"]),
        ("data/ADME,DF_KPI,1.0/A.IDN.31c../ADME?startPeriod=2016-06&", ["2023", "2024"]),
        ("data/all,DF_KPI,latest/A.IDN.31c../all?endPeriod=2016-12-31&", ["2015", "2016"]),
        ("data/DF_KPI/A.IDN.31c..?firstNObservations=1&lastNObservations=1&", ["2015", "2024"]),
        ("data/DF_KPI/A.IDN.31c..?lastNObservations=2&", ["2023", "2024"]),
        ("data/DF_KPI/A.IDN.31c..?updatedAfter=2025-06-01T00:00:00Z&", ["2023"]),
        ("data/DF_KPI/Q.ASEAN.31c..?startPeriod=2025-Q3&endPeriod=2025-Q3&", ["2025-Q3"]),
        ("v2/data/dataflow/ADME/DF_KPI/1.0/A.IDN.31c?", ["2015", "2016", "2023", "2024"]),
        ("v2/data/dataflow/ADME/DF_KPI/~/*.IDN.31c.*.*?c[TIME_PERIOD]=ge:2016+le:2023&", ["2016", "2023"]),
        ("v2/data/*/*/DF_KPI/*?c[REF_AREA]=IDN&c[INDICATOR]=31c&c[TIME_PERIOD]=2016,2024&", ["2016", "2024"]),
        ("v2/data/*/*/DF_KPI?c[REF_AREA]=sw:ID&c[INDICATOR]=ne:6d&c[OBS_VALUE]=gt:9+lt:20&", ["2023", "2024"]),
        ("v2/data/dataflow/ADME/DF_KPI/+/A.IDN.31c?c[OBS_STATUS]=E&", ["2023"]),
        ("v2/data/dataflow/ADME/DF_KPI/1.0.0/A.IDN.31c?c[RECIPE_VERSION]=ge:77&c[TIME_PERIOD]=lt:2016&", ["2015"]),
        ("v2/data/dataflow/ADME/DF_KPI/1.0/A.IDN.31c?asOf=2025-06-01&c[TIME_PERIOD]=2023&", ["2023"]),
    ],
)  # fmt: skip
def test_what_a_query_takes_in(ask, query, wanted):
    assert [one for (one,) in told(ask(f"{query}format=csv"), "TIME_PERIOD")] == wanted


def test_several_codes_and_several_keys(ask):
    found = told(ask("data/DF_KPI/A.IDN+VNM.31c..?startPeriod=2016&endPeriod=2016&format=csv"), "REF_AREA")
    assert found == [("IDN",), ("VNM",)]
    address = "v2/data/dataflow/ADME/DF_KPI/1.0/A.VNM.31c,A.IDN.6d?c[TIME_PERIOD]=2016&format=csv"
    assert told(ask(address), "REF_AREA", "INDICATOR") == [("IDN", "6d"), ("VNM", "31c")]


@pytest.mark.parametrize(("moment", "value"), [(FIRST + timedelta(days=1), "21"), (SECOND + timedelta(days=1), "21.4")])
def test_as_of_gives_what_was_known_then(ask, moment, value):
    address = f"data/DF_TEST_SET/A.IDN.SL_NEET_2._T._T..?startPeriod=2023&asOf={moment:%Y-%m-%dT%H:%M:%SZ}&format=csv"
    assert told(ask(address), "OBS_VALUE") == [(value,)]


def test_less_detail_on_request(ask):
    full = rows(ask("data/DF_KPI/A.ASEAN.31c..?format=csv"))
    only = rows(ask("data/DF_KPI/A.ASEAN.31c..?format=csv&detail=dataonly"))
    assert [row["OBS_VALUE"] for row in only] == [row["OBS_VALUE"] for row in full]
    assert "OBS_STATUS" not in only[0]
    keys = rows(ask("data/DF_KPI/...._T?format=csv&detail=serieskeysonly"))
    assert set(keys[0]) == {"DATAFLOW", "FREQ", "REF_AREA", "INDICATOR", "SEX", "AGE"}
    assert len(keys) == 8
    nodata = rows(ask("data/DF_KPI/...._T?format=csv&detail=nodata"))
    assert nodata[0]["DEMONSTRATION"] == "N"
    assert "OBS_VALUE" not in nodata[0]
    (chosen, *_) = rows(ask("v2/data/dataflow/ADME/DF_KPI?attributes=OBS_STATUS,series&format=csv"))
    assert list(chosen)[-2:] == ["OBS_STATUS", "DEMONSTRATION"]
    for name in ("json-1.0", "json-2.0", "genericdata", "structurespecificdata", "xml-3.0"):
        assert ask(f"data/DF_KPI/all?format={name}&detail=serieskeysonly").status_code == 200


@pytest.mark.parametrize(
    ("path", "code", "status"),
    [
        ("data/DF_KPI/A.XXX.31c..", 100, 404),
        ("data/DF_NOPE/all", 100, 404),
        ("data/OECD,DF_KPI/all", 100, 404),
        ("data/ADME,DF_KPI,2.0/all", 100, 404),
        ("data/DF_KPI/all/OECD", 100, 404),
        ("data/DF_KPI/A.IDN", 140, 400),
        ("data/DF_KPI/A.IDN.31c.....", 140, 400),
        ("data/DF_KPI/A.ID%3BN.31c..", 140, 400),
        ("data/DF_KPI/all?startPeriod=20x6", 140, 400),
        ("data/DF_KPI/all?startPeriod=2016-13", 140, 400),
        ("data/DF_KPI/all?startPeriod=2016&startPeriod=2017", 140, 400),
        ("data/DF_KPI/all?startPeriod=2020&endPeriod=2010", 150, 403),
        ("data/DF_KPI/all?updatedAfter=yesterday", 140, 400),
        ("data/DF_KPI/all?firstNObservations=0", 140, 400),
        ("data/DF_KPI/all?lastNObservations=many", 140, 400),
        ("data/DF_KPI/all?detail=most", 140, 400),
        ("data/DF_KPI/all?order=asc", 140, 400),
        ("data/DF_KPI/all?dimensionAtObservation=NOPE", 140, 400),
        ("data/DF_KPI/all?dimensionAtObservation=REF_AREA", 501, 501),
        ("data/DF_KPI/all?includeHistory=true", 501, 501),
        ("data/all/all", 501, 501),
        ("data/DF_KPI/all?format=parquet", 406, 406),
        ("data/DF_KPI/all?format=csv-1.0&labels=name", 140, 400),
        ("v2/data/dataflow/ADME/*", 501, 501),
        ("v2/data/datastructure/ADME/DSD_KPI", 501, 501),
        ("v2/data/nonsense/ADME/DF_KPI", 140, 400),
        ("v2/data/dataflow/ADME/DF_KPI/1.0/A..31c", 140, 400),
        ("v2/data/dataflow/ADME/DF_KPI/1.0/A.B.C.D.E.F", 140, 400),
        ("v2/data/dataflow/ADME/DF_KPI?c[NOPE]=1", 140, 400),
        ("v2/data/dataflow/ADME/DF_KPI?c[OBS_VALUE]=gt:much", 140, 400),
        ("v2/data/dataflow/ADME/DF_KPI?c[TIME_PERIOD]=", 140, 400),
        ("v2/data/dataflow/ADME/DF_KPI?limit=10", 501, 501),
        ("v2/data/dataflow/ADME/DF_KPI?measures=NOPE", 140, 400),
        ("v2/data/dataflow/ADME/DF_KPI?attributes=NOPE", 140, 400),
        ("v2/data/dataflow/ADME/DF_KPI?updatedAfter=2026-01-01&asOf=2025-01-01", 150, 422),
        ("availableconstraint/DF_KPI/all?mode=most", 140, 400),
        ("availableconstraint/DF_KPI/all/all/NOPE", 140, 400),
    ],
)
def test_a_refusal_is_an_error_message_of_sdmx(ask, path, code, status):
    answer = ask(path, "application/xml")
    if code == 406:
        assert answer.status_code == 406
        return
    assert answer.status_code == status
    tree = etree.fromstring(answer.body)
    (message,) = tree.findall("{*}ErrorMessage")
    assert message.get("code") == str(code)
    (text,) = message.findall("{*}Text")
    assert len(text.text) > 20
    told_json = ask(path, "application/json")
    (error,) = json.loads(told_json.body)["errors"]
    assert (error["code"], error["detail"]) == (code, text.text)


def test_pysdmx_understands_the_error_message(ask):
    with pytest.raises(Exception, match="No observation matches"):
        read_sdmx(ask("data/DF_KPI/A.XXX.31c..").body.decode(), validate=True)


@pytest.mark.parametrize(
    ("path", "accept", "wanted"),
    [
        ("data/DF_KPI/all", "*/*", "application/vnd.sdmx.genericdata+xml;version=2.1"),
        ("data/DF_KPI/all", "text/csv", "application/vnd.sdmx.data+csv;version=1.0.0;charset=utf-8"),
        ("data/DF_KPI/all", "application/json", "application/vnd.sdmx.data+json;version=1.0.0"),
        (
            "data/DF_KPI/all",
            "application/vnd.sdmx.data+json;version=2.0.0",
            "application/vnd.sdmx.data+json;version=2.0.0",
        ),
        (
            "data/DF_KPI/all",
            "text/csv;q=0.1, application/vnd.x, application/vnd.sdmx.structurespecificdata+xml;version=2.1;q=0.9",
            "application/vnd.sdmx.structurespecificdata+xml;version=2.1",
        ),
        (
            "data/DF_KPI/all",
            "application/vnd.sdmx.data+csv;version=2.0.0;labels=both;keys=series",
            "application/vnd.sdmx.data+csv;version=2.0.0;labels=both;keys=series;charset=utf-8",
        ),
        ("v2/data/dataflow/ADME/DF_KPI", "*/*", "application/vnd.sdmx.data+json;version=2.0.0"),
        ("v2/data/dataflow/ADME/DF_KPI", "application/xml", "application/vnd.sdmx.data+xml;version=3.0.0"),
        ("v2/data/dataflow/ADME/DF_KPI", "text/*", "application/vnd.sdmx.data+csv;version=2.0.0;charset=utf-8"),
        ("dataflow", "*/*", "application/vnd.sdmx.structure+xml;version=2.1"),
        ("v2/structure/dataflow", "*/*", "application/vnd.sdmx.structure+json;version=2.0.0"),
        (
            "v2/structure/dataflow",
            "application/vnd.sdmx.structure+xml;version=3.0.0",
            "application/vnd.sdmx.structure+xml;version=3.0.0",
        ),
    ],
)
def test_the_format_is_agreed_on(ask, path, accept, wanted):
    answer = ask(path, accept)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, wanted)
    assert {"Accept", "Authorization", "Cookie"} <= set(answer.headers["Vary"].replace(" ", "").split(","))


@pytest.mark.parametrize("accept", ["image/png", "application/vnd.sdmx.data+json;version=9", "text/csv;q=0"])
def test_a_format_that_is_not_offered_is_406(ask, accept):
    assert ask("data/DF_KPI/all", accept).status_code == 406


def test_an_unchanged_answer_is_304_and_a_changed_one_is_sent(ask):
    first = ask("data/DF_KPI/all")
    tag, day = first.headers["ETag"], first.headers["Last-Modified"]
    again = ask("data/DF_KPI/all", **{"If-None-Match": tag})
    assert (again.status_code, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert ask("data/DF_KPI/all", **{"If-None-Match": f"W/{tag}"}).status_code == 304
    assert ask("data/DF_KPI/all", **{"If-Modified-Since": day}).status_code == 304
    assert ask("data/DF_KPI/all", "text/csv", **{"If-None-Match": tag}).status_code == 200
    make_external("ANOTHER")  # an import that changes no KPI
    assert ask("data/DF_KPI/all", **{"If-None-Match": tag}).status_code == 200
    assert ask("data/DF_ANOTHER/all").status_code == 200


def test_long_answers_are_streamed_and_compressed_on_request(ask, client_as):
    client = client_as(Role.ANALYST)
    answer = client.get("/api/sdmx/data/DF_KPI/all", headers={"Accept-Encoding": "gzip"})
    assert answer.streaming
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body_of(answer)).startswith(b"<?xml")
    assert status(client.head("/api/sdmx/data/DF_KPI/all")) == 200
    assert client.post("/api/sdmx/data/DF_KPI/all").status_code in {403, 405}


def test_a_token_opens_what_a_session_opens(user_with, world):
    _, token = create_token(user=user_with(Role.ANALYST), name="R")
    headers = {"Authorization": f"Bearer {token}"}
    assert status(Client().get("/api/sdmx/data/DF_KPI/all", headers=headers)) == 200
    refused = Client().get("/api/sdmx/data/DF_KPI/all")
    assert refused.status_code == 401
    assert b'code="110"' in refused.content
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert Client().get("/api/sdmx/data/DF_KPI/all", headers={"Authorization": "Bearer x"}).status_code == 401


def test_database_b_is_for_those_who_see_it_on_screen(client_as, world):
    member, analyst = client_as(Role.SOCA_MEMBER), client_as(Role.ANALYST)
    for path in ("data/DF_TEST_SET/all", "v2/data/dataflow/ADME/DF_TEST_SET", "availableconstraint/DF_TEST_SET/all"):
        assert member.get(f"/api/sdmx/{path}").status_code == 403, path
        assert status(analyst.get(f"/api/sdmx/{path}")) == 200, path
    assert status(member.get("/api/sdmx/data/DF_KPI/all")) == 200
    assert b"DF_TEST_SET" not in member.get("/api/sdmx/data/DF_NOPE/all").content
    assert client_as(None).get("/api/sdmx/data/DF_KPI/all").status_code == 403


@pytest.mark.parametrize(
    ("rate", "over", "under"),
    [
        ("read", "data/DF_KPI/A.IDN.31c..", None),
        ("whole", "data/DF_KPI/all", "data/DF_KPI/A.IDN.31c.."),
        ("whole", "v2/data/dataflow/ADME/DF_KPI/1.0/*.*", "v2/data/dataflow/ADME/DF_KPI?c[REF_AREA]=IDN"),
    ],
)
def test_too_many_requests_are_told_in_the_form_of_sdmx(ask, monkeypatch, rate, over, under):
    cache.clear()
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, rate, "1/hour")
    assert ask(over).status_code == 200
    refused = ask(over, "application/json")
    assert refused.status_code == 429
    assert json.loads(refused.body)["errors"][0]["code"] == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert under is None or ask(under).status_code == 200
    cache.clear()


@pytest.mark.parametrize(
    "path",
    [
        "data/DF_TEST_SET/all?format=csv", "data/DF_KPI/all", "data/DF_RECORDS/all",
        "dataflow/all/all?references=all", "availableconstraint/DF_TEST_SET/all",
    ],
)  # fmt: skip
def test_more_data_take_no_more_statements(ask, path):
    ask(path)  # users, content types and the like are read once
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as few:
        ask(path)
    for number in range(3):
        make_external(f"MORE_{number}")
    cache.clear()
    with CaptureQueriesContext(connection) as many:
        ask(path)
    # The constraint of a flow is read once for each flow, and there are three more.
    allowed = len(few) + (6 if "references" in path else 0)
    assert len(many) <= allowed


class ToDjango(requests.adapters.BaseAdapter):
    """Requests of a client library go to Django's test client; nothing leaves the process."""

    def __init__(self, client):
        super().__init__()
        self.client = client

    def send(self, request, **kwargs):
        headers = {name: value for name, value in request.headers.items() if name != "Accept-Encoding"}
        answer = self.client.get(request.path_url, headers=headers)
        found = requests.Response()
        found.status_code, found.headers = answer.status_code, requests.structures.CaseInsensitiveDict(answer.headers)
        found.raw, found.url, found.request = io.BytesIO(body_of(answer)), request.url, request
        return found

    def close(self):
        pass


def test_sdmx1_works_as_a_client(client_as, world):
    source = {"id": "ADME", "name": "ADME", "url": "https://adme.example.org/api/sdmx"}
    try:
        sdmx.add_source(source)
        client = sdmx.Client("ADME")
        client.session.mount("https://", ToDjango(client_as(Role.ANALYST)))
        flows = client.dataflow()
        assert set(flows.dataflow) == {"DF_KPI", "DF_TEST_SET", "DF_RECORDS"}
        answer = client.data("DF_KPI", key={"REF_AREA": "IDN", "INDICATOR": "31c"}, params={"startPeriod": "2016"})
        assert list(sdmx.to_pandas(answer)) == [22.5, 9.5, 17.125]
        (data,) = answer.data
        found = {one.key["TIME_PERIOD"].value: one.value for one in data.obs}
        assert {period: float(value) for period, value in found.items()} == {"2016": 22.5, "2023": 9.5, "2024": 17.125}
    finally:
        sdmx.source.sources.pop("ADME", None)


def test_addresses_that_pysdmx_builds_are_answered(ask):
    for version in (ApiVersion.V1_5_0, ApiVersion.V2_0_0):
        query = DataQuery(DataContext.DATAFLOW, "ADME", "DF_KPI", "1.0", "A.IDN.31c._T._T", last_n_obs=2)
        path = query.get_url(version)
        prefix = "v2" if version == ApiVersion.V2_0_0 else ""
        assert len(rows(ask(f"{prefix}{path}&format=csv".lstrip("/")))) == 2


def test_a_failure_inside_is_an_error_message_without_its_reasons(ask, monkeypatch):
    from dissemination.sdmx import views

    def broken(*args, **kwargs):
        raise RuntimeError("secret reason")

    monkeypatch.setattr(views, "series_of", broken)
    answer = ask("data/DF_KPI/all")
    assert answer.status_code == 500
    assert b'code="500"' in answer.body
    assert b"secret" not in answer.body


TEXT = st.text(
    st.sampled_from(list("AIDNVM31c.+*,_T:-0123456789 =;'\"<>[]%&#?/\\\x00\x7f\u00e9\u0e44\U0001f600")), max_size=24
)
PART = st.one_of(
    TEXT, st.sampled_from(["all", "DF_KPI", "ADME,DF_KPI,1.0", "A.IDN.31c..", "ADME", "dataflow", "*", "1.0"])
)
NAMES = ["startPeriod", "endPeriod", "updatedAfter", "firstNObservations", "lastNObservations", "detail", "format",
         "dimensionAtObservation", "includeHistory", "labels", "references", "mode", "asOf", "attributes", "measures",
         "c[TIME_PERIOD]", "c[REF_AREA]", "c[OBS_VALUE]", "c[COMMENT_OBS]", "c[DECIMALS]", "c[]", "limit"]  # fmt: skip
VALUE = st.one_of(
    TEXT,
    st.sampled_from(["2016", "9999-Q4", "0000", "ge:0001+le:9999", "9999-12-31T23:59:59-14:00", "gt:1e400", "csv"]),
)


@settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    first=st.sampled_from(
        [
            "data",
            "availableconstraint",
            "dataflow",
            "codelist",
            "v2/data/dataflow",
            "v2/structure",
            "v2/availability/dataflow",
        ]
    ),
    parts=st.lists(PART, max_size=5),
    query=st.dictionaries(st.sampled_from(NAMES), VALUE, max_size=3),
    accept=st.one_of(st.just("*/*"), TEXT.filter(lambda one: one.isascii() and one.isprintable())),
)
def test_no_query_however_odd_is_an_error_of_ours(ask, first, parts, query, accept):
    from urllib.parse import quote, urlencode

    path = "/".join([first, *(quote(one, safe="") for one in parts)])
    answer = ask(f"{path}?{urlencode(query)}", accept)
    assert answer.status_code in {200, 400, 403, 404, 406, 422, 501}, (path, query, answer.body[:300])
    if answer.status_code == 501:
        assert b"implemented" in answer.body or b"no such resource" in answer.body or b"one flow" in answer.body
