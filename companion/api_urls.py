from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated

from apps.checkins.api import CheckinsView
from apps.checkins.insights_api import InsightsView
from apps.checkins.questions_api import QuestionsView
from apps.checkins.weekly_api import WeeklyDueView, WeeklyView
from apps.plans.api import PlanView
from apps.sessions.api import (
    InsteadView,
    InTheWayView,
    NotComingView,
    ScheduleView,
)
from apps.sessions.levels_api import StepsView, SupportView
from apps.signin.api import HereView, TokenView

# What this is about is told to people who are signed in only.
schema = SpectacularAPIView.as_view(permission_classes=[IsAuthenticated])

app_name = "api"
urlpatterns = [
    path("schedule/", ScheduleView.as_view(), name="schedule"),
    path("schedule/in-the-way/", InTheWayView.as_view(), name="in_the_way"),
    path(
        "schedule/<uuid:session_id>/not-coming/",
        NotComingView.as_view(),
        name="not_coming",
    ),
    path("schedule/<uuid:session_id>/instead/", InsteadView.as_view(), name="instead"),
    path("steps/", StepsView.as_view(), name="steps"),
    path("support/", SupportView.as_view(), name="support"),
    path("check-ins/", CheckinsView.as_view(), name="checkins"),
    path("questions/", QuestionsView.as_view(), name="questions"),
    path("insights/", InsightsView.as_view(), name="insights"),
    path("weeks/", WeeklyView.as_view(), name="weekly"),
    path("weeks/due/", WeeklyDueView.as_view(), name="weekly_due"),
    path("plan/", PlanView.as_view(), name="plan"),
    path("", include("apps.phone.api_urls")),
    path("here/", HereView.as_view(), name="here"),
    path("token/", TokenView.as_view(), name="token"),
    path("schema/", schema, name="schema"),
]
