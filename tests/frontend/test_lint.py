"""Templates hold no inline script, style or handler, and nothing that the browser loads comes from another host."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted(path for folder in ROOT.glob("**/templates") for path in folder.rglob("*.html")
                   if not {".venv", "node_modules"} & set(path.parts))  # fmt: skip
OWN_STATIC = sorted(
    path
    for path in (ROOT / "static").rglob("*")
    if path.suffix in {".js", ".css", ".svg"} and "vendor" not in path.parts
)
VENDORED_CSS = sorted((ROOT / "static/vendor").rglob("*.css"))
SPRITE = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/vendor/tabler-icons/sprite.svg").read_text()))
NAMESPACE = "http://www.w3.org/"

FORBIDDEN = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "a handler attribute": r"<[^>]*\son[a-z]+\s*=",
    "an hx-on attribute": r"\bhx-on\b",
    "evaluated htmx values": r"hx-(?:vals|headers)\s*=\s*[\"']js:",
    "a javascript: address": r"javascript:",
    "Bootstrap's JavaScript, which is not loaded": r"data-bs-(?:toggle|dismiss|target)",
    "a script element without src": r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")",
    "an external address": r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//",
}


def name(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_keep_to_the_security_policy(path):
    text = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"\{[%{].*?[%}]\}", "x", text, flags=re.DOTALL)

    found = [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)]

    assert not found


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_use_only_icons_of_the_sprite(path):
    used = set(re.findall(r"\{% icon \"([^\"]+)\"", path.read_text(encoding="utf-8")))

    assert used <= SPRITE


@pytest.mark.parametrize("path", [*OWN_STATIC, *VENDORED_CSS], ids=name)
def test_nothing_is_loaded_from_another_host(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".css":
        loads = re.findall(r"@import[^;]*|url\((?!\s*[\"']?data:)[^)]*\)", text)
        found = [load for load in loads if "//" in load]
    else:
        found = [address for address in re.findall(r"https?://[^\s\"'<>)]+", text) if not address.startswith(NAMESPACE)]

    assert not found


def test_vendored_files_are_those_of_the_manifest():
    recorded = json.loads((ROOT / "static/vendor/MANIFEST.json").read_text())["sha256"]

    assert recorded
    for path, digest in recorded.items():
        assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == digest, path


def test_every_vendored_folder_has_its_licence():
    for folder in (ROOT / "static/vendor").iterdir():
        if folder.is_dir():
            assert any("LICENSE" in path.name for path in folder.iterdir()), folder.name


def test_the_lock_file_names_no_registry():
    text = (ROOT / "package-lock.json").read_text()

    assert '"resolved"' not in text
    assert "http" not in text


def test_the_chart_library_is_light_enough():
    """PERFORMANCE.md G12."""
    bundle = (ROOT / "static/vendor/plotly/plotly-cartesian.min.js").read_bytes()

    assert len(gzip.compress(bundle, 9)) <= 500_000


def test_static_files_can_be_collected_with_hashed_names(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    paths = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert paths["css/app.css"] != "css/app.css"


@pytest.mark.urls("tests.frontend.urls")
def test_icons_of_the_navigation_are_in_the_sprite(client_as):
    for role in ("analyst", "administrator"):
        html = client_as(role).get("/style-guide/").content.decode()
        assert set(re.findall(r"sprite\.svg#([a-z0-9-]+)", html)) <= SPRITE
