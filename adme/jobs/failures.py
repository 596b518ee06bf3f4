"""An exception as a sentence for the person, and whether trying again may help. The traceback stays in the log."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from django.db import DatabaseError, OperationalError

from .errors import JobRefused, UnknownHandler


@dataclass(frozen=True)
class Failure:
    sentence: str
    may_retry: bool
    line: str


def explain(error: BaseException) -> Failure:
    sentence, may_retry = _sentence(error)
    first = str(error).strip().splitlines()[:1]
    line = f"{type(error).__name__}: {first[0][:300]}" if first else type(error).__name__
    return Failure(sentence=sentence, may_retry=may_retry, line=line)


def _sentence(error: BaseException) -> tuple[str, bool]:
    if isinstance(error, JobRefused):
        return str(error), False
    if isinstance(error, UnknownHandler):
        return "This version of the application does not know this kind of job.", False
    if isinstance(error, MemoryError):
        return "The job needed more memory than the worker has. Try it with a smaller part of the data.", False
    if type(error).__name__ == "SoftTimeLimitExceeded":
        # By name: the embedded mode runs without Celery being imported.
        return "The job took longer than allowed and was stopped.", False
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk of the server is full. Please tell the administrator.", False
    if isinstance(error, OperationalError):
        return "The database did not answer in time.", True
    if isinstance(error, DatabaseError):
        return "The database refused the result.", True
    return "An unexpected error stopped the job.", True
