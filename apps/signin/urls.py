from django.urls import path

from apps.signin import views

app_name = "signin"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/code/", views.confirm, name="confirm"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("language/", views.language, name="language"),
    path("kept/<uuid:pk>/away/", views.let_go, name="let_go"),
    path("i/<str:token>/", views.invitation, name="invitation"),
]
