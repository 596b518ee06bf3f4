"""Start what production starts, with production settings, on the machine's PostgreSQL and Redis, and use it.

migrate, load_reference, gunicorn, a Celery worker and beat run as processes of their own. An import is staged from
the command line, a job goes through Redis, and the pages answer with the headers that production promises.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psycopg2

postgres, redis_url = sys.argv[1:3]
NAME = "adme_production_smoke"
PORT = 8765
PROBE = """
import json, sys, time
import django; django.setup()
from adme.jobs.services import enqueue
from adme.jobs.models import Job
job = enqueue("rfmd.aggregate", args={"leaves": ["31c"]}, title="production smoke", queue="kpis")
deadline = time.monotonic() + 60
while time.monotonic() < deadline:
    job.refresh_from_db()
    if job.state in ("succeeded", "failed"): break
    time.sleep(0.2)
print(json.dumps({"state": job.state, "error": job.error}))
"""


def fresh_database() -> str:
    connection = psycopg2.connect(postgres)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {NAME}")
    connection.close()
    return postgres.rsplit("/", 1)[0] + "/" + NAME


environment = dict(
    os.environ,
    DJANGO_SETTINGS_MODULE="adme.settings.production",
    SECRET_KEY=secrets.token_urlsafe(60),
    ALLOWED_HOSTS="adme.test",
    DATABASE_URL=fresh_database(),
    REDIS_URL=redis_url,
    BEHIND_PROXY="1",
    BIND=f"127.0.0.1:{PORT}",
    MEDIA_ROOT="var/ci/production-media",
)


def manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], env=environment, check=True)


def get(path: str, **headers: str) -> tuple[int, dict[str, str]]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}{path}", headers={"Host": "adme.test", "X-Forwarded-Proto": "https", **headers}
    )
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=5) as answer:
            return answer.status, dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


def refuses(**broken: str) -> None:
    """A start with one unsafe value must end at once, with the check's name."""
    result = subprocess.run(
        [sys.executable, "-c", "import adme.wsgi"], env={**environment, **broken}, capture_output=True, text=True
    )
    name = next(iter(broken))
    assert result.returncode != 0 and "adme.E00" in result.stderr, f"production started with unsafe {name}"
    print(f"refused: {name}={next(iter(broken.values()))[:20]!r}")


refuses(SECRET_KEY="development-key-never-for-production")
refuses(ALLOWED_HOSTS="")
refuses(DATABASE_URL="sqlite:///var/ci/never.sqlite3")
refuses(ADME_DEMO="1")
manage("check", "--deploy", "--fail-level", "WARNING")
manage("migrate", "--verbosity", "0")
manage("collectstatic", "--noinput", "--verbosity", "0")
manage("load_reference", "--apply")
manage("import_observations", "fixtures/world_bank/observations.csv", "--new-indicators", "--apply")

python = [sys.executable, "-m"]
processes = [
    subprocess.Popen([*python, "gunicorn", "--config", "python:adme.gunicorn"], env=environment),
    subprocess.Popen(
        [
            *python,
            "celery",
            "-A",
            "adme.celery",
            "worker",
            "-Q",
            "default,kpis,imports,exports",
            "-c",
            "1",
            "-l",
            "warning",
        ],
        env=environment,
    ),
    subprocess.Popen(
        [*python, "celery", "-A", "adme.celery", "beat", "-l", "warning", "-s", "var/ci/beat"], env=environment
    ),
]
try:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if get("/healthz")[0] == 200:
                break
        except OSError:
            time.sleep(0.3)
    probe = subprocess.run([sys.executable, "-c", PROBE], env=environment, check=True, capture_output=True, text=True)
    outcome = json.loads(probe.stdout.strip().splitlines()[-1])
    assert outcome["state"] == "succeeded", outcome
    print("job through Redis and Celery:", outcome["state"])
    status, headers = get("/")
    assert status == 200, f"landing page answered {status}"
    lower = {name.lower(): value for name, value in headers.items()}
    assert "default-src 'none'" in lower["content-security-policy"], lower
    assert "max-age=31536000" in lower["strict-transport-security"], lower
    assert get("/dashboards/")[0] == 302, "dashboards must ask for a login"
    assert get("/", **{"X-Forwarded-Proto": "http"})[0] == 301, "plain http must be redirected"
    status, _ = get("/readyz")
    assert status == 200, f"/readyz answered {status}"
    print("pages, headers, readiness: as promised")
finally:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
connection = psycopg2.connect(postgres)
connection.autocommit = True
with connection.cursor() as cursor:
    cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
