from django.urls import path

from feedback.views import conversions as views

app_name = "conversions"
urlpatterns = [
    path("campaigns/conversions/", views.conversions, name="page"),
    path("campaigns/conversions/leads/", views.conversion_leads, name="leads"),
    path("campaigns/conversions/files/", views.conversion_files, name="files"),
]
