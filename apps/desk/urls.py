from django.conf import settings
from django.urls import path

from apps.desk import (
    care_day_views,
    care_place_views,
    care_views,
    glass_views,
    hold_views,
    invitation_views,
    look_views,
    outbox_views,
    pace_views,
    plan_views,
    reading_views,
    ride_views,
    roster_views,
    told_views,
    views,
    week_views,
    weekly_views,
)

app_name = "desk"
urlpatterns = [
    path("", views.board, name="board"),
    path("people/", views.people, name="people"),
    path("open/", glass_views.open_record, name="open"),
    path("tasks/<uuid:task_id>/noted/", glass_views.noted, name="noted"),
    path("clients/<uuid:client_id>/", views.client, name="client"),
    path("clients/<uuid:client_id>/invite/", invitation_views.invite, name="invite"),
    path(
        "clients/<uuid:client_id>/invite/back/",
        invitation_views.take_back,
        name="invite_back",
    ),
    path("clients/<uuid:client_id>/hold/", hold_views.hold, name="hold"),
    path("clients/<uuid:client_id>/hold/lift/", hold_views.lift, name="hold_lift"),
    path("holds/", hold_views.holds, name="holds"),
    path("clients/<uuid:client_id>/care/", care_views.care, name="care"),
    path("clients/<uuid:client_id>/care/level/", care_views.level, name="care_level"),
    path(
        "clients/<uuid:client_id>/care/level/back/",
        care_views.level_back,
        name="care_level_back",
    ),
    path("clients/<uuid:client_id>/care/end/", care_views.end, name="care_end"),
    path("clients/<uuid:client_id>/care/again/", care_views.again, name="care_again"),
    path("clients/<uuid:client_id>/care/away/", care_day_views.away, name="care_away"),
    path(
        "clients/<uuid:client_id>/care/away/<uuid:pk>/",
        care_day_views.away_change,
        name="care_away_change",
    ),
    path(
        "clients/<uuid:client_id>/care/home/", care_place_views.home, name="care_home"
    ),
    path(
        "clients/<uuid:client_id>/care/places/",
        care_place_views.place,
        name="care_place",
    ),
    path(
        "clients/<uuid:client_id>/care/places/<uuid:pk>/",
        care_place_views.place_change,
        name="care_place_change",
    ),
    path("clients/<uuid:client_id>/care/days/", care_day_views.day, name="care_day"),
    path(
        "clients/<uuid:client_id>/care/days/instead/",
        care_day_views.instead,
        name="care_instead",
    ),
    path(
        "clients/<uuid:client_id>/care/days/<uuid:pk>/back/",
        care_day_views.day_back,
        name="care_day_back",
    ),
    path("clients/<uuid:client_id>/done/", views.close, name="close"),
    path("clients/<uuid:client_id>/undo/", views.undo, name="undo"),
    path("clients/<uuid:client_id>/weekly/", weekly_views.weekly, name="weekly"),
    path("check-ins/<uuid:day_id>/seen/", views.seen, name="seen"),
    path("check-ins/<uuid:day_id>/reply/", views.reply, name="reply"),
    path("looks/", look_views.looks, name="looks"),
    path("looks/unusual/", look_views.unusual, name="unusual"),
    path("plans/", plan_views.plans, name="plans"),
    path("plans/<uuid:version_id>/", plan_views.plan, name="plan"),
    path("plans/<uuid:version_id>/read/", plan_views.start_reading, name="plan_read"),
    path("plans/<uuid:version_id>/comment/", plan_views.comment, name="plan_comment"),
    path("plans/<uuid:version_id>/ideas/", plan_views.send_ideas, name="plan_ideas"),
    path("plans/<uuid:version_id>/agree/", plan_views.agree, name="plan_agree"),
    path("plans/<uuid:version_id>/keep/", plan_views.keep, name="plan_keep"),
    path("rosters/", roster_views.rosters, name="rosters"),
    path("rosters/<uuid:session_id>/", roster_views.roster, name="roster"),
    path(
        "rosters/<uuid:session_id>/people/<uuid:enrollment_id>/",
        roster_views.mark,
        name="roster_mark",
    ),
    path(
        "rosters/<uuid:session_id>/close/",
        roster_views.close_roster,
        name="roster_close",
    ),
    path(
        "rosters/<uuid:session_id>/change/",
        roster_views.change_session,
        name="roster_change",
    ),
    path(
        "rosters/<uuid:session_id>/cancel/",
        roster_views.cancel_session,
        name="roster_cancel",
    ),
    path(
        "rosters/<uuid:session_id>/everybody/",
        roster_views.everybody,
        name="roster_everybody",
    ),
    path(
        "rosters/<uuid:session_id>/undo/",
        roster_views.undo_everybody,
        name="roster_undo",
    ),
    path("pace/", pace_views.pace, name="pace"),
    path("arrivals/", ride_views.arrivals, name="arrivals"),
    path("clients/<uuid:client_id>/rides/", ride_views.rides, name="rides"),
    path("rides/<uuid:ride_id>/off/", ride_views.ride_off, name="ride_off"),
]
urlpatterns += [
    path("week/", week_views.week, name="week"),
    path("week/add/", week_views.add, name="week_add"),
    path("week/close/", week_views.close, name="week_close"),
    path("week/holidays/", week_views.holidays, name="week_holidays"),
    path(
        "week/closures/<uuid:closure_id>/open/",
        week_views.reopen,
        name="week_reopen",
    ),
    path("week/<uuid:occurrence_id>/", week_views.change, name="week_change"),
    path("week/<uuid:occurrence_id>/end/", week_views.end, name="week_end"),
    path(
        "week/<uuid:occurrence_id>/day/", week_views.single_day, name="week_single_day"
    ),
]
urlpatterns += [
    path("check-ins/", reading_views.reading, name="reading"),
    path("clients/<uuid:client_id>/check-in/", told_views.told, name="told"),
    path("clients/<uuid:client_id>/paper/", told_views.paper, name="paper"),
]
if settings.DEMO:
    urlpatterns += [
        path("outbox/", outbox_views.outbox, name="outbox"),
        path(
            "outbox/<uuid:message_id>/answer/",
            outbox_views.outbox_answer,
            name="outbox_answer",
        ),
    ]
