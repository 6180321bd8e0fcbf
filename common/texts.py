"""Texts of ours in the language of the reader, for what lists show in each row."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from django.utils import translation
from django.utils.functional import lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def gettext(message: str) -> str:
    """Return the text in the language that holds now. Django itself looks through the catalogues of all apps each
    time; what they say stays while the process runs."""
    return _told(message, translation.get_language())


@lru_cache(maxsize=5000)
def _told(message: str, language: str | None) -> str:
    return translation.gettext(message)


_lazily: Any = lazy(gettext, str)


def gettext_lazy(message: str) -> "_StrPromise":
    """The same for names that stand in the code and are read later, each time in the language of then."""
    return cast("_StrPromise", _lazily(message))
