"""The reference tables in the Django admin: who may, what is audited, what goes in and out as CSV and XLSX."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from adme.audit.models import AuditEvent
from adme.reference.admin import ReferenceAdmin
from adme.reference.models import Area, AreaAlias, CrossPillarIssue, Kept, SectoralBody
from adme.reference.signals import reference_changed

pytestmark = pytest.mark.django_db
MODELS = sorted(
    (model for model, site in admin.site._registry.items() if isinstance(site, ReferenceAdmin)),
    key=lambda model: model.__name__,
)


@pytest.fixture
def operator(client_as):
    return client_as("administrator", is_staff=True)


def _url(model, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_reference_table_is_maintained_here():
    """Those of this package; what other packages keep has pages of its own, with rules and reasons."""
    kept = {one for one in Kept.__subclasses__() if one._meta.app_label == "reference"}

    assert set(MODELS) == kept


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("page", ["changelist", "add", "import", "export"])
def test_the_operator_opens_each_page(operator, model, page):
    answer = operator.get(_url(model, page))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "style=" not in text
    assert "onchange=" not in text


@pytest.mark.parametrize("page", ["changelist", "add", "import", "export"])
@pytest.mark.parametrize(
    ("role", "staff"), [("analyst", True), ("soca_member", True), ("administrator", False), (None, True)]
)
def test_nobody_else_opens_them(client_as, role, staff, page):
    assert client_as(role, is_staff=staff).get(_url(SectoralBody, page)).status_code in {302, 403}


def test_lists_cost_the_same_number_of_queries_however_long(operator, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        operator.get(_url(AreaAlias, "changelist"))


def test_an_edit_is_saved_and_audited_with_what_differs(operator):
    body = SectoralBody.objects.get(code="SLOM")
    heard = []
    reference_changed.connect(lambda sender, actor, **_: heard.append(actor), weak=False, dispatch_uid="test")
    try:
        answer = operator.post(
            _url(SectoralBody, "change", body.pk),
            {"acronym": "SLOM", "name": body.name, "reports_to": "ALMM", "sector": "Work", "aliases": ""},
        )
    finally:
        reference_changed.disconnect(dispatch_uid="test")

    assert answer.status_code == 302
    assert SectoralBody.objects.get(code="SLOM").sector == "Work"
    event = AuditEvent.objects.order_by("-id")[0]
    assert (event.action, event.actor, event.target) == (
        "reference.changed",
        operator.user.email,
        "sectoral body:SLOM",
    )
    assert (event.before, event.after) == ({"sector": "Labour"}, {"sector": "Work"})
    assert heard == [operator.user.email]


def test_saving_without_a_change_leaves_no_event(operator):
    body, events = SectoralBody.objects.get(code="SLOM"), AuditEvent.objects.count()
    fields = ("acronym", "name", "reports_to", "sector", "aliases")
    operator.post(_url(SectoralBody, "change", body.pk), {name: getattr(body, name) for name in fields})
    assert AuditEvent.objects.count() == events


def test_the_page_says_that_a_load_replaces_an_edit(operator):
    body = SectoralBody.objects.get(code="SLOM")
    text = operator.get(_url(SectoralBody, "change", body.pk)).content.decode()
    assert "the next load replaces an edit made here" in text


def test_a_key_is_set_once(operator):
    body = SectoralBody.objects.get(code="SLOM")
    text = operator.get(_url(SectoralBody, "change", body.pk)).content.decode()
    assert 'name="code"' not in text
    assert 'name="code"' in operator.get(_url(SectoralBody, "add")).content.decode()


def test_a_new_spelling_is_stored_folded_and_found(operator):
    area = Area.objects.get(code="MMR")
    operator.post(_url(AreaAlias, "add"), {"area": area.pk, "alias": "Birmanie (l'ancienne)"})
    assert AreaAlias.objects.get(alias="birmanie lancienne").area == area


def test_a_spelling_that_names_another_area_is_refused(operator):
    area = Area.objects.get(code="MMR")
    answer = operator.post(_url(AreaAlias, "add"), {"area": area.pk, "alias": "Thailand"})
    assert "This is already a code or the name of Thailand." in answer.content.decode()


def _act(client, model, action, rows):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(_url(model, "changelist"), chosen)


def test_rows_are_retired_and_brought_back_each_with_an_event(operator):
    issue = CrossPillarIssue.objects.get(number=13)

    _act(operator, CrossPillarIssue, "retire", [issue])
    issue.refresh_from_db()
    assert issue.is_retired
    assert AuditEvent.objects.order_by("-id")[0].action == "reference.retired"

    _act(operator, CrossPillarIssue, "bring_back", [issue])
    issue.refresh_from_db()
    assert not issue.is_retired
    assert AuditEvent.objects.order_by("-id")[0].action == "reference.returned"


def test_nothing_can_be_deleted(operator):
    issue = CrossPillarIssue.objects.get(number=13)
    _act(operator, CrossPillarIssue, "delete_selected", [issue])
    assert operator.post(_url(CrossPillarIssue, "delete", issue.pk), {"post": "yes"}).status_code == 403
    assert CrossPillarIssue.objects.filter(number=13).exists()


def _download(client, model, number: int) -> bytes:
    answer = client.post(_url(model, "export"), {"format": str(number), "resource": "0"})
    assert answer.status_code == 200
    return answer.content


def test_csv_and_xlsx_are_the_only_formats(operator):
    text = operator.get(_url(SectoralBody, "export")).content.decode()
    assert "csv" in text
    assert "xlsx" in text
    assert not any(name in text for name in (">html<", ">yaml<", ">json<", ">xls<", ">ods<"))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1+1", "＋1", "＠x"])
def test_no_text_leaves_as_a_formula(operator, cell):
    SectoralBody.objects.filter(code="SLOM").update(sector=cell)

    rows = list(csv.DictReader(io.StringIO(_download(operator, SectoralBody, 0).decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(_download(operator, SectoralBody, 1))).active

    assert next(row["sector"] for row in rows if row["code"] == "SLOM").startswith("'")
    cells = [one for line in sheet.iter_rows() for one in line if cell in str(one.value)]
    assert [one.data_type for one in cells] == ["s"]
    assert cells[0].value.startswith("'")


def _import(client, model, content: bytes, number: int):
    name = ["rows.csv", "rows.xlsx"][number]
    page = client.post(
        _url(model, "import"),
        {"format": str(number), "resource": "0", "import_file": SimpleUploadedFile(name, content)},
    )
    form = page.context.get("confirm_form")
    if form is None:
        return page
    return client.post(_url(model, "process_import"), form.initial | {"resource": "0"})


@pytest.mark.parametrize("number", [0, 1], ids=["csv", "xlsx"])
def test_what_was_downloaded_comes_back_unchanged(operator, number):
    SectoralBody.objects.filter(code="SLOM").update(sector="=1+1")
    content, events = _download(operator, SectoralBody, number), AuditEvent.objects.count()

    answer = _import(operator, SectoralBody, content, number)

    assert answer.status_code == 302
    assert SectoralBody.objects.get(code="SLOM").sector == "=1+1"
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_table_goes_out_and_in_again(operator, model):
    events = AuditEvent.objects.count()
    answer = _import(operator, model, _download(operator, model, 0), 0)
    assert answer.status_code == 302, answer.content.decode()
    assert AuditEvent.objects.count() == events


def test_an_imported_change_is_previewed_then_saved_and_audited(operator):
    content = b"code,acronym,name\nSLOM,SLOM,Labour officials\nNEW,NEW,New body\n"
    page = operator.post(
        _url(SectoralBody, "import"),
        {"format": "0", "resource": "0", "import_file": SimpleUploadedFile("rows.csv", content)},
    )
    assert "<del>Senior Labour Officials Meeting</del> <ins>Labour officials</ins>" in page.content.decode()
    assert "style=" not in page.content.decode()
    assert not SectoralBody.objects.filter(code="NEW").exists()

    _import(operator, SectoralBody, content, 0)

    assert SectoralBody.objects.get(code="SLOM").name == "Labour officials"
    assert not SectoralBody.objects.get(code="NEW").from_file
    actions = set(AuditEvent.objects.order_by("-id")[:2].values_list("action", "actor"))
    assert actions == {("reference.changed", operator.user.email), ("reference.added", operator.user.email)}


def test_one_bad_row_keeps_the_whole_file_out(operator):
    content = b"code,acronym,name\nNEW,NEW,New body\nBAD CODE,BAD,Bad body\n"
    answer = _import(operator, SectoralBody, content, 0)
    assert answer.status_code == 200
    assert not SectoralBody.objects.filter(code="NEW").exists()


@pytest.mark.parametrize(
    ("content", "number", "sentence"),
    [
        (b"name\nx\n", 0, "The file lacks the column code."),
        (b"not a workbook", 1, "This is not an XLSX workbook"),
        (b"\xff\xfe\x00code", 0, "Save it as CSV in UTF-8"),
        (b"code,name\n" + b"x,y\n" * 5_001, 0, "more than 5,000 rows"),
        (b"code,name\n" + b"x" * 2_100_000, 0, "larger than 2 MB"),
    ],
)
def test_a_file_that_cannot_be_a_reference_table_is_refused_with_a_sentence(operator, content, number, sentence):
    answer = _import(operator, SectoralBody, content, number)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert sentence in text
    assert "Traceback" not in text
