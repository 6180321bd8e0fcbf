from django.urls import path

from reviews import views_agreement as views
from reviews import views_aiming

app_name = "agreement"
urlpatterns = [
    path("", views.current, name="current"),
    path("<str:key>/", views.agreement, name="agreement"),
    path("<str:key>/commitments/", views_aiming.new_commitment, name="new_commitment"),
    path("<str:key>/commitments/<int:pk>/", views_aiming.commitment, name="commitment"),
    path("<str:key>/commitments/<int:pk>/removals/", views_aiming.commitment_removals, name="commitment_removals"),
    path("<str:key>/signatures/", views.signatures, name="signatures"),
    path("<str:key>/versions/", views.versions, name="versions"),
]
