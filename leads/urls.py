from django.urls import path

from leads import views

app_name = "leads"
urlpatterns = [
    path("leads/", views.lead_list, name="list"),
    path("leads/acts/", views.acts, name="acts"),
    path("leads/columns/", views.list_columns, name="columns"),
    path("leads/views/", views.views, name="views"),
    path("leads/views/<int:view_id>/", views.one_view, name="view"),
    path("leads/exports/", views.exports, name="exports"),
    path("leads/exports/<int:export_id>/", views.export_file, name="export"),
    path("leads/duplicates/", views.duplicates, name="duplicates"),
    path("leads/duplicates/<int:pair_id>/decisions/", views.decisions, name="decisions"),
    path("leads/merges/<int:merge_id>/undoings/", views.merge_undoings, name="merge_undoings"),
    path("leads/<int:lead_id>/", views.lead_page, name="lead"),
    path("leads/<int:lead_id>/merge/<int:other_id>/", views.merge_page, name="merge"),
    path("leads/<int:lead_id>/grade/", views.grade, name="grade"),
    path("leads/<int:lead_id>/edit/", views.edit, name="edit"),
    path("leads/<int:lead_id>/touches/", views.touches, name="touches"),
    path("leads/<int:lead_id>/marks/", views.marks, name="marks"),
    path("leads/<int:lead_id>/person/", views.person, name="person"),
    path("leads/<int:lead_id>/person/wishes/", views.wishes, name="wishes"),
    path("leads/<int:lead_id>/person/exports/", views.person_exports, name="person_exports"),
    path("leads/<int:lead_id>/person/erasure/", views.erasure, name="erasure"),
    path("definition/", views.definition, name="definition"),
    path("definition/versions/<int:version>/", views.definition_version, name="definition_version"),
    path("definition/regrading/", views.regrading, name="regrading"),
    path("definition/drafts/", views.drafts, name="drafts"),
    path("definition/draft/", views.draft, name="draft"),
    path("definition/draft/preview/", views.draft_preview, name="draft_preview"),
    path("definition/draft/moves/", views.draft_moves, name="draft_moves"),
    path("definition/draft/removals/", views.draft_removals, name="draft_removals"),
    path("definition/draft/questions/", views.draft_questions, name="draft_questions"),
    path("definition/draft/signatures/", views.draft_signatures, name="draft_signatures"),
]
