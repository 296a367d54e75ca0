"""The wording in one language: the catalogue's English, or its translation (gettext)."""

import gettext
from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from types import MappingProxyType
from typing import Literal, get_args

from ptml.explain import catalogue, path_words

Language = Literal["en", "zh-Hant", "zh-Hans"]
"""English, Traditional and Simplified Chinese."""
LANGUAGES: tuple[Language, ...] = get_args(Language)

DOMAIN = "ptml"
LOCALE = "locale"

Words = Mapping[str, Mapping[str, str]]
"""By section of the catalogue (`SECTIONS`) and text key: templates with ``{fields}``."""

SECTIONS: Words = MappingProxyType(
    {
        "seen": catalogue.SEEN,
        "effect": catalogue.EFFECTS,
        "intervention": catalogue.INTERVENTIONS,
        "rule": catalogue.RULE_WORDS,
        "rule_record": catalogue.RULE_RECORD,
        "what_if": catalogue.WHAT_IF,
        "stalled": catalogue.STALLED,
        "unit": catalogue.UNITS,
        "recommendation": catalogue.RECOMMENDATIONS,
        "path": path_words.STEPS,
        "path_obstacle": path_words.IN_THE_WAY,
        "single": catalogue.SINGLE,
    }
)
"""All that is translated, in English."""


def context(section: str, key: str) -> str:
    """The message context (``msgctxt``) of a sentence: one English text may have two meanings."""
    return f"{section}.{key}"


@cache
def words_in(language: Language) -> Words:
    """Give every sentence in a language.

    A sentence that is not translated yet stays English; a test of the catalogues fails then.

    Raises
    ------
    ValueError
        For a language that there is no catalogue of.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, got {language!r}")
    if language == "en":
        return SECTIONS
    name = language.replace("-", "_")
    path = files("ptml.explain").joinpath(LOCALE, name, "LC_MESSAGES", f"{DOMAIN}.mo")
    with as_file(path) as place, place.open("rb") as file:
        found = gettext.GNUTranslations(file)
    return MappingProxyType(
        {
            section: MappingProxyType(
                {key: found.pgettext(context(section, key), text) for key, text in texts.items()}
            )
            for section, texts in SECTIONS.items()
        }
    )
