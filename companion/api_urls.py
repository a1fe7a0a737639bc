from django.urls import path

from apps.sessions.api import ScheduleView

app_name = "api"
urlpatterns = [path("schedule/", ScheduleView.as_view(), name="schedule")]
