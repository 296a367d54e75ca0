"""Bring the catalogues of `ptml.explain` up to date: ``make messages``.

New sentences come in untranslated, old ones go, and the binary files are written anew. A translator
edits the ``.po`` files, with any gettext editor, and runs it again.
"""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import ptml.explain
from ptml.explain.words import DOMAIN, LANGUAGES, LOCALE, SECTIONS, context

ROOT = Path(ptml.explain.__file__).parent / LOCALE
DAY = datetime(2026, 1, 1, tzinfo=UTC)
TRANSLATED = tuple(language for language in LANGUAGES if language != "en")


def po_path(language: str) -> Path:
    """Where a language's catalogue is."""
    return ROOT / language.replace("-", "_") / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    """Read a language's catalogue; empty where there is none yet."""
    path, locale = po_path(language), language.replace("-", "_")
    if not path.exists():
        return Catalog(locale=locale, domain=DOMAIN)
    with path.open("rb") as file:
        return read_po(file, locale=locale, domain=DOMAIN)


def updated(language: str) -> Catalog:
    """The catalogue with every sentence of today, translated as far as it is."""
    old = read(language)
    new = Catalog(
        locale=language.replace("-", "_"),
        domain=DOMAIN,
        project="ptml",
        header_comment=f"# Sentences of ptml in {language}.",
        last_translator="",
        language_team="",
        fuzzy=False,
        # A fixed day: the same sentences give the same bytes.
        creation_date=DAY,
        revision_date=DAY,
    )
    for section, texts in SECTIONS.items():
        for key, text in texts.items():
            found = old.get(text, context(section, key))
            new.add(text, found.string if found else "", context=context(section, key))
    return new


def mo_bytes(catalogue: Catalog) -> bytes:
    """The binary form that `gettext` reads."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def po_bytes(catalogue: Catalog) -> bytes:
    """The form that a translator reads."""
    file = BytesIO()
    write_po(file, catalogue, width=100, omit_header=False)
    return file.getvalue()


def main() -> None:
    """Write both forms of every language."""
    for language in TRANSLATED:
        catalogue, path = updated(language), po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_bytes(catalogue))
        path.with_suffix(".mo").write_bytes(mo_bytes(catalogue))


if __name__ == "__main__":
    main()
