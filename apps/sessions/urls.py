from django.urls import path

from apps.sessions import views

app_name = "sessions"
urlpatterns = [
    path("schedule/", views.schedule, name="schedule"),
    path("schedule/in-the-way/", views.in_the_way, name="in_the_way"),
]
