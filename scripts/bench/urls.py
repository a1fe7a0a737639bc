from django.urls import include, path

from scripts.bench import floors

urlpatterns = [
    path("floor/page/", floors.page),
    path("floor/board/", floors.board),
    path("floor/insert/", floors.insert),
    path("", include("companion.urls")),
]
