from django.urls import path

from feedback.views import adjustments as views
from feedback.views import reasons

app_name = "adjustments"
urlpatterns = [
    path("adjustments/", views.adjustments, name="list"),
    path("adjustments/new/", views.new_adjustment, name="new"),
    path("adjustments/<int:adjustment_id>/", views.adjustment, name="adjustment"),
    path("adjustments/<int:adjustment_id>/steps/", views.steps, name="steps"),
    path("reasons/leads/", reasons.reason_leads, name="leads"),
    path("campaigns/<slug:code>/reasons/", reasons.campaign_reasons, name="campaign_reasons"),
    path("campaigns/<slug:code>/said/leads/", reasons.said_leads, name="said_leads"),
]
