from django.urls import path

from apps.feeds import views

app_name = "feeds"
urlpatterns = [
    # Asked by calendars, without cookies: settings.SAME_FOR_EVERYBODY.
    path("calendar/<str:token>.ics", views.feed, name="feed"),
    path("schedule/<uuid:session_id>.ics", views.one, name="one"),
    path("my-calendar/", views.mine, name="mine"),
    path("my-calendar/new/", views.new, name="new"),
    path("my-calendar/<uuid:pk>/renew/", views.renew, name="renew"),
    path("my-calendar/<uuid:pk>/stop/", views.stop, name="stop"),
]
