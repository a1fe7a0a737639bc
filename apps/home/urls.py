from django.urls import path

from apps.home import look_views, views

app_name = "home"
urlpatterns = [
    path("", views.today, name="today"),
    path("help/", views.help_page, name="help"),
    path("who-looked/", look_views.looks, name="looks"),
    path("away/", views.away, name="away"),
]
