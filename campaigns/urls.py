from django.urls import path

from campaigns import views

app_name = "campaigns"
urlpatterns = [
    path("", views.campaign_list, name="list"),
    path("new/", views.new_campaign, name="new"),
    path("changes/", views.many, name="many"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/feed/", views.feed_settings, name="feed_settings"),
    path("calendar/feed/removals/", views.feed_removals, name="feed_removals"),
    path("calendar/feed/<str:secret>.ics", views.feed, name="feed"),
    path("<slug:code>/", views.campaign_page, name="campaign"),
    path("<slug:code>/edit/", views.edit_campaign, name="edit"),
    path("<slug:code>/merge/", views.merge_page, name="merge"),
    path("<slug:code>/merges/<int:merge_id>/undoings/", views.merge_undoings, name="merge_undoings"),
    path("<slug:code>/statuses/", views.statuses, name="statuses"),
    path("<slug:code>/partner/answers/", views.partner_answers, name="partner_answers"),
    path("<slug:code>/partner/questions/", views.partner_questions, name="partner_questions"),
    path("<slug:code>/activities/", views.activities, name="activities"),
    path("<slug:code>/activities/<int:activity_id>/removals/", views.activity_removals, name="activity_removals"),
    path("<slug:code>/costs/new/", views.new_cost, name="new_cost"),
    path("<slug:code>/costs/<int:cost_id>/", views.cost, name="cost"),
    path("<slug:code>/costs/<int:cost_id>/removals/", views.cost_removals, name="cost_removals"),
]
