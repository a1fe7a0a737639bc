from django.urls import path

from apps.demo import gallery, views

app_name = "demo"
urlpatterns = [
    path("", views.people, name="people"),
    path("as/<uuid:user_id>/", views.sign_in, name="sign_in"),
    path("gallery/", gallery.gallery, name="gallery"),
]
