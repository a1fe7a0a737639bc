from django.urls import path

from apps.phone import kept_views

app_name = "phone"
urlpatterns = [
    path("this-phone/", kept_views.this_phone, name="this_phone"),
]
