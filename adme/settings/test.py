"""Fast and closed: no network, plain static storage, cheap hasher. DATABASE_URL chooses the database."""

from .base import *  # noqa: F403
from .base import BASE_DIR

SECRET_KEY = "test-key"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = BASE_DIR / "var" / "test-media"
ACCOUNT_RATE_LIMITS = False
JOBS_PERIODIC = False  # a test that wants the daily jobs queues them itself
