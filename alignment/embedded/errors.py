"""What can go wrong, in words."""


class EmbeddedError(RuntimeError):
    """A sentence for the person at the terminal: what was wrong and what to do."""
