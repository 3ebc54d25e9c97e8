"""The door for a WSGI server: `gunicorn jdl_service.wsgi` or `waitress-serve jdl_service.wsgi:application`.

Behind a proxy the server has to put the address of whoever asked into `REMOTE_ADDR`, as `jdl serve` has waitress do: guesses and
objections are counted by it.
"""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from jdl_service.base.heads import without_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jdl_service.conf.settings")
application = without_bodies(get_wsgi_application())
