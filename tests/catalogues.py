"""Message catalogues as files: a translator edits the ``.po``, the package reads the ``.mo``.

``make messages`` brings all of them up to date: new sentences come in untranslated, old ones go.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

# A fixed day: the same sentences give the same bytes.
DAY = datetime(2026, 1, 1, tzinfo=UTC)
TRANSLATED = ("zh-Hant", "zh-Hans")


@dataclass(frozen=True)
class Catalogues:
    """The catalogues of one room.

    Attributes
    ----------
    root : Path
        Folder with a folder a language.
    domain : str
        Name of the files.
    """

    root: Path
    domain: str

    def po_path(self, language: str) -> Path:
        """Where a language's catalogue is."""
        folder = self.root / language.replace("-", "_") / "LC_MESSAGES"
        return folder / f"{self.domain}.po"

    def read(self, language: str) -> Catalog:
        """Read a language's catalogue; empty where there is none yet."""
        path, locale = self.po_path(language), language.replace("-", "_")
        if not path.exists():
            return Catalog(locale=locale, domain=self.domain)
        with path.open("rb") as file:
            return read_po(file, locale=locale, domain=self.domain)

    def fresh(self, language: str, about: str) -> Catalog:
        """A catalogue without a sentence."""
        return Catalog(
            locale=language.replace("-", "_"),
            domain=self.domain,
            project="ptml",
            header_comment=f"# {about} in {language}.",
            last_translator="",
            language_team="",
            fuzzy=False,
            creation_date=DAY,
            revision_date=DAY,
        )

    def write(self, language: str, catalogue: Catalog) -> None:
        """Write both forms."""
        path = self.po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_bytes(catalogue))
        path.with_suffix(".mo").write_bytes(mo_bytes(catalogue))


def untranslated(catalogue: Catalog) -> Iterator[str]:
    """Sentences that have no translation, in any of their forms."""
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and not all(forms):
            yield str(message.id)


def mo_bytes(catalogue: Catalog) -> bytes:
    """The binary form that `gettext` reads."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def po_bytes(catalogue: Catalog) -> bytes:
    """The form that a translator reads."""
    file = BytesIO()
    write_po(file, catalogue, width=100, omit_header=False, no_location=True)
    return file.getvalue()
