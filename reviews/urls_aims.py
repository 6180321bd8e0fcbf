from django.urls import path

from reviews import views_aiming

urlpatterns = [
    path("goals/", views_aiming.new_goal, name="new_goal"),
    path("goals/<int:pk>/", views_aiming.goal, name="goal"),
    path("goals/<int:pk>/removals/", views_aiming.goal_removals, name="goal_removals"),
]
