"""Settings of the tests: the service's own, in test mode, with a home of its own for each process and a quick hash of passwords."""

import os
import tempfile

os.environ |= {
    "JDL_MODE": "test",
    "JDL_HOME": tempfile.mkdtemp(prefix="jdl-tests-"),
    "JDL_HOSTS": "testserver,localhost,127.0.0.1",
}

from jdl_service.conf.settings import *  # noqa: F403
from jdl_service.conf.settings import CHILD_ENVIRONMENT, ENVIRONMENT
from jdl_service.files.keys import make_keys
from without_pango import without_pango

make_keys(ENVIRONMENT)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
AXES_ENABLED = False
# Whoever gave the password at the beginning of a long test is not asked again in its middle: those that look at this set it themselves.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 86_400
# Whoever looks at a PDF of the rooms takes the other one: it takes longest of all to draw.
WITH_PDF = CHILD_ENVIRONMENT
CHILD_ENVIRONMENT = WITH_PDF | {"PYTHONPATH": without_pango(WITH_PDF["PYTHONPATH"])}
