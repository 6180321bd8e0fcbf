"""The organisations of rows that come in: those nobody knew are made, and each staged row finds its own."""

import json
from collections.abc import Collection, Mapping
from typing import Any

# What rows tell of an organisation, as far as it is told without the staging table.
TOLD = {
    "number": "integer", "organisation": "text", "domain": "text", "country": "text", "industry": "text",
    "employees": "integer",
}  # fmt: skip

# Those that are known are not tried: each try would cost a row and a number.
_MAKE = """
INSERT INTO leads_organisation (name, domain, country, industry, employees)
SELECT DISTINCT ON (domain) left(coalesce(nullif(organisation, ''), domain), 200), domain, country, industry, employees
FROM {rows} WHERE domain IS NOT NULL AND NOT EXISTS (SELECT FROM leads_organisation o WHERE o.domain = told.domain)
ORDER BY domain, organisation = '', number
ON CONFLICT DO NOTHING;

INSERT INTO leads_organisation (name, domain, country, industry, employees)
SELECT DISTINCT ON (lower(organisation)) left(organisation, 200), NULL, country, industry, employees
FROM {rows} WHERE domain IS NULL AND organisation <> '' AND NOT EXISTS (
    SELECT FROM leads_organisation o WHERE o.domain IS NULL AND lower(o.name) = lower(left(told.organisation, 200)))
ORDER BY lower(organisation), number
ON CONFLICT DO NOTHING;
"""
FIND = (
    _MAKE.format(rows="intake AS told")
    + """
UPDATE intake s SET organisation_id = o.id FROM leads_organisation o WHERE o.domain = s.domain;
UPDATE intake s SET organisation_id = o.id FROM leads_organisation o
WHERE s.domain IS NULL AND s.organisation <> '' AND o.domain IS NULL
  AND lower(o.name) = lower(left(s.organisation, 200));
"""
)
MAKE = _MAKE.format(
    rows=f"json_to_recordset(%(rows)s::json) AS told ({', '.join(f'{name} {kind}' for name, kind in TOLD.items())})"
)


def make(cursor: Any, rows: Collection[Mapping[str, Any]]) -> None:
    """Make the organisations of `rows`, values by the names of TOLD, that are not known yet."""
    cursor.execute(MAKE, {"rows": json.dumps(list(rows), ensure_ascii=False)})
