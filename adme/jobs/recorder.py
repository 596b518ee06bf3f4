"""Writes of progress, log lines and heartbeats while a handler works.

`Pulse` writes from a small thread over its own connection: a long SQL statement of the handler does not lose the lease,
and lines survive the handler's rollback. On SQLite the handler may hold the only writer; then nothing is written until
it commits, nobody is hurt, and the sweeper believes in the living process instead of the lease.
`Inline` writes from the caller's connection, for tests and commands.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from . import leases, live
from .models import Job, JobLogLine

logger = logging.getLogger(__name__)
WRITE_EVERY = 1.0  # seconds; a page asks every two
LINES_KEPT = 1000  # per attempt


class Recorder:
    """Keeps what the handler tells in memory and writes it now and then. `lost` is set once the lease is gone."""

    def __init__(self, *, job: Job, lease: float) -> None:
        self.job_id, self.attempt, self.lease = job.pk, job.attempts, lease
        self.lost = False
        self.closing = False
        self._now = live.Running(attempt=job.attempts)
        self._lines: deque[tuple[datetime, str, str]] = deque()
        self._told = 0
        self._dirty = False
        self._written = time.monotonic()
        self._stored = 0
        self._writing = threading.Lock()

    def __enter__(self) -> Self:
        live.put(self.job_id, self._now)
        return self

    def __exit__(self, *_: object) -> None:
        live.drop(self.job_id, self.attempt)

    def progress(self, **changes: Any) -> None:
        self._now = replace(self._now, **changes)
        self._dirty = True
        live.put(self.job_id, self._now)

    def line(self, text: str, level: str) -> None:
        self._told += 1
        if self._told > LINES_KEPT:
            return
        if self._told == LINES_KEPT:
            text, level = "More lines follow; they are left out.", "warning"
        self._lines.append((timezone.now(), text.replace("\x00", ""), level))
        self._dirty = True

    @property
    def counts(self) -> dict[str, int]:
        return {"done": self._now.done, "total": self._now.total}

    def write(self) -> None:
        """One short transaction: lease, progress and new lines."""
        with self._writing:
            self._written = time.monotonic()
            self._dirty = False
            waiting = len(self._lines)
            with transaction.atomic():
                kept = leases.renew(
                    job_id=self.job_id,
                    attempt=self.attempt,
                    seconds=self.lease,
                    message=self._now.message,
                    **self.counts,
                )
                self._store(waiting)
            self._forget(waiting)
        self.lost = self.lost or (not kept and not self.closing)

    def close(self) -> None:
        """Write the last lines in the transaction of the final state, so that who sees the end sees them all."""
        self.closing = True
        with self._writing:
            self._stored = len(self._lines)
            self._store(self._stored)

    def committed(self) -> None:
        """That transaction is through; without this the lines are still ours to write."""
        self._forget(self._stored)
        self._stored = 0

    def write_rest(self) -> None:
        """The lines still in memory."""
        with self._writing:
            waiting = len(self._lines)
            self._store(waiting)
            self._forget(waiting)

    def _forget(self, count: int) -> None:
        for _ in range(count):
            self._lines.popleft()

    def _store(self, count: int) -> None:
        JobLogLine.objects.bulk_create(
            JobLogLine(job_id=self.job_id, at=at, attempt=self.attempt, level=level, text=text)
            for at, text, level in list(self._lines)[:count]
        )


class Inline(Recorder):
    def progress(self, **changes: Any) -> None:
        super().progress(**changes)
        if time.monotonic() - self._written >= WRITE_EVERY:
            self.write()


class Pulse(Recorder):
    def __enter__(self) -> Self:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"job-pulse-{self.job_id}", daemon=True)
        super().__enter__()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=10)
        super().__exit__()

    def _beat(self) -> None:
        try:
            while not self._stop.wait(min(WRITE_EVERY, self.lease / 4)):
                silent = time.monotonic() - self._written
                if not self.closing and (self._dirty or silent >= self.lease / 4):
                    self._write_or_wait()
        finally:
            connection.close()

    def _write_or_wait(self) -> None:
        try:
            if connection.connection is None:
                self._be_patient()
            self.write()
        except DatabaseError as error:
            self._dirty = True
            logger.debug("Job %s: progress is written later: %s", self.job_id, error)
            connection.close()

    @staticmethod
    def _be_patient() -> None:
        """Wait for a lock only shortly: the handler itself may hold it, and waiting longer gains nothing."""
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA busy_timeout = 250")
            else:
                cursor.execute("SET lock_timeout = '2s'")
