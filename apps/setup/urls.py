from django.urls import path

from apps.setup import (
    import_views,
    nearby_views,
    person_views,
    reasons_views,
    views,
    week_views,
    word_views,
)

app_name = "setup"
urlpatterns = [
    path("setup/", views.start, name="start"),
    path("setup/sites/new/", views.new_site, name="new_site"),
    path("setup/sites/<uuid:site_id>/", views.site, name="site"),
    path("setup/sites/<uuid:site_id>/change/", views.change_site, name="change_site"),
    path("setup/sites/<uuid:site_id>/new/", views.new_program, name="new_program"),
    path("setup/at/<uuid:program_id>/", views.change_program, name="change_program"),
    path("setup/at/<uuid:program_id>/week/", week_views.new_series, name="new_series"),
    path("setup/sites/<uuid:site_id>/check-ins/", word_views.checkins, name="checkins"),
    path("setup/at/<uuid:program_id>/asked/", word_views.questions, name="questions"),
    path(
        "setup/at/<uuid:program_id>/words/<slug:which>/",
        word_views.offered,
        name="words",
    ),
    path(
        "setup/at/<uuid:program_id>/words/<slug:which>/new/",
        word_views.new_word,
        name="new_word",
    ),
    path("setup/words/<uuid:item_id>/", word_views.word, name="word"),
    path("setup/levels/new/", views.new_level, name="new_level"),
    path("setup/levels/<uuid:level_id>/", views.level, name="level"),
    path("setup/nearby/", nearby_views.nearby, name="nearby"),
    path(
        "setup/sites/<uuid:site_id>/nearby/", nearby_views.new_place, name="nearby_new"
    ),
    path("setup/nearby/<uuid:pk>/", nearby_views.change_place, name="nearby_change"),
    path(
        "setup/nearby/<uuid:pk>/checked/", nearby_views.checked, name="nearby_checked"
    ),
    path("setup/nearby/<uuid:pk>/shown/", nearby_views.shown, name="nearby_shown"),
    path("setup/import/people/", import_views.people, name="import_people"),
    path("setup/import/people.csv", import_views.people_file, name="people_file"),
    path("setup/import/week/", import_views.week, name="import_week"),
    path("setup/import/week.csv", import_views.week_file, name="week_file"),
    path("setup/reasons/", reasons_views.reasons, name="reasons"),
    path(
        "setup/at/<uuid:program_id>/reasons/",
        reasons_views.reasons_of,
        name="reasons_of",
    ),
    path("people/new/", person_views.new_person, name="new_person"),
]
