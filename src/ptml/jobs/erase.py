"""Erase people: out of every published run, page and record, for good, and with a proof."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ptml.contracts.erasures import DONE, ERASE, Erasures
from ptml.errors import UsageError
from ptml.jobs.erasing_files import (
    Cleared,
    clear_files,
    dead_scratch,
    remove,
    unfinished_trainings,
)
from ptml.jobs.erasing_places import Places, told_of_lists
from ptml.jobs.erasing_source import (
    erase_from_source,
    known_in_source,
    refuse_server,
    rows_in_source,
)
from ptml.jobs.erasing_words import (
    done_words,
    found_words,
    left_words,
    source_words,
    stopped_words,
    told_of_people,
)
from ptml.jobs.progress import Progress
from ptml.publish.erasing import Change, People
from ptml.traces import Look


@dataclass(frozen=True)
class Request:
    """Who asked for an erasure, why and when; kept, so no id may stand in it."""

    employee_ids: tuple[str, ...]
    who: str
    why: str
    when: datetime

    def __post_init__(self) -> None:
        if not self.employee_ids or not all(one.strip() for one in self.employee_ids):
            raise UsageError("EMPLOYEE must be an id, got an empty one")
        for option, value in (("--who", self.who), ("--why", self.why)):
            if not value.strip():
                raise UsageError(f"{option} must say something: the record of the erasure keeps it")
            if People(frozenset(self.employee_ids)).needle.in_text(value):
                raise UsageError(
                    f"{option} names a person, and the record of the erasure is kept: say it"
                    " without the id, as in 'request 2026-17'"
                )


def find_people(
    employee_ids: Collection[str], places: Places, progress: Progress
) -> dict[str, Any]:
    """Say where people are, table by table and file by file, and change nothing."""
    progress.stage(f"Looking for {told_of_people(len(employee_ids))}")
    whom = people_known(employee_ids, places)
    changes = [change for place in places.published for change in place.find(whom)]
    look = places.look(whom.needle)
    in_source = rows_in_source(places.data, whom) if places.data else {}
    waste = _waste(places)
    return {
        "found": bool(changes or look.traces or in_source),
        "runs": [vars(change) for change in changes],
        "files": [vars(trace) for trace in look.traces],
        "looked_at": look.looked_at,
        "source": in_source,
        "removed_whole": waste,
        "sentences": found_words(changes, look, in_source, waste),
    }


def erase_people(
    request: Request,
    places: Places,
    fresh_key: Callable[[], bytes],
    progress: Progress,
    from_data: bool = False,
) -> dict[str, Any]:
    """Take people out of all places, keep them out, and look whether anything is left.

    They are on the list of erased people before anything is changed, so that no run that begins
    meanwhile brings them back. A killed erasure is finished by the same call. Every run is
    rewritten once, however many they are.

    Parameters
    ----------
    fresh_key : callable
        Gives 32 random bytes, for the first erasure at a place.
    from_data : bool
        Take them out of the source too; else it is only asked.

    Raises
    ------
    UsageError
        For a source of a server with `from_data`; nothing was changed then.

    Returns
    -------
    dict
        ``left`` (places that still name one of them), ``looked_at``, what was done, ``sentences``.
    """
    if from_data and places.data:
        refuse_server(places.data)
    with ExitStack() as held:
        lists = places.lists
        for one in lists:
            held.enter_context(one.writing(fresh_key))
        progress.stage(f"Looking for {told_of_people(len(request.employee_ids))}")
        for place in places.published:
            held.enter_context(place.alone())
        whom = people_known(request.employee_ids, places)
        stopped = _begin(lists, request, lambda: _found(whom, places))
        progress.stage("Erasing")
        changes = _erase_runs(whom, places, request)
        cleared = _clear(whom, places)
        in_source = _source(whom, places, from_data)
        progress.stage("Looking whether anything is left")
        look = places.look(whom.needle, _also_proved(places, from_data))
        done = _done(request, changes, cleared, in_source, from_data, look)
        heads = [_end(one, request, done) for one in lists]
    return {
        **done,
        "traces": [vars(trace) for trace in look.traces],
        "heads": heads,
        "sentences": [
            *stopped_words(stopped),
            *done_words(changes, cleared),
            *source_words(in_source, from_data),
            f"Kept out of later runs by the list in {told_of_lists(lists)}.",
            *left_words(look),
            f"Note the head of the record elsewhere: {', '.join(heads)}.",
        ],
    }


def people_known(employee_ids: Collection[str], places: Places) -> People:
    """People with all that the places know of their ids."""
    known = [place.known(employee_ids) for place in places.published]
    if places.data is not None:
        known.append(known_in_source(places.data, employee_ids))
    return People.of(employee_ids, known)


def _found(whom: People, places: Places) -> dict[str, Any]:
    """What there is before anything is changed: of a stopped erasure nothing else would tell it."""
    return {
        "runs": [vars(change) for place in places.published for change in place.find(whom)],
        "source": rows_in_source(places.data, whom) if places.data else {},
    }


def _begin(
    lists: Sequence[Erasures], request: Request, find: Callable[[], Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Put people on the lists; give the lines, one of each call, of those unfinished already."""
    stopped: dict[str, Mapping[str, Any]] = {}
    fresh: list[tuple[Erasures, str]] = []
    for one in lists:
        entries = one.entries()
        for person in sorted(map(one.hash_of, request.employee_ids)):
            begun = unfinished(entries, person)
            if begun is None:
                fresh.append((one, person))
            else:
                stopped.setdefault(begun["when"], begun)
    # Of those who stand there already it is known what had been found.
    found = find() if fresh else {}
    for one, person in fresh:
        one.append({"what": ERASE, "person": person, **_said(request), "found": found})
    return [stopped[when] for when in sorted(stopped)]


