"""Leads with handoffs in any number, written by SQL: for measuring what must cost what is due, not what exists.

Each lead has two handoffs. The older one is closed; of the newer ones one in twenty is open and pending, one is
late, flagged and escalated, one is answered with its verdict open, one was released, the others are closed.
"""

from datetime import datetime

from django.db import connection, transaction
from multiplying import bare

from accounts.models import Team, User
from campaigns.models import Campaign
from leads.models import Handoff, Lead

TEAMS, REPS_OF_A_TEAM, CAMPAIGNS = 10, 10, 100
TABLES = ["leads_lead", "leads_touch", "leads_handoff"]

LEADS = """
INSERT INTO leads_lead (id, email, first_name, last_name, name, job_title, phone, website, industry, country, source,
    campaign_id, captured_at, note, consent, facts, grade, best_grade, fit, engagement, stage, owner_id, kept_out,
    created_at, version)
SELECT k, 'p' || k || '@firm' || k %% 50000 || '.test', 'Person', k, 'Person ' || k, 'Head of procurement', '', '', '',
    'Germany', '', (%(campaigns)s)[1 + k %% %(campaign_count)s], %(now)s - make_interval(mins => k %% 500000), '', '',
    '{}', 'A', 'A', 40, 20, CASE WHEN k %% 20 < 3 THEN 'handed_off' WHEN k %% 20 = 3 THEN 'new' ELSE 'accepted' END,
    (%(reps)s)[1 + k / 20 %% %(rep_count)s], '', %(now)s, 1
FROM generate_series(%(first)s, %(last)s) k
"""
TOUCHES = """
INSERT INTO leads_touch (lead_id, campaign_id, kind, at, note)
SELECT id, campaign_id, 'quote', captured_at, '' FROM leads_lead WHERE id BETWEEN %(first)s AND %(last)s
"""
CLOSED = """
INSERT INTO leads_handoff (lead_id, rep_id, team_id, grade, explanation, routed_because, historic, at, taken_at,
    risk_at, due_at, responded_at, verdict_at, closed_at, warned_at, flagged_at, released_why)
SELECT k, rep, 1 + rep %% %(team_count)s, 'A', '{}', 'next in turn', false, start, start, start + interval '5 days',
    start + interval '7 days', answered, answered, answered,
    CASE WHEN late THEN start + interval '5 days' END, CASE WHEN late THEN start + interval '7 days 5 minutes' END, ''
FROM generate_series(%(first)s, %(last)s) k,
    LATERAL (SELECT (%(reps)s)[1 + k / 20 %% %(rep_count)s] AS rep, k %% 5 = 0 AS late,
             %(now)s - interval '60 days' - make_interval(mins => k %% 500000) AS start) a,
    LATERAL (SELECT start + CASE WHEN late THEN interval '9 days' ELSE interval '2 days' END AS answered) b
"""
NEWER = """
INSERT INTO leads_handoff (lead_id, rep_id, team_id, grade, explanation, routed_because, historic, at, taken_at,
    risk_at, due_at, responded_at, verdict_at, closed_at, warned_at, flagged_at, escalated_at, released_at,
    released_why)
SELECT k, rep, 1 + rep %% %(team_count)s, 'A', '{}', 'next in turn', false, start, start, start + interval '5 days',
    start + interval '7 days', CASE WHEN k %% 20 = 2 OR k %% 20 > 3 THEN start + interval '1 day' END,
    CASE WHEN k %% 20 > 3 THEN start + interval '1 day' END, CASE WHEN k %% 20 > 2 THEN start + interval '1 day' END,
    CASE WHEN k %% 20 = 1 THEN start + interval '5 days' END, CASE WHEN k %% 20 = 1 THEN start + interval '7 days' END,
    CASE WHEN k %% 20 = 1 THEN start + interval '9 days' END, CASE WHEN k %% 20 = 3 THEN start + interval '1 day' END,
    CASE WHEN k %% 20 = 3 THEN 'grade_fell' ELSE '' END
FROM generate_series(%(first)s, %(last)s) k,
    LATERAL (SELECT (%(reps)s)[1 + k / 20 %% %(rep_count)s] AS rep,
             %(now)s - CASE WHEN k %% 20 = 0 THEN make_interval(mins => k %% 6000)
                            ELSE interval '20 days' + make_interval(mins => k %% 20000) END AS start) a
"""
DUE = """
INSERT INTO leads_handoff (lead_id, rep_id, team_id, grade, explanation, routed_because, historic, at, taken_at,
    risk_at, due_at, warned_at, released_why)
SELECT k, rep, 1 + rep %% %(team_count)s, 'A', '{}', 'next in turn', false, start, start, start + interval '5 days',
    start + interval '7 days', start + interval '5 days', ''
FROM generate_series(%(first)s, %(last)s) k,
    LATERAL (SELECT (%(reps)s)[1 + k / 20 %% %(rep_count)s] AS rep,
             %(now)s - interval '7 days' - make_interval(secs => k %% 300 + 1) AS start) a
"""


def grow(handoffs: int, *, now: datetime) -> None:
    """Have so many handoffs, none of them due at `now`. Tables keep the statistics that they have, or none."""
    people = _people()
    last = Lead.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    more = (handoffs - Handoff.objects.count()) // 2
    if more <= 0:
        return
    with connection.cursor() as cursor, transaction.atomic(), bare(cursor, TABLES):
        _write(cursor, (LEADS, TOUCHES, CLOSED, NEWER), people, last + 1, last + more, now)
    _count_on(last + more)


def make_due(count: int, *, now: datetime) -> None:
    """So many further leads whose answer became due in the five minutes before `now`."""
    last = Lead.objects.order_by("-pk").values_list("pk", flat=True)[0]
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL session_replication_role = replica")
        _write(cursor, (LEADS, TOUCHES, DUE), _people(), last + 1, last + count, now)
    _count_on(last + count)


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")


def without_statistics() -> None:
    """From now on nobody gathers statistics about these tables but `analyze`."""
    with connection.cursor() as cursor:
        for table in [*TABLES, "leads_event", "notices_notification", "notices_delivery", "notices_delivery_notices"]:
            cursor.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")


def _write(cursor, statements, people, first: int, last: int, now: datetime) -> None:
    for statement in statements:
        cursor.execute(statement, {**people, "first": first, "last": last, "now": now})


def _count_on(last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('leads_lead', 'id'), %s)", [last])


def _people() -> dict:
    """Teams with reps and a manager each, and campaigns with an owner each."""
    if not Team.objects.exists():
        for n in range(TEAMS):
            team = Team.objects.create(name=f"Team {n}", side="sales")
            person(f"manager{n}", "sales", team=team, is_manager=True)
        for n in range(TEAMS * REPS_OF_A_TEAM):
            person(f"rep{n}", "sales", team_id=1 + n % TEAMS, takes_leads=True)
        for n in range(CAMPAIGNS):
            Campaign.objects.create(code=f"c{n}", name=f"Campaign {n}", owner=person(f"marketer{n}", "marketing"))
    reps = list(User.objects.filter(takes_leads=True).order_by("pk").values_list("pk", flat=True))
    campaigns = list(Campaign.objects.order_by("pk").values_list("pk", flat=True))
    counts = {"rep_count": len(reps), "campaign_count": len(campaigns), "team_count": TEAMS}
    return {"reps": reps, "campaigns": campaigns, **counts}


def person(name: str, side: str, **facts) -> User:
    """Somebody without a password: hashing one would take longer than everything else."""
    return User.objects.create(email=f"{name}@example.test", name=name.title(), side=side, **facts)
