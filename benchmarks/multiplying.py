"""Makes a database of the demo many times as large: its leads again, under other names, at other moments.

The demo is told through the intake at its own speed; this copies what it told in a few statements, for
measuring pages. Every copy has its organisations, touches and handoffs; answers are not copied.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from leads.models import Lead

ENDINGS = """mann berg sen ova ski dal etti ez stein hof quist eira mayer sson nen idze ulu wicz ard ini""".split()  # noqa: SIM905
# What differs in copy number %(k)s; ids move by %(k)s times %(step)s.
VARIED = {
    "leads_organisation": {
        "id": "id + %(k)s * %(step)s",
        "name": "name || ' ' || initcap((%(endings)s)[1 + (id * 7 + %(k)s) %% 20])",
        "domain": "'k' || %(k)s || '-' || domain",
    },
    "leads_lead": {
        "id": "id + %(k)s * %(step)s",
        "email": "'k' || %(k)s || '.' || email",
        "external_id": "'K' || %(k)s || '-' || external_id",
        "last_name": "last_name || (%(endings)s)[1 + (id * 13 + %(k)s) %% 20]",
        "name": "first_name || ' ' || last_name || (%(endings)s)[1 + (id * 13 + %(k)s) %% 20]",
        "organisation_id": "organisation_id + CASE WHEN (SELECT domain FROM leads_organisation o"
        " WHERE o.id = t.organisation_id) IS NULL THEN 0 ELSE %(k)s * %(step)s END",
        "captured_at": "captured_at - make_interval(mins => %(k)s * 37)",
    },
    "leads_touch": {"id": "id + %(k)s * %(step)s", "lead_id": "lead_id + %(k)s * %(step)s"},
    "leads_handoff": {"id": "id + %(k)s * %(step)s", "lead_id": "lead_id + %(k)s * %(step)s"},
}
# Built anew when the rows are there: row by row they cost more than the rows.
FOREIGN_KEYS = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%(tables)s::regclass[])
"""
INDEXES = """
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index WHERE NOT indisunique AND indrelid = ANY(%(tables)s::regclass[])
"""
WHERE = {"leads_organisation": "AND domain IS NOT NULL", "leads_lead": "AND erased_at IS NULL"}


def multiply(leads: int) -> int:
    """Copy the leads that are there until there are at least `leads`; how many there are then."""
    times = math.ceil(leads / max(Lead.objects.count(), 1))
    with connection.cursor() as cursor:
        step = 1 + max(_highest(cursor, table) for table in VARIED)
        with transaction.atomic(), bare(cursor, [*VARIED, "leads_leadwords"]):
            for k in range(1, times):
                for table in VARIED:
                    _copy(cursor, table, {"k": k, "step": step, "endings": ENDINGS})
        for table in VARIED:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {_highest(cursor, table)})")
        cursor.execute("VACUUM ANALYZE leads_lead, leads_organisation, leads_touch, leads_handoff, leads_leadwords")
    return Lead.objects.count()


@contextmanager
def bare(cursor, tables: list[str]) -> Iterator[None]:
    """The tables without foreign keys and without indexes that only make reading quick."""
    ways = []
    for found in (FOREIGN_KEYS, INDEXES):
        cursor.execute(found, {"tables": tables})
        ways += cursor.fetchall()
    for away, _back in ways:
        cursor.execute(away)
    yield
    for _away, back in reversed(ways):
        cursor.execute(back)


def _copy(cursor, table: str, values: dict) -> None:
    columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    told = ", ".join(VARIED[table].get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {told} FROM {table} t WHERE id < %(step)s {WHERE.get(table, '')}", values
    )


def _highest(cursor, table: str) -> int:
    cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
    return cursor.fetchone()[0]
