"""Django's settings, drawn from the environment. Nothing is decided here that an operator could want to change."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from jdl_service.conf.databases import database
from jdl_service.conf.environment import read_environment
from jdl_service.conf.mail import mail
from jdl_service.conf.safety import refuse_unsafe
from jdl_service.look.brand import Brand
from justice_data_lab.lab_file import read_lab

ENVIRONMENT = read_environment(os.environ)
refuse_unsafe(ENVIRONMENT)
LAB = read_lab(Path(ENVIRONMENT.lab) if ENVIRONMENT.lab else None)

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key
SECRET_KEY_FALLBACKS = list(ENVIRONMENT.old_secret_keys)
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
ROOT_URLCONF = "jdl_service.urls"
WSGI_APPLICATION = "jdl_service.wsgi.application"
INSTALLED_APPS = [
    "jdl_service.look",
    "jdl_service.accounts",
    "jdl_service.organisations",
    "jdl_service.audit",
    "jdl_service.requests",
    "jdl_service.files",
    "jdl_service.jobs",
    "jdl_service.analysis",
    "jdl_service.releases",
    "jdl_service.administration",
    "jdl_service.retention",
    "jdl_service.library",
    "jdl_service.results",
    "jdl_service.public",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "jdl_service.base.middleware.request_log",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "jdl_service.base.middleware.keep_session",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "jdl_service.base.middleware.private_by_default",
    "jdl_service.accounts.middleware.second_factor",
    "jdl_service.base.middleware.refusals",
    "axes.middleware.AxesMiddleware",
    "jdl_service.base.middleware.behind_the_wall",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "jdl_service.look.environment.environment",
            "context_processors": ["jdl_service.base.context.page", "django.contrib.messages.context_processors.messages"],
        },
    },
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]

FORM_RENDERER = "jdl_service.look.forms.Renderer"
LOOK = Brand(name=LAB.name, colour=LAB.brand_colour, contact=LAB.contacts, licence=LAB.licence, zone=LAB.release_zone)
LOOK_STYLEGUIDE = not ENVIRONMENT.production

DATABASES = {"default": database(ENVIRONMENT)}
# What is counted counts for every web process, and after a start: how often somebody tried, and which code was used.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_tally",
        "KEY_FUNCTION": "jdl_service.accounts.guesses.blind_key",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIGRATION_MODULES: dict[str, str] = {}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = LAB.release_zone
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True

# Accounts: an e-mail address and a password, a second factor for staff and for everybody who uploads.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "jdl_service.accounts.passwords.OwnWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "jdl_service.accounts.adapter.Adapter"
ACCOUNT_FORMS = {
    name: f"jdl_service.accounts.forms.{form}"
    for name, form in (
        ("login", "LoginForm"),
        ("signup", "SignupForm"),
        ("reset_password", "ResetPasswordForm"),
        ("reset_password_from_key", "ResetPasswordKeyForm"),
        ("change_password", "ChangePasswordForm"),
        ("set_password", "SetPasswordForm"),
    )
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none" if ENVIRONMENT.mode in ("demo", "test") else "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_EMAIL_VERIFICATION == "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "jdl_service.accounts.adapter.SecondStep"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_REQUIRED = ENVIRONMENT.mode not in ("demo", "test")
USERSESSIONS_TRACK_ACTIVITY = False
# Wrong passwords are counted by django-axes, by name and address together. Wrong codes of the second step are counted by account,
# from wherever they come: only whoever has the password gets so far.
# objections of the public: as many from one address as a family or a prison library sends
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,20/d/key", "objection": "10/h/ip"}
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "jdl_service.accounts.guesses.name_tried"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "429.html"

# Sessions and cookies: half an hour without a click ends a session; `__Host-` ties a cookie to this host over HTTPS.
SESSION_COOKIE_AGE = ENVIRONMENT.idle_minutes * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
if ENVIRONMENT.https:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS, SECURE_HSTS_INCLUDE_SUBDOMAINS, SECURE_HSTS_PRELOAD = 31_536_000, True, True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Uploads never touch a disk in plain text: the one handler seals each chunk as it comes.
FILE_UPLOAD_HANDLERS = ["jdl_service.files.upload.SealingHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1

# The little that the process of the rooms gets; no secret of the service is in it.
CHILD_ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ} | {
    "PYTHONPATH": os.pathsep.join(
        str(Path(part).absolute()) for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part
    )
}
# What comes round, and after how many seconds; the worker does it.
PERIODIC = {
    "jdl_service.releases.periodic.release_due": 1,
    "jdl_service.releases.periodic.watch_files": 3600,
    "jdl_service.analysis.objections.ask_to_heed": 30,
    "jdl_service.requests.periodic.wake": 60,
    "jdl_service.library.periodic.ask_ledger": 60,
    "jdl_service.library.periodic.keep_snapshot": 60,
    "jdl_service.files.periodic.sweep": 3600,
    "jdl_service.accounts.periodic.forget_tries": 3600,
    "jdl_service.base.journal.overwrite": 60,
    "jdl_service.retention.periodic.destroy_due": 86_400,
}

for _name, _value in mail(ENVIRONMENT).items():
    globals()[_name] = _value
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "jdl_service.base.logs.AllowListed"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
