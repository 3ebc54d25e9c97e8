"""Every address of the service. Each app has its own `urls.py`; error pages come from `look`."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path

from jdl_service.public import health
from jdl_service.releases.send_views import send

handler500 = "jdl_service.public.health.broken"
urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", login_not_required(health.live), name="health_live"),
    path("health/ready", login_not_required(health.ready), name="health_ready"),
    path("account/", include("jdl_service.accounts.urls")),
    path("organisation/", include("jdl_service.organisations.urls")),
    path("requests/", include("jdl_service.requests.urls")),
    path("requests/", include("jdl_service.results.urls")),
    path("lab/analysis/", include("jdl_service.analysis.urls")),
    path("lab/send/<slug:key>/", send, name="release_send"),
    path("lab/releases/", include("jdl_service.releases.urls")),
    path("early/", include("jdl_service.releases.early_urls")),
    path("lab/accounts/", include("jdl_service.administration.urls")),
    path("lab/audit/", include("jdl_service.audit.urls")),
    path("lab/retention/", include("jdl_service.retention.urls")),
    path("lab/library/", include("jdl_service.library.lab_urls")),
    path("jobs/", include("jdl_service.jobs.urls")),
    path("library/", include("jdl_service.library.urls")),
    path("", include("jdl_service.look.urls")),
    path("", include("jdl_service.public.urls")),
]
