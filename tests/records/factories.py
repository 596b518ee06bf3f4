"""Record sets, reports of them and submissions for tests, each in one call. Needs the fixture `reference_data`.

People and rounds come from tests.reporting.factories. `send` stores a submission as reading would leave it, without the
pipeline; tests of the pipeline use `upload`.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Max
from django.utils import timezone

from adme.accounts.models import User
from adme.observations.periods import TimePeriod
from adme.reference.models import SectoralBody
from adme.reporting.models import Obligation
from adme.reporting.states import State
from databases_c.models import (
    TOOL_PREFIX,
    Channel,
    Finding,
    RecipeVersion,
    RecordSet,
    SetVersion,
    Statistic,
    Submission,
    Verdict,
)
from tests.reporting import factories as reporting

SEX = {"name": "sex", "label": "Sex", "type": "code", "code_list": "CL_SEX", "required": True, "is_key": True}
COLUMNS: list[dict[str, Any]] = [
    {
        "name": "province", "label": "Province", "type": "code", "required": True, "is_key": True,
        "codes": [["N", "North"], ["S", "South"]],
    },
    SEX,
    {"name": "persons", "label": "Persons", "type": "integer", "required": True, "least": 0, "most": 1_000_000},
]  # fmt: skip
ROWS = [["N", "F", "12"], ["N", "M", "30"], ["S", "F", "8"], ["S", "M", "40"]]
WARN: dict[str, Any] = {
    "code": "few_persons", "kind": "range", "level": "warning", "instruction": "Check whether so few is right.",
    "params": {"column": "persons", "least": 10},
}  # fmt: skip


def make_set(
    code: str = "",
    *,
    columns: Sequence[Mapping[str, Any]] | None = None,
    rules: Sequence[Mapping[str, Any]] = (),
    kind: str = "aggregate",
    body: str = "SLOM",
    most_refused: float = 0.05,
    in_force: bool = True,
    **fields: Any,
) -> RecordSet:
    """A set with version 1, in force unless told otherwise: counts of persons by province and sex."""
    record_set = RecordSet.objects.create(
        code=code or reporting.fresh("set"),
        body=SectoralBody.objects.get(code=body),
        kind=kind,
        **{
            "title": "Persons trained",
            "custodian": "Ministry of labour",
            "unit_of_record": "A person trained",
            "population": "All persons trained in public courses.",
            "reference_period": "Courses that ended in the period.",
            **fields,
        },
    )
    make_version(record_set, columns=columns, rules=rules, most_refused=most_refused, in_force=in_force)
    return record_set


def make_version(
    record_set: RecordSet,
    *,
    columns: Sequence[Mapping[str, Any]] | None = None,
    rules: Sequence[Mapping[str, Any]] = (),
    most_refused: float = 0.05,
    in_force: bool = True,
) -> SetVersion:
    """The next version; the one before is superseded when this one comes into force."""
    layout = {
        "columns": [dict(one) for one in columns or COLUMNS],
        "rules": [dict(one) for one in rules],
        "most_refused": most_refused,
    }
    number = (record_set.versions.aggregate(Max("number"))["number__max"] or 0) + 1
    if in_force:
        record_set.versions.filter(state=SetVersion.State.IN_FORCE).update(state=SetVersion.State.SUPERSEDED)
    version = SetVersion.objects.create(
        record_set=record_set,
        number=number,
        layout=layout,
        state=SetVersion.State.IN_FORCE if in_force else SetVersion.State.DRAFT,
        adopted_at=timezone.now() if in_force else None,
    )
    version.read_layout()  # a wrong layout is a wrong test
    if in_force:
        record_set.current = version
        record_set.save(update_fields=["current"])
    return version


def make_statistic(
    record_set: RecordSet, recipe: Mapping[str, Any], code: str = "PERSONS_TRAINED", **fields: Any
) -> Statistic:
    """A statistic with a recipe in force for the current version of the set."""
    assert record_set.current is not None
    statistic = Statistic.objects.create(
        code=code,
        record_set=record_set,
        **{"title": "Persons trained", "unit": "persons", "definition": "Persons who ended a course.", **fields},
    )
    version = RecipeVersion.objects.create(
        statistic=statistic, number=1, recipe=dict(recipe), layout=record_set.current, state="in_force",
        adopted_at=timezone.now(),
    )  # fmt: skip
    statistic.current = version
    statistic.save(update_fields=["current"])
    return statistic


def make_report(record_set: RecordSet, state: str = "VNM", period: str | int = "2025", **fields: Any) -> Obligation:
    """What this state owes of the set for the period; the round is open now."""
    round_ = reporting.make_round(record_set.tool, period)
    return reporting.make_obligation(None, state=state, round_=round_, **fields)


def rows_file(rows: Iterable[Sequence[str]], columns: Sequence[str]) -> tuple[bytes, str]:
    """Canonical rows as they are kept (gzip) and their checksum."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["_row", *columns])
    writer.writerows([number, *row] for number, row in enumerate(rows, start=2))
    plain = stream.getvalue().encode()
    return gzip.compress(plain, compresslevel=1, mtime=0), hashlib.sha256(plain).hexdigest()


