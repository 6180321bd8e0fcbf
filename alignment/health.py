"""/healthz says that the process is alive; /readyz that it can work: database, queue, last sweep."""

from collections.abc import Callable
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

# Beat sweeps every five minutes; two missed ones in a row are worth an alarm.
SWEEP_OVERDUE = timedelta(minutes=15)


class HealthMiddleware:
    """Answers both addresses before any other middleware: a probe has no session and knows no host name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        view = {"/healthz": healthz, "/readyz": readyz}.get(request.path_info)
        return view(request) if view else self.get_response(request)


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; asks no other server."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when everything works, else 503; the body says which part does not."""
    database = _database()
    parts = {"database": database, "queue": _queue(), "sweep": _sweep() if database == "ok" else "unknown"}
    ready = all(state in {"ok", "none yet"} for state in parts.values())
    return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "away"
    return "ok"


def _queue() -> str:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
            client.ping()
    except RedisError:
        return "away"
    return "ok"


def _sweep() -> str:
    try:
        last = (
            apps.get_model("leads", "SweepRun")
            .objects.order_by("-finished_at")
            .values_list("finished_at", flat=True)
            .first()
        )
    except (LookupError, Error):
        return "unknown"
    if last is None:
        return "none yet"
    return "ok" if timezone.now() - last < SWEEP_OVERDUE else "overdue"
