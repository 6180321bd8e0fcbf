from django.urls import path

from reviews import views_aiming, views_calculating, views_parts

urlpatterns = [
    path("goals/", views_aiming.new_goal, name="new_goal"),
    path("goals/drafts/", views_calculating.drafts, name="drafts"),
    path("goals/calculator/", views_calculating.calculator, name="calculator"),
    path("goals/calculated/", views_calculating.calculated_goals, name="calculated_goals"),
    path("goals/<int:pk>/", views_aiming.goal, name="goal"),
    path("goals/<int:pk>/removals/", views_aiming.goal_removals, name="goal_removals"),
    path("initiatives/", views_aiming.new_initiative, name="new_initiative"),
    path("initiatives/<int:pk>/", views_aiming.initiative, name="initiative"),
    path("initiatives/<int:pk>/removals/", views_aiming.initiative_removals, name="initiative_removals"),
    path("accounts/<slug:part>/", views_parts.account_leads, name="account_leads"),
]
