"""What a handler gets in its hand: the job, its arguments, and ways to tell how far it is."""

from __future__ import annotations

from typing import Any

import orjson

from . import leases
from .errors import LostLease
from .models import Job
from .recorder import Recorder


class JobContext:
    """`progress` and `log` cost nothing: they are written about once a second, by another thread."""

    def __init__(self, *, job: Job, recorder: Recorder) -> None:
        self.job = job
        self.args: dict[str, Any] = job.args
        self.is_completed = False
        self._recorder = recorder

    def progress(self, *, done: int | None = None, total: int | None = None, message: str | None = None) -> None:
        """How far the work is. Raises LostLease when another attempt has taken the job over."""
        text = None if message is None else message.replace("\x00", "")[:500]
        changes = {"done": done, "total": total, "message": text}
        self._recorder.progress(**{key: value for key, value in changes.items() if value is not None})
        self.heartbeat()

    def log(self, text: str, level: str = "info") -> None:
        """A line on the job's page; it stays even if the work is rolled back. Levels: info, warning, error."""
        self._recorder.line(text, level)

    def heartbeat(self) -> None:
        """Stop here if the job is no longer ours. The lease itself is renewed without being asked."""
        if self._recorder.lost:
            raise LostLease(f"Attempt {self.job.attempts} of job {self.job.pk} no longer holds it.")

    def guard(self) -> None:
        """Call inside the handler's transaction, as its last statement: it commits only if the job is still ours."""
        leases.must_renew(job_id=self.job.pk, attempt=self.job.attempts, seconds=self._recorder.lease)

    def complete(self, outcome: dict[str, Any] | None = None) -> None:
        """Call inside the handler's transaction, as its last statement: work and final state are stored together.

        `message` and `link` in the outcome become the job's own. After this only the return may follow.
        """
        self._recorder.close()
        plain = _plain(outcome)
        changes = {"message": str((plain or {}).get("message", ""))[:500], **self._recorder.counts}
        link = str((plain or {}).get("link", ""))
        if link.startswith("/") and not link.startswith("//"):
            changes["link"] = link[:300]
        leases.succeed(job_id=self.job.pk, attempt=self.job.attempts, outcome=plain, **changes)
        self.is_completed = True


def _plain(outcome: dict[str, Any] | None) -> dict[str, Any] | None:
    """As JSON both databases take: NaN becomes null, other types their text, NUL characters vanish."""
    if outcome is None:
        return None
    text = orjson.dumps(outcome, default=str, option=orjson.OPT_NON_STR_KEYS)
    return orjson.loads(text.replace(b"\\u0000", b""))
