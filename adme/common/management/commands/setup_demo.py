"""Everything that `make demo` needs, in order and repeatable: a second run finds all in place and changes nothing."""

from __future__ import annotations

import hashlib
import time
from argparse import ArgumentParser
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand


def _collect_static(out: StringIO) -> None:
    """Collect and compress only when a file changed: compressing takes longer than all the rest together."""
    sources = [Path(directory) for directory in settings.STATICFILES_DIRS]
    files = sorted(path for directory in sources for path in directory.rglob("*") if path.is_file())
    facts = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    facts += [settings.STORAGES["staticfiles"]["BACKEND"], django.get_version()]
    seal = Path(settings.STATIC_ROOT) / ".collected"
    fingerprint = hashlib.sha256("\n".join(facts).encode()).hexdigest()
    manifest = seal.with_name("staticfiles.json")
    if manifest.exists() and seal.exists() and seal.read_text() == fingerprint:
        return
    call_command("collectstatic", interactive=False, verbosity=0, stdout=out)
    seal.write_text(fingerprint)


def _run_jobs(out: StringIO) -> None:
    """All but the documents of the editions: the server builds those once it runs, and their page follows them."""
    call_command("run_jobs", leave=["exports"], stdout=out)


class Command(BaseCommand):
    help = "Set up the demonstration: tables, reference data, World Bank figures, users, made-up reports and records."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default="http://127.0.0.1:8000", help="Where the pages will be served.")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        if not settings.ADME_DEMO:
            raise CommandError("setup_demo makes demonstration users, so it only runs where ADME_DEMO=1 is set.")
        started = time.monotonic()
        figures = settings.BASE_DIR / "fixtures" / "world_bank" / "observations.csv"
        self._step("Tables", lambda out: call_command("migrate", verbosity=0, stdout=out))
        self._step("Reference data", lambda out: call_command("load_reference", apply=True, stdout=out))
        self._step(
            "World Bank figures",
            lambda out: call_command(
                "import_observations", str(figures), apply=True, new_indicators=True, once=True, stdout=out
            ),
        )
        self._step("Demonstration targets", lambda out: call_command("load_demo_targets", apply=True, stdout=out))
        users = self._step("Demonstration users", lambda out: call_command("load_demo_users", apply=True, stdout=out))
        # Before the made-up reports, so that the edition after them has real differences to list.
        self._step("KPIs of the sources", _run_jobs)
        self._step("First edition", lambda out: call_command("load_demo_editions", apply=True, first=True, stdout=out))
        self._step("Demonstration reports", lambda out: call_command("load_demo_reports", apply=True, stdout=out))
        self._step("Demonstration records", lambda out: call_command("load_demo_records", apply=True, stdout=out))
        self._step("KPIs", _run_jobs)  # what reports and records have queued
        self._step("Demonstration editions", lambda out: call_command("load_demo_editions", apply=True, stdout=out))
        self._step("Mails", _run_jobs)
        self._step("Static files", _collect_static)
        self.stdout.write(f"\nReady in {time.monotonic() - started:.0f} s.\n")
        self.stdout.write(users)
        self.stdout.write(self.style.SUCCESS(f"\nOpen {address} and log in as one of the users above. Ctrl-C ends.\n"))

    def _step(self, title: str, run: Callable[[StringIO], Any]) -> str:
        self.stdout.write(f"{title} ...", ending=" ")
        self.stdout.flush()
        started, out = time.monotonic(), StringIO()
        run(out)
        self.stdout.write(f"{time.monotonic() - started:.1f} s")
        return out.getvalue()
