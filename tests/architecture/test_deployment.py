"""What production is started from: compose file, image, environment example, and checks that refuse unsafe values."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.conf import settings
from django.core import checks

from adme.common import checks as check_module

ROOT = Path(settings.BASE_DIR)
SAFE = {
    "ADME_PRODUCTION": True,
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": ["adme.example.org"],
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    "REDIS_URL": "redis://redis:6379/0",
    "DEBUG": False,
    "ADME_DEMO": False,
}


def errors(monkeypatch, **changes):
    values = {**SAFE, **changes}
    monkeypatch.setattr(check_module, "settings", SimpleNamespace(DEVELOPMENT_KEY=settings.DEVELOPMENT_KEY, **values))
    return {message.id for message in check_module.production_is_safe()}


def test_production_with_safe_values_starts(monkeypatch):
    assert errors(monkeypatch) == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"SECRET_KEY": "development-key-never-for-production"}, "adme.E001"),
        ({"SECRET_KEY": "short"}, "adme.E001"),
        ({"SECRET_KEY": "# 50 or more random characters; production refuses to start without"}, "adme.E001"),
        ({"ALLOWED_HOSTS": []}, "adme.E002"),
        ({"ALLOWED_HOSTS": ["*"]}, "adme.E002"),
        ({"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}}, "adme.E003"),
        ({"REDIS_URL": ""}, "adme.E004"),
        ({"DEBUG": True}, "adme.E005"),
        ({"ADME_DEMO": True}, "adme.E006"),
    ],
)
def test_production_with_an_unsafe_value_is_refused(monkeypatch, changes, expected):
    assert expected in errors(monkeypatch, **changes)


def test_the_embedded_profile_runs_with_nothing_set(monkeypatch):
    assert errors(monkeypatch, ADME_PRODUCTION=False, SECRET_KEY="", ALLOWED_HOSTS=[], REDIS_URL="") == set()


def test_the_checks_are_registered():
    assert any(check.__name__ == "production_is_safe" for check in checks.registry.registry.get_checks())


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_compose_runs_web_workers_beat_postgresql_and_redis(compose):
    assert {"web", "worker", "imports", "exports", "beat", "db", "redis"} <= set(compose["services"])
    queues = "".join(compose["services"][name]["command"] for name in ("worker", "imports", "exports"))
    assert all(queue in queues for queue in ("default", "kpis", "imports", "exports"))


def test_compose_names_only_services_and_volumes_that_it_defines(compose):
    for service in compose["services"].values():
        assert set(service.get("depends_on", [])) <= set(compose["services"])
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"]


def test_compose_publishes_no_database_and_no_secret(compose):
    assert "ports" not in compose["services"]["db"]
    assert "ports" not in compose["services"]["redis"]
    assert compose["services"]["db"]["environment"]["POSTGRES_PASSWORD"] == "${POSTGRES_PASSWORD}"


def test_every_variable_that_the_settings_read_stands_in_the_example():
    text = "".join(path.read_text() for path in (ROOT / "adme" / "settings").glob("*.py"))
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text))
    example = (ROOT / ".env.example").read_text()
    missing = {name for name in read if not re.search(rf"^#? ?{name}=", example, re.MULTILINE)}
    assert not missing


def test_the_image_runs_as_an_ordinary_user_with_locked_packages():
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes" in text
    assert re.search(r"^USER adme$", text, re.MULTILINE)


def test_the_example_holds_no_remark_behind_a_value():
    lines = [line for line in (ROOT / ".env.example").read_text().splitlines() if line and not line.startswith("#")]
    assert all("#" not in line for line in lines), "a remark behind a value becomes part of the value"


def test_every_variable_of_the_compose_file_stands_in_the_example():
    named = set(re.findall(r"\$\{([A-Z_]+)\}", (ROOT / "docker-compose.yml").read_text()))
    example = (ROOT / ".env.example").read_text()
    assert all(re.search(rf"^{name}=", example, re.MULTILINE) for name in named)
