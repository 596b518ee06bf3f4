"""Asking for files, making them, and removing old ones."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from adme.audit import services as audit
from adme.jobs import services as jobs
from adme.jobs.context import JobContext
from adme.jobs.models import OPEN_STATES, Job
from adme.observations.services import current_data_version
from adme.reference.models import Area, SectoralBody
from adme.reporting.models import Notice
from adme.reporting.services.outbox import Message, send
from dissemination.editions import live, reading
from dissemination.editions.content import Content
from dissemination.editions.models import Edition
from dissemination.editions.stamps import stamp_text
from dissemination.editions.states import EditionState

from . import builders, naming
from .errors import TooManyFiles, UnknownProduct
from .kinds import FileState, Product
from .models import ProductFile

if TYPE_CHECKING:
    from adme.accounts.models import User

BUILD_JOB = "products.build"
IN_FLIGHT, PER_HOUR = 5, 30
KEPT_FOR = timedelta(days=90)
TELL_AFTER = timedelta(seconds=60)  # who still looks at the page needs no notice
SHARED: tuple[tuple[str, str], ...] = (  # made of every edition when it is published, so that one click is enough
    ("brief", "pdf"),
    ("brief", "docx"),
    ("brief", "pptx"),
    ("workbook", "xlsx"),
    ("data", "csv"),
    ("kpi-book", "pdf"),
    ("tool2-matrix", "xlsx"),
)  # not the zip, which makes all of them again: it is built when somebody asks for it


@transaction.atomic
def request_file(
    *, user: User, product: str, form: str, edition: Edition | None = None, body: str = "", state: str = ""
) -> ProductFile:
    """The file, waiting or ready. One that stands already is given again: of a published edition for everybody, of
    today's figures for the same person and data version. Raises UnknownProduct or TooManyFiles."""
    narrowed = _narrowed(builders.product_of(product, form), body=body, state=state)
    version = edition.data_version if edition and edition.data_version else current_data_version().number
    known = _standing(user, product, form, narrowed, edition, version)
    if known is not None:
        return known
    _within_quota(user)
    return _enqueue(user, product, form, narrowed, edition, version)


@transaction.atomic
def request_shared(*, edition: Edition, by: User) -> list[ProductFile]:
    """The files that every published edition has; asked for at its publication, without a quota."""
    found = []
    for product, form in SHARED:
        known = _standing(by, product, form, {}, edition, edition.data_version or 0)
        found.append(known or _enqueue(by, product, form, {}, edition, edition.data_version or 0))
    return found


def _narrowed(product: Product, *, body: str, state: str) -> dict[str, str]:
    """The one parameter that the product needs, checked. What it does not need is not kept."""
    if product.needs == "body":
        if not SectoralBody.objects.filter(code=body, retired_at__isnull=True).exists():
            raise UnknownProduct(f"'{product.title}' needs a sectoral body; '{body}' is none.")
        return {"body": body}
    if product.needs == "state":
        members = Area.objects.filter(memberships__group__code="ASEAN", memberships__left_on__isnull=True)
        if not members.filter(code=state).exists():
            raise UnknownProduct(f"'{product.title}' needs a Member State; '{state}' is none.")
        return {"state": state}
    return {}


def _standing(
    user: User, product: str, form: str, narrowed: dict[str, str], edition: Edition | None, version: int
) -> ProductFile | None:
    same = ProductFile.objects.filter(
        product=product,
        format=form,
        parameters=narrowed,
        edition=edition,
        state__in=[FileState.WAITING, FileState.READY],
    )
    if edition is None:
        same = same.filter(requested_by=user, data_version=version)
    elif edition.state != EditionState.PUBLISHED:  # the texts of a draft change without a new data version
        same = same.filter(requested_by=user, state=FileState.WAITING)
    found = same.order_by("-pk").first()
    return None if found is None or _is_lost(found) else found


def _is_lost(file: ProductFile) -> bool:
    """Its job ended without a file."""
    if file.state != FileState.WAITING or file.job is None:
        return False
    return not Job.objects.filter(pk=file.job, state__in=OPEN_STATES).exists()


def _within_quota(user: User) -> None:
    own = ProductFile.objects.filter(requested_by=user)
    waiting = own.filter(state=FileState.WAITING, requested_at__gte=timezone.now() - timedelta(hours=1)).count()
    if waiting >= IN_FLIGHT:
        raise TooManyFiles(f"{waiting} of your files are being built. Ask again when one of them is ready.")
    lately = own.filter(requested_at__gte=timezone.now() - timedelta(hours=1)).count()
    if lately >= PER_HOUR:
        raise TooManyFiles(f"You asked for {lately} files in the last hour, the most there may be. Ask again later.")


