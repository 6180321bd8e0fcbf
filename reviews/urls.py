from django.urls import path

from reviews import views, views_campaigns, views_credit, views_deciding, views_holding, views_results

app_name = "reviews"
urlpatterns = [
    path("", views.review_list, name="list"),
    path("current/", views.current, name="current"),
    path("campaigns/", views_campaigns.campaign_table, name="campaign_table"),
    path("campaigns/table.csv", views_campaigns.campaign_file, name="campaign_file"),
    path("campaigns/<slug:code>/results/", views_results.campaign_results, name="campaign_results"),
    path("campaigns/<slug:code>/course/", views_results.campaign_course, name="campaign_course"),
    path("campaigns/<slug:code>/credit/", views_credit.campaign_credit, name="campaign_credit"),
    path("credit/", views_credit.credit_now, name="credit_now"),
    path("credit/<str:period>/", views_credit.credit_page, name="credit"),
    path("credit/<str:period>/deals/", views_credit.credit_deals, name="credit_deals"),
    path("credit/<str:period>/table.csv", views_credit.credit_table, name="credit_table"),
    path("definition/<int:version>/calibration/", views.calibration, name="calibration"),
    path("definition/<int:version>/calibration/leads/", views.calibration_leads, name="calibration_leads"),
    path("<str:key>/", views.review, name="review"),
    path("<str:key>/decisions/", views_deciding.decisions, name="decisions"),
    path("<str:key>/decisions/<slug:code>/", views_deciding.decision, name="decision"),
    path("<str:key>/decisions/<slug:code>/removals/", views_deciding.decision_removals, name="decision_removals"),
    path("<str:key>/diagnoses/<slug:code>/", views_deciding.diagnosis, name="diagnosis"),
    path("<str:key>/diagnoses/<slug:code>/removals/", views_deciding.diagnosis_removals, name="diagnosis_removals"),
    path("<str:key>/statuses/", views_holding.statuses, name="statuses"),
    path("<str:key>/summary/", views_holding.summary, name="summary"),
    path("<str:key>/figures/<slug:figure_key>/", views.figure_leads, name="figure"),
]
