from django.urls import path

from apps.phone import api, kept_views

# Included by companion.api_urls: the names stand in its namespace.
urlpatterns = [
    path("phone/", api.PhoneView.as_view(), name="phone"),
    path("drop/", api.DropView.as_view(), name="drop"),
    path("kept/", kept_views.KeptView.as_view(), name="kept"),
]
