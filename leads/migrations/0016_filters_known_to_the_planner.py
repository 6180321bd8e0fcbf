"""What filters compare is known to the planner: without, it takes every text for rare and reads the whole table."""

from django.db import migrations

CREATE = """
CREATE STATISTICS lead_country_compared ON upper(country) FROM leads_lead;
CREATE STATISTICS lead_industry_compared ON upper(industry) FROM leads_lead;
CREATE STATISTICS lead_job_title_compared ON upper(job_title) FROM leads_lead;
CREATE STATISTICS lead_source_compared ON upper(source) FROM leads_lead;
CREATE STATISTICS organisation_country_compared ON upper(country) FROM leads_organisation;
CREATE STATISTICS organisation_industry_compared ON upper(industry) FROM leads_organisation;
ANALYZE leads_lead, leads_organisation;
"""
DROP = """
DROP STATISTICS lead_country_compared, lead_industry_compared, lead_job_title_compared, lead_source_compared,
    organisation_country_compared, organisation_industry_compared;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0015_pulled_back_and_woken")]

    operations = [migrations.RunSQL(CREATE, DROP)]
