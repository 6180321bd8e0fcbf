from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.notice_list, name="list"),
    path("notices/readings/", views.readings, name="readings"),
]
