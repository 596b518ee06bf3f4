"""A demonstration of its own, set up and served as `make demo` does, and a real browser in front of it."""

from __future__ import annotations

import csv
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
UPLOAD_LIMIT = 2_000_000
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a served demonstration: SQLite, embedded jobs, real World Bank figures. Whoever writes a journey may
    name a fresh one that is served already (`JOURNEY_SITE`, with IMPORT_MAX_BYTES as here) and save the set-up."""
    if served := os.environ.get("JOURNEY_SITE"):
        yield served
        return
    directory = tmp_path_factory.mktemp("site")
    port = _free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if name not in {"DJANGO_SETTINGS_MODULE", "REDIS_URL"}},
        "ADME_DEMO": "1",
        "DATABASE_URL": f"sqlite:///{directory / 'site.sqlite3'}",
        "MEDIA_ROOT": str(directory / "media"),
        "BIND": f"127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
    }
    subprocess.run([sys.executable, "manage.py", "setup_demo"], cwd=ROOT, env=environment, check=True, timeout=300)
    environment["IMPORT_MAX_BYTES"] = str(UPLOAD_LIMIT)
    log = (directory / "server.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "python:adme.gunicorn"],
        cwd=ROOT, env=environment, stdout=log, stderr=log,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/healthz", server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def _wait_for(address: str, server: subprocess.Popen[Any]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended while it started"
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"{address} did not answer within a minute")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium on this machine, and a journey must not be skipped here")
        pytest.skip("no Chromium on this machine: install Debian's package 'chromium' to run the journeys")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(params=[1440, 390], ids=["desk", "phone"])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """Cookies of users who have logged in, so that each logs in once."""
    return {}


@pytest.fixture
def open_as(site: str, browser: Any, sessions: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    """`open_as("analyst")` gives a page of a logged-in demonstration user, `open_as(None)` of nobody; script errors,
    CSP reports and requests that leave the host fail the test at its end."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_page(user: str | None, width: int = 1440, **options: Any) -> Any:
        if user and user not in sessions:
            sessions[user] = _logged_in(browser, site, user)
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            base_url=site,
            accept_downloads=True,
            reduced_motion="reduce",
            storage_state=sessions.get(user) if user else None,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
        page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
        page.on("request", lambda sent: complaints.append(sent.url) if not _own(sent.url, site) else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _logged_in(browser: Any, site: str, user: str) -> Any:
    users = csv.DictReader((ROOT / "fixtures" / "demo_users.csv").open(encoding="utf-8"))
    password = {row["email"]: row["password"] for row in users}[f"{user}@demo.adme.example"]
    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", f"{user}@demo.adme.example")
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)  # officers begin at their work, others at the dashboards
    state = context.storage_state()
    context.close()
    return state


def _own(url: str, site: str) -> bool:
    return url.startswith((site, "data:", "blob:", "about:"))
