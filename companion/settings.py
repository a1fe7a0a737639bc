"""Every setting, from the environment. What is unset is safe; what must be set says so."""

from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from companion import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("COMPANION_VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = env.required("COMPANION_SECRET_KEY")
# "id:base64,id:base64": the first key writes, all of them read.
FIELD_KEYS = env.required("COMPANION_FIELD_KEYS")
INDEX_KEY = env.required("COMPANION_INDEX_KEY")
# The public half of the pair that backups are encrypted to (age1…).
BACKUP_KEY = env.text("COMPANION_BACKUP_KEY")
# How long a record is kept after the last episode ended; what the law of the place asks.
RECORD_YEARS = int(env.text("COMPANION_RECORD_YEARS", "7"))
# Tables that no backup of the data holds: their newest copy lies in a file of its own, so
# that a key which was destroyed does not come back with an old backup.
KEPT_APART = ("keys_rotation", "keys_datakey")
# Seconds a process remembers the key of a client; so long a destroyed one may work on.
DATA_KEYS_REMEMBERED_FOR = 60
# Chains the audit log. Never in the database: whoever changes rows there cannot seal them.
# The newest first, with a comma between; rotate_audit_key makes it seal.
AUDIT_KEY = env.required("COMPANION_AUDIT_KEY")
# A file on another disk where the head of that chain is written every hour.
AUDIT_ANCHOR = env.text("COMPANION_AUDIT_ANCHOR")

DEBUG = env.flag("COMPANION_DEBUG")
DEMO = env.flag("COMPANION_DEMO")
# Where no organization has said otherwise: its name, and "wave", "sun", "leaf" or "door".
APP_NAME = env.text("COMPANION_APP_NAME", "Companion")
APP_ICON = env.text("COMPANION_APP_ICON", "wave")
# Files notice.en.txt, notice.es.txt: the organization's own words (42 CFR 2.22).
NOTICE_DIR = env.text("COMPANION_NOTICE_DIR")

PUBLIC_BASE_URL = env.text("PUBLIC_BASE_URL", "http://localhost:8000").rstrip("/")
_public = urlsplit(PUBLIC_BASE_URL)
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
IS_LOOPBACK = _public.hostname in LOOPBACK_HOSTS
ALLOWED_HOSTS = sorted({_public.hostname or "localhost", *LOOPBACK_HOSTS[:2]})
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
# How many proxies of our own stand in front and add to X-Forwarded-For.
TRUSTED_PROXIES = int(env.text("TRUSTED_PROXIES", "0"))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "apps.common",
    "apps.keys",
    "apps.audit",
    "apps.backups",
    "apps.accounts",
    "apps.care",
    "apps.notifications",
    "apps.lifecycle",
    "apps.sessions",
    "apps.checkins",
    "apps.plans",
    "apps.disclosures",
    "apps.feeds",
    "apps.outreach",
    "apps.setup",
    "apps.home",
    "apps.desk",
    "apps.signin",
    "apps.phone",
    "apps.records",
    "apps.demo",
]

MIDDLEWARE = [
    "apps.common.middleware.ClientAddressMiddleware",
    "apps.common.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # With a random length added, so that sizes do not give away what a page says.
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "apps.common.middleware.SecurityHeadersMiddleware",
    "apps.common.middleware.ReadableFormMiddleware",
    "apps.home.middleware.AwayMiddleware",
    "apps.common.middleware.SameForEverybodyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.WallMiddleware",
    "apps.signin.middleware.SessionLimitsMiddleware",
    "apps.signin.middleware.KnownBrowserMiddleware",
    "apps.signin.middleware.LockMiddleware",
    "apps.signin.middleware.LateFormsMiddleware",
    "apps.accounts.middleware.SignInRequiredMiddleware",
    "apps.signin.middleware.SecondStepMiddleware",
    "apps.accounts.middleware.AccessMiddleware",
    "apps.signin.middleware.FreshSignInMiddleware",
    "apps.audit.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.middleware.PersonLanguageMiddleware",
]

# Paths whose answers phones and calendars keep: without cookies either way.
SAME_FOR_EVERYBODY = ("/offline/", "/sw.js", "/calendar/")

ROOT_URLCONF = "companion.urls"
WSGI_APPLICATION = "companion.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["apps.common.templatetags.pieces"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.common.context_processors.app",
                "apps.phone.context_processors.phone",
            ],
        },
    },
]

_database_url = env.text("DATABASE_URL", f"sqlite:///{VAR_DIR}/companion.sqlite3")
DATABASES = {"default": dj_database_url.parse(_database_url, conn_max_age=600)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            # What is deleted is not left in free pages.
            "PRAGMA secure_delete=ON;"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        server_side_binding=True, prepare_threshold=2
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BROKER_URL = env.text("BROKER_URL", f"sqla+sqlite:///{VAR_DIR}/broker.sqlite3")
CACHES = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": BROKER_URL,
        }
        if BROKER_URL.startswith("redis")
        else {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR_DIR / "cache",
            # Limits are kept here: a few hundred, and they would push each other out.
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    )
}

