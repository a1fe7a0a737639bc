from django.urls import path

from apps.desk import invitation_views, roster_views, views

app_name = "desk"
urlpatterns = [
    path("", views.board, name="board"),
    path("people/", views.people, name="people"),
    path("clients/<uuid:client_id>/", views.client, name="client"),
    path("clients/<uuid:client_id>/invite/", invitation_views.invite, name="invite"),
    path(
        "clients/<uuid:client_id>/invite/back/",
        invitation_views.take_back,
        name="invite_back",
    ),
    path("clients/<uuid:client_id>/done/", views.close, name="close"),
    path("clients/<uuid:client_id>/undo/", views.undo, name="undo"),
    path("check-ins/<uuid:day_id>/seen/", views.seen, name="seen"),
    path("check-ins/<uuid:day_id>/reply/", views.reply, name="reply"),
    path("rosters/", roster_views.rosters, name="rosters"),
    path("rosters/<uuid:session_id>/", roster_views.roster, name="roster"),
    path(
        "rosters/<uuid:session_id>/people/<uuid:enrollment_id>/",
        roster_views.mark,
        name="roster_mark",
    ),
    path(
        "rosters/<uuid:session_id>/close/",
        roster_views.close_roster,
        name="roster_close",
    ),
    path(
        "rosters/<uuid:session_id>/change/",
        roster_views.change_session,
        name="roster_change",
    ),
    path(
        "rosters/<uuid:session_id>/cancel/",
        roster_views.cancel_session,
        name="roster_cancel",
    ),
]
