from django.urls import include, path

from apps.accounts import policy
from scripts.bench import floors

# A path the policy does not know is shut, here too.
policy.ROUTES |= {
    "floor_page": {"GET": "app.read"},
    "floor_board": {"GET": "app.read"},
    "floor_insert": {"POST": "form.let_go"},
}

urlpatterns = [
    path("floor/page/", floors.page, name="floor_page"),
    path("floor/board/", floors.board, name="floor_board"),
    path("floor/insert/", floors.insert, name="floor_insert"),
    path("", include("companion.urls")),
]
