"""Bring the catalogues of `ptml.explain` up to date: ``make messages``."""

from pathlib import Path

from babel.messages.catalog import Catalog

import ptml.explain
from ptml.explain.words import DOMAIN, LOCALE, SECTIONS, context
from tests.catalogues import TRANSLATED, Catalogues

FILES = Catalogues(Path(ptml.explain.__file__).parent / LOCALE, DOMAIN)


def updated(language: str) -> Catalog:
    """The catalogue with every sentence of today, translated as far as it is."""
    old, new = FILES.read(language), FILES.fresh(language, "Sentences of ptml")
    for section, texts in SECTIONS.items():
        for key, text in texts.items():
            found = old.get(text, context(section, key))
            new.add(text, found.string if found else "", context=context(section, key))
    return new


def main() -> None:
    """Write both forms of every language."""
    for language in TRANSLATED:
        FILES.write(language, updated(language))


if __name__ == "__main__":
    main()
