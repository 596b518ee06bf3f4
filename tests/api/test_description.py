"""The description of the API is what the code does: checked in, sure of everything, complete for every operation."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.urls import get_resolver

from adme import api_urls
from adme.api.description import as_text, describe, description_path
from adme.api.scopes import Scope
from adme.api.tables import Endpoint

RENEW = "the API changed: look at the difference, then run: python manage.py document_api --apply"


def _operations():
    found, _ = describe()
    return [(f"{method} {path}", method, one) for path, each in found["paths"].items() for method, one in each.items()]


def test_the_checked_in_description_is_what_the_code_makes():
    found, doubts = describe()
    assert doubts == []
    assert description_path().read_text(encoding="utf-8") == as_text(found), RENEW


def test_the_command_tells_whether_it_is_current_and_writes_only_when_asked(tmp_path, monkeypatch, capsys):
    path = tmp_path / "openapi.yaml"
    monkeypatch.setattr("adme.api.management.commands.document_api.description_path", lambda: path)
    call_command("document_api")
    assert "not current" in capsys.readouterr().out
    assert not path.exists()
    call_command("document_api", apply=True)
    call_command("document_api")
    assert "is current" in capsys.readouterr().out


def test_every_operation_has_a_name_of_its_own_a_summary_and_a_tag():
    operations = _operations()
    names = [one["operationId"] for _, _, one in operations]
    assert len(names) == len(set(names))
    assert not [label for label, _, one in operations if not one.get("summary") or not one.get("tags")]


def test_every_operation_tells_its_errors():
    missing = []
    for label, method, one in _operations():
        needed = {"401", "403", "429"} | ({"400", "404"} if "{" in label or method != "get" else set())
        if method != "get":
            needed |= {"409", "413", "415", "422"}
        missing += [f"{label} {code}" for code in sorted(needed - set(one["responses"]))]
    assert not missing


def test_every_address_of_the_api_is_described():
    described = set(describe()[0]["paths"])
    for address in api_urls.LISTS:
        assert f"/api/v1/{address}/" in described


def _endpoints():
    for pattern in api_urls.urlpatterns:
        view = getattr(pattern.callback, "view_class", None)
        if view is not None and issubclass(view, Endpoint):
            yield str(pattern.pattern), view


def test_whatever_writes_names_the_scope_that_tokens_need():
    writing = {"post", "put", "patch", "delete"}
    without = [
        address for address, view in _endpoints() if any(hasattr(view, one) for one in writing) and view.scope is None
    ]
    assert without == []
    assert {view.scope for _, view in _endpoints()} == {None, *Scope} - {Scope.READ}


def test_the_api_has_no_views_beside_its_endpoints():
    strange = {str(one.pattern) for one in api_urls.urlpatterns} - {address for address, _ in _endpoints()}
    assert strange == {"schema/"}
    assert get_resolver().resolve("/api/v1/kpi-values.csv").url_name == "api_kpi-values_csv"


@pytest.mark.parametrize("made_up", ["activities", "actions", "clauses", "kpi-values", "observations", "holdings",
                                     "kpi-targets", "statistic-figures", "reports", "records/submissions", "datasets",
                                     "record-sets", "statistics", "work-plans", "survey-results"])  # fmt: skip
def test_lists_that_may_hold_made_up_rows_mark_them(made_up):
    assert "is_demonstration" in api_urls.LISTS[made_up].row().fields
