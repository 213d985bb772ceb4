"""Settings of the tests: the real ones, without what only costs time there."""

import os

from config import embedded

# A server for each process that runs tests: what one has not committed yet would hold the others' feeds back.
# Such a process is given the address of the one that started it.
SERVER = embedded.BASE / "var" / "pg-test"
if os.environ.get("DATABASE_URL", "") in ("", embedded.url_of(SERVER)):
    server = SERVER.with_name(SERVER.name + os.environ.get("PYTEST_XDIST_WORKER", ""))
    os.environ["DATABASE_URL"] = embedded.use(server, durable=False)
os.environ.setdefault("ASSAY_SECRET_KEY", "tests-only-" + "k7Qw2" * 10)
os.environ.setdefault("ASSAY_KEY_PEPPER", "tests-only-" + "p4Zx9" * 8)
os.environ.setdefault("ASSAY_ENCRYPTION_KEYS", "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=")
os.environ.setdefault("ASSAY_PUBLIC_URL", "http://localhost:8000")
os.environ.setdefault("ASSAY_LOG_FORMAT", "json")

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, MIDDLEWARE, STORAGES  # noqa: E402

# So that two runs at a time do not take each other's database away.
DATABASES["default"]["TEST"] = {"NAME": f"test_{os.getpid()}"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
