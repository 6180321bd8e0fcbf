from django.urls import path

from accounts import views

app_name = "settings"
urlpatterns = [
    path("", views.index, name="index"),
    path("trail/", views.trail, name="trail"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:token_id>/revocations/", views.token_revocations, name="token_revocations"),
    path("company/", views.company, name="company"),
    path("teams/", views.teams, name="teams"),
    path("teams/new/", views.new_team, name="new_team"),
    path("teams/<int:team_id>/", views.team, name="team"),
    path("calendars/new/", views.new_calendar, name="new_calendar"),
    path("calendars/<int:calendar_id>/", views.calendar, name="calendar"),
    path("people/", views.people, name="people"),
    path("people/new/", views.new_person, name="new_person"),
    path("people/<int:person_id>/", views.person, name="person"),
    path("people/<int:person_id>/facts/", views.person_facts, name="person_facts"),
    path("people/<int:person_id>/departures/", views.departures, name="departures"),
    path("people/<int:person_id>/invitations/", views.invitations, name="invitations"),
    path("people/<int:person_id>/absences/", views.absences, name="absences"),
    path("people/<int:person_id>/absences/<int:absence_id>/removals/", views.removals, name="absence_removals"),
]
