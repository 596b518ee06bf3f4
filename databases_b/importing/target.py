"""The import target "observations": puts reading, staging, checks, merge and undo together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.utils import timezone

from adme.ingest import selectors as ingest
from adme.ingest import storage
from adme.ingest.errors import PreviewOutdated
from adme.ingest.models import ImportBatch
from adme.ingest.problems import Report, UnreadableFile
from adme.ingest.targets import Applied, Change, Preview, Progress
from adme.observations.services import bump_data_version
from adme.observations.signals import series_changed
from databases_b import readers
from databases_b.models import Dataset
from databases_b.readers.base import FileFacts, Reader, SourceFile

from . import checks, merge, metadata, staging, summary, undo
from .catalogue import Catalogue
from .engine import Engine, engine
from .rows import RowBuilder
from .staging import Tables

SAMPLE = 50
MANY_ROWS = 20_000


class ObservationsTarget:
    name = "observations"
    title = "Observations of Database B"

    def formats(self) -> Sequence[tuple[str, str]]:
        return [(reader.name, reader.title) for reader in readers.all_readers()]

    def scopes(self) -> Sequence[tuple[str, str]]:
        return [(dataset.code, dataset.name) for dataset in Dataset.objects.all()]

    def bundle(self, path: Path) -> tuple[str, Iterable[bytes]]:
        folder = TemporaryDirectory(prefix="adme-import-")
        source = readers.bundle(path, Path(folder.name))
        return source.name, _then_clean(storage.chunks_of(source.path), folder)

    # --- preview ----------------------------------------------------------------------------------------------------

    def preview(
        self, batch: ImportBatch, *, path: Path, beside: Path | None, report: Report, progress: Progress
    ) -> Preview:
        vendor, tables = engine(), Tables(batch.pk)
        with vendor.alone(_key("preview", str(batch.pk))):
            reader = _reader(batch, SourceFile(path=path, name=batch.filename, beside=beside))
            facts, cells = reader.open(SourceFile(path=path, name=batch.filename, beside=beside), report)
            dataset, release = _dataset(batch, facts, report), _release(batch, facts)
            builder = RowBuilder(
                catalogue=Catalogue.load(dataset=dataset),
                facts=facts,
                report=report,
                create_indicators=batch.options.get("create_indicators", False),
                today=timezone.localdate(),
                engine=vendor,
            )
            staging.create(tables, vendor)
            staging.load_rows(
                tables, vendor, builder.blocks(cells), lambda done: progress(done, f"Reading: {done:,} observations")
            )
            builder.close()
            counts = _counts(builder)
            if builder.twins:
                staging.load_twins(tables, vendor, builder.twins)
                counts["merged"] = checks.twins(tables, report, builder.name_of)
            _refuse_empty(builder, report)
            if report.has_errors:
                return Preview(format=reader.name, scope=dataset, release_date=release, counts=counts)
            progress(counts["staged"], "Comparing with what is stored")
            scopes = sorted({builder.catalogue.key(text, facts)[0] for text in builder.indicators})
            seen_state = ingest.latest_applied(self.name, scopes)
            with transaction.atomic():
                vendor.prepare_merge()
                _stage_the_rest(tables, vendor, builder, facts, release)
                told = {**_told(facts, builder), **summary.extent(builder), "seen_state": seen_state, "scopes": scopes}
                difference = merge.compare(tables, vendor, staged=counts["staged"], with_notes=bool(builder.notes))
                counts.update(asdict(difference))
                counts["unchanged"] = counts["staged"] - difference.new - difference.changed
                _warn(tables, report, difference, counts["staged"])
                closing = batch.options.get("on_vanished") == "close"
                told["touched"] = sorted(merge.touched_codes(tables, vanished_too=closing))
                staging.drop(tables, "rows", "twins")
            told["sample"] = self._sample(batch, difference)
            told["release_dates"] = _release_dates(builder, facts, release)
        scope = ", ".join(scopes)
        return Preview(format=reader.name, scope=scope, release_date=release, counts=counts, summary=told)

    def _sample(self, batch: ImportBatch, difference: merge.Difference) -> list[dict[str, Any]]:
        """The largest changes, kept with the batch: they can still be read when the staging is gone."""
        if not difference.changed:
            return []
        return [asdict(change) for change in self.changes(batch, kind="changed", offset=0, limit=SAMPLE)]

    def is_staged(self, batch: ImportBatch) -> bool:
        return staging.stands(Tables(batch.pk))

    def changes(self, batch: ImportBatch, *, kind: str, offset: int, limit: int) -> list[Change]:
        return summary.changes(Tables(batch.pk), kind=kind, offset=offset, limit=limit)

    def discard(self, batch: ImportBatch) -> None:
        staging.drop(Tables(batch.pk))

    # --- apply and undo ---------------------------------------------------------------------------------------------

    def lock(self, scopes: Sequence[str]) -> None:
        for scope in sorted(scopes):  # in one order everywhere, or two batches wait for one another
            engine().lock(_key("apply", scope))

    def apply(self, batch: ImportBatch, *, actor: str) -> Applied:
        vendor, tables = engine(), Tables(batch.pk)
        if not staging.stands(tables):
            raise PreviewOutdated("The preview is gone, as happens when the database was restarted hard.")
        vendor.prepare_merge()
        close_vanished = batch.options.get("on_vanished") == "close"
        described = metadata.write(tables, batch.summary.get("dataset_titles", {}))
        series = merge.create_series(tables)
        closed = merge.close_old(tables, batch_id=batch.pk, vanished_too=close_vanished)
        opened = merge.open_new(tables, vendor, batch_id=batch.pk)
        _refuse_if_incomplete(batch, opened=opened, closed=closed, close_vanished=close_vanished)
        if opened >= MANY_ROWS:
            # KPIs are computed right after this; waiting for autovacuum would give their queries plans for old sizes.
            vendor.analyze("databases_b_observation")
        touched = merge.touched_codes(tables, vanished_too=close_vanished)
        staging.drop(tables)
        if touched or described.created or described.changed:
            bump_data_version()
        self._tell(touched, batch, actor)
        counts = {"closed": closed, "opened": opened, "series_created": series}
        return Applied(counts=counts, summary={"metadata": metadata.as_dict(described)})

    def undo(self, batch: ImportBatch, *, actor: str) -> Applied:
        original = batch.undoes
        assert original is not None  # noqa: S101
        engine().prepare_merge()
        undone = undo.take_back(batch_id=original.pk, undo_id=batch.pk)
        metadata.take_back(original.summary.get("metadata", {}))
        bump_data_version()
        self._tell(undone.codes, batch, actor)
        counts = {"closed": undone.closed, "reopened": undone.reopened}
        return Applied(counts=counts, summary={"touched": sorted(undone.codes)})

    def blockers_of_undo(self, batch: ImportBatch) -> dict[int, int]:
        return undo.superseding_batches(batch_id=batch.pk, engine=engine())

    def _tell(self, codes: frozenset[str], batch: ImportBatch, actor: str) -> None:
        if codes:
            series_changed.send(sender=type(self), codes=codes, trigger=f"import batch {batch.pk}", actor=actor)


def _then_clean(chunks: Iterator[bytes], folder: TemporaryDirectory[str]) -> Iterator[bytes]:
    with folder:
        yield from chunks


def _key(kind: str, text: str) -> int:
    """A number for an advisory lock."""
    digest = hashlib.sha256(f"databases_b {kind} {text}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _reader(batch: ImportBatch, source: SourceFile) -> Reader:
    wanted = batch.options.get("format", "auto")
    return readers.detect(source) if wanted == "auto" else readers.get(wanted)


def _dataset(batch: ImportBatch, facts: FileFacts, report: Report) -> str:
    """Code of the dataset: what the person says, or what the file tells."""
    wanted = batch.options.get("dataset") or ""
    code = wanted or facts.dataset
    if not code:
        raise UnreadableFile("no_dataset", "The file does not tell its dataset. Choose one (--dataset CODE).")
    if wanted and facts.dataset and wanted != facts.dataset:
        report.warning(
            "other_dataset", f"The file seems to be of {facts.dataset}, but {wanted} was chosen.", seen=facts.dataset
        )
    is_known = Dataset.objects.filter(code=code).exists()
    if not is_known and not batch.options.get("create_indicators"):
        raise UnreadableFile(
            "unknown_dataset",
            f"There is no dataset '{code}'. Choose one of those registered, or tick 'New indicators' "
            "(--new-indicators) to open it.",
            seen=code,
        )
    return code


def _release(batch: ImportBatch, facts: FileFacts) -> date | None:
    stated = batch.options.get("release_date")
    return date.fromisoformat(stated) if stated else facts.release_date


def _counts(builder: RowBuilder) -> dict[str, int]:
    wanted = ("read", "staged", "blank", "refused", "skipped_areas")
    return {**{name: builder.counts[name] for name in wanted}, "merged": 0}


def _release_dates(builder: RowBuilder, facts: FileFacts, release: date | None) -> dict[str, str]:
    """Series whose file states a release of their own, by series code: a collection has several vintages."""
    found = {}
    for text in builder.indicators:
        own = metadata.facts_of(text, facts, release)["release_date"]
        if own and (release is None or own != release.isoformat()):
            found[":".join(builder.catalogue.key(text, facts))] = own
    return found


def _refuse_empty(builder: RowBuilder, report: Report) -> None:
    if builder.series or report.has_errors:
        return
    if builder.counts["skipped_areas"]:
        hint = "All areas in the file are outside those that are kept. The setting IMPORT_KEEP_AREA_GROUPS tells which."
    else:
        hint = "The file was understood, but it holds no value. Check that it is the whole download."
    report.error("no_values", hint)


def _stage_the_rest(
    tables: Tables, vendor: Engine, builder: RowBuilder, facts: FileFacts, release: date | None
) -> None:
    catalogue = builder.catalogue
    keys = {text: catalogue.key(text, facts) for text in builder.indicators}
    rows = [
        metadata.StagedIndicator(
            number, *keys[text], catalogue.indicators.get(keys[text]), metadata.facts_of(text, facts, release)
        )
        for text, number in builder.indicators.items()
    ]
    metadata.stage(tables, vendor, rows)
    indicator_ids = {row.indicator_no: row.indicator_id for row in rows}
    vendor.insert(
        tables.series,
        ("series_no", "indicator_no", "area_id", "frequency", "dimensions", "indicator_id"),
        [(*one, indicator_ids[one.indicator_no]) for one in builder.series],
    )
    vendor.insert(tables.notes, ("note_no", "text"), [(number, text) for text, number in builder.notes.items()])
    merge.resolve_ids(tables)
    vendor.analyze(tables.rows, tables.series, tables.indicators, tables.notes)


def _warn(tables: Tables, report: Report, difference: merge.Difference, staged: int) -> None:
    checks.metadata(report, tables, metadata.staged(tables), difference)
    checks.mass_change(report, difference, staged)
    if difference.new or difference.changed:
        checks.jumps(report, tables)


def _told(facts: FileFacts, builder: RowBuilder) -> dict[str, Any]:
    """What the file says of itself, for the page of the batch."""
    catalogue = builder.catalogue
    new = [text for text in builder.indicators if catalogue.key(text, facts) not in catalogue.indicators]
    titles = {code: facts.indicators[code].title for code in new if code in facts.indicators}
    return {
        "dataset_titles": {facts.dataset: facts.dataset_title} if facts.dataset_title else {},
        "encoding": facts.encoding,
        "notes": facts.notes[:20],
        "new_indicator_count": len(new),
        "new_indicators": [[code, titles.get(code, "")] for code in new[: summary.NEW_INDICATORS_SHOWN]],
    }


def _refuse_if_incomplete(batch: ImportBatch, *, opened: int, closed: int, close_vanished: bool) -> None:
    """The preview's own counts are the proof that its tables are whole and that nobody wrote in between."""
    counts = batch.counts
    expected = counts["changed"] + (counts["vanished"] if close_vanished else 0)
    if opened != counts["new"] + counts["changed"] or closed != expected:
        raise PreviewOutdated("What is stored has changed since the preview, or the preview is damaged.")
