"""Is the process that holds a lease still there? Only answers for processes of this machine.

A lease that has run out says "nothing was heard for a while"; a process that is gone says it at once and for certain.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path


def identity(pid: int | None = None) -> str:
    """Host, process-id namespace, process id and start: a reused id, or the same id in another container, differs."""
    pid = pid or os.getpid()
    return f"{socket.gethostname()[:100]}/{_namespace()}/{pid}/{_started(pid)}"


def is_alive(worker: str) -> bool | None:
    """True or False for a process of this machine; None where that cannot be known from here."""
    host, _, rest = worker.partition("/")
    namespace, _, process = rest.partition("/")
    pid, _, started = process.partition("/")
    if not pid.isdigit() or host != socket.gethostname()[:100] or namespace != _namespace():
        return None
    if started:
        return _started(int(pid)) == started
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _namespace() -> str:
    try:
        return os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:  # not Linux
        return ""


def _started(pid: int) -> str:
    """Start of the process in clock ticks since boot; empty where the system does not tell, or it is gone or dead."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]
