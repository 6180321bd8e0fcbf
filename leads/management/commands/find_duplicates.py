from typing import Any

from django.utils import timezone

from common.commands import Command as BaseCommand
from leads.duplicates import fill_phones, propose_all


class Command(BaseCommand):
    help = "Compare every lead with every other, and propose those that may be one person."

    def act(self, **options: Any) -> dict[str, Any]:
        return {"phones": fill_phones(), "found": propose_all(at=timezone.now())}