def unfinished(entries: Sequence[Mapping[str, Any]], person: str) -> Mapping[str, Any] | None:
    """The line that an erasure began, where it is the last that was written of a person."""
    own = [entry for entry in entries if entry["person"] == person]
    return own[-1] if own and own[-1]["what"] == ERASE else None


def _said(request: Request) -> dict[str, str]:
    when = request.when.isoformat(timespec="seconds")
    return {"when": when, "who": request.who.strip(), "why": request.why.strip()}


def _erase_runs(whom: People, places: Places, request: Request) -> list[Change]:
    at = request.when.isoformat(timespec="seconds")
    note = {"at": at, "people": len(request.employee_ids)}
    return [change for place in places.published for change in place.erase(whom, note)]


def _waste(places: Places) -> list[str]:
    """What is removed as a whole: nobody reads it, and people are in it."""
    unfinished = [name for place in places.published for name in place.leftovers()]
    return [*unfinished, *map(str, _dead(places))]


def _dead(places: Places) -> list[Path]:
    scratch = dead_scratch(places.temporary) if places.temporary else []
    return [*scratch, *unfinished_trainings(places.models)]


def _clear(whom: People, places: Places) -> Cleared:
    waste = _dead(places)
    remove(waste)
    look = places.look_here(whom.needle)
    cleared = clear_files(look.traces, places.outs, whom.needle)
    return replace(cleared, removed=(*cleared.removed, *map(str, waste)))


def _source(whom: People, places: Places, from_data: bool) -> dict[str, int]:
    if places.data is None:
        return {}
    return (erase_from_source if from_data else rows_in_source)(places.data, whom)


def _also_proved(places: Places, from_data: bool) -> list[Path]:
    source = [Path(places.data)] if from_data and places.data else []
    return [*(one.folder for one in places.lists), *source]


def _done(
    request: Request,
    changes: Sequence[Change],
    cleared: Cleared,
    in_source: Mapping[str, int],
    from_data: bool,
    look: Look,
) -> dict[str, Any]:
    return {
        **_said(request),
        "runs": [vars(change) for change in changes],
        "files": cleared.counts,
        "source": {"rows": dict(in_source), "erased": from_data},
        "left": len({trace.path for trace in look.traces}),
        "looked_at": look.looked_at,
    }


def _end(one: Erasures, request: Request, done: Mapping[str, Any]) -> str:
    # Sorted by what nobody reads: the order of the call says nothing of who it was.
    people = sorted(map(one.hash_of, request.employee_ids))
    ends = [one.append({"what": DONE, "person": person, **done}) for person in people]
    return str(ends[-1]["hash"])
