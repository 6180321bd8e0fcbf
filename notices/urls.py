from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.notice_list, name="list"),
    path("notices/readings/", views.readings, name="readings"),
    path("notices/settings/", views.wishes, name="settings"),
    path("notices/addresses/", views.addresses, name="addresses"),
    path("notices/addresses/<int:endpoint_id>/removals/", views.address_removals, name="address_removals"),
    path("notices/unsubscribe/<str:token>/", views.unsubscribing, name="unsubscribe"),
]
