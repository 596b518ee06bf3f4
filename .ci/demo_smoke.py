"""Run the demonstration's set-up twice on an empty directory; the second run must be quick and change nothing."""

import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import time

with tempfile.TemporaryDirectory() as directory:
    database = os.path.join(directory, "demo.sqlite3")
    environment = dict(os.environ, ADME_DEMO="1", DATABASE_URL=f"sqlite:///{database}", MEDIA_ROOT=directory)

    def run() -> float:
        started = time.monotonic()
        subprocess.run([sys.executable, "manage.py", "setup_demo"], env=environment, check=True)
        return time.monotonic() - started

    def state() -> dict[str, str]:
        connection = sqlite3.connect(database)
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY 1")]
        return {
            table: hashlib.sha256(
                repr(connection.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall()).encode()
            ).hexdigest()
            for table in tables
        }

    first = run()
    before = state()
    second = run()
    changed = [table for table, digest in state().items() if before.get(table) != digest]
    print(f"first {first:.1f} s, second {second:.1f} s, tables changed by the second: {changed or 'none'}")
    if changed:
        sys.exit("the second set-up changed something")
    if first > 180 or second > 60:
        sys.exit("the set-up is far slower than promised (3 minutes, 15 seconds)")