CELERY_BROKER_URL = BROKER_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 60}
    if BROKER_URL.startswith("redis")
    else {"connect_args": {"timeout": 20}}
)
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
# A dumb tick in UTC: what is due is decided from rows, so a tick more or less is harmless.
CELERY_BEAT_SCHEDULE = {
    "run-due": {
        "task": "outreach.run_due",
        "schedule": 10.0,
        "options": {"expires": 30},
    },
    "send-codes": {
        "task": "signin.send_codes",
        "schedule": 10.0,
        "options": {"expires": 30},
    },
    "forget-ended": {
        "task": "signin.forget_ended",
        "schedule": 6 * 60 * 60.0,
        "options": {"expires": 60 * 60},
    },
    "forget-drop-keys": {
        "task": "phone.forget_keys",
        "schedule": 6 * 60 * 60.0,
        "options": {"expires": 60 * 60},
    },
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["apps.signin.backends.SignInBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "signin:sign_in"
LOGIN_REDIRECT_URL = "home:today"
LOGOUT_REDIRECT_URL = "signin:sign_in"

SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
BROWSER_COOKIE_NAME = "browser"
# Read by the script and the worker, under the same two names.
AWAY_COOKIE_NAME = "away"
# A name in "Done for Rosa" has no place in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "apps.signin.errors.csrf_failure"
# Over plain http (only ever on this machine) a Secure cookie would not come back.
if _public.scheme == "https":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sid"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-lang"
    BROWSER_COOKIE_NAME = "__Host-browser"
    AWAY_COOKIE_NAME = "__Host-away"
    SECURE_HSTS_SECONDS = 63072000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
elif not IS_LOOPBACK:
    raise ImproperlyConfigured(
        "PUBLIC_BASE_URL must begin with https:// unless it is this machine."
    )
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
# Where a table is pasted, a form may be longer. nginx says the same (deploy/nginx).
LONG_FORMS = ("/desk/setup/import/",)
LONG_FORM_MAX_SIZE = 1536 * 1024

# The library makes, ages and counts one-time codes. It never learns a client's address:
# the adapter hands it a keyed index, and its own e-mail table holds staff only.
ACCOUNT_ADAPTER = "apps.signin.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {
    "numeric": True,
    "dashed": False,
    "length": 6,
}
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "20/m/ip,3/m/key,10/h/key",
    # New addresses that one client tries.
    "new_address": "20/m/ip,5/h/key",
    "login_failed": "60/m/ip,5/10m/key",
    "invitation": "20/m/ip",
    # Codes of the second step: an address, and one person. The day's count is what somebody
    # who reads a mailbox has against a code of six numbers.
    "second_step_from": "60/m/ip",
    "second_step": "5/10m/key,30/d/key",
    # Names and birth dates tried by one of the staff for a record not on their list.
    "open_with_reason": "10/h/key",
    # Passkeys cannot be guessed, so nobody's tries count against the person they name.
    "passkey": "60/m/ip",
    # The PIN of the lock, on all phones of one person: a code is needed every five tries.
    "unlock": "30/d/key",
}
# Of the second step, the library's rows and its passkeys; pages and codes are our own.
MFA_ADAPTER = "apps.signin.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_WEBAUTHN_USER_VERIFICATION = "required"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Español"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MAX_AGE = 60

# Outbound targets. A target on this machine is accepted only with the explicit flag, and
# never when people reach us from elsewhere.
ALLOW_LOOPBACK_SINKS = env.flag("ALLOW_LOOPBACK_SINKS")
SMS_API_BASE_URL = env.text("SMS_API_BASE_URL").rstrip("/")
SMS_ACCOUNT_SID = env.text("SMS_ACCOUNT_SID")
SMS_AUTH_TOKEN = env.text("SMS_AUTH_TOKEN")
SMS_FROM = env.text("SMS_FROM")
SMS_TIMEOUT_SECONDS = 10
_sink = urlsplit(SMS_API_BASE_URL)
if SMS_API_BASE_URL and _sink.hostname in LOOPBACK_HOSTS and not ALLOW_LOOPBACK_SINKS:
    raise ImproperlyConfigured(
        "SMS_API_BASE_URL is on this machine: set ALLOW_LOOPBACK_SINKS=1 if you mean it."
    )
if SMS_API_BASE_URL and _sink.scheme != "https" and not ALLOW_LOOPBACK_SINKS:
    raise ImproperlyConfigured("SMS_API_BASE_URL must begin with https://.")
if ALLOW_LOOPBACK_SINKS and not IS_LOOPBACK:
    raise ImproperlyConfigured(
        "ALLOW_LOOPBACK_SINKS=1 is refused when PUBLIC_BASE_URL is not this machine."
    )

MAIL_FROM = env.text("MAIL_FROM", "hello@localhost")
DEFAULT_FROM_EMAIL = MAIL_FROM
SMTP_HOST = env.text("SMTP_HOST")
MAILERS = {
    "default": (
        {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": SMTP_HOST,
                "port": int(env.text("SMTP_PORT", "587")),
                "username": env.text("SMTP_USER"),
                "password": env.text("SMTP_PASSWORD"),
                "use_tls": env.flag("SMTP_TLS", default=True),
                "timeout": 10,
            },
        }
        if SMTP_HOST
        else {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    )
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication"
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.common.parsers.ShallowJSONParser"],
    "EXCEPTION_HANDLER": "apps.common.api_errors.api_error",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Companion",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # What several answers say by the same words has one name.
    "ENUM_NAME_OVERRIDES": {
        "SessionStateEnum": "apps.sessions.models.GroupSession.State",
    },
}

# Nothing of a request or a record is logged: our own ids and outcomes only. Libraries put
# paths, addresses and values into their messages; the formatter leaves them out.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "apps.common.logs.AllowedFields"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "filters": {"readiness": {"()": "apps.common.logs.ReadinessAnswers"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.request": {"filters": ["readiness"]},
        "celery": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
    },
}
