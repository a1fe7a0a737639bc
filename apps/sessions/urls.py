from django.urls import path

from apps.sessions import absence_views, support_views, views

app_name = "sessions"
urlpatterns = [
    path("schedule/", views.schedule, name="schedule"),
    path("schedule/in-the-way/", views.in_the_way, name="in_the_way"),
    path(
        "schedule/<uuid:session_id>/",
        absence_views.instead,
        name="instead",
    ),
    path(
        "schedule/<uuid:session_id>/not-coming/",
        absence_views.not_coming,
        name="not_coming",
    ),
    path(
        "schedule/<uuid:session_id>/coming/",
        absence_views.coming,
        name="coming",
    ),
    path("schedule/<uuid:session_id>/take/", absence_views.take, name="take"),
    path("schedule/<uuid:session_id>/wait/", absence_views.wait, name="wait"),
    path("schedule/<uuid:session_id>/ask/", absence_views.ask, name="ask"),
    path("schedule/kept/<uuid:wait_id>/", absence_views.kept, name="kept"),
    path("schedule/support/", support_views.support, name="support"),
]
