"""Runs jobs in threads of this process: no broker, no second command.

`start()` belongs in the process that serves requests, after a fork (gunicorn: `post_worker_init`). Django's development
server starts the threads with the first job it queues. Other commands and tests never do; their jobs wait for a server,
`manage.py run_jobs`, or `testing.run_all_jobs()`.
Two lanes, so that a long import never delays a KPI refresh; a third thread sweeps.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.db import OperationalError, close_old_connections, connections
from django.db.models import Q
from django.utils import timezone

from . import periodic, runner, sweeper
from .models import Job, JobState

logger = logging.getLogger(__name__)
LANES = {"short": ("default", "kpis"), "imports": ("imports",), "exports": ("exports",)}
POLL_EVERY = 2.0  # seconds; another process may have queued something


class _Threads:
    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.bells = {lane: threading.Event() for lane in LANES}
        self.all = [self._thread(f"jobs-{lane}", partial(self._work, lane)) for lane in LANES]
        self.all.append(self._thread("jobs-sweeper", self._sweep))
        for thread in self.all:
            thread.start()

    @staticmethod
    def _thread(name: str, target: Callable[[], None]) -> threading.Thread:
        return threading.Thread(target=target, name=name, daemon=True)

    def _work(self, lane: str) -> None:
        bell = self.bells[lane]
        while not self.stopping.is_set():
            bell.clear()
            if not _quietly(lambda: run_next(queues=LANES[lane])):
                bell.wait(POLL_EVERY)
        connections.close_all()

    def _sweep(self) -> None:
        while not self.stopping.is_set():
            _quietly(sweeper.sweep)
            _quietly(periodic.enqueue_due)
            connections.close_all()
            self.stopping.wait(sweeper.EVERY)

    def stop(self, timeout: float) -> None:
        self.stopping.set()
        for bell in self.bells.values():
            bell.set()
        for thread in self.all:
            thread.join(timeout)


_lock = threading.Lock()
_threads: _Threads | None = None


def start() -> None:
    """Start the threads of this process, once. Jobs that a dead process left running are taken back at once."""
    global _threads
    with _lock:
        if _threads is None:
            _threads = _Threads()


def stop(timeout: float = 10) -> None:
    """Finish the jobs in hand and end the threads."""
    global _threads
    with _lock:
        threads, _threads = _threads, None
    if threads is not None:
        threads.stop(timeout)


def deliver(*, job_id: UUID, queue: str, wait: float = 0) -> bool:
    """Wake the lane of this queue, if this process has one; another process finds the row by itself."""
    if sys.argv[1:2] == ["runserver"]:
        start()
    threads = _threads
    if threads is not None and not wait:
        for lane, queues in LANES.items():
            if queue in queues:
                threads.bells[lane].set()
    return False  # nothing was sent anywhere


def run_next(*, queues: tuple[str, ...], inline: bool = False) -> bool:
    """Run the oldest job that is due. False if there was none."""
    due = Q(not_before__isnull=True) | Q(not_before__lte=timezone.now())
    waiting = Job.objects.filter(due, state=JobState.QUEUED, queue__in=queues).order_by("created_at")
    job_id = waiting.values_list("pk", flat=True).first()
    return job_id is not None and runner.run(job_id, inline=inline)


def _quietly(step: Callable[[], object]) -> bool:
    """A lane outlives whatever goes wrong in it, and keeps no connection that has gone bad."""
    close_old_connections()
    try:
        return bool(step())
    except OperationalError as error:
        # On SQLite another thread may hold the only writer for longer than the time-out: a matter of waiting.
        logger.warning("The embedded worker could not reach the database (%s); it tries again.", error)
        connections.close_all()
        return False
    except Exception:
        logger.exception("The embedded worker could not do a step; it tries again.")
        connections.close_all()
        return False


def _forget() -> None:
    """Threads do not survive a fork: a child starts its own, or none."""
    global _lock, _threads
    _lock = threading.Lock()
    _threads = None


os.register_at_fork(after_in_child=_forget)
