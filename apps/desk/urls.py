from django.urls import path

from apps.desk import invitation_views, views

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
]
