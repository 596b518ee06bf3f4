"""Files as evidence: taken by content, kept under a random name, given to those who may have them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from adme.reporting.errors import BadValues, FileNotTaken, NoSuchRecord, NotAllowedNow
from adme.reporting.models import Evidence
from adme.reporting.services import attachments, talk
from adme.reporting.transitions import Act

from . import factories as make
from .attachments import EXE, HTML, JPEG, MACRO_TYPES, PDF, PNG, SVG, office, plain_zip, upload
from .factories import act, again, approved, current, save, submitted

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def key(report):
    return make.key_of(make.make_activity())


def add(report, key, by, content=PDF, name="minutes.pdf", title="", **options):
    return talk.add_file(
        obligation_id=report.pk, record_key=key, title=title, upload=upload(name, content), by=by, **options
    )


def stored(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


GOOD = [
    ("minutes.pdf", PDF),
    ("minutes.PDF", PDF),
    ("photo.png", PNG),
    ("photo.jpg", JPEG),
    ("photo.jpeg", JPEG),
    ("list.csv", "name,women\nHội thảo,12\n".encode()),
    ("note.txt", b"=1+1 is only text here"),
    *((f"file.{kind}", office(kind)) for kind in ("docx", "xlsx", "pptx")),
    ("chart.pptx", office("pptx", ppt__embeddings__Sheet1_dot_xlsx=b"PK\x03\x04not opened")),
]


@pytest.mark.parametrize(("name", "content"), GOOD, ids=[name for name, _ in GOOD])
def test_ordinary_files_are_taken_and_come_back_as_they_were(name, content, report, officer, key, settings):
    evidence = add(report, key, officer, content, name)

    (path,) = stored(settings)
    assert path.name == str(evidence.public_id)
    response = attachments.response_for(attachments.open_evidence(officer, evidence.public_id))
    assert b"".join(response.streaming_content) == content
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "html" not in response["Content-Type"]


BAD = [
    ("minutes.pdf", EXE),
    ("minutes.pdf", HTML),
    ("minutes.pdf", PDF[:-7]),
    ("photo.png", HTML),
    ("photo.png", JPEG),
    ("photo.jpg", SVG),
    ("photo.svg", SVG),
    ("page.html", HTML),
    ("tool.exe", EXE),
    ("data.zip", plain_zip()),
    ("report.docx", plain_zip()),
    ("report.docx", office("xlsx")),
    ("report.docx", EXE),
    ("report.docx", office("docx", types=MACRO_TYPES)),
    ("report.docx", office("docx", word__vbaProject_dot_bin=b"macro")),
    ("report.docx", office("docx", word__bomb_dot_xml=b"\x00" * 30_000_000)),
    ("report.docx", office("docx")[:-30]),
    ("list.csv", EXE),
    ("list.csv", HTML),
    ("note.txt", b"hello <SCRIPT>alert(1)</SCRIPT>"),
    ("note.txt", SVG),
    ("empty.pdf", b""),
    ("noending", PDF),
    (".pdf", PDF),
    ("minutes.pdf.exe", PDF),
    ("large.pdf", PDF + b"\x00" * attachments.MOST_BYTES),
]


@pytest.mark.parametrize(("name", "content"), BAD, ids=[f"{number}-{name}" for number, (name, _) in enumerate(BAD)])
def test_files_that_are_not_what_they_say_are_refused_and_leave_nothing(name, content, report, officer, key, settings):
    with pytest.raises(FileNotTaken, match=r"\.$"):
        add(report, key, officer, content, name)

    assert (stored(settings), Evidence.objects.count(), again(report).state) == ([], 0, "due")


def test_ten_megabytes_are_taken_and_one_byte_more_is_not(report, officer, key):
    full = PDF[:9] + b" " * (attachments.MOST_BYTES - len(PDF)) + PDF[9:]
    assert add(report, key, officer, full).size == attachments.MOST_BYTES
    with pytest.raises(FileNotTaken, match="larger than 10 MB"):
        add(report, key, officer, full + b" ")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\minutes.pdf", "minutes.pdf"),
        ("minutes\u202efdp.pdf", "minutesfdp.pdf"),
        ("biên bản.pdf", "biên_bản.pdf"),
        ('a"b<c>\r\n.pdf', "abc.pdf"),
    ],
)
def test_names_are_cleaned_and_never_become_a_path(sent, kept, report, officer, key, settings):
    checked = upload("x.pdf", PDF)
    checked._name = sent

    evidence = talk.add_file(obligation_id=report.pk, record_key=key, title="", upload=checked, by=officer)

    assert (evidence.filename, evidence.title) == (kept, kept)
    assert stored(settings)[0].parent.name == "evidence"


def test_the_same_file_twice_is_kept_once(report, officer, key, settings):
    first, second = add(report, key, officer), add(report, key, officer, name="again.pdf")

    assert first == second
    assert len(stored(settings)) == 1


def test_a_disk_that_is_full_keeps_nothing_and_says_so(report, officer, key, settings, monkeypatch):
    from django.core.files.storage import FileSystemStorage

    def full(self, name, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    with pytest.raises(FileNotTaken, match="could not be stored"):
        add(report, key, officer)

    assert (Evidence.objects.count(), stored(settings)) == (0, [])


def test_evidence_belongs_to_a_record_of_an_open_report_of_ones_own(report, officer, analyst, key):
    with pytest.raises(NoSuchRecord):
        add(report, make.key_of(make.make_activity("SLOM")), officer)
    with pytest.raises(PermissionDenied):
        add(report, key, make.officer("SLOM"))
    add(report, key, officer)
    save(report, key, make.REPORT, officer)
    act(report, Act.SUBMIT, officer)
    with pytest.raises(NotAllowedNow):
        add(report, key, officer, name="late.pdf", content=PDF + b"\n%%EOF")
    with pytest.raises(NotAllowedNow):
        talk.remove_evidence(evidence_id=Evidence.objects.get().pk, by=officer)


def test_a_file_is_read_by_others_once_it_was_handed_in_and_as_long_as_it_stands(report, officer, analyst, key):
    other, soca = make.officer("SLOM"), make.soca_member()
    evidence = add(report, key, officer)

    def may(user):
        try:
            return attachments.open_evidence(user, evidence.public_id) == evidence
        except Http404:
            return False

    assert [may(one) for one in (officer, analyst, other, soca)] == [True, True, False, False]
    save(report, key, make.REPORT, officer)
    act(report, Act.SUBMIT, officer)
    assert [may(one) for one in (officer, analyst, other, soca)] == [True, True, True, False]  # readers: approved only
    act(report, Act.RETURN, analyst, reason="Another one.")
    assert [may(one) for one in (officer, analyst, other, soca)] == [True, True, False, False]
    act(report, Act.SUBMIT, officer)
    act(report, Act.APPROVE, analyst)
    assert [may(one) for one in (officer, analyst, other, soca)] == [True, True, True, True]
    act(report, Act.REOPEN, analyst, reason="A figure.")
    talk.remove_evidence(evidence_id=evidence.pk, by=officer, reason="Another file shows it better.")
    assert may(other)
    act(report, Act.SUBMIT, officer)
    act(report, Act.APPROVE, analyst)
    assert not may(other)
    assert may(officer)  # it stands in an earlier revision
    assert not may(make.make_user())


def test_unknown_files_links_and_lost_files_are_the_same_404(report, officer, key):
    link = talk.add_link(obligation_id=report.pk, record_key=key, title="", url="https://example.org/a", by=officer)
    lost = add(report, key, officer)
    Path(lost.file.path).unlink()

    for public_id in ("3b241101-e2bb-4255-8caf-4136c566a962", link.public_id):
        with pytest.raises(Http404, match="There is no such file"):
            attachments.open_evidence(officer, public_id)
    with pytest.raises(Http404, match="There is no such file"):
        attachments.response_for(lost)


def test_what_no_revision_names_is_deleted_and_what_one_names_stays(report, officer, analyst, key, settings):
    loose = add(report, key, officer)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(talk.transaction, "on_commit", lambda act: act())
        talk.remove_evidence(evidence_id=loose.pk, by=officer)
    assert (Evidence.objects.count(), stored(settings)) == (0, [])

    named = add(report, key, officer)
    save(report, key, make.REPORT, officer)
    act(report, Act.SUBMIT, officer)
    assert current(report).content.data["records"][0]["evidence"][0]["id"] == str(named.public_id)
    act(report, Act.RETURN, analyst, reason="Another one.")
    talk.remove_evidence(evidence_id=named.pk, by=officer)

    assert Evidence.objects.get().removed_at is not None
    assert len(stored(settings)) == 1


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//example.org", "example.org", "", "ftp://a.b/c"]
)
def test_links_lead_to_the_web_only(url, report, officer, key):
    with pytest.raises(BadValues, match="not a web address"):
        talk.add_link(obligation_id=report.pk, record_key=key, title="x", url=url, by=officer)


def test_a_link_is_kept_once_with_a_title(report, officer, key):
    first, second = (
        talk.add_link(obligation_id=report.pk, record_key=key, title="", url=" https://example.org/a ", by=officer)
        for _ in range(2)
    )
    assert first == second
    assert (first.title, first.url) == ("example.org", "https://example.org/a")


def test_facts_count_the_evidence(report, officer, analyst):
    from databases_a.tool1.models import ActivityFact

    (key,) = submitted(report, officer)
    assert ActivityFact.objects.current().get().evidence_count == 0
    act(report, Act.RETURN, analyst, reason="Show it.")
    add(report, key, officer)
    act(report, Act.SUBMIT, officer)
    assert ActivityFact.objects.current().get().evidence_count == 1


def test_evidence_is_locked_once_approved(report, officer, analyst):
    (key,) = approved(report, officer, analyst)
    with pytest.raises(NotAllowedNow):
        add(report, key, officer)
