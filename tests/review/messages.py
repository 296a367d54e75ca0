"""Bring the catalogues of the review page up to date: ``make messages``."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

import ptml.review
from ptml.review.words.language import DOMAIN, LOCALE
from tests.catalogues import TRANSLATED, Catalogues

ROOM = Path(ptml.review.__file__).parent
FILES = Catalogues(ROOM / LOCALE, DOMAIN)
_METHODS = [("**.py", "python"), ("**.html", "jinja2")]
# A template that cannot be read ends it, instead of losing its sentences.
_OPTIONS = {"**.html": {"silent": "false"}}
_KEYWORDS: Mapping[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "N_": None,
}

Message = str | tuple[str, ...]
"""A sentence; with its plural where it counts something."""


def sentences() -> Iterator[Message]:
    """Every sentence of templates and modules, in a fixed order."""
    found = extract_from_dir(
        ROOM, _METHODS, _OPTIONS, keywords=dict(_KEYWORDS), comment_tags=(), strip_comment_tags=True
    )
    yield from sorted({message for _, _, message, _, _ in found if message}, key=str)


def updated(language: str) -> Catalog:
    """The catalogue with every sentence of today, translated as far as it is."""
    old, new = FILES.read(language), FILES.fresh(language, "The review page of ptml")
    for sentence in sentences():
        one = sentence if isinstance(sentence, str) else sentence[0]
        before = old.get(one)
        new.add(sentence, before.string if before else ("" if one is sentence else ("",)))
    return new


def main() -> None:
    """Write both forms of every language."""
    for language in TRANSLATED:
        FILES.write(language, updated(language))


if __name__ == "__main__":
    main()
