"""Look at the record of erasures: is it whole, is nobody back, and who was admitted again."""

import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from ptml.contracts.erasures import DONE, ERASE, READMIT, Erasures
from ptml.contracts.suppression import erased_among
from ptml.errors import UsageError
from ptml.jobs.erase import Request, people_known, unfinished
from ptml.jobs.erasing_places import Places
from ptml.jobs.erasing_words import left_words
from ptml.jobs.progress import Progress
from ptml.traces.files import files_of

# What may be an id in a page or a record; ids with spaces are found in tables only.
_WORD = re.compile(rb"[A-Za-z0-9_.@-]{2,64}")
_LARGEST_TEXT_BYTES = 1 << 26
_TEXTS = (".html", ".json", ".jsonl", ".running", ".md", ".csv", ".txt")


def verify_erasures(people: Collection[str], places: Places, progress: Progress) -> dict[str, Any]:
    """Follow the chain of every list, and look whether anybody on it is back.

    Parameters
    ----------
    people : collection of str
        Look for these ids in every file to the byte; none = hold every id in the published
        tables, and every word of pages and records, against the list.
    """
    lists = [one for one in places.lists if one.log.path.exists()]
    if not lists:
        where = ", ".join(str(one.log.path) for one in places.lists)
        raise UsageError(f"nobody was erased here: there is no {where}")
    progress.stage("Following the chain")
    problems = [problem for one in lists for problem in _problems(one)]
    progress.stage("Looking whether anybody is back")
    told, left = _back(people, places, lists) if not problems else ([], 0)
    entries = [len(one.log.read().entries) for one in lists]
    heads = [one.log.read().head for one in lists]
    return {
        "problems": problems,
        "left": left,
        "heads": heads,
        "sentences": [
            *(problems or [f"{sum(entries):,} lines of the record, each follows the one before."]),
            *told,
            f"The head of the record: {', '.join(heads)}.",
        ],
    }


def readmit_people(
    request: Request, lists: Sequence[Erasures], fresh_key: Callable[[], bytes]
) -> dict[str, Any]:
    """Take people off the lists: later runs read their rows again."""
    n = 0
    when = request.when.isoformat(timespec="seconds")
    said = {"who": request.who.strip(), "why": request.why.strip(), "when": when}
    for one in lists:
        with one.writing(fresh_key):
            known = one.hashes()
            for person in sorted(known & set(map(one.hash_of, request.employee_ids))):
                one.append({"what": READMIT, "person": person, **said})
                n += 1
    told = "Read again from the next run on." if n else "On no list."
    return {"lists": n, "sentences": [told]}


def _problems(one: Erasures) -> list[str]:
    found = one.log.read()
    told = [] if found.problem is None else [f"{found.problem}; what follows is not to be believed"]
    if found.torn:
        told.append(f"the last line of {one.log.path} was not written to its end: erase again")
    begun = {entry["person"] for entry in found.entries if entry["what"] == ERASE}
    told += [
        f"an erasure that began on {entry['when']} was not finished: the same call finishes it"
        for person in sorted(begun)
        if (entry := unfinished(found.entries, person)) is not None
    ]
    ended = [entry for entry in found.entries if entry["what"] == DONE]
    newest = {entry["person"]: entry for entry in ended}
    told += [
        f"an erasure of {entry['when']} left {entry['left']} places"
        for entry in newest.values()
        if entry["left"]
    ]
    return told


def _back(
    people: Collection[str], places: Places, lists: Sequence[Erasures]
) -> tuple[list[str], int]:
    if people:
        look = places.look(people_known(people, places).needle)
        return left_words(look), len({trace.path for trace in look.traces})
    ids = [place.people() for place in places.published]
    n_ids = sum(map(len, ids))
    n_back = len(
        erased_among(pa.chunked_array([c for i in ids for c in i.chunks], pa.string()), lists)
    )
    files = [path for place in places.files() for path in files_of(place) if path.suffix in _TEXTS]
    named = [path for path in files if erased_among(_words(path), lists)]
    told = [
        f"{n_back} of {n_ids:,} ids in the published tables, and {len(named)} of {len(files):,} "
        "pages and records, name somebody who was erased."
    ]
    return [*told, *(f"  left: {path}" for path in named)], n_back + len(named)


def _words(path: Path) -> pa.Array:
    if path.is_symlink() or path.stat().st_size > _LARGEST_TEXT_BYTES:
        return pa.array([], pa.string())
    return pa.array(
        sorted({word.decode() for word in _WORD.findall(path.read_bytes())}), pa.string()
    )
