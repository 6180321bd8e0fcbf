from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from common.commands import Command as BaseCommand
from reviews.telling import told


class Command(BaseCommand):
    help = "Every figure of a quarter, e.g. 2026-Q3: as it was frozen where it was, else of this moment."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("quarter", metavar="QUARTER")
        parser.add_argument("--campaign", metavar="CODE")

    def act(self, **options: Any) -> dict[str, Any]:
        found = told(options["quarter"], now=timezone.now(), campaign=options["campaign"])
        keys = ("quarter", "from", "to", "time_zone", "status", "as_of", "figures")
        result = {key: found[key].isoformat() if hasattr(found[key], "isoformat") else found[key] for key in keys}
        return result | {"campaigns": [{"code": c["code"], "figures": c["figures"]} for c in found["campaigns"]]}

    def say(self, result: dict[str, Any]) -> str:
        lines = [f"{result['quarter']} ({result['time_zone']})"]
        for key, figure in result["figures"].items():
            of = f" ({figure['numerator']}/{figure['denominator']})" if figure["denominator"] else ""
            value = "–" if figure["value"] is None else figure["value"]
            lines.append(f"{key:28} {value}{of}")
        return "\n".join(lines)
