"""Files sent through the pipeline, as a worker reads them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from adme.accounts.models import User
from adme.ingest import services as ingest
from adme.ingest.models import ImportBatch
from adme.reporting.models import Obligation
from databases_c.models import Submission


def receive(report: Obligation, content: bytes, by: User, name: str = "records.csv") -> ImportBatch:
    options = ingest.Options(dataset=str(report.public_id))
    return ingest.receive(
        chunks=[content], filename=name, options=options, by=by, target="records", in_background=False
    )


def read(batch: ImportBatch) -> ImportBatch:
    return ingest.read(batch_id=batch.pk, progress=lambda done, message: None)


def sent(report: Obligation, content: bytes | str, by: User, name: str = "records.csv") -> ImportBatch:
    return read(receive(report, content.encode() if isinstance(content, str) else content, by, name))


def submission_of(batch: ImportBatch) -> Submission:
    return Submission.objects.get(batch=batch)


def kept_files() -> list[str]:
    """Files of records in the store."""
    folder = Path(settings.MEDIA_ROOT) / "records"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())
