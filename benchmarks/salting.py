"""What the demo tells too little of: facts that few leads have, facts that many have, and things that are large.

So that filters are measured with many hits, with few and with none, and pages with much on them.
"""

from django.db import connection, transaction

# How many leads in a million, and what is told of them. Ids are spread evenly, in no order of the list.
FACTS = [
    (300, "country = 'Iceland'"),
    (300, "industry = 'Falconry'"),
    (20, "job_title = 'Chief falconer'"),
    (300, "source = 'almanac'"),
    (300, "tags = '{keen}'"),
    (20_000, "tags = '{fair,vip}'"),
    (20_000, "do_not_contact = true"),
    (300, "kept_out = 'spam'"),
    (50_000, """facts = '{"Budget": "yes"}'"""),
    (300, """facts = '{"Hobby": "falcons"}'"""),
    (300, "employees = 250000"),
]
LARGE = """
UPDATE leads_organisation SET is_target = true, target_since = now() WHERE id %% 1000 = 3;
UPDATE leads_organisation SET country = 'Iceland' WHERE id %% 5000 = 4;
UPDATE leads_lead SET organisation_id = (SELECT max(id) FROM leads_organisation) WHERE id %% 400 = 7;
INSERT INTO leads_touch (lead_id, campaign_id, kind, at, note)
SELECT l.id, c.id, 'visit', l.captured_at + make_interval(hours => n), ''
FROM (SELECT id, captured_at FROM leads_lead WHERE EXISTS (SELECT FROM leads_handoff h WHERE h.lead_id = leads_lead.id)
      ORDER BY id LIMIT 20) l, generate_series(1, 300) n, LATERAL (SELECT min(id) AS id FROM campaigns_campaign) c
ON CONFLICT DO NOTHING;
"""


def salt() -> None:
    """Tell these things once; nothing where they are told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM leads_lead WHERE tags @> '{keen}' AND tags <> '{}')")
        if cursor.fetchone()[0]:
            return
        with transaction.atomic():
            for number, (per_million, told) in enumerate(FACTS):
                every = 1_000_000 // per_million
                cursor.execute(f"UPDATE leads_lead SET {told} WHERE id %% %s = %s", [every, (number * 7 + 5) % every])
            cursor.execute(LARGE % ())
        cursor.execute("VACUUM ANALYZE leads_lead, leads_organisation, leads_touch, leads_leadwords")
