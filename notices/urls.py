from django.urls import path

from notices import views, views_hooks

app_name = "notices"
_ONE = "settings/webhooks/<int:endpoint_id>/"
_DELIVERY = _ONE + "deliveries/<uuid:delivery_id>/"
urlpatterns = [
    path("notices/", views.notice_list, name="list"),
    path("notices/readings/", views.readings, name="readings"),
    path("notices/settings/", views.wishes, name="settings"),
    path("notices/addresses/", views.addresses, name="addresses"),
    path("notices/addresses/<int:endpoint_id>/removals/", views.address_removals, name="address_removals"),
    path("notices/unsubscribe/<str:token>/", views.unsubscribing, name="unsubscribe"),
    path("settings/webhooks/", views_hooks.webhooks, name="webhooks"),
    path(_ONE, views_hooks.webhook, name="webhook"),
    path(_ONE + "secrets/", views_hooks.webhook_secrets, name="webhook_secrets"),
    path(_ONE + "pauses/", views_hooks.webhook_pauses, name="webhook_pauses"),
    path(_ONE + "resumptions/", views_hooks.webhook_resumptions, name="webhook_resumptions"),
    path(_ONE + "tests/", views_hooks.webhook_tests, name="webhook_tests"),
    path(_ONE + "removals/", views_hooks.webhook_removals, name="webhook_removals"),
    path(_ONE + "replays/", views_hooks.webhook_replays, name="webhook_replays"),
    path(_DELIVERY, views_hooks.delivery, name="delivery"),
    path(_DELIVERY + "replays/", views_hooks.delivery_replays, name="delivery_replays"),
]
