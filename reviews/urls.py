from django.urls import path

from reviews import views

app_name = "reviews"
urlpatterns = [
    path("", views.review_list, name="list"),
    path("current/", views.current, name="current"),
    path("campaigns/", views.campaign_table, name="campaign_table"),
    path("campaigns/<slug:code>/results/", views.campaign_results, name="campaign_results"),
    path("definition/<int:version>/calibration/", views.calibration, name="calibration"),
    path("definition/<int:version>/calibration/leads/", views.calibration_leads, name="calibration_leads"),
    path("<str:key>/", views.review, name="review"),
    path("<str:key>/figures/<slug:figure_key>/", views.figure_leads, name="figure"),
]
