"""What every profile shares. Names of environment variables are listed in .env.example."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DEVELOPMENT_KEY = "development-key-never-for-production"
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_KEY)
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "adme.common",
    "adme.audit",
    "adme.reference",
    "adme.accounts",
    "adme.observations",
    "adme.jobs",
    "adme.api",
    "adme.exports",
    "adme.ingest",
    "adme.reporting",
    "databases_b",
    "databases_c",
    "databases_a.tool1",
    "databases_a.tool2",
    "databases_a.rfmd",
    "databases_a.demonstration",
    "dashboards",
    "dissemination.editions",
    "dissemination.products",
    "dissemination.sdmx",
    "dissemination.subscriptions",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "csp",
    "import_export",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "adme.accounts.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "adme.accounts.middleware.ErrorPagesMiddleware",
]

ROOT_URLCONF = "adme.urls"
WSGI_APPLICATION = "adme.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "adme.accounts.context.navigation",
                "adme.reporting.context.bell",
            ],
            "builtins": ["adme.common.templatetags.adme"],
        },
    }
]

SQLITE_OPTIONS = {
    # IMMEDIATE + WAL + a long timeout: without all three, concurrent writers fail with "database is locked".
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-32000;",
}
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'adme.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = (
    {
        "default": {
            "BACKEND": "adme.common.cache.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
        }
    }
    if REDIS_URL
    else {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
)

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "landing"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "adme.accounts.passwords.ContextWordValidator"},
]
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", default=False) else 0
ACCOUNT_ADAPTER = "adme.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="adme@localhost")
EMAIL_TIMEOUT = 20  # seconds; without it a silent mail server holds a worker for ever
# Where readers find ADME: mails that no request caused, such as reminders, link there.
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # the layout of a large record set, or a form of 240 groups
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "adme.api.authentication.BearerToken",  # first, so that an anonymous caller gets 401 and not 403
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["adme.api.permissions.MayUseApi"],
    "DEFAULT_PARSER_CLASSES": ["adme.api.parsers.JsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["adme.api.renderers.OrjsonRenderer"],
    "DEFAULT_SCHEMA_CLASS": "adme.api.schema.EndpointSchema",
    "DEFAULT_PAGINATION_CLASS": "adme.api.pagination.Page",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS tells nothing; the description is at /api/v1/schema/
    "URL_FORMAT_OVERRIDE": None,  # a format has an address of its own (.csv), never a parameter
    "DEFAULT_THROTTLE_CLASSES": ["adme.api.throttles.ByUse", "adme.api.throttles.WholeLists"],
    "DEFAULT_THROTTLE_RATES": {"read": "600/min", "write": "60/min", "whole": "120/hour"},
    "EXCEPTION_HANDLER": "adme.api.errors.exception_handler",
    "PAGE_SIZE": 100,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ADME API",
    "DESCRIPTION": "ASEAN Socio-Cultural Community Database for Monitoring and Evaluation.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["adme.api.permissions.MayUseApi"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["adme.api.schema.only_this_api"],
    # Choices stand where they are used, rather than under made-up names; their words stand in code lists.
    "POSTPROCESSING_HOOKS": ["adme.api.schema.share_errors"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

# Jobs: "embedded" runs them in a thread of this process, "celery" sends their ids through Redis.
JOBS_BACKEND = env.str("JOBS_BACKEND", default="embedded")
JOBS_PERIODIC = True  # queue what is done every day, see adme/jobs/periodic.py
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_TIME_LIMIT = 60 * 60
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20  # a deployment lets running work finish or hand itself back
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 2 * 60 * 60,  # above the longest job, or Redis delivers it twice
    "socket_timeout": 5,  # without these, publishing to a hung Redis blocks for ever
    "socket_connect_timeout": 5,
}
CELERY_VISIBILITY_TIMEOUT = 2 * 60 * 60

# Demonstration users and made-up figures exist only where this is on.
ADME_DEMO = env.bool("ADME_DEMO", default=False)
# Imports: largest file taken, and which reference areas are stored when a file holds more.
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=100 * 1024 * 1024)
IMPORT_KEEP_AREA_GROUPS = env.list("IMPORT_KEEP_AREA_GROUPS", default=["ASEAN", "COMPARATORS"])
# Systems that may be told of events (webhooks): names of hosts, comma separated. None: webhooks are off.
WEBHOOK_HOSTS: list[str] = env.list("WEBHOOK_HOSTS", default=[])

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
