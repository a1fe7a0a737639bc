from django.urls import path

from apps.home import views

app_name = "home"
urlpatterns = [
    path("", views.today, name="today"),
    path("help/", views.help_page, name="help"),
    path("away/", views.away, name="away"),
]
