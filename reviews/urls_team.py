from django.urls import path

from reviews import views_team as views

app_name = "team"
urlpatterns = [
    path("followups/team/", views.team_view, name="team"),
    path("followups/team/waits/", views.waits_page, name="waits"),
]
