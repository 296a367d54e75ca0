"""The page in every language: all of it, and nothing that is not on it."""

import re
from string import Formatter

import pytest

from tests.catalogues import TRANSLATED, mo_bytes, po_bytes, untranslated
from tests.review.messages import FILES, sentences, updated

_PERCENT = re.compile(r"%\((\w+)\)s")


def fields(text: str) -> set[str]:
    """Names that are filled in, of either form."""
    braced = {name for _, name, _, _ in Formatter().parse(text) if name}
    return braced | set(_PERCENT.findall(text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_is_left_untranslated(language: str) -> None:
    left = list(untranslated(updated(language)))
    assert not left, "run make messages, and translate what is empty"


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_files_hold_just_the_sentences_of_today(language: str) -> None:
    path, wanted = FILES.po_path(language), updated(language)
    assert path.read_bytes() == po_bytes(wanted), "run: make messages"
    assert path.with_suffix(".mo").read_bytes() == mo_bytes(wanted), "run: make messages"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_in_what_the_sentence_does(language: str) -> None:
    for message in FILES.read(language):
        if not message.id:
            continue
        said = message.id if isinstance(message.id, str) else message.id[-1]
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for form in (text or "" for text in forms):
            assert fields(form) == fields(said), said
            assert form.count("%%") == said.count("%%"), said


def test_the_page_has_sentences() -> None:
    assert len(list(sentences())) > 100
