from django.conf import settings
from django.urls import include, path

from apps.common import health, icons

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("favicon.ico", icons.favicon, name="favicon"),
    # What has a beginning of its own goes first: one look tells whether to look further.
    path("api/v1/", include("companion.api_urls")),
    path("desk/", include("apps.desk.urls")),
    path("desk/", include("apps.setup.urls")),
    path("", include("apps.home.urls")),
    path("", include("apps.sessions.urls")),
    path("", include("apps.feeds.urls")),
    path("", include("apps.checkins.urls")),
    path("", include("apps.plans.urls")),
    path("", include("apps.outreach.urls")),
    path("", include("apps.signin.urls")),
    path("", include("apps.phone.urls")),
    path("", include("apps.records.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("apps.demo.urls")))
