from django.urls import path

from apps.phone import install_views, kept_views, lost_views, offline_views

app_name = "phone"
urlpatterns = [
    path("sw.js", offline_views.service_worker, name="worker"),
    path("manifest.webmanifest", install_views.manifest, name="manifest"),
    path("install/", install_views.install, name="install"),
    path("offline/<str:language>/", offline_views.offline, name="offline"),
    path(
        "offline/<str:language>/<slug:page>/",
        offline_views.offline,
        name="offline_page",
    ),
    path("this-phone/", kept_views.this_phone, name="this_phone"),
    path("desk/clients/<uuid:client_id>/phone/", lost_views.lost, name="lost"),
]
