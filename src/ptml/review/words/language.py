"""Wording in English, Traditional and Simplified Chinese: sentences by gettext, dates by CLDR."""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from importlib.resources import as_file, files
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent

from ptml.review.store.times import utc

DOMAIN, LOCALE = "review", "locale"
LANGUAGES: Mapping[str, str] = MappingProxyType(
    {"en": "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文"}
)
"""Languages with their own names."""


@dataclass(frozen=True)
class Wording:
    """One language.

    Attributes
    ----------
    language : str
        Of `LANGUAGES`.
    translations : gettext.NullTranslations
    locale : babel.Locale
    zone : zoneinfo.ZoneInfo
        In which times of day are told.
    """

    language: str
    translations: gettext.NullTranslations
    locale: Locale
    zone: ZoneInfo

    @property
    def gap(self) -> str:
        """What stands between two sentences."""
        return " " if self.language == "en" else ""

    def day(self, value: date | datetime | str | None) -> str:
        """A day, as ``2 October 2026``; nothing for none."""
        if value is None:
            return ""
        day = date.fromisoformat(value[:10]) if isinstance(value, str) else value
        return _day(day, self.locale)

    def month(self, value: date) -> str:
        """A month, as ``Oct 2026``: for where there is little room."""
        return format_skeleton("yMMM", value, locale=self.locale)

    def moment(self, value: datetime) -> str:
        """A day with its time to the minute, as ``16:05 UTC+08:00``."""
        there = utc(value).astimezone(self.zone)
        # A day alone is written by CLDR: a zone has no name that every language knows.
        ahead = f"{there:%z}"
        told = "" if ahead == "+0000" else f"{ahead[:3]}:{ahead[3:]}"
        return f"{self.day(there.date())} {there:%H:%M} UTC{told}"

    def instant(self, text: str) -> str:
        """A day with its time, from a text as the log holds it."""
        return self.moment(datetime.fromisoformat(text))

    def number(self, value: float, decimals: int = 0) -> str:
        """A number with so many decimals."""
        # Nothing is told as minus nothing.
        return _number(round(float(value), decimals) + 0.0, decimals, self.locale)

    def percent(self, value: float) -> str:
        """A share as a whole percentage; with a space in English, as in the sentences."""
        told = _percent(float(value), self.locale)
        return told.replace("%", "\u00a0%") if self.language == "en" else told

    def say(self, text: str, **values: object) -> str:
        """A sentence in the language, its fields filled in."""
        return self.translations.gettext(text).format(**values)


# A page has a hundred days and numbers, most of them the same as on the page before.
@lru_cache(maxsize=8_192)
def _day(value: date, locale: Locale) -> str:
    return format_date(value, "long", locale=locale)


@lru_cache(maxsize=8_192)
def _number(value: float, decimals: int, locale: Locale) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=locale)


@lru_cache(maxsize=8_192)
def _percent(value: float, locale: Locale) -> str:
    return format_percent(value, locale=locale)


@cache
def wording_in(language: str, zone: str = "UTC") -> Wording:
    """The wording in a language; English for one that there is none of."""
    known = language if language in LANGUAGES else "en"
    name = known.replace("-", "_")
    locale = Locale.parse("en_GB" if known == "en" else name)
    return Wording(known, _translations(known, name), locale, ZoneInfo(zone))


def _translations(language: str, name: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    path = files("ptml.review").joinpath(LOCALE, name, "LC_MESSAGES", f"{DOMAIN}.mo")
    if not path.is_file():
        return gettext.NullTranslations()
    with as_file(path) as file, file.open("rb") as opened:
        return gettext.GNUTranslations(opened)
