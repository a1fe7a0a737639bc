from django.urls import path

from apps.signin import (
    factor_views,
    key_views,
    lock_views,
    place_views,
    still_you_views,
    views,
)

app_name = "signin"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/code/", views.confirm, name="confirm"),
    path("sign-in/passkey/", factor_views.passkey, name="passkey"),
    path("sign-in/passkey/ask/", factor_views.passkey_asks, name="passkey_asks"),
    path("second-step/", factor_views.second_step, name="second_step"),
    path("second-step/set-up/", factor_views.set_up, name="set_up"),
    path("second-step/set-up/app/", factor_views.set_up_app, name="set_up_app"),
    path(
        "second-step/set-up/passkey/",
        factor_views.set_up_passkey,
        name="set_up_passkey",
    ),
    path(
        "second-step/set-up/passkey/new/",
        factor_views.new_passkey,
        name="new_passkey",
    ),
    path("second-step/wait/", factor_views.wait, name="wait"),
    path("signed-in/asks/<uuid:pk>/in/", place_views.let_in, name="let_in"),
    path("signed-in/asks/<uuid:pk>/no/", place_views.close_door, name="close_door"),
    path("still-you/", still_you_views.ask, name="still_you"),
    path("ways-in/", factor_views.ways_in, name="ways_in"),
    path("ways-in/<int:pk>/away/", factor_views.remove_way_in, name="remove_way_in"),
    path("ways-in/spare-codes/", factor_views.new_spare_codes, name="new_spare_codes"),
    path("own-keys/", key_views.keys, name="keys"),
    path("own-keys/new/", key_views.new_key, name="new_key"),
    path("own-keys/<int:pk>/away/", key_views.remove_key, name="remove_key"),
    path("lock/", lock_views.lock, name="lock"),
    path("lock/key/", lock_views.lock_by_passkey, name="lock_by_passkey"),
    path("lock/off/", lock_views.lock_off, name="lock_off"),
    path("lock/now/", lock_views.lock_now, name="lock_now"),
    path("locked/", lock_views.locked, name="locked"),
    path("signed-in/seen/<uuid:pk>/", place_views.say_seen, name="say_seen"),
    path("signed-in/", place_views.places, name="places"),
    path("signed-in/<uuid:pk>/end/", place_views.end_place, name="end_place"),
    path("signed-in/others/end/", place_views.end_others, name="end_others"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("language/", views.language, name="language"),
    path("kept/<uuid:pk>/away/", views.let_go, name="let_go"),
    path("i/<str:token>/", views.invitation, name="invitation"),
]
