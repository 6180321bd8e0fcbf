"""Where everything is. Each room names its own addresses; see CONTRACT in the docs for what is promised."""

from django.urls import include, path

from alignment.health import healthz, readyz
from alignment.views import home

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", home, name="home"),
    path("api/", include("alignment.api_urls")),
    path("settings/", include("accounts.urls")),
    path("", include("feedback.urls")),
    path("", include("feedback.urls_adjustments")),
    path("", include("feedback.urls_conversions")),
    path("", include("reviews.urls_team")),
    path("", include("leads.urls")),
    path("", include("leads.urls_capture")),
    path("", include("notices.urls")),
    path("imports/", include("imports.urls")),
    path("campaigns/", include("campaigns.urls")),
    path("reviews/", include("reviews.urls")),
    path("agreement/", include("reviews.urls_agreement")),
    path("accounts/", include("allauth.urls")),
]
