"""Progress of the jobs that run in this process, kept in memory.

SQLite has one writer. While a job holds a long write transaction nothing about it can be written, so in the embedded
mode the page would stand still; it reads from here instead. Where another process runs the job, the row is read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from threading import Lock
from uuid import UUID


@dataclass(frozen=True)
class Running:
    attempt: int
    done: int = 0
    total: int = 0
    message: str = ""


_jobs: dict[UUID, Running] = {}
_lock = Lock()


def put(job_id: UUID, running: Running) -> None:
    with _lock:
        _jobs[job_id] = running


def get(job_id: UUID, attempt: int) -> Running | None:
    """The job's progress if this process runs exactly this attempt."""
    running = _jobs.get(job_id)
    return running if running is not None and running.attempt == attempt else None


def drop(job_id: UUID, attempt: int) -> None:
    with _lock:
        if get(job_id, attempt) is not None:
            del _jobs[job_id]


def _forget() -> None:
    """A forked child runs none of its parent's jobs, and must not inherit a lock that a lost thread holds."""
    global _lock
    _lock = Lock()
    _jobs.clear()


os.register_at_fork(after_in_child=_forget)
