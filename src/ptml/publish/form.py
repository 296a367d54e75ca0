"""The forms of address that `--out` may have."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from ptml.contracts.store import STORE_PREFIXES, shown_address
from ptml.errors import UsageError

DUCKDB_SUFFIX = ".duckdb"
FORMS = (
    "a folder, a file that ends in .duckdb, dataset:FOLDER, delta:FOLDER, an object store"
    " (s3://BUCKET/PREFIX, gs://..., abfs://...), or postgresql://USER@HOST/DATABASE?schema=SCHEMA"
)
_POSTGRES_PREFIXES = ("postgresql://", "postgres://")


class Form(StrEnum):
    """What kind of place an address names; the words before its colon, where it has some."""

    folder = "folder"
    duckdb = "duckdb"
    dataset = "dataset"
    delta = "delta"
    store = "store"
    postgres = "postgres"


@dataclass(frozen=True)
class Address:
    """An address taken apart.

    Attributes
    ----------
    form : Form
    place : str
        The folder, the file, or the address of the store or the database; that of a database may
        hold a password.
    """

    form: Form
    place: str = field(repr=False)

    @property
    def path(self) -> Path:
        """The folder or file of a place on this machine."""
        return Path(self.place)

    @property
    def is_local(self) -> bool:
        """Whether the place is on a disk of this machine."""
        return self.form not in (Form.store, Form.postgres)

    def beside(self, name: str) -> Path:
        """Where a page about the place is written by default."""
        if not self.is_local:
            return Path(name)
        if self.form is Form.duckdb:
            return self.path.with_suffix(Path(name).suffix)
        return self.path / name


def local_path(out: str) -> Path | None:
    """The folder or file that an address names; None where it is not on this machine."""
    try:
        address = address_of(out)
    except UsageError:
        return None
    return address.path if address.is_local else None


def address_of(out: str) -> Address:
    """Take an ``--out`` apart; nothing is looked at yet.

    Raises
    ------
    UsageError
        For an address of another kind or an empty one; it is not repeated, since it may hold a
        password.
    """
    word, colon, rest = out.partition(":")
    if out.startswith(STORE_PREFIXES):
        shown_address(out)
        return Address(Form.store, out.rstrip("/"))
    if out.startswith(_POSTGRES_PREFIXES):
        return Address(Form.postgres, out)
    if colon and word in (Form.dataset, Form.delta):
        return Address(Form(word), _plain(rest, f"{word}:FOLDER takes a folder of this machine"))
    place = _plain(out, f"--out takes {FORMS}")
    return Address(Form.duckdb if Path(place).suffix == DUCKDB_SUFFIX else Form.folder, place)


def _plain(place: str, rule: str) -> str:
    scheme, separator, _ = place.partition("://")
    if separator or not place.strip():
        found = f"a {scheme}:// address" if separator else "an empty name"
        raise UsageError(f"{rule}, got {found}; publish to one of these and load it from there")
    return place
