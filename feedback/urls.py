from django.urls import path

from feedback import views

app_name = "feedback"
urlpatterns = [
    path("followups/", views.followups, name="followups"),
    path("handoffs/<int:handoff_id>/panel/", views.panel, name="panel"),
    path("handoffs/<int:handoff_id>/answers/", views.answers, name="answers"),
]
