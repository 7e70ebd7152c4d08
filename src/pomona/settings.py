"""Django settings, all from the environment; `pomona` sets the defaults before Django is loaded."""

import os
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

PACKAGE = Path(__file__).resolve().parent
DATA_DIR = Path(os.environ.get("POMONA_DATA", PACKAGE.parent.parent / ".data"))
EXPORT_DIR = Path(os.environ.get("POMONA_EXPORT") or DATA_DIR / "export")
"""Where the journal's facts stand as Parquet files."""
HISTORY_ENGINE = os.environ.get("HISTORY_ENGINE", "duckdb")
"""What computes over the whole past: `duckdb`, or a Spark master's address."""
HISTORY_MEMORY = os.environ.get("HISTORY_MEMORY", "3GiB")
"""What DuckDB takes of the machine's memory at most; the rest goes through files."""
DATABASE_URL = os.environ.get("DATABASE_URL", "")


def _database(url: str) -> dict[str, object]:
    """Django's database settings from a libpq URL."""
    parts = {name: value for name, value in conninfo_to_dict(url).items() if value is not None}
    named = {
        "NAME": parts.pop("dbname", "postgres"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
    }
    return {"ENGINE": "django.db.backends.postgresql", **named, "CONN_MAX_AGE": 600, "OPTIONS": parts}


DATABASES = {"default": _database(DATABASE_URL)}
SECRET_KEY = os.environ.get("POMONA_SECRET_KEY", "")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("POMONA_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("POMONA_ORIGINS", "").split(",") if origin]
ROOT_URLCONF = "pomona.web.urls"
AUTH_USER_MODEL = "store.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "procrastinate.contrib.django",
    "pomona.store",
    "pomona.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "pomona.web.middleware.ContentSecurity",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pomona.web.middleware.Look",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "pomona.web.middleware.Refusals",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pomona.web.context.page",
            ]
        },
    }
]
LANGUAGE_CODE = "en"
LANGUAGES = [("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
EMAIL_HOST = os.environ.get("POMONA_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("POMONA_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("POMONA_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("POMONA_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("POMONA_SMTP_TLS", "") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("POMONA_MAIL_FROM", "pomona@localhost")
TELEGRAM_BOT_TOKEN = os.environ.get("TELEGRAM_BOT_TOKEN", "")
TELEGRAM_API = os.environ.get("TELEGRAM_API", "https://api.telegram.org")
PUBLIC_URL = os.environ.get("POMONA_URL", "http://localhost:8000").rstrip("/")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "httpx": {"level": "WARNING"},
    },
}
"""What fails while a page is made goes to the server's log with its traceback. Below warnings httpx tells addresses,
and a bot's token stands in them."""
