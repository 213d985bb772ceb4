"""All settings, read from the environment. docs/settings.md describes each one named ASSAY_*."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import embedded, environment
from config.console.theme import UNFOLD as UNFOLD
from config.logs import logging_for

BASE_DIR = Path(__file__).resolve().parent.parent

# What an installation sets
DATABASE_URL = environment.text("DATABASE_URL")
ASSAY_VAR_DIR = embedded.var_directory()
ASSAY_DEBUG = environment.flag("ASSAY_DEBUG")
ASSAY_SECRETS_FILE = environment.text("ASSAY_SECRETS_FILE")
ASSAY_SECRET_KEY = environment.text("ASSAY_SECRET_KEY")
ASSAY_KEY_PEPPER = environment.text("ASSAY_KEY_PEPPER")
ASSAY_ENCRYPTION_KEYS = environment.words("ASSAY_ENCRYPTION_KEYS")
PORT = environment.number("PORT", 8000, least=1, most=65535)
ASSAY_PUBLIC_URL = environment.text("ASSAY_PUBLIC_URL", f"http://localhost:{PORT}").rstrip("/")
ASSAY_UPLOADS_URL = environment.text("ASSAY_UPLOADS_URL", ASSAY_PUBLIC_URL).rstrip("/")
ASSAY_ALLOWED_HOSTS = environment.words("ASSAY_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
ASSAY_PROXY_HOPS = environment.number("ASSAY_PROXY_HOPS", 0, most=10)
ASSAY_TRUST_REQUEST_ID = environment.flag("ASSAY_TRUST_REQUEST_ID")
ASSAY_MAX_BODY_BYTES = environment.number("ASSAY_MAX_BODY_BYTES", 48 * 2**20, least=2**16, most=2**30)
ASSAY_MAX_JSON_BYTES = environment.number("ASSAY_MAX_JSON_BYTES", 28 * 2**20, least=2**16, most=2**30)
ASSAY_TEXT_MAX_CHARACTERS = environment.number("ASSAY_TEXT_MAX_CHARACTERS", 10_000, least=1, most=100_000)
ASSAY_IMAGE_LIBRARIES_MOST = environment.number("ASSAY_IMAGE_LIBRARIES_MOST", 10, least=1, most=10_000)
ASSAY_LIBRARY_IMAGES_MOST = environment.number("ASSAY_LIBRARY_IMAGES_MOST", 100_000, least=1, most=10_000_000)
ASSAY_LIBRARY_IMAGE_BYTES = environment.number(
    "ASSAY_LIBRARY_IMAGE_BYTES", 4 * 2**20, least=2**16, most=2**28
)
ASSAY_IMPORT_MAX_BYTES = environment.number("ASSAY_IMPORT_MAX_BYTES", 10 * 2**20, least=2**10, most=2**28)
ASSAY_USAGE_DAYS_MOST = environment.number("ASSAY_USAGE_DAYS_MOST", 62, least=1, most=366)
ASSAY_USAGE_HOURLY_DAYS_MOST = environment.number("ASSAY_USAGE_HOURLY_DAYS_MOST", 3, least=1, most=31)
ASSAY_USAGE_MONTHS_MOST = environment.number("ASSAY_USAGE_MONTHS_MOST", 12, least=1, most=120)
ASSAY_RESULTS_KEPT_DAYS = environment.number("ASSAY_RESULTS_KEPT_DAYS", 30, least=0, most=3650)
ASSAY_RESULTS_SHOWN_MOST = environment.number("ASSAY_RESULTS_SHOWN_MOST", 50_000, least=50, most=10**6)
ASSAY_AUDIT_KEEP_DAYS = environment.number("ASSAY_AUDIT_KEEP_DAYS", 7, least=0, most=3650)
ASSAY_CALLBACKS_KEPT_DAYS = environment.number("ASSAY_CALLBACKS_KEPT_DAYS", 30, least=0, most=3650)
ASSAY_EVENTS_KEPT_DAYS = environment.number("ASSAY_EVENTS_KEPT_DAYS", 30, least=0, most=3650)
ASSAY_STATISTICS_KEPT_DAYS = environment.number("ASSAY_STATISTICS_KEPT_DAYS", 366, least=0, most=3650)
ASSAY_RECOUNTED_DAYS = environment.number("ASSAY_RECOUNTED_DAYS", 31, least=0, most=366)
ASSAY_MEDIA_KEPT_DAYS = environment.number("ASSAY_MEDIA_KEPT_DAYS", 0, least=0, most=3650)
ASSAY_DECISIONS_KEPT_DAYS = environment.number("ASSAY_DECISIONS_KEPT_DAYS", 0, least=0, most=3650)
ASSAY_FEEDBACK_KEPT_DAYS = environment.number("ASSAY_FEEDBACK_KEPT_DAYS", 0, least=0, most=3650)
ASSAY_SAMPLES_KEPT_DAYS = environment.number("ASSAY_SAMPLES_KEPT_DAYS", 0, least=0, most=3650)
ASSAY_EXPORTS_KEPT_DAYS = environment.number("ASSAY_EXPORTS_KEPT_DAYS", 30, least=0, most=3650)
ASSAY_EXPORT_ROWS_MOST = environment.number("ASSAY_EXPORT_ROWS_MOST", 50_000, least=1, most=200_000)
ASSAY_EXPORT_HOURS_KEPT = environment.number("ASSAY_EXPORT_HOURS_KEPT", 24, least=1, most=720)
ASSAY_SCHEDULED_EXPORT_HOURS_KEPT = environment.number(
    "ASSAY_SCHEDULED_EXPORT_HOURS_KEPT", 168, least=1, most=2160
)
ASSAY_USAGE_EXPORT_DAYS_MOST = environment.number("ASSAY_USAGE_EXPORT_DAYS_MOST", 366, least=31, most=3660)
ASSAY_EXPORT_ATTACH_BYTES = environment.number("ASSAY_EXPORT_ATTACH_BYTES", 5 * 2**20, most=2**26)
ASSAY_EXPORT_EMAIL_DOMAINS = environment.words("ASSAY_EXPORT_EMAIL_DOMAINS")
ASSAY_SUBJECT_EXPORT_BYTES = environment.number("ASSAY_SUBJECT_EXPORT_BYTES", 2**30, least=0, most=64 * 2**30)
ASSAY_LOG_FORMAT = environment.text("ASSAY_LOG_FORMAT", "auto", choices=("auto", "json", "text"))
ASSAY_LOG_LEVEL = environment.text(
    "ASSAY_LOG_LEVEL", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
)
ASSAY_METRICS_ALLOW = environment.words("ASSAY_METRICS_ALLOW", "127.0.0.0/8,::1/128")
ASSAY_READY_MAX_AGE = environment.number("ASSAY_READY_MAX_AGE", 900, least=60)
ASSAY_BIND = environment.text("ASSAY_BIND", "127.0.0.1")
ASSAY_WEB_WORKERS = environment.number("ASSAY_WEB_WORKERS", 2, least=1, most=64)
ASSAY_WEB_THREADS = environment.number("ASSAY_WEB_THREADS", 4, least=1, most=64)
ASSAY_JOB_WORKERS = environment.number("ASSAY_JOB_WORKERS", 2, least=1, most=64)

ASSAY_EMAIL_HOST = environment.text("ASSAY_EMAIL_HOST")
ASSAY_EMAIL_PORT = environment.number("ASSAY_EMAIL_PORT", 587, least=1, most=65535)
ASSAY_EMAIL_SECURITY = environment.text(
    "ASSAY_EMAIL_SECURITY", "starttls", choices=("starttls", "tls", "none")
)
ASSAY_EMAIL_USER = environment.text("ASSAY_EMAIL_USER")
ASSAY_EMAIL_PASSWORD = environment.text("ASSAY_EMAIL_PASSWORD")
ASSAY_EMAIL_FROM = environment.text("ASSAY_EMAIL_FROM", "assay@localhost")
ASSAY_OUTBOUND_HTTP = environment.flag("ASSAY_OUTBOUND_HTTP")
ASSAY_OUTBOUND_PORTS = environment.numbers("ASSAY_OUTBOUND_PORTS")
ASSAY_OUTBOUND_ALLOW = environment.words("ASSAY_OUTBOUND_ALLOW")
ASSAY_FETCH_SECONDS = environment.number("ASSAY_FETCH_SECONDS", 10, least=1, most=60)
ASSAY_KEEP_PICTURES = environment.flag("ASSAY_KEEP_PICTURES", True)
ASSAY_TASK_THREADS = environment.number("ASSAY_TASK_THREADS", 4, least=1, most=64)
ASSAY_CALLBACK_SECONDS = environment.number("ASSAY_CALLBACK_SECONDS", 15, least=1, most=60)
ASSAY_CALLBACK_THREADS = environment.number("ASSAY_CALLBACK_THREADS", 8, least=1, most=64)
ASSAY_CALLBACK_PER_ENDPOINT = environment.number("ASSAY_CALLBACK_PER_ENDPOINT", 4, least=1, most=64)
ASSAY_IMAGE_MAX_BYTES = environment.number("ASSAY_IMAGE_MAX_BYTES", 20 * 2**20, least=2**10, most=100 * 2**20)
ASSAY_MEDIA_MAX_BYTES = environment.number("ASSAY_MEDIA_MAX_BYTES", 200 * 2**20, least=2**16, most=4 * 2**30)
ASSAY_MEDIA_PUBLISH_FIRST = environment.flag("ASSAY_MEDIA_PUBLISH_FIRST", True)
ASSAY_MEDIA_ORIGINS = environment.words("ASSAY_MEDIA_ORIGINS")
ASSAY_ACCEL_PREFIX = environment.text("ASSAY_ACCEL_PREFIX")
ASSAY_UPLOADS_OPEN_MOST = environment.number("ASSAY_UPLOADS_OPEN_MOST", 20, least=1, most=10_000)
ASSAY_UPLOAD_HOURS_KEPT = environment.number("ASSAY_UPLOAD_HOURS_KEPT", 24, least=1, most=720)
ASSAY_OBJECT_MAX_BYTES = environment.number(
    "ASSAY_OBJECT_MAX_BYTES", ASSAY_MEDIA_MAX_BYTES, least=2**16, most=4 * 2**30
)
ASSAY_OBJECTS_MOST_BYTES = environment.number("ASSAY_OBJECTS_MOST_BYTES", 10 * 2**30, least=2**20)
ASSAY_OBJECTS_KEPT_DAYS = environment.number("ASSAY_OBJECTS_KEPT_DAYS", 1, least=0, most=3650)
ASSAY_MEDIA_FETCH_SECONDS = environment.number("ASSAY_MEDIA_FETCH_SECONDS", 30, least=1, most=50)
ASSAY_MEDIA_MAX_SECONDS = environment.number("ASSAY_MEDIA_MAX_SECONDS", 4 * 3600, least=1, most=24 * 3600)
ASSAY_MEDIA_MAX_PIXELS = environment.number("ASSAY_MEDIA_MAX_PIXELS", 40_000_000, least=2**14, most=10**8)
ASSAY_MEDIA_MAX_STREAMS = environment.number("ASSAY_MEDIA_MAX_STREAMS", 32, least=1, most=250)
ASSAY_MEDIA_DOWNLOAD_SECONDS = environment.number("ASSAY_MEDIA_DOWNLOAD_SECONDS", 600, least=1, most=7200)
ASSAY_MEDIA_THREADS = environment.number("ASSAY_MEDIA_THREADS", 2, least=1, most=32)
ASSAY_MEDIA_LOOKS = environment.number("ASSAY_MEDIA_LOOKS", 2, least=1, most=16)
ASSAY_MEDIA_PER_ACCOUNT = environment.number("ASSAY_MEDIA_PER_ACCOUNT", 2, least=1, most=64)
ASSAY_MEDIA_LEASE_SECONDS = environment.number("ASSAY_MEDIA_LEASE_SECONDS", 30, least=2, most=600)
ASSAY_MEDIA_MOST_WAITING = environment.number("ASSAY_MEDIA_MOST_WAITING", 1000, least=1, most=10**6)
ASSAY_MEDIA_HOURS_A_DAY = environment.number("ASSAY_MEDIA_HOURS_A_DAY", 0, least=0, most=10**6)
ASSAY_S3_BUCKET = environment.text("ASSAY_S3_BUCKET")
ASSAY_S3_ENDPOINT = environment.text("ASSAY_S3_ENDPOINT")
ASSAY_S3_REGION = environment.text("ASSAY_S3_REGION")
ASSAY_S3_ACCESS_KEY = environment.text("ASSAY_S3_ACCESS_KEY")
ASSAY_S3_SECRET_KEY = environment.text("ASSAY_S3_SECRET_KEY")
ASSAY_S3_PREFIX = environment.text("ASSAY_S3_PREFIX").strip("/")
ASSAY_S3_PATH_STYLE = environment.flag("ASSAY_S3_PATH_STYLE")
ASSAY_SUPPORT_CONTACT = environment.text("ASSAY_SUPPORT_CONTACT")
ASSAY_IMAGE_FRAMES = environment.number("ASSAY_IMAGE_FRAMES", 8, least=1, most=32)
ASSAY_SAMPLE_VERDICTS_MOST = environment.number("ASSAY_SAMPLE_VERDICTS_MOST", 1000, least=0, most=10**9)
ASSAY_SAMPLE_CHANGES_MOST = environment.number("ASSAY_SAMPLE_CHANGES_MOST", 3, least=0, most=10**6)
ASSAY_DECODE_WORKERS = environment.number("ASSAY_DECODE_WORKERS", 2, least=1, most=64)
ASSAY_FILM_WORKERS = environment.number("ASSAY_FILM_WORKERS", 1, least=1, most=64)
ASSAY_ENGINE_WORKERS = environment.number("ASSAY_ENGINE_WORKERS", 1, least=1, most=64)
ASSAY_SPEECH_WORKERS = environment.number("ASSAY_SPEECH_WORKERS", 1, least=1, most=64)
ASSAY_SPEECH_MODEL = environment.text("ASSAY_SPEECH_MODEL")
ASSAY_OWN_WORKERS = environment.flag("ASSAY_OWN_WORKERS", True)
ASSAY_DETECTORS = environment.words(
    "ASSAY_DETECTORS",
    "moderation.detectors.patterns.engine.PatternEngine,"
    "moderation.detectors.profanity.ProfanityEngine,"
    "moderation.detectors.sentences.SentenceEncoder,"
    "moderation.detectors.barcodes.BarcodeEngine,"
    "moderation.detectors.nudity.OpenNsfwEngine,"
    "moderation.detectors.graphic.ImageSafetyEngine,"
    "moderation.detectors.ocr.OcrEngine,"
    "moderation.detectors.speech_folder.SpeechFolderEngine,"
    "moderation.detectors.speech_sphinx.SphinxEngine",
)
ASSAY_ENGINE_PLUGINS = environment.words("ASSAY_ENGINE_PLUGINS")

# Jobs that repeat, as data: `manage.py worker` makes the schedule table equal to this.
ASSAY_SCHEDULES: dict[str, dict] = {
    "fold usage": {"func": "stats.tasks.fold_usage", "minutes": 1},
    "count usage anew": {"func": "stats.tasks.check_usage", "minutes": 60},
    "fold review figures": {"func": "stats.tasks.fold_review", "minutes": 1},
    "open missing review items": {"func": "review.tasks.open_missing_items", "minutes": 5},
    "forget old exposure": {"func": "review.tasks.forget_exposure", "minutes": 360},
    "end review items": {"func": "review.tasks.expire_items", "minutes": 10},
    "sum image hits": {"func": "libraries.image_tasks.sum_hits", "minutes": 1},
    "remove expired images": {"func": "libraries.image_tasks.remove_expired", "minutes": 5},
    "forget withdrawn hashes": {"func": "libraries.image_tasks.forget_withdrawn", "minutes": 24 * 60},
    "bring files of reviewed images": {"func": "libraries.image_tasks.bring_sample_files", "minutes": 1},
    "watch samples": {"func": "libraries.image_tasks.watch_samples", "minutes": 1},
    "sweep image files": {"func": "libraries.image_tasks.sweep_files", "minutes": 60},
    "go on with trainings": {"func": "moderation.learning.tasks.go_on_with_trainings", "minutes": 5},
    "forget old proofs": {"func": "config.wire.tasks.forget_old_proofs", "minutes": 5},
    "forget old calls": {"func": "config.accounts.tasks.forget_old_calls", "minutes": 60},
    "fold keyword hits": {"func": "libraries.tasks.fold_keyword_hits", "minutes": 1},
    "carry on imports": {"func": "libraries.tasks.carry_on_imports", "minutes": 1},
    "forget old imports": {"func": "libraries.tasks.forget_imports", "minutes": 60},
    "purge what was kept long enough": {"func": "config.retention.tasks.purge_old", "minutes": 10},
    "forget endpoints of calls": {"func": "moderation.tasks.forget_endpoints_of_calls", "minutes": 60},
    "forget old uploads": {"func": "moderation.tasks.purge_uploads", "minutes": 60},
    "purge tasks of removed recordings": {"func": "moderation.tasks.purge_jobs_of_removed", "minutes": 10},
    "sweep removed recordings": {"func": "moderation.tasks.sweep_removed_recordings", "minutes": 10},
    "start scheduled exports": {"func": "stats.tasks.start_due_exports", "minutes": 1},
    "send scheduled exports": {"func": "stats.tasks.deliver_exports", "minutes": 1},
    "let events into the feed": {"func": "moderation.tasks.release_events", "minutes": 10},
    "write forsaken exports": {"func": "stats.tasks.make_forsaken_exports", "minutes": 1},
    "forget old exports": {"func": "stats.tasks.forget_exports", "minutes": 30},
    "go on with requests about personal data": {"func": "config.erasure.tasks.go_on", "minutes": 1},
    "forget exports of personal data": {"func": "config.erasure.tasks.forget_archives", "minutes": 30},
    "forget old sign-ins": {"func": "config.console.tasks.forget_old_sign_ins", "minutes": 60},
}
# What waits to be handled: a function per kind that answers how many there are and since when.
ASSAY_BACKLOGS = {
    "jobs": "config.backlog.jobs",
    "callbacks": "moderation.callbacks.backlog.due",
    "tasks": "moderation.task_process.waiting",
    "media": "moderation.media_process.waiting",
    "usage_drift": "stats.exactness.checks.drifting",
    "exports": "stats.exports.jobs.waiting",
}

SECRET_KEY = ASSAY_SECRET_KEY
DEBUG = ASSAY_DEBUG
public_host = urlsplit(ASSAY_PUBLIC_URL).hostname or ""
is_https = ASSAY_PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = [*ASSAY_ALLOWED_HOSTS, *([public_host] if public_host not in ASSAY_ALLOWED_HOSTS else [])]
CSRF_TRUSTED_ORIGINS = [ASSAY_PUBLIC_URL]

INSTALLED_APPS = [
    # The console's templates stand before the theme's, and the theme's before the admin's.
    "config.console",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "config.console.apps.ConsoleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "django_q",
    "config.runtime",
    "config.accounts",
    "config.audit",
    "config.retention",
    "config.erasure",
    "config.wire",
    "libraries",
    "moderation",
    "review",
    "stats",
]
MIDDLEWARE = [
    "config.web.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.web.AccessLogMiddleware",
    "config.wire.middleware.WireMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.accounts.middleware.CurrentAccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# A connection per thread that stays open: opening one costs more than a moderation.
DATABASES = {
    "default": environment.database(DATABASE_URL) | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

EMAIL_HOST, EMAIL_PORT = ASSAY_EMAIL_HOST or "localhost", ASSAY_EMAIL_PORT
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ASSAY_EMAIL_USER, ASSAY_EMAIL_PASSWORD
EMAIL_USE_TLS, EMAIL_USE_SSL = ASSAY_EMAIL_SECURITY == "starttls", ASSAY_EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ASSAY_EMAIL_FROM

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "admin:login"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
FORMAT_MODULE_PATH = ["config.console.formats"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = ASSAY_VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if ASSAY_S3_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "config.remote_storage.RemoteStorage",
        "OPTIONS": {
            "bucket_name": ASSAY_S3_BUCKET,
            "endpoint_url": ASSAY_S3_ENDPOINT or None,
            "region_name": ASSAY_S3_REGION or None,
            "access_key": ASSAY_S3_ACCESS_KEY or None,
            "secret_key": ASSAY_S3_SECRET_KEY or None,
            "location": ASSAY_S3_PREFIX,
            "addressing_style": "path" if ASSAY_S3_PATH_STYLE else "auto",
        },
    }
MEDIA_ROOT = ASSAY_VAR_DIR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = ASSAY_MAX_JSON_BYTES
# The rules of a service with every label and every list chosen are some thousand fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

SECURE_SSL_REDIRECT = is_https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ASSAY_PROXY_HOPS else None
SECURE_HSTS_SECONDS = 31_536_000 if is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = is_https
# To stand in the browsers' preload list is for the owner of the domain to decide, and hard to undo.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SESSION_COOKIE_NAME = "assay_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = is_https
SESSION_COOKIE_AGE = 12 * 60 * 60
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    # Our own classes stand on config.api.OwnedAPIView: named here they would import each other.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api.answer_error",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Assay",
    "DESCRIPTION": "Content moderation under your own roof.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    # One name for choices that stand under several.
    "ENUM_NAME_OVERRIDES": {
        "GrainEnum": "stats.periods.GRAINS",
        "LevelEnum": "moderation.models.content.RiskLevel",
        "ReviewModeEnum": "moderation.models.CallbackEndpoint.Mode",
        "EventEnum": "moderation.models.CallbackEndpoint.Event",
        "DeliveryStateEnum": "moderation.models.Callback.State",
        "ContentTypeEnum": "moderation.models.content.ContentType",
        "RecordingEnum": "moderation.models.media.RECORDINGS",
        "OutcomeEnum": "moderation.models.ModerationResult.Outcome",
        "MediaStateEnum": "moderation.models.MediaAsset.State",
        "MediaReviewStatusEnum": "moderation.models.MediaAsset.ReviewStatus",
        "MediaJobStateEnum": "moderation.models.MediaJob.State",
        "AuditStatusEnum": "moderation.models.MediaAudit.Status",
        "TaskStateEnum": "moderation.models.ModerationTask.State",
        "FeedbackKindEnum": "review.models.Feedback.Kind",
        "StepEnum": "stats.periods.STEPS",
        "ExportKindEnum": "stats.models.Export.Kind",
        "SubjectKindEnum": "config.erasure.models.SubjectRequest.Kind",
        "SubjectPurposeEnum": "config.erasure.models.SubjectRequest.Purpose",
        "SubjectStateEnum": "config.erasure.models.SubjectRequest.State",
        "ImageLibraryKindEnum": "libraries.models.ImageLibrary.Kind",
        "DayExactnessEnum": "stats.models.UsageCheck.State",
        "DriftFigureEnum": "stats.models.UsageDrift.Figure",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

Q_CLUSTER = {
    "name": "assay",
    "orm": "default",
    "workers": ASSAY_JOB_WORKERS,
    # What is fetched ahead ages towards `retry` while it waits, and would run twice.
    "queue_limit": ASSAY_JOB_WORKERS,
    "bulk": 1,
    "poll": 0.5,
    "timeout": 60,
    "retry": 180,
    "max_attempts": 1,
    "ack_failures": True,
    "save_limit": 100,
    "catch_up": False,
    "label": _("Jobs"),
}

LOGGING_CONFIG = "config.logs.configure"
LOGGING = logging_for(log_format=ASSAY_LOG_FORMAT, level=ASSAY_LOG_LEVEL)
