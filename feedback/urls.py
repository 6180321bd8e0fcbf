from django.urls import path

from feedback import views

app_name = "feedback"
urlpatterns = [
    path("followups/", views.followups, name="followups"),
    path("followups/late/", views.late_answers, name="late_answers"),
    path("followups/verdicts/", views.verdicts, name="verdicts"),
    path("followups/undoings/", views.undoings, name="undoings"),
    path("followups/reassignments/", views.reassignments, name="reassignments"),
    path("followups/pullings/", views.pullings, name="pullings"),
    path("followups/reasons/", views.my_reasons, name="my_reasons"),
    path("followups/departures/", views.departures, name="departures"),
    path("handoffs/<int:handoff_id>/transfers/", views.transfers, name="transfers"),
    path("handoffs/<int:handoff_id>/panel/", views.panel, name="panel"),
    path("handoffs/<int:handoff_id>/answers/", views.answers, name="answers"),
    path("handoffs/<int:handoff_id>/correction/", views.verdict_correction, name="verdict_correction"),
    path("handoffs/<int:handoff_id>/excuses/", views.excuses, name="excuses"),
    path("leads/<int:lead_id>/said/", views.said, name="said"),
    path("leads/<int:lead_id>/outcomes/", views.outcomes, name="outcomes"),
    path("outcomes/<int:outcome_id>/correction/", views.outcome_correction, name="outcome_correction"),
    path("settings/reasons/", views.reason_list, name="reasons"),
    path("settings/reasons/new/", views.new_reason, name="new_reason"),
    path("settings/reasons/<int:reason_id>/", views.reason, name="reason"),
    path("settings/reasons/<int:reason_id>/moves/", views.reason_moves, name="reason_moves"),
    path("settings/reasons/<int:reason_id>/uses/", views.reason_uses, name="reason_uses"),
    path("handoffs/<int:handoff_id>/appeals/", views.new_appeal, name="new_appeal"),
    path("handoffs/<int:handoff_id>/comments/", views.comments, name="comments"),
    path("appeals/", views.appeals, name="appeals"),
    path("appeals/<int:appeal_id>/", views.one_appeal, name="appeal"),
    path("appeals/<int:appeal_id>/answers/", views.appeal_answers, name="appeal_answers"),
    path("appeals/<int:appeal_id>/words/", views.appeal_words, name="appeal_words"),
]
