from django.urls import path

from apps.phone import api

# Included by companion.api_urls: the names stand in its namespace.
urlpatterns = [
    path("phone/", api.PhoneView.as_view(), name="phone"),
]
