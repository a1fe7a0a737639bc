from django.urls import path

from apps.records import data_views

app_name = "records"
urlpatterns = [
    path("my-data/", data_views.my_data, name="my_data"),
    path("my-data/ask/", data_views.ask_data, name="ask_data"),
    path("my-data/take-back/", data_views.cancel_data, name="cancel_data"),
    path("my-data/file/", data_views.data_file, name="data_file"),
    path("my-data/page/", data_views.data_page, name="data_page"),
]
