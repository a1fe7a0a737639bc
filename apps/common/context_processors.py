from django.conf import settings


def app(request):
    return {"app_name": settings.APP_NAME, "demo_mode": settings.DEMO}
