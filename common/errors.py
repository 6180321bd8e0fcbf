"""The one way in which a verb refuses: a code for programs, a sentence for people."""


class DomainError(Exception):
    """A rule of the domain forbids the act.

    `code` is stable and for programs, `message` is a sentence for people, `fields` maps the
    name of an input to what is wrong with it.
    """

    def __init__(self, code: str, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = fields or {}
