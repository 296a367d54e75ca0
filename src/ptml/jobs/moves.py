"""The log of moves: who put which training into use, when and why. It needs no model to load."""

from pathlib import Path
from typing import Any

from ptml.errors import UsageError
from ptml.registry import Registry


def run_moves(registry: Path, verify: bool, head: str | None = None) -> dict[str, Any]:
    """List every move; with ``verify`` the chain, the pointers and all files are checked.

    Parameters
    ----------
    head : str or None
        A hash that was noted elsewhere: it must be in the chain, or the log's tail was cut.
    """
    place = Registry(registry)
    if not place.log.path.exists():
        raise UsageError(f"no registry in {registry}; `ptml promote` makes one")
    found = place.log.read()
    problems = place.problems() if verify else place.log_problems()
    if head is not None and head not in {move["hash"] for move in found.entries}:
        problems.append(f"{head} is not in the log: its end was cut off, or it is another log")
    told = [
        f"{move['n']}  {move['when'][:16]}  {move['what']:<8}  {move['version']}  by {move['who']}:"
        f" {move['why']}"
        for move in found.entries
    ]
    told += [f"Not as it should be: {problem}" for problem in problems]
    if verify and not problems:
        told.append(
            f"{len(found.entries)} moves follow one another, the pointers agree with them and "
            f"all files are as they were. Head: {found.head}"
        )
    return {
        "moves": list(found.entries),
        "problems": problems,
        "head": found.head,
        "sentences": told,
    }
