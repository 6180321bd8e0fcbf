from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.creating import readable_password
from alignment.demo.story import LOGINS, PEOPLE
from alignment.demo.telling import tell_story
from alignment.running import LOGINS as LOGINS_NOTE
from common.commands import Command as BaseCommand
from common.errors import DomainError


class Command(BaseCommand):
    help = "Fill an empty database with a believable company: five quarters up to today."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--leads", type=int, default=400, metavar="N", help="default 400")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="another number draws other people")

    def act(self, **options: Any) -> dict[str, Any]:
        if options["leads"] < 1:
            raise DomainError("too_few", _("Write how many leads: 1 or more."))
        password = readable_password()
        told = tell_story(now=timezone.now(), leads=options["leads"], seed=options["seed"], password=password)
        result = asdict(told) | {"logins": [PEOPLE[key][0] for key in LOGINS], "password": password}
        _keep(self.say(result))
        return result

    def say(self, result: dict[str, Any]) -> str:
        words = _("Demo data: %(leads)d leads, %(campaigns)d campaigns, %(handoffs)d handoffs.") % result
        logins = "\n".join(f"  {email}" for email in result["logins"])
        return f"{words}\n{_('Sign in with one of these and the password')} {result['password']}\n{logins}"


def _keep(words: str) -> None:
    """Beside the database: `make run` shows it at every start, nobody else may read it."""
    note = Path(settings.VAR_DIR) / LOGINS_NOTE
    note.touch(mode=0o600)
    note.write_text(words + "\n")
