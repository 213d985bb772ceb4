"""What a WSGI server serves: `granian --interface wsgi config.wsgi:application`."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from config import embedded, environment
from config.bodies import BodyReader

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
embedded.prepare(os.environ)
application = BodyReader(get_wsgi_application(), most=settings.ASSAY_MAX_BODY_BYTES)
if environment.faults:
    # The commands report these through `manage.py check`; a server must not start on a guess.
    raise ImproperlyConfigured("; ".join(f"{name} {message}" for name, message in environment.faults))
