"""The hashes that came with a folder of tables: ``SHA256SUMS``, as ``sha256sum`` writes it."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ptml.contracts.durable import flush
from ptml.contracts.inputs import INPUT_TABLES
from ptml.errors import DataError

SUMS = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](?:\./)?(.+)")
_MOST_TOLD = 5


def check_sums(folder: Path) -> None:
    """Hold the tables of a folder against its ``SHA256SUMS``, where it has one.

    A CSV file has no checksum of its own, and of Parquet not every writer leaves them: this tells a
    flipped bit, a cut file or a table that was left behind before anything is read.

    Raises
    ------
    DataError
        With all tables that changed, are missing or are not listed.
    """
    if not (folder / SUMS).exists():
        return
    listed, found = read_sums(folder), dict(_table_files(folder))
    problems = [
        *(f"{name} changed" for name in sorted(found) if _differs(found[name], listed.get(name))),
        *(f"{name} is missing" for name in sorted(listed) if _is_table(name) and name not in found),
        *(f"{name} is not listed" for name in sorted(found) if name not in listed),
    ]
    if problems:
        told = "; ".join(problems[:_MOST_TOLD])
        more = f"; and {len(problems) - _MOST_TOLD} more" if len(problems) > _MOST_TOLD else ""
        raise DataError(
            f"{folder} is not what its {SUMS} says: {told}{more}; deliver it again, or write"
            f" {SUMS} anew if that is what is old"
        )


def read_sums(folder: Path) -> dict[str, str]:
    """The hash of each file that is listed, by its name within the folder.

    Raises
    ------
    DataError
        For a line of another form.
    """
    sums: dict[str, str] = {}
    lines = (folder / SUMS).read_text("utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines, start=1):
        found = _LINE.fullmatch(line)
        if found is None:
            raise DataError(
                f"line {number} of {folder / SUMS} is not 'HASH  FILE', as sha256sum writes it"
            )
        sums[found[2]] = found[1].lower()
    return sums


def write_sums(folder: Path, names: Mapping[str, str]) -> None:
    """Write the hashes of the same files as they are now; those that are gone are left out."""
    lines = [f"{_sha256(folder / name)}  {name}\n" for name in names if (folder / name).exists()]
    draft = folder / f".{SUMS}"
    draft.write_text("".join(lines), "utf-8")
    flush(draft)
    draft.replace(folder / SUMS)
    flush(folder)


def _table_files(folder: Path) -> Iterator[tuple[str, Path]]:
    for table in INPUT_TABLES:
        for path in (folder / f"{table}.csv", folder / f"{table}.parquet"):
            parts = path.glob("*.parquet") if path.is_dir() else [path] if path.exists() else []
            yield from ((part.relative_to(folder).as_posix(), part) for part in parts)


def _is_table(name: str) -> bool:
    stem, _, ending = name.partition("/")[0].rpartition(".")
    return stem in INPUT_TABLES and ending in ("csv", "parquet") and name.endswith(ending)


def _differs(path: Path, told: str | None) -> bool:
    return told is not None and _sha256(path) != told


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
