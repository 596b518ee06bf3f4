"""What must never stand in the repository, and what every dependency must have."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEXT = {".py", ".md", ".html", ".css", ".js", ".toml", ".txt", ".csv", ".json", ".yml", ".sh", ""}
ELSEWHERE = re.compile(r"(?<![\w./-])/(?:work|root|farm|home)/[a-z]")
REGISTRY = re.compile(r"registry\.npmjs\.org|files\.pythonhosted\.org|pypi\.org/simple|deb\.debian\.org", re.IGNORECASE)
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>\s*\S|\sstyle=|\son[a-z]+=[\"']", re.IGNORECASE
)


def own_files():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    for name in listed:
        path = ROOT / name
        if name and path.is_file() and path.suffix in TEXT and "vendor" not in path.parts:
            yield path


@pytest.mark.parametrize(("what", "pattern"), [("a path of one machine", ELSEWHERE), ("a package registry", REGISTRY)])
def test_no_file_holds(what, pattern):
    found = []
    for path in own_files():
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert not found, f"{what}: {found}"


def test_templates_hold_no_inline_script_style_or_handler():
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)!r}"
        for path in (ROOT / "templates").rglob("*.html")
        for match in INLINE.finditer(path.read_text())
    ]
    assert not found


def test_every_dependency_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text()
    block = text.split("dependencies = [")[1].split("[tool.")[0]
    lines = [line for line in block.splitlines() if re.match(r'\s+"[a-z]', line)]
    assert len(lines) > 20
    assert all(re.search(r'",\s+# \S+', line) for line in lines)


def test_locked_requirements_carry_hashes_for_every_package():
    for name in ("base.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text()
        pins = re.findall(r"^[a-zA-Z0-9_.\[\],-]+==", text, re.MULTILINE)
        assert len(pins) > 20
        assert text.count("--hash=sha256:") >= len(pins)


def test_the_packages_that_the_users_asked_for_are_used():
    text = (ROOT / "pyproject.toml").read_text()
    for name in (
        "django~=5.2", "djangorestframework", "psycopg2-binary", "pandas", "plotly", "django-import-export",
        "celery", "redis", "pytest-django",
    ):  # fmt: skip
        assert f'"{name}' in text
