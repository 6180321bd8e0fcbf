"""Every setting, in titled sections. What differs between installations is read from the environment, only here.

ENVIRONMENT says where we are: development (the default), test or production. docs/operations.md lists the variables.
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env, validate

from alignment.embedded.place import BASE_DIR, local_secret_key, var_dir
from alignment.logs import logging_config
from alignment.servers import cache_url, celery_broker_url, database_settings, with_redis_database

env = Env()

# -- Where we are -------------------------------------------------------------------------
ENVIRONMENT: str = env.str("ENVIRONMENT", "development", validate=validate.OneOf(["development", "test", "production"]))
PRODUCTION = ENVIRONMENT == "production"
TESTING = ENVIRONMENT == "test"
DEBUG: bool = env.bool("DEBUG", False)
VAR_DIR: Path = var_dir()

# -- Address and secrets ------------------------------------------------------------------
BASE_URL: str = env.str("BASE_URL", f"http://127.0.0.1:{env.int('PORT', 8000)}").rstrip("/")
HTTPS = BASE_URL.startswith("https://")
# Without a key of its own an installation keeps a random one in VAR_DIR; production does not start without one.
SECRET_KEY: str = env.str("SECRET_KEY", "") or ("change-me" if PRODUCTION else local_secret_key(VAR_DIR))
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [urlsplit(BASE_URL).hostname or ""] if PRODUCTION else ["*"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# -- The company (the row in accounts.Company overrides these) -----------------------------
COMPANY = {
    "time_zone": env.str("TIME_ZONE", "UTC"),
    "currency": env.str(
        "CURRENCY", "EUR", validate=validate.Regexp(r"^[A-Z]{3}$", error="CURRENCY is a code such as EUR.")
    ),
    "country": env.str(
        "COUNTRY", "", validate=validate.Regexp(r"^([A-Z]{2})?$", error="COUNTRY is a code such as DE.")
    ),
    "fiscal_year_start": env.int("FISCAL_YEAR_START", 1, validate=validate.Range(1, 12)),
}

# -- Applications -------------------------------------------------------------------------
INSTALLED_APPS = [
    "alignment.apps.AlignmentConfig",
    "common",
    "accounts",
    "imports",
    "notices",
    "campaigns",
    "leads",
    "feedback",
    "reviews",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "rest_framework",
]
ROOT_URLCONF = "alignment.urls"
WSGI_APPLICATION = "alignment.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "alignment.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "common.middleware.NoNulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "common.middleware.PrivatePagesMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "alignment.sessions.SessionLifetimeMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.CompanyMiddleware",
]

# -- Pages --------------------------------------------------------------------------------
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
                "alignment.context.frame",
            ],
        },
    },
    {  # rows of which a page shows dozens
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates_jinja"],
        "OPTIONS": {"environment": "alignment.jinja.environment"},
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# -- Static files -------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT: Path = env.path("STATIC_ROOT", VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
# Hashed names need a collected manifest, which tests and a debugging server do without.
_static_storage = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG or TESTING
    else "common.static_files.HashedStaticFiles"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or TESTING
MEDIA_ROOT: Path = env.path("MEDIA_ROOT", VAR_DIR / "files")  # uploads: outside every served folder
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# -- Language and time --------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"  # how moments are stored; what people see follows the company and the person

# -- Database -----------------------------------------------------------------------------
DATABASES = {"default": database_settings(os.environ.get("DATABASE_URL", ""))}

# -- Cache and queue ----------------------------------------------------------------------
REDIS_IS_NAMED = bool(env.str("REDIS_URL", ""))
REDIS_URL: str = env.str("REDIS_URL", "") or "redis://127.0.0.1:6379/0"
if TESTING:  # each pytest-xdist worker has two databases of its own, away from those of a running `make run`
    REDIS_URL = with_redis_database(REDIS_URL, 2 + 2 * (int(env.str("PYTEST_XDIST_WORKER", "gw0")[2:]) % 7))
CACHES = {
    "default": {
        "BACKEND": "alignment.cache.ForgivingRedisCache",
        "LOCATION": cache_url(REDIS_URL),
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
CELERY_BROKER_URL = celery_broker_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
# A publish gives up soon: the work waits in its table, and the next sweep finds it.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_timeout": 3,  # how long a page waits for a hung server
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "retry_policy": CELERY_TASK_PUBLISH_RETRY_POLICY,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000  # kilobytes
CELERY_TIMEZONE = "UTC"

# -- Signing in ---------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are added by an admin, who vouches for the address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True  # every session lasts SESSION_COOKIE_AGE, without asking
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "reset_password": "20/m/ip,5/m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "manage_email": "10/m/user",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Alignment"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # passkeys on http://127.0.0.1

# -- Sessions and cookies -----------------------------------------------------------------
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # pages answer while Redis is away
SESSION_COOKIE_AGE = int(timedelta(hours=8).total_seconds())  # idle; see alignment/sessions.py
SESSION_LIFETIME = timedelta(days=7)  # absolute
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"

# -- Browser ------------------------------------------------------------------------------
_OURS = ["script-src", "style-src", "font-src", "connect-src", "manifest-src", "form-action"]
_NOTHING = ["default-src", "frame-ancestors", "base-uri"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **{key: ["'none'"] for key in _NOTHING},
        **{key: ["'self'"] for key in _OURS},
        "img-src": ["'self'", "data:"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # HSTS preload is for the owner of the domain to decide
# Only behind a proxy that sets this header itself; anybody else could claim to have come by HTTPS.
BEHIND_PROXY: bool = env.bool("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None

# -- API ----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api_auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "accounts.api_auth.InScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "common.api.CursorPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "common.api.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "NUM_PROXIES": 1 if BEHIND_PROXY else 0,
}
# Calls in a minute: of a token or person, from an address, and from an address without a key that opens. 0: no limit.
API_LIMITS = {
    "caller": env.int("API_LIMIT_CALLER", 0 if TESTING else 1200, validate=validate.Range(0)),
    "address": env.int("API_LIMIT_ADDRESS", 0 if TESTING else 3000, validate=validate.Range(0)),
    "refused": env.int("API_LIMIT_REFUSED", 0 if TESTING else 60, validate=validate.Range(0)),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Alignment",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "alignment.api_examples.with_examples",
    ],
    # Several kinds of rows have a status, a side or a state.
    "ENUM_NAME_OVERRIDES": {
        "AimSide": "reviews.models.aim.Aim.Side",
        "AimState": "reviews.api.AIM_STATES",
        "AdjustmentState": "feedback.models.Adjustment.State",
        "ImportState": "imports.models.Import.State",
        "CommentKind": "feedback.models.Comment.Kind",
        "TouchKind": "leads.models.Touch.Kind",
        "CriterionKind": "leads.models.Criterion.Half",
        "PersonSide": "accounts.models.User.Side",
        "DeliveryState": "notices.models.Delivery.State",
        "WebhookState": "notices.api_shapes.STATES",
        "CampaignStatus": "campaigns.models.Campaign.Status",
        "ReviewStatus": "reviews.models.Review.Status",
    },
}

# -- Mail and webhooks --------------------------------------------------------------------
# Without EMAIL_URL mails become files in VAR_DIR, to be looked at.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
if env.str("EMAIL_URL", ""):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    vars().update(env.dj_email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 10
# Webhooks go to the public internet alone; on a private network, and in tests, they may go anywhere.
WEBHOOK_ALLOW_PRIVATE: bool = env.bool("WEBHOOK_ALLOW_PRIVATE", False)
# Where Meta tells who a lead of its lead ads is.
META_GRAPH_URL: str = env.str("META_GRAPH_URL", "https://graph.facebook.com/v23.0").rstrip("/")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("EMAIL_FROM", f"alignment@{urlsplit(BASE_URL).hostname}")

# -- Logs ---------------------------------------------------------------------------------
LOGGING = logging_config(as_json=PRODUCTION, level=env.str("LOG_LEVEL", "WARNING" if TESTING else "INFO"))
DJANGO_STRUCTLOG_CELERY_ENABLED = True
