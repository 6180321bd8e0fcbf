from django.urls import path

from reviews import views_aiming, views_calculating

urlpatterns = [
    path("goals/", views_aiming.new_goal, name="new_goal"),
    path("goals/drafts/", views_calculating.drafts, name="drafts"),
    path("goals/calculator/", views_calculating.calculator, name="calculator"),
    path("goals/calculated/", views_calculating.calculated_goals, name="calculated_goals"),
    path("goals/<int:pk>/", views_aiming.goal, name="goal"),
    path("goals/<int:pk>/removals/", views_aiming.goal_removals, name="goal_removals"),
]
