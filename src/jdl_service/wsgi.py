"""The door for a WSGI server: `gunicorn jdl_service.wsgi` or `waitress-serve jdl_service.wsgi:application`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jdl_service.conf.settings")
application = get_wsgi_application()
