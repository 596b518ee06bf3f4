"""Reads of files: what a person may have, and what can be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from adme.accounts.permissions import Permission, may
from adme.jobs.models import Job
from adme.reference.models import AreaMembership, SectoralBody
from dissemination.editions.models import Edition
from dissemination.editions.states import EditionState

from .kinds import PRODUCTS, FileState, Product
from .models import ProductFile
from .services import SHARED

RECENT = 60
MEETING = ("brief", "workbook")  # what is wanted before a meeting


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file on a page. `progress` is 0 to 100, None while unknown; `is_open` while the page should ask again."""

    file: ProductFile
    state: str
    label: str
    kind: str
    message: str
    progress: int | None

    @property
    def is_open(self) -> bool:
        return self.state == FileState.WAITING

    @property
    def product_title(self) -> str:
        return PRODUCTS[self.file.product].title

    @property
    def is_ready(self) -> bool:
        return self.state == FileState.READY


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class FilesPage:
    products: tuple[Product, ...]
    editions: tuple[Edition, ...]
    bodies: tuple[Choice, ...]
    states: tuple[Choice, ...]
    lines: tuple[FileLine, ...]

    @property
    def is_open(self) -> bool:
        return any(line.is_open for line in self.lines)


def editions_for(user: Any, now: datetime | None = None) -> Any:
    """Editions whose files this person may have: published and past the embargo; analysts also the others."""
    if may(user, Permission.EDITION_MANAGE):
        return Edition.objects.filter(taken_at__isnull=False)
    return released(now)


def released(now: datetime | None = None) -> Any:
    passed = Q(embargo_until__isnull=True) | Q(embargo_until__lte=now or timezone.now())
    return Edition.objects.filter(passed, state=EditionState.PUBLISHED)


def edition_for(user: Any, public_id: str) -> Edition | None:
    try:
        return editions_for(user).filter(public_id=UUID(str(public_id))).first()
    except ValueError:
        return None


def file_for(user: Any, public_id: UUID) -> ProductFile | None:
    """A file of one's own, or of an edition that one may read; None for any other, as for one that there is not."""
    own = Q(requested_by=user, edition__isnull=True)
    of_edition = Q(edition__in=editions_for(user))
    shared = Q(edition__state=EditionState.PUBLISHED) | Q(requested_by=user)
    found = ProductFile.objects.filter(own | (of_edition & shared), public_id=public_id)
    return found.select_related("edition", "requested_by").first()


def files_page(user: Any) -> FilesPage:
    own = ProductFile.objects.filter(requested_by=user).exclude(state=FileState.REMOVED)
    files = list(own.filter(Q(edition__isnull=True) | Q(edition__in=editions_for(user)))[:RECENT])
    return FilesPage(
        products=tuple(PRODUCTS.values()),
        editions=tuple(editions_for(user).order_by("-number", "-pk")),
        bodies=bodies(),
        states=states(),
        lines=lines_of(files),
    )


def of_edition(edition: Edition) -> tuple[FileLine, ...]:
    """The files that every published edition has, in the order of SHARED; the newest of each."""
    found: dict[tuple[str, str], ProductFile] = {}
    held = ProductFile.objects.filter(edition=edition).exclude(state=FileState.REMOVED)
    for file in held.order_by("pk"):
        if not file.parameters:
            found[file.product, file.format] = file
    return lines_of([found[key] for key in SHARED if key in found])


def latest_released(now: datetime | None = None) -> Edition | None:
    found: Edition | None = released(now).order_by("-number").first()
    return found


def documents_of(edition: Edition) -> tuple[FileLine, ...]:
    """Those of its files that a person opens before a meeting, as far as they are ready."""
    return tuple(line for line in of_edition(edition) if line.is_ready and line.file.product in MEETING)


def lines_of(files: Sequence[ProductFile]) -> tuple[FileLine, ...]:
    """With how far their jobs are. One statement."""
    waiting = {file.job for file in files if file.state == FileState.WAITING and file.job}
    jobs = Job.objects.in_bulk(waiting) if waiting else {}
    return tuple(_line(file, jobs.get(file.job)) for file in files)  # type: ignore[arg-type]


def _line(file: ProductFile, job: Job | None) -> FileLine:
    if file.state == FileState.READY:
        return FileLine(file, file.state, "Ready", "good", "", 100)
    if file.state == FileState.FAILED or (file.state == FileState.WAITING and (job is None or job.finished_at)):
        reason = file.reason or (job.error if job else "") or "Its job was cancelled."
        return FileLine(file, FileState.FAILED, "Could not be built", "bad", reason, None)
    percent = 100 * job.done // job.total if job and job.total else None
    return FileLine(file, file.state, "Being built", "plain", job.message if job else "", percent)


def bodies() -> tuple[Choice, ...]:
    found = SectoralBody.objects.filter(retired_at__isnull=True).order_by("acronym")
    return tuple(Choice(*row) for row in found.values_list("code", "acronym"))


def states() -> tuple[Choice, ...]:
    found = AreaMembership.objects.filter(group__code="ASEAN", left_on__isnull=True).order_by("area__name")
    return tuple(Choice(*row) for row in found.values_list("area__code", "area__name"))
