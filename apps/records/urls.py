from django.urls import path

from apps.records import (
    data_views,
    desk_views,
    erase_views,
    letter_views,
    notice_views,
    request_views,
    sharing_views,
)

app_name = "records"
MINE = "my-records/"
CONSENT = f"{MINE}consents/<uuid:pk>/"
LETTER = f"{MINE}letters/<uuid:pk>/"
CLIENT = "desk/clients/<uuid:client_id>/records/"
urlpatterns = [
    path("my-data/", data_views.my_data, name="my_data"),
    path("my-data/ask/", data_views.ask_data, name="ask_data"),
    path("my-data/take-back/", data_views.cancel_data, name="cancel_data"),
    path("my-data/file/", data_views.data_file, name="data_file"),
    path("my-data/page/", data_views.data_page, name="data_page"),
    path(MINE, sharing_views.my_records, name="my_records"),
    path(f"{MINE}shared/", sharing_views.shared, name="shared"),
    path(CONSENT, sharing_views.consent, name="consent"),
    path(f"{CONSENT}sign/", sharing_views.sign, name="sign"),
    path(f"{CONSENT}no/", sharing_views.decline, name="decline"),
    path(f"{CONSENT}take-back/", sharing_views.take_back, name="take_back"),
    path(CLIENT, desk_views.client_records, name="client_records"),
    path(f"{CLIENT}new/<slug:slug>/", desk_views.propose, name="propose"),
    path(
        f"{CLIENT}consents/<uuid:pk>/",
        desk_views.client_consent,
        name="client_consent",
    ),
    path(
        f"{CLIENT}consents/<uuid:pk>/event/", desk_views.note_event, name="note_event"
    ),
    path(f"{CLIENT}consents/<uuid:pk>/away/", desk_views.take_off, name="take_off"),
    path(
        f"{CLIENT}consents/<uuid:pk>/shared/",
        desk_views.note_shared,
        name="note_shared",
    ),
    path(LETTER, letter_views.letter, name="letter"),
    path(f"{LETTER}open/", letter_views.open_letter, name="open_letter"),
    path(f"{LETTER}no/", letter_views.object_to, name="object_to"),
    path(
        f"{CLIENT}consents/<uuid:pk>/letter/",
        letter_views.new_letter,
        name="new_letter",
    ),
    path(
        f"{CLIENT}letters/<uuid:pk>/", letter_views.client_letter, name="client_letter"
    ),
    path(f"{CLIENT}letters/<uuid:pk>/out/", letter_views.give_out, name="give_out"),
    path(f"{MINE}asked/", request_views.my_requests, name="my_requests"),
    path(
        f"{CLIENT}asked/<uuid:pk>/",
        request_views.client_request,
        name="client_request",
    ),
    path(f"{MINE}erase/", erase_views.ask_erase, name="ask_erase"),
    path(f"{MINE}erase/keep/", erase_views.keep_mine, name="keep_mine"),
    path("desk/erase/", erase_views.erasures, name="erasures"),
    path("desk/erase/<uuid:pk>/", erase_views.erasure, name="erasure"),
    path("desk/erase/<uuid:pk>/now/", erase_views.erase_now, name="erase_now"),
    path(f"{MINE}notice/", notice_views.notice, name="notice"),
]
