from django.urls import path

from apps.home import bring_views, look_views, nearby_views, views

app_name = "home"
urlpatterns = [
    path("", views.today, name="today"),
    path("help/", views.help_page, name="help"),
    path("help/tools/", views.tools, name="tools"),
    path("help/nearby/", nearby_views.near, name="nearby"),
    path("who-looked/", look_views.looks, name="looks"),
    path("bring/", bring_views.bring, name="bring"),
    path("bring/<uuid:pk>/back/", bring_views.take_back, name="bring_back"),
    path("away/", views.away, name="away"),
]
