"""Names of countries, in many languages, to the two letters of ISO 3166."""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.machinery import PathFinder
from importlib.util import module_from_spec

ALSO = {
    "usa": "US", "united states of america": "US", "america": "US", "us of a": "US", "uk": "GB", "great britain": "GB",
    "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "uae": "AE",
    "holland": "NL", "the netherlands": "NL", "czech republic": "CZ", "south korea": "KR", "korea": "KR",
    "russian federation": "RU", "ivory coast": "CI", "prc": "CN", "mainland china": "CN", "hong kong": "HK",
    "taiwan": "TW", "vietnam": "VN", "turkey": "TR", "türkiye": "TR", "brd": "DE", "macedonia": "MK",
}  # fmt: skip


@lru_cache(maxsize=5_000)
def region_of(country: str) -> str:
    """ "Germany", "Deutschland", "DE" and "de" are "DE"; "" where the country is not known."""
    text = " ".join(country.replace(".", "").casefold().split())
    if len(text) == 2 and text.isascii() and text.upper() in _codes():
        return text.upper()
    return ALSO.get(text) or _names().get(text, "")


@lru_cache(maxsize=300)
def country_name(region: str) -> str:
    """The English name of a country of two letters; the letters themselves where it has none."""
    names = _names_by_language().get(region, {})
    name = names.get("en", "")
    # A star points to the language that has the same name.
    return (names.get(name[1:], "") if name.startswith("*") else name) or region


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    from phonenumbers import SUPPORTED_REGIONS

    return frozenset(SUPPORTED_REGIONS)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """The names that phonenumbers knows; where two countries share one in different languages, English decides."""
    names: dict[str, str] = {}
    for region, by_language in _names_by_language().items():
        for name in by_language.values():
            if not name.startswith("*"):
                names.setdefault(name.casefold(), region)
    for region, by_language in _names_by_language().items():
        if "en" in by_language and not by_language["en"].startswith("*"):
            names[by_language["en"].casefold()] = region
    return names


@cache
def _names_by_language() -> Mapping[str, Mapping[str, str]]:
    """Countries by their two letters, their names by language. The package that these names lie in is not entered:
    with them it would read where each telephone number is at home, 95 MB and a third of a second."""
    import phonenumbers

    spec = PathFinder.find_spec("phonenumbers.geodata.locale", [f"{path}/geodata" for path in phonenumbers.__path__])
    if spec is None or spec.loader is None:
        raise ImportError("phonenumbers has no names of countries")
    locale = module_from_spec(spec)
    spec.loader.exec_module(locale)
    return locale.LOCALE_DATA
