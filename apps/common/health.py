"""Is the process up, and can it do its work."""

from datetime import datetime, timedelta

from celery import current_app
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

BEAT_MAY_BE_LATE = timedelta(minutes=3)


BEAT_KEY = "last-beat"


def note_beat(at: datetime) -> None:
    """Every tick says that it ran, wherever it ran."""
    cache.set(BEAT_KEY, at.isoformat(), timeout=None)


@login_not_required
@require_GET
def healthz(request):
    return JsonResponse({"ok": True})


@login_not_required
@require_GET
def readyz(request):
    checks = {
        "database": _database(),
        "migrations": _migrations(),
        "broker": _broker(),
        "beat": _beat(),
    }
    ok = all(checks.values())
    return JsonResponse({"ok": ok, **checks}, status=200 if ok else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _broker() -> bool:
    try:
        with current_app.connection_for_read() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except Exception:  # noqa: BLE001 - every transport has its own errors
        return False
    return True


def _beat() -> bool:
    noted = cache.get(BEAT_KEY)
    if noted is None:
        return False
    return timezone.now() - datetime.fromisoformat(noted) < BEAT_MAY_BE_LATE
