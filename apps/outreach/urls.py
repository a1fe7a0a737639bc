from django.urls import path

from apps.outreach import views

app_name = "outreach"
urlpatterns = [
    path("a/<str:token>/", views.answer, name="answer"),
    path("hooks/sms/", views.sms_inbound, name="sms_inbound"),
    path("hooks/sms-status/<uuid:message_id>/", views.sms_status, name="sms_status"),
]
