"""A database that threads and other processes can share, and a way to wait for something."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from adme.jobs import embedded
from tests.jobs import handlers  # noqa: F401  registers them


@pytest.fixture
def shared_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Several connections at once. SQLite keeps its test database in memory and cannot: work on a copy in a file."""
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():  # type: ignore[attr-defined]
        yield
        return
    path = tmp_path / "shared.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    original, settings = connections["default"], connections.settings["default"]
    connections.settings["default"] = {**settings, "NAME": str(path)}
    connections["default"] = connections.create_connection("default")
    yield
    connections["default"].close()
    connections.settings["default"] = settings
    connections["default"] = original


@pytest.fixture
def worker_threads(shared_database: None) -> Iterator[None]:
    """The embedded worker, as a server process has it."""
    embedded.start()
    yield
    embedded.stop()


@pytest.fixture
def until() -> Callable[..., Any]:
    """`until(lambda: ..., seconds=10)`: ask again and again until the answer is true, and return it."""

    def wait(question: Callable[[], Any], seconds: float = 10) -> Any:
        deadline = time.monotonic() + seconds
        while not (answer := question()):
            assert time.monotonic() < deadline, "what the test waits for did not happen in time"
            time.sleep(0.02)
        return answer

    return wait


@pytest.fixture
def dead_worker() -> str:
    """Identity of a process of this machine that has ended."""
    import subprocess
    import sys

    from adme.jobs import liveness

    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = liveness.identity(process.pid)
    assert liveness.is_alive(identity) is True
    process.communicate(b"\n")
    return identity
