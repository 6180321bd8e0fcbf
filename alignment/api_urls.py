"""The API: every room serves its own addresses; what none of them serves is told so in JSON."""

from django.urls import include, path, re_path

from alignment.api_docs import Description, Unknown, guide

urlpatterns = [
    path("schema/", Description.as_view(), name="api_schema"),
    path("docs/", guide, name="api_docs"),
    path("v1/", include("accounts.api_me")),
    path("v1/", include("accounts.api_people")),
    path("v1/", include("imports.api")),
    path("v1/", include("notices.api")),
    path("v1/", include("leads.api")),
    path("v1/", include("feedback.api")),
    path("v1/", include("feedback.api_handing_over")),
    path("v1/", include("campaigns.api")),
    path("v1/", include("campaigns.api_partner")),
    path("v1/", include("reviews.api")),
    re_path("", Unknown.as_view()),
]
