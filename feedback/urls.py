from django.urls import path

from feedback import views, views_giving, views_many, views_undoing

app_name = "feedback"
urlpatterns = [
    path("followups/", views.followups, name="followups"),
    path("followups/verdicts/", views_many.verdicts, name="verdicts"),
    path("followups/undoings/", views_undoing.undoings, name="undoings"),
    path("followups/departures/", views_giving.departures, name="departures"),
    path("handoffs/<int:handoff_id>/transfers/", views_giving.transfers, name="transfers"),
    path("handoffs/<int:handoff_id>/panel/", views.panel, name="panel"),
    path("handoffs/<int:handoff_id>/answers/", views.answers, name="answers"),
]
