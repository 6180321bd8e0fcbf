from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts.creating import create_user, readable_password
from common.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "Make a person who can sign in. Without a password one is made up and printed once."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--side", required=True, metavar="SIDE", help="sales or marketing")
        parser.add_argument("--manager", action="store_true", help="manager of the side")
        parser.add_argument("--admin", action="store_true", help="may change settings")
        parser.add_argument("--password", metavar="P")
        parser.add_argument("--name", default="", metavar="N", help="as people read it; else taken from the address")
        parser.add_argument("--team", default="", metavar="T", help="made where it is new")

    def act(self, **options: Any) -> dict[str, Any]:
        given = options["password"]
        password = readable_password() if given is None else given
        user = create_user(
            email=options["email"], side=options["side"], password=password, name=options["name"],
            is_manager=options["manager"], is_admin=options["admin"], team=options["team"],
        )  # fmt: skip
        made = {"id": user.pk, "email": user.email}
        return made | {"password": password} if given is None else made

    def say(self, result: dict[str, Any]) -> str:
        words = _("%(email)s can sign in.")
        if "password" in result:
            words = _("%(email)s can sign in with the password %(password)s. It is shown this once.")
        return words % result
