from django.urls import path

from feedback import views_adjustments as views
from feedback import views_reasons

app_name = "adjustments"
urlpatterns = [
    path("adjustments/", views.adjustments, name="list"),
    path("adjustments/new/", views.new_adjustment, name="new"),
    path("adjustments/<int:adjustment_id>/", views.adjustment, name="adjustment"),
    path("adjustments/<int:adjustment_id>/steps/", views.steps, name="steps"),
    path("reasons/leads/", views_reasons.reason_leads, name="leads"),
    path("campaigns/<slug:code>/reasons/", views_reasons.campaign_reasons, name="campaign_reasons"),
]
