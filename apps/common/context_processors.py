from django.conf import settings

from apps.common.identity import identity_of


def app(request):
    name, icon = identity_of(request)
    return {"app_name": name, "app_icon": icon, "demo_mode": settings.DEMO}
