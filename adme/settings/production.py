"""PostgreSQL, Redis, Celery. System checks (adme.common.checks) refuse an unsafe start."""

from .base import *  # noqa: F403
from .base import env

ADME_PRODUCTION = True
DEBUG = False
# The container's own health check asks by this address; it reaches no one from outside.
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1"] if ALLOWED_HOSTS else []  # noqa: F405
JOBS_BACKEND = env.str("JOBS_BACKEND", default="celery")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
