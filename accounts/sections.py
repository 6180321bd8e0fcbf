"""The sections of Settings: every room registers its own in `AppConfig.ready`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import User


@dataclass(frozen=True)
class Section:
    """A page of Settings: what it is called, its address by name, and one sentence of what holds now."""

    label: Any
    url_name: str
    words: Callable[[User], str]
    position: int

    @property
    def url(self) -> str:
        return reverse(self.url_name)


_known: dict[str, Section] = {}


def register(section: Section) -> None:
    _known[section.url_name] = section


def sections() -> list[Section]:
    """All sections, in their order."""
    return sorted(_known.values(), key=lambda section: section.position)