def send(
    report: Obligation,
    rows: Sequence[Sequence[str]] | None = None,
    *,
    by: User | None = None,
    version: SetVersion | None = None,
    verdict: str = Verdict.ACCEPTED,
    current: bool = True,
    warnings: int = 0,
    **fields: Any,
) -> Submission:
    """A submission with these canonical rows in the order of the layout; the report holds it unless `current=False`.
    Tests go on with `reporting.again(report)`, which is a draft then.

    `warnings` adds that many findings that wait for a decision.
    """
    rows = ROWS if rows is None else rows
    record_set = RecordSet.objects.get(code=report.tool.removeprefix(TOOL_PREFIX))
    version = version or record_set.current
    assert version is not None
    content, checksum = rows_file(rows, [one.name for one in version.read_layout().columns])
    last = Submission.objects.filter(obligation=report).aggregate(Max("number"))["number__max"] or 0
    if current:
        Submission.objects.filter(obligation=report, is_current=True).update(is_current=False)
        Obligation.objects.filter(pk=report.pk, state=State.DUE).update(state=State.DRAFTING)
    read = len(rows)
    submission = Submission(
        public_id=uuid.uuid4(), obligation=report, number=last + 1, version=version, verdict=verdict, sent_by=by,
        rows_sha256=checksum, sha256=checksum, is_current=current, used_at=timezone.now() if current else None,
        **{
            "channel": Channel.CSV, "filename": "records.csv",
            "counts": {"read": read, "accepted": read, "refused": 0, "merged": 0, "errors": 0, "warnings": warnings},
            **fields,
        },
    )  # fmt: skip
    submission.rows_file.save("rows.csv.gz", ContentFile(content), save=False)
    submission.save()
    for number in range(warnings):
        make_finding(submission, row=number + 2)
    return submission


def make_finding(submission: Submission, **fields: Any) -> Finding:
    return Finding.objects.create(
        submission=submission,
        **{
            "rule": "few_persons", "level": Finding.Level.WARNING, "row": 2, "column": "Persons", "seen": "8",
            "record": "S, F", "remedy": "Check whether so few is right.", **fields,
        },
    )  # fmt: skip


def csv_text(
    rows: Iterable[Sequence[str]] | None = None, header: Sequence[str] = ("Province", "Sex", "Persons")
) -> str:
    """A file as a ministry would send it, with the labels of the columns as headings."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(ROWS if rows is None else rows)
    return stream.getvalue()


def upload(text: str | bytes | None = None, name: str = "records.csv") -> SimpleUploadedFile:
    content = csv_text() if text is None else text
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content, content_type="text/csv")


def period_of(report: Obligation) -> TimePeriod:
    return TimePeriod.from_key(report.round.period)
