"""Django's settings. What differs between installations comes from the environment: docs/reference/settings.md."""

from __future__ import annotations

import hashlib
import os
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from sanxiang.config import apps, database
from sanxiang.config.paths import BLOBS, LEDGER, LIBRARY, SEALS, SECRETS, STATIC, VAR, VENDOR
from sanxiang.store.postgres import secret
from sanxiang.store.postgres.dsn import parts


def _words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def _yes(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes"}


def _site(name: str) -> str:
    """An address without a path, as `https://host` or `https://host:port`; "" where none is set."""
    said = os.environ.get(name, "").strip().rstrip("/")
    place = urlsplit(said)
    if said and (
        place.scheme not in ("http", "https") or not place.hostname or said != f"{place.scheme}://{place.netloc}"
    ):
        raise ImproperlyConfigured(f"{name} 应当是 https://主机名 这样的网址，后面不带路径，现在是“{said}”")
    return said


PUBLIC = os.environ.get("SANXIANG_DATABASES") == database.PUBLIC
"""Whether this process serves the public alone: no desk, no login, no connection but the portal's."""

DEBUG = _yes("SANXIANG_DEBUG")
SECRET_KEY = secret(SECRETS, "public" if PUBLIC else "django")
COUNTER_KEY = os.environ.get("SANXIANG_COUNTER_KEY") or secret(SECRETS, "counter")
SANXIANG_PUBLIC_URL = _site("SANXIANG_PUBLIC_URL")
SANXIANG_ASKED = _site("SANXIANG_ASKED") or SANXIANG_PUBLIC_URL
"""Where the public finds the site, for codes and papers; where we ask whether something is gone from it."""

_own = [SANXIANG_PUBLIC_URL] if SANXIANG_PUBLIC_URL else []
ALLOWED_HOSTS = [
    *_words("SANXIANG_HOSTS", "127.0.0.1,localhost,[::1]"),
    *(urlsplit(one).hostname or "" for one in _own),
]
CSRF_TRUSTED_ORIGINS = [*_words("SANXIANG_ORIGINS"), *_own]

INSTALLED_APPS = [
    *apps.installed(),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "procrastinate.contrib.django",
    "sanxiang.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sanxiang.config.middleware.content_security",
    "sanxiang.config.middleware.no_nul",
    "sanxiang.portal.looks.remembered",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sanxiang.config.shortage.NoRoomAnswered",
]

STAFF_ONLY = {"sessions.middleware.Session", "auth.middleware.Authentication", "messages.middleware.Message"}
FOR_FILES = ("security", "no_nul", "NoRoom", "Session", "Common", "Authentication", "content_security")
if _yes("SANXIANG_FILES"):
    MIDDLEWARE = [name for name in MIDDLEWARE if any(part in name for part in FOR_FILES)]
    MIDDLEWARE.insert(0, "sanxiang.config.middleware.for_the_desk")
if PUBLIC:
    MIDDLEWARE = [name for name in MIDDLEWARE if not any(f"contrib.{part}" in name for part in STAFF_ONLY)]

ROOT_URLCONF = f"sanxiang.config.{'public' if PUBLIC else 'files' if _yes('SANXIANG_FILES') else 'urls'}"
WSGI_APPLICATION = "sanxiang.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["sanxiang.config.filters"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sanxiang.portal.looks.context",
                *(() if PUBLIC else ("sanxiang.three_systems.recording.origins.context",)),
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── database ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_urls = database.known()
DATABASES = database.databases(_urls)
DATABASE_ROUTERS = ["sanxiang.config.routing.ByRole"]
DATABASE_ROLES = {role: parts(url).get("user", "") for role, url in _urls.items()}
"""The login behind owner, web, portal and sequencer, for migrations that give rights."""

# ── language and time: the legal day is the day in Shanghai, instants are kept in UTC ─────────────────────────────────

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# ── static files: under names that carry their digest, served by ourselves ────────────────────────────────────────────

STATIC_URL = "/static/"
STATIC_ROOT = STATIC
KEPT_LIBRARY = LIBRARY
STATICFILES_DIRS = [("vendor", VENDOR)] if VENDOR.exists() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = VAR / "uploads"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_PERMISSIONS = 0o600

# ── who may do what with a browser ───────────────────────────────────────────────────────────────────────────────────

HTTPS = _yes("SANXIANG_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS or _yes("SANXIANG_TLS")
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 10 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
AUTH_USER_MODEL = "casework.Account"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("SANXIANG_LOG_LEVEL", "WARNING")},
    # A page that is gone or not there was answered: it is no fault of the installation.
    "loggers": {"django.request": {"level": os.environ.get("SANXIANG_LOG_LEVEL", "ERROR")}},
}

