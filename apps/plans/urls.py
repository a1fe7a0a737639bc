from django.urls import path

from apps.plans import section_views, views

app_name = "plans"
urlpatterns = [
    path("plan/", views.plan, name="plan"),
    path("plan/now/", views.now, name="now"),
    path("plan/after/", views.after, name="after"),
    path("plan/changes/", views.changes, name="changes"),
    path("plan/send/", views.send, name="send"),
    path("plan/take-back/", views.take_back, name="take_back"),
    path("plan/start/", views.start, name="start"),
    path("plan/if-then/", section_views.steps, name="steps"),
    path("plan/week/", section_views.week, name="week"),
    path("plan/emergency/", section_views.emergency, name="emergency"),
    path("plan/kit/order/", section_views.reorder, name="reorder"),
    path("plan/medicine/refill/", section_views.refill, name="refill"),
    path("plan/people/", section_views.people, name="people"),
    path("plan/people/nobody/", section_views.nobody_yet, name="nobody_yet"),
    path("plan/people/<uuid:person_id>/", section_views.person, name="person"),
    path("plan/<slug:slug>/", section_views.section, name="section"),
    path("plan/<slug:slug>/out/", section_views.take_out, name="take_out"),
]
