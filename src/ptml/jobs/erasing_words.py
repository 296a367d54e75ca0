"""What an erasure says: where a person is, what was done, what is left and why."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ptml.jobs.erasing_files import Cleared
from ptml.publish.erasing import Change
from ptml.traces import Look

NOTHING = "Nothing of that was found."
MODELS = (
    "Models keep no id; what they learnt from the person cannot be taken out of them: train "
    "again, and let the models in use go by the day on which your register says so."
)
_MOST = 12


def told_of_people(n: int) -> str:
    """How many people, in words."""
    return "the person" if n == 1 else f"{n:,} people"


def found_words(
    changes: Sequence[Change], look: Look, in_source: Mapping[str, int], waste: Sequence[str]
) -> list[str]:
    """What a dry run says."""
    told = [line for change in changes for line in _of_run(change)]
    in_runs = {Path(change.where).absolute() for change in changes}
    others = [trace for trace in look.traces if not in_runs & {*_above(trace.path)}]
    told += [f"  {trace.path}: {trace.where}, {trace.n:,} times" for trace in others]
    told += [f"  {path}: unfinished, removed as a whole" for path in waste]
    told += _of_source(in_source)
    return [*(told or [NOTHING]), f"{look.looked_at:,} files looked at; nothing was changed."]


def _above(path: str) -> Iterator[Path]:
    file = Path(path.partition("!")[0])
    yield file
    yield from file.parents


def done_words(changes: Sequence[Change], cleared: Cleared) -> list[str]:
    """What was erased."""
    told = [line for change in changes for line in _of_run(change)]
    for what, paths in (
        ("made again", cleared.made_again),
        ("removed", cleared.removed),
        ("rewritten", cleared.rewritten),
    ):
        told += [f"  {path}: {what}" for path in paths]
    return ["Erased:", *told, MODELS] if told else [NOTHING]


def stopped_words(begun: Sequence[Mapping[str, Any]]) -> list[str]:
    """What erasures had found that were begun for these people and stopped.

    Parameters
    ----------
    begun : sequence of mapping
        Their first lines in the record; those of earlier releases say nothing of what was found.
    """
    return [sentence for line in begun for sentence in _of_stopped(line)]


def _of_stopped(line: Mapping[str, Any]) -> list[str]:
    begun = (
        f"An erasure that was begun on {line['when']} stopped before its end and is finished now; "
        "before anything was changed"
    )
    if "found" not in line:
        return [f"{begun}, what there was is not known."]
    runs = [told for run in line["found"]["runs"] for told in _of_run(Change(**run))]
    source = _of_source(line["found"]["source"])
    if not runs and not source:
        return [f"{begun}, no run and no source had them."]
    return [f"{begun}, it had found, of all people of that call:", *runs, *source]


def source_words(in_source: Mapping[str, int], erased: bool) -> list[str]:
    """Whether the source still has the person."""
    n = sum(in_source.values())
    if not n:
        return []
    tables = ", ".join(f"{rows:,} {table}" for table, rows in in_source.items())
    if erased:
        return [f"Taken out of the source: {tables}."]
    return [
        f"The source still has rows of theirs ({tables}): without the list of erased people the "
        "next run would bring them back. Have its owner erase those, or say --from-data if that "
        "is you."
    ]


def left_words(look: Look) -> list[str]:
    """The proof, or what is left."""
    paths = sorted({trace.path for trace in look.traces})
    told = [f"{len(paths)} places left of {look.looked_at:,} looked at."]
    told += [f"  left: {trace.path} ({trace.where})" for trace in look.traces[:_MOST]]
    more = len(look.traces) - _MOST
    told += [f"  ... and {more:,} more"] if more > 0 else []
    told += [f"  only its bytes could be looked at: {path}" for path in look.unread[:_MOST]]
    return told


def _of_run(change: Change) -> list[str]:
    rows = ", ".join(f"{n:,} {table}" for table, n in change.rows.items()) or "none"
    named = sum(change.named.values())
    also = f"; named {named:,} times in rows of others" if named else ""
    return [f"  {change.where}: rows {rows}{also}"]


def _of_source(rows: Mapping[str, int]) -> list[str]:
    return [f"  source: {n:,} rows of {table}" for table, n in rows.items()]
