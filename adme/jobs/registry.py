"""Which function does the work of which job. Handlers live in each app's tasks.py and are found on first use.

    @handler("ingest.preview", queue="imports", lease=120)
    def preview(context: JobContext) -> dict | None: ...

`atomic=True` runs the handler and the job's final state in one transaction: then the work is done exactly once,
whatever dies and whatever is delivered twice. A handler that needs several transactions ends the deciding one with
`context.complete(outcome)`, or with `context.guard()` where more work follows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any

from django.utils.module_loading import autodiscover_modules

from .errors import UnknownHandler

if TYPE_CHECKING:
    from .context import JobContext

Function = Callable[["JobContext"], dict[str, Any] | None]
QUEUES = ("default", "imports", "kpis", "exports")
BACK_OFF_SECONDS = (5, 30, 120)


@dataclass(frozen=True)
class Handler:
    """`lease` is in seconds: how long a silent worker is believed. `back_off` are the waits after each failure."""

    name: str
    function: Function
    queue: str = "default"
    lease: float = 60
    max_attempts: int = 3
    back_off: tuple[float, ...] = BACK_OFF_SECONDS
    atomic: bool = False

    def wait_after(self, attempt: int) -> float:
        """Seconds to wait after this failed attempt (1 is the first)."""
        return self.back_off[min(attempt, len(self.back_off)) - 1] if self.back_off else 0


_handlers: dict[str, Handler] = {}
_discovered = False
_lock = RLock()


def handler(
    name: str,
    *,
    queue: str = "default",
    lease: float = 60,
    max_attempts: int = 3,
    back_off: tuple[float, ...] = BACK_OFF_SECONDS,
    atomic: bool = False,
) -> Callable[[Function], Function]:
    """Register a function as the handler of jobs of this name."""
    if queue not in QUEUES:
        raise ValueError(f"Queue '{queue}' is not one of {', '.join(QUEUES)}.")

    def register(function: Function) -> Function:
        known = _handlers.get(name)
        if known is not None and _place(known.function) != _place(function):
            raise ValueError(f"Two handlers are called '{name}': {_place(known.function)} and {_place(function)}.")
        _handlers[name] = Handler(name, function, queue, lease, max_attempts, tuple(back_off), atomic)
        return function

    return register


def get(name: str) -> Handler:
    """The handler of this name, or UnknownHandler."""
    _discover()
    try:
        return _handlers[name]
    except KeyError:
        raise UnknownHandler(f"No handler is registered for '{name}'.") from None


def names() -> list[str]:
    _discover()
    return sorted(_handlers)


def _discover() -> None:
    # On first use, not at start: tasks.py imports services that a process which never queues anything need not load.
    global _discovered
    with _lock:
        if not _discovered:
            autodiscover_modules("tasks")
            _discovered = True


def _place(function: Function) -> str:
    return f"{function.__module__}.{function.__qualname__}"
