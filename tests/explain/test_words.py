"""The same sentences in every language."""

from string import Formatter
from typing import cast

import pytest

from ptml.explain.catalogue import EFFECTS
from ptml.explain.words import LANGUAGES, SECTIONS, Language, context, words_in
from tests.catalogues import TRANSLATED, mo_bytes, po_bytes

from .messages import FILES, updated

SENTENCES = [(section, key) for section, texts in SECTIONS.items() for key in texts]


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_with_all_of_its_fields(language: Language) -> None:
    words = words_in(language)
    for section, key in SENTENCES:
        said, english = words[section][key], SECTIONS[section][key]
        assert said != english, context(section, key)
        assert fields(said) == fields(english), context(section, key)
        assert '"' not in said
        assert "\\" not in said


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogue_holds_just_the_sentences_of_today_and_its_binary_form_is_of_it(
    language: Language,
) -> None:
    path = FILES.po_path(language)
    wanted = {context(section, key) for section, key in SENTENCES}
    assert {m.context for m in FILES.read(language) if m.id} == wanted, "run: make messages"
    assert path.read_bytes() == po_bytes(updated(language)), "run: make messages"
    assert path.with_suffix(".mo").read_bytes() == mo_bytes(updated(language))


def test_simplified_and_traditional_differ() -> None:
    hant, hans = (words_in(language) for language in ("zh-Hant", "zh-Hans"))
    differing = sum(hant[s][k] != hans[s][k] for s, k in SENTENCES)
    assert differing > 0.9 * len(SENTENCES)


def test_english_is_the_catalogue_itself() -> None:
    assert words_in("en")["effect"] == EFFECTS
    assert LANGUAGES[0] == "en"


def test_unknown_language_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match=r"en, zh-Hant, zh-Hans, got 'fr'"):
        words_in(cast(Language, "fr"))
