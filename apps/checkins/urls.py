from django.urls import path

from apps.checkins import (
    insights_views,
    moment_views,
    private_views,
    views,
    weekly_views,
)

app_name = "checkins"
urlpatterns = [
    path("check-in/", views.start, name="start"),
    path("check-in/done/", views.done, name="done"),
    path("check-in/one-tap/", views.one_tap, name="one_tap"),
    path("check-in/note/", views.note, name="note"),
    path("check-in/call/", views.call, name="call"),
    path("check-in/twice/", views.twice, name="twice"),
    path("check-in/replies/<uuid:pk>/read/", views.read_reply, name="read_reply"),
    path("check-in/lately/", insights_views.insights, name="insights"),
    path("check-in/days/", insights_views.history, name="history"),
    path("check-in/mine/", private_views.notes, name="mine"),
    path("check-in/mine/<uuid:pk>/", private_views.note, name="mine_note"),
    path("check-in/mine/<uuid:pk>/erase/", private_views.erase, name="mine_erase"),
    path("check-in/week/", weekly_views.start, name="weekly"),
    path("check-in/week/check/", weekly_views.check, name="weekly_check"),
    path("check-in/week/done/", weekly_views.done, name="weekly_done"),
    path("check-in/week/past/<uuid:pk>/", weekly_views.past, name="weekly_past"),
    path("check-in/week/<slug:slug>/", weekly_views.question, name="weekly_question"),
    path("check-in/<slug:slug>/", views.question, name="question"),
    path("moment/", moment_views.strength, name="moment"),
    path("moment/wave/", moment_views.wave, name="wave"),
    path("moment/<uuid:uuid>/what/", moment_views.what, name="moment_what"),
    path("moment/<uuid:uuid>/try/", moment_views.choose, name="moment_try"),
    path("moment/<uuid:uuid>/", moment_views.tool, name="moment_tool"),
    path("moment/<uuid:uuid>/after/", moment_views.after, name="moment_after"),
    path("moment/<uuid:uuid>/helped/", moment_views.helped, name="moment_helped"),
    path("moment/<uuid:uuid>/call/", moment_views.call, name="moment_call"),
]
