"""One run that lies in a folder under its manifest: whom it names, and the same without them."""

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from ptml.contracts.manifest import FILES, MANIFEST, read_manifest, write_manifest
from ptml.publish.erasing.manifest import digest, with_erasure
from ptml.publish.erasing.people import Known, People
from ptml.publish.erasing.place import Change
from ptml.publish.erasing.tables import count_in, known_in, write_without

_REMEDY = "remove the run, then erase again"


def text_of(run: Path) -> str:
    """The manifest as it stands."""
    return (run / MANIFEST).read_text(encoding="utf-8")


def known_of(run: Path, employee_ids: Collection[str]) -> Known:
    """What the run says of people's ids.

    Raises
    ------
    DataError
        When it is damaged: that is neither searched nor sealed again.
    """
    read_manifest(run, _REMEDY)
    found = Known()
    for _, file in tables_of(run):
        found |= known_in(file, employee_ids)
    return found


def found_in(run: Path, whom: People, where: str) -> Change | None:
    """In which tables of the run they are; None where they are in none."""
    rows: dict[str, int] = {}
    named: dict[str, int] = {}
    for table, file in tables_of(run):
        n_rows, n_named = count_in(file, table, whom)
        rows[table] = rows.get(table, 0) + n_rows
        named[table] = named.get(table, 0) + n_named
    held = {name: n for name, n in rows.items() if n}, {name: n for name, n in named.items() if n}
    return Change(where, *held, digest(text_of(run))) if any(held) else None


def put_without(
    run: Path,
    fresh: Path,
    whom: People,
    note: Mapping[str, Any],
    renamed: Callable[[Path, int], Path] = lambda file, _: file,
) -> str:
    """Write the run without them into a new folder, sealed again; gives its manifest's hash.

    Parameters
    ----------
    renamed : callable
        Gives a file's new path below the folder, from the old one and how often the run was
        rewritten.
    """
    about = read_manifest(run, _REMEDY)
    about.pop(FILES)
    n_before = len(about.get("erased", ())) + 1
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    gone: dict[str, int] = {}
    for table, file in _files_of(run):
        place = fresh / renamed(file.relative_to(run), n_before)
        place.parent.mkdir(exist_ok=True)
        gone[table] = gone.get(table, 0) + write_without(file, place, table, whom)
    write_manifest(fresh, with_erasure(about, text_of(run), gone, note))
    return digest(text_of(fresh))


def tables_of(run: Path) -> Iterator[tuple[str, Path]]:
    """Every file of rows with its table: ``TABLE.parquet`` or ``TABLE/PART.parquet``."""
    return ((table, file) for table, file in _files_of(run) if file.suffix == ".parquet")


def _files_of(run: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(run.rglob("*")):
        if file.is_file() and file != run / MANIFEST:
            yield file.relative_to(run).parts[0].removesuffix(".parquet"), file
