"""gunicorn's settings. The embedded profile is one process, whose threads also run the jobs."""

import os

embedded = os.environ.get("DJANGO_SETTINGS_MODULE", "adme.settings.embedded").endswith("embedded")
wsgi_app = "adme.wsgi:application"
bind = os.environ.get("BIND", "127.0.0.1:8000" if embedded else "0.0.0.0:8000")
worker_class = "gthread"
workers = 1 if embedded else int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8" if embedded else "4"))
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = 0 if embedded else 1000
max_requests_jitter = 100
loglevel = "warning" if embedded else "info"
accesslog = None if embedded else "-"


def post_worker_init(worker: object) -> None:
    """The job threads belong to the process that serves, so they start after the fork."""
    from django.conf import settings

    if settings.JOBS_BACKEND == "embedded":
        from adme.jobs import embedded as worker_threads

        worker_threads.start()
