"""/healthz and /readyz, for probes that know no host name and have no session."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client, override_settings
from django.utils import timezone


def test_healthz_asks_no_server_and_accepts_any_host(client: Client) -> None:
    with override_settings(ALLOWED_HOSTS=["alignment.example.com"], SECURE_SSL_REDIRECT=True):
        answer = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_tells_each_part(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": "ok", "queue": "ok", "sweep": "none yet"}


@pytest.mark.django_db
def test_a_queue_that_is_away_makes_it_unready(client: Client) -> None:
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["queue"]) == (503, "away")


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "state", "status"), [(4, "ok", 200), (16, "overdue", 503)])
def test_a_sweep_that_is_long_ago_makes_it_unready(client: Client, minutes: int, state: str, status: int) -> None:
    counts = dict.fromkeys(["at_risk", "breached", "escalated", "released"], 0)
    long_ago = timezone.now() - timedelta(minutes=minutes)
    apps.get_model("leads", "SweepRun").objects.create(finished_at=long_ago, **counts)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["sweep"]) == (status, state)