def _enqueue(
    user: User, product: str, form: str, narrowed: dict[str, str], edition: Edition | None, version: int
) -> ProductFile:
    of_what = str(edition) if edition else f"today's figures, data version {version}"
    file = ProductFile.objects.create(
        product=product,
        format=form,
        parameters=narrowed,
        edition=edition,
        data_version=version,
        title=naming.title_of(product, form, of_what, next(iter(narrowed.values()), ""))[:300],
        requested_by=user,
    )
    job = jobs.enqueue(
        BUILD_JOB,
        args={"file": file.pk},
        title=file.title[:200],
        by=user,
        idempotency_key=f"{BUILD_JOB}:{file.public_id}",
    )
    ProductFile.objects.filter(pk=file.pk).update(job=job.pk)
    file.job = job.pk
    return file


def build(context: JobContext, file: ProductFile) -> dict[str, Any]:
    """Read the content, make the bytes, store them, say so. A second copy of the job commits nothing."""
    context.progress(done=0, total=3, message="Reading the figures")
    content = content_for(file)
    context.progress(done=1, total=3, message="Writing the file")
    stamp = stamp_text(content.stamp, str(file.public_id))
    made = builders.builder(file.product, file.format)(content, stamp, **file.parameters)
    name = naming.file_name(content.stamp, file.product, file.format, next(iter(file.parameters.values()), ""))
    path, counted = _store(name, file, builders.chunks(made), context)
    try:
        with transaction.atomic():
            _finish(file, content, name, path, counted)
            context.progress(done=3, total=3)
            context.complete({"message": f"{name}, {counted.size:,} bytes", "link": link_of(file)})
    except BaseException:
        default_storage.delete(path)
        raise
    return {}


def content_for(file: ProductFile) -> Content:
    return reading.content_of(file.edition) if file.edition else live.take()


class _Counted:
    """Hashes and counts what passes."""

    def __init__(self, chunks: Iterable[bytes], context: JobContext) -> None:
        self._chunks, self._context = chunks, context
        self.size, self.hash = 0, hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            self.hash.update(chunk)
            self._context.heartbeat()
            yield chunk


class _Streamed(File):
    def __init__(self, counted: _Counted, name: str) -> None:
        super().__init__(None, name)  # type: ignore[arg-type]
        self._counted = counted

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield from self._counted


def _store(name: str, file: ProductFile, made: Iterable[bytes], context: JobContext) -> tuple[str, _Counted]:
    """Under a folder of its own, so that names never clash. What is half written when something fails is removed."""
    counted = _Counted(made, context)
    wanted = f"products/{file.public_id}/{name}"
    try:
        return default_storage.save(wanted, _Streamed(counted, name)), counted
    except BaseException:
        if default_storage.exists(wanted):
            default_storage.delete(wanted)
        raise


def _finish(file: ProductFile, content: Content, name: str, path: str, counted: _Counted) -> None:
    now = timezone.now()
    is_shared = file.edition is not None and file.edition.state == EditionState.PUBLISHED
    ProductFile.objects.filter(pk=file.pk).update(
        state=FileState.READY,
        reason="",
        file=path,
        name=name,
        sha256=counted.hash.hexdigest(),
        size=counted.size,
        taken_at=content.stamp.taken_at,
        data_version=content.stamp.data_version,
        built_at=now,
        expires_at=None if is_shared else now + KEPT_FOR,
        is_demonstration=content.stamp.is_demonstration,
    )
    audit.record(
        action="product.built",
        actor=file.requested_by.email,
        target=f"product:{file.public_id}",
        after={"title": file.title, "sha256": counted.hash.hexdigest()},
    )
    if now - file.requested_at > TELL_AFTER and not is_shared:
        send([_told(file, f"Ready: {file.title}", f"{name} can be downloaded.")], now=now)


def fail(file: ProductFile, reason: str) -> None:
    """The last attempt failed: the page says so, and the person is told."""
    ProductFile.objects.filter(pk=file.pk, state=FileState.WAITING).update(state=FileState.FAILED, reason=reason[:500])
    send([_told(file, f"Could not be built: {file.title}", "Ask for it again; if it fails once more, tell the "
                "administrator.")], now=timezone.now())  # fmt: skip


def _told(file: ProductFile, title: str, text: str) -> Message:
    event = f"product:{file.public_id}:{title.split(':')[0]}"
    return Message(event, Notice.Kind.FILE, title, text, link_of(file), frozenset({file.requested_by_id}))


def link_of(file: ProductFile) -> str:
    return f"{reverse('product_files')}#file-{file.public_id}"


def remove_old(*, now: Any = None) -> int:
    """Files whose time is over lose their bytes; the row stays, so that the stamp in a copy is still known."""
    now = now or timezone.now()
    removed = 0
    for file in ProductFile.objects.filter(state=FileState.READY, expires_at__lt=now).iterator():
        path = file.file.name
        with transaction.atomic():
            ProductFile.objects.filter(pk=file.pk).update(state=FileState.REMOVED, file="", size=0)
            transaction.on_commit(lambda path=path, file=file: _delete(path, file))  # type: ignore[misc]
        removed += 1
    return removed


def _delete(path: str, file: ProductFile) -> None:
    if path and default_storage.exists(path):
        default_storage.delete(path)
    folder = default_storage.path(f"products/{file.public_id}")
    if os.path.isdir(folder) and not os.listdir(folder):
        os.rmdir(folder)
