"""Where everything is. Each room names its own addresses; see CONTRACT in the docs for what is promised."""

from django.urls import include, path

from alignment.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
]
