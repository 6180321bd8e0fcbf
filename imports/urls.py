from django.urls import path

from imports import views

app_name = "imports"
urlpatterns = [
    path("", views.import_list, name="list"),
    path("<int:run_id>/", views.import_page, name="import"),
    path("<int:run_id>/answers/", views.answers, name="answers"),
    path("<int:run_id>/mappings/", views.mappings, name="mappings"),
    path("<int:run_id>/loads/", views.loads, name="loads"),
    path("<int:run_id>/removals/", views.removals, name="removals"),
    path("<int:run_id>/progress/", views.progress, name="progress"),
    path("<int:run_id>/stops/", views.stops, name="stops"),
    path("<int:run_id>/undoings/", views.undoings, name="undoings"),
    path("<int:run_id>/refused/", views.refused, name="refused"),
]
