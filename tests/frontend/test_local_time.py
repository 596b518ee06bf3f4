"""Beside a deadline in Jakarta time stands the reader's own time, where it differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

pytestmark = pytest.mark.browser
SCRIPT = (Path(settings.BASE_DIR) / "static/js/local-time.js").read_text(encoding="utf-8")
PAGE = f'<script>{SCRIPT}</script><time datetime="2027-03-31T16:59:59Z" data-local-time></time>'


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Yangon", "31 Mar 2027, 23:29 your time (UTC+6:30)"),
        ("Asia/Dili", "1 Apr 2027, 01:59 your time (UTC+9)"),
        ("Asia/Jakarta", ""),
    ],
)
def test_the_reader_sees_the_deadline_on_the_own_clock(chromium: Any, zone: str, shown: str) -> None:
    page = chromium.new_context(timezone_id=zone).new_page()
    page.set_content(PAGE)
    assert page.locator("time").inner_text() == shown
