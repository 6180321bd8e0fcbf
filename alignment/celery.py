"""The Celery app and the whole beat schedule. Redis only wakes people up: what is due stands in the tables."""

import os
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.schedules import crontab
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")

# name of the entry -> task and moment (UTC); nothing is scheduled anywhere else
SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep the clocks": {
        "task": "leads.tasks.sweep",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 240},
    },
    "wake what sleeps in nurture": {
        "task": "leads.tasks.wake",
        "schedule": crontab(minute="2-59/5"),
        "options": {"expires": 240},
    },
    # A worker that died, or a message that got lost, is noticed within two minutes.
    "pick up imports": {
        "task": "imports.tasks.pick_up",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 25},
    },
    "remove old uploads": {"task": "imports.tasks.tidy", "schedule": crontab(hour="2", minute="40")},
    "find duplicates": {"task": "leads.tasks.find_duplicates", "schedule": crontab(hour="2", minute="20")},
    "regrade what is stale": {"task": "leads.tasks.regrade", "schedule": crontab(hour="3", minute="10")},
    "go on with a re-grade that stands still": {
        "task": "leads.tasks.find_standing_regrading",
        "schedule": crontab(),
        "options": {"expires": 50},
    },
    "look after exports": {
        "task": "leads.tasks.look_after_exports",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 240},
    },
    "remind of adjustments": {
        "task": "feedback.tasks.remind",
        "schedule": crontab(minute="4-59/15"),
        "options": {"expires": 840},
    },
    # A quarter begins at midnight of the company's time zone.
    "open the review of the quarter": {
        "task": "reviews.tasks.open_reviews",
        "schedule": crontab(minute="1"),
        "options": {"expires": 3000},
    },
    "keep the results of campaigns": {
        "task": "reviews.tasks.keep_results",
        "schedule": crontab(minute="12"),
        "options": {"expires": 3_000},
    },
    "hold signed quarters against what is known by now": {
        "task": "reviews.tasks.restate",
        "schedule": crontab(hour="3", minute="40"),
    },
    # Whoever told something has woken a worker; this finds what was missed and what is tried again.
    "deliver mails and webhooks": {
        "task": "notices.tasks.deliver",
        "schedule": crontab(),
        "options": {"expires": 50},
    },
    # Mornings begin at every quarter of an hour somewhere.
    "write digests": {
        "task": "notices.tasks.write_digests",
        "schedule": crontab(minute="*/15"),
        "options": {"expires": 840},
    },
    "forget old deliveries": {"task": "notices.tasks.tidy", "schedule": crontab(hour="2", minute="50")},
    "forget answers kept for repeats": {"task": "accounts.tasks.forget_answers", "schedule": crontab(minute="25")},
    # Whoever posted has woken a worker; this finds what was missed and what is tried again.
    "take in what was captured": {
        "task": "leads.tasks.take_captured",
        "schedule": crontab(),
        "options": {"expires": 50},
    },
    "ask Meta who its leads are": {
        "task": "leads.tasks.fetch_captured",
        "schedule": crontab(),
        "options": {"expires": 50},
    },
    "forget what old posts said": {"task": "leads.tasks.forget_posts", "schedule": crontab(hour="2", minute="55")},
    "learn the words of names": {"task": "leads.tasks.learn_words", "schedule": crontab(hour="2", minute="40")},
}

app = Celery("alignment")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)
