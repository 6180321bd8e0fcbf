"""Where leads come in from outside, and the pages on which marketing keeps those addresses."""

from django.urls import path

from leads.views import capture, capture_addresses, capture_keys

app_name = "capture"
OF_A_CAMPAIGN = "campaigns/<slug:code>/capture/"
OF_A_POST = f"{OF_A_CAMPAIGN}<int:address_id>/posts/<int:post_id>/"
urlpatterns = [
    path("capture/<slug:key>/", capture.capture, name="capture"),
    path(OF_A_CAMPAIGN, capture_addresses.addresses, name="list"),
    path(f"{OF_A_CAMPAIGN}new/", capture_addresses.new_address, name="new"),
    path(f"{OF_A_CAMPAIGN}<int:address_id>/", capture_addresses.address, name="address"),
    path(f"{OF_A_CAMPAIGN}<int:address_id>/edit/", capture_addresses.address_edit, name="edit"),
    path(f"{OF_A_CAMPAIGN}<int:address_id>/keys/", capture_keys.keys, name="keys"),
    path(f"{OF_A_CAMPAIGN}<int:address_id>/secrets/", capture_keys.secrets, name="secrets"),
    path(OF_A_POST, capture_addresses.post, name="post"),
    path(f"{OF_A_POST}dismissals/", capture_addresses.post_dismissals, name="post_dismissals"),
]