SANXIANG_LEDGER = LEDGER
SANXIANG_BLOBS = BLOBS
SANXIANG_FILE_MB = int(os.environ.get("SANXIANG_FILE_MB") or 200)
SANXIANG_ACT_MB = int(os.environ.get("SANXIANG_ACT_MB") or 500)
SANXIANG_LARGE_MB = int(os.environ.get("SANXIANG_LARGE_MB") or 20480)
"""How large one evidence file and all files of one act may be where they come with a form, and how large one that comes
in pieces, in megabytes of 2^20 bytes."""

SANXIANG_FILES = _yes("SANXIANG_FILES")
SANXIANG_FILES_ORIGIN = os.environ.get("SANXIANG_FILES_ORIGIN", "").rstrip("/")
SANXIANG_FILES_PORT = os.environ.get("SANXIANG_FILES_PORT", "")
SANXIANG_DESK_PORT = os.environ.get("SANXIANG_DESK_PORT", "")
"""Whether this process serves large files alone (文件服务); where it is found, as an origin or as a port of the name
under which the desk is called; and the port of the desk whose pages may ask it. Empty: the desk's process answers."""

SANXIANG_SM3_ENTRIES = _yes("SANXIANG_SM3")
SANXIANG_SM3 = SANXIANG_SM3_ENTRIES or (not os.environ.get("SANXIANG_SM3") and "sm3" in hashlib.algorithms_available)
"""Whether SM3 (GM/T 0004-2012) is reckoned beside SHA-256: of the entries of the ledger where that is asked for; of
every file that events name, of volumes and packages where nobody said no and this Python's OpenSSL knows it."""

SANXIANG_STATIONS = _words("SANXIANG_STATIONS")
"""Folders of collection stations that the worker watches: `CODE=/path`, or `CODE@agency=/path`."""

SANXIANG_S3 = {
    "bucket": os.environ.get("SANXIANG_S3_BUCKET", ""),
    "endpoint": os.environ.get("SANXIANG_S3_ENDPOINT", ""),
    "key": os.environ.get("SANXIANG_S3_KEY", ""),
    "secret": os.environ.get("SANXIANG_S3_SECRET", ""),
    "region": os.environ.get("SANXIANG_S3_REGION", ""),
    "folder": os.environ.get("SANXIANG_S3_FOLDER", ""),
}
SANXIANG_S3_SPARE_DAYS = int(os.environ.get("SANXIANG_S3_SPARE_DAYS") or 0)
"""Where evidence files are copied to, and after how many days without use the copy on the disk may go; 0: never."""

SANXIANG_PACKAGE_FILMS = os.environ.get("SANXIANG_PACKAGE_FILMS", "") == "1"
"""Whether an archive package holds the films of the recordings too, not only their digests."""

SANXIANG_SEALS = SEALS
SANXIANG_TSA = os.environ.get("SANXIANG_TSA", "")
"""The agencies' electronic seals, and the address of an RFC 3161 time stamping authority."""

SANXIANG_FONTS = os.environ.get("SANXIANG_FONTS", "")

SANXIANG_FEEDS = os.environ.get("SANXIANG_FEEDS", "")
"""Other systems whose lists the portal shows, as JSON (docs/reference/sharing-in.md)."""

SITE = {
    "host": os.environ.get("SANXIANG_SITE_HOST", ""),
    "phone": os.environ.get("SANXIANG_SITE_PHONE", ""),
    "code": os.environ.get("SANXIANG_SITE_CODE", ""),
    "icp": os.environ.get("SANXIANG_SITE_ICP", ""),
    "police": os.environ.get("SANXIANG_SITE_POLICE", ""),
}
"""What the footer of the public site says of itself: 主办单位, telephone, 网站标识码, ICP 备案号, 公安备案号."""
