"""Messages as mails. One connection carries many; what the server says decides what comes next."""

import smtplib
from types import TracebackType
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from notices import kinds
from notices.messages import Message, absolute, unsubscribe_path
from notices.models import Delivery
from notices.refusals import NotNowError, RefusedError, WayClosedError

SERVICE_AWAY = 421


def mail_of(delivery: Delivery, message: Message, person: User) -> EmailMultiAlternatives:
    """A mail in text and simple HTML, with a way out of its kind and the same Message-ID at each try."""
    unsubscribe = absolute(unsubscribe_path(person, delivery.kind))
    told = {
        "message": message,
        "kind": kinds.label_of(delivery.kind),
        "unsubscribe_url": unsubscribe,
        "settings_url": absolute(reverse("notices:settings")),
        "list_url": absolute(reverse("notices:list")),
    }
    mail = EmailMultiAlternatives(
        subject=" ".join(message.subject.split()),
        body=render_to_string("notices/mail.txt", told),
        to=[str(person.email)],
        headers={
            "Message-ID": f"<{delivery.pk}@{urlsplit(settings.BASE_URL).hostname}>",
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string("notices/mail.html", told), "text/html")
    return mail


class Mailbox:
    """The connection to the mail server: opened for the first mail, kept for those that follow."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def __enter__(self) -> "Mailbox":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, mail: EmailMultiAlternatives) -> None:
        """Hand a mail over. Raises RefusedError, NotNowError or WayClosedError."""
        try:
            if self._connection is None:
                connection = get_connection()
                connection.open()
                self._connection = connection
            self._connection.send_messages([mail])
        except (OSError, smtplib.SMTPException) as error:
            judged = _judged(error)
            if isinstance(judged, WayClosedError):
                self._close()
            raise judged from error

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (OSError, smtplib.SMTPException):
                return  # the server is gone already


def _judged(error: Exception) -> Exception:
    """What an answer of the server means for this mail, and for those that follow."""
    code, said = _answer(error)
    about_this_one = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    if not about_this_one or code == SERVICE_AWAY:
        return WayClosedError(said)
    return RefusedError(said) if code >= 500 else NotNowError(said)


def _answer(error: Exception) -> tuple[int, str]:
    code: int
    text: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()), (0, b""))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error
    else:
        return 0, _("The mail server does not answer.")
    words = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    return code, _("The mail server said: %(code)d %(words)s") % {"code": code, "words": words.replace("\x00", "")}
