from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.quarters import quarter_named
from campaigns.models import Campaign
from common.commands import Command as BaseCommand
from common.errors import DomainError
from reviews.figures import Values, by_campaign, figures
from reviews.measures import Slice, measure_by


class Command(BaseCommand):
    help = "Every figure of a quarter, e.g. 2026-Q3."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("quarter", metavar="QUARTER")
        parser.add_argument("--campaign", metavar="CODE")

    def act(self, **options: Any) -> dict[str, Any]:
        quarter = quarter_named(options["quarter"])
        part = Slice(quarter, campaign=_campaign(options["campaign"]))
        now = timezone.now()
        return {
            "quarter": quarter.key,
            "from": quarter.start.isoformat(),
            "to": quarter.end.isoformat(),
            "time_zone": quarter.zone.key,
            "figures": _as_json(figures(part, now=now)),
            "campaigns": [
                {"code": campaign.code, "figures": _as_json(values)}
                for campaign, values in by_campaign(measure_by("campaign", part=part, now=now))
                if campaign
            ],
        }

    def say(self, result: dict[str, Any]) -> str:
        lines = [f"{result['quarter']} ({result['time_zone']})"]
        for key, figure in result["figures"].items():
            of = f" ({figure['numerator']}/{figure['denominator']})" if figure["denominator"] else ""
            value = "–" if figure["value"] is None else figure["value"]
            lines.append(f"{key:28} {value}{of}")
        return "\n".join(lines)


def _as_json(values: Values) -> dict[str, Any]:
    return {key: value.as_json() for key, value in values.items()}


def _campaign(code: str | None) -> Campaign | None:
    if code is None:
        return None
    try:
        return Campaign.objects.get(code=code)
    except Campaign.DoesNotExist:
        raise DomainError("no_such_campaign", _("There is no campaign “%(code)s”.") % {"code": code}) from None
