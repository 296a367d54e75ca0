"""Take away what is older than it may be kept, and nothing that is in use or held."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ptml.jobs.erasing_files import dead_scratch, newest_write, unfinished_trainings
from ptml.jobs.erasing_places import Places
from ptml.jobs.ledger import Ledger
from ptml.jobs.retention_config import RetentionConfig
from ptml.publish.erasing import KeepsRuns, RunFolders
from ptml.registry import Registry, Said
from ptml.traces.files import files_of
from ptml.tracking import forget_run, old_runs


@dataclass(frozen=True)
class Old:
    """Something that is older than it may be kept.

    Attributes
    ----------
    kind : str
    name : str
    since : datetime
        From when on its age counts.
    n_bytes : int
    remove : callable
        Takes it away; called within `alone`.
    alone : callable
        Keeps those out who may be at work there.
    """

    kind: str
    name: str
    since: datetime
    n_bytes: int
    remove: Callable[[], object]
    alone: Callable[[], AbstractContextManager[None]] = field(default=nullcontext)


def run_pruning(
    places: Places, rules: RetentionConfig, said: Said, is_meant: bool
) -> dict[str, Any]:
    """List what is too old, and take it away where that is meant.

    Parameters
    ----------
    said : Said
        ``when`` is the moment from which ages count; the log of a registry keeps who and why.
    is_meant : bool
        False: only look.

    Returns
    -------
    dict
        ``old`` (kind, name, age in days, bytes), ``freed_bytes``, ``sentences``.
    """
    found = [one for one in _all(places, rules, said) if not _is_held(one.name, rules.hold)]
    for one in found if is_meant else ():
        with one.alone():
            one.remove()
    freed = sum(one.n_bytes for one in found)
    told = [
        {
            "kind": one.kind,
            "name": one.name,
            "days": (said.when - one.since).days,
            "bytes": one.n_bytes,
        }
        for one in found
    ]
    done = "freed" if is_meant else "would be freed (nothing was changed; --yes does it)"
    return {
        "old": told,
        "freed_bytes": freed if is_meant else 0,
        "sentences": [
            *(f"  {row['kind']} {row['name']}: {row['days']} days old" for row in told),
            f"{len(told):,} things, {freed / 1e6:,.1f} MB {done}.",
        ],
    }


def _is_held(name: str, holds: Sequence[str]) -> bool:
    return any(Path(name).name.startswith(hold) or name == hold for hold in holds)


def _all(places: Places, rules: RetentionConfig, said: Said) -> Iterator[Old]:
    def before(days: int) -> datetime:
        return said.when - timedelta(days=days)

    for place in places.published:
        if isinstance(place, RunFolders):
            yield from _runs(place, before(rules.runs_days))
        elif isinstance(place, KeepsRuns):
            for run in place.earlier():
                if run.since < before(rules.runs_days):
                    yield Old("run", run.name, run.since, run.n_bytes, run.remove, place.alone)
    for folder in places.records():
        yield from _records(folder, before(rules.records_days))
    if places.registry is not None:
        yield from _versions(Registry(places.registry), before(rules.versions_days), said)
    for store in places.stores():
        yield from _tracked(store, before(rules.mlflow_days))
    yield from _leftovers(places, before(rules.leftovers_days))


def _runs(place: RunFolders, before: datetime) -> Iterator[Old]:
    for run in place.earlier_runs():
        since = _written(run)
        if since < before:
            yield _path("run", run, since, place.alone)


def _records(folder: Path, before: datetime) -> Iterator[Old]:
    for path, since in Ledger(folder).ended():
        if since < before:
            yield _path("record", path, since)


def _versions(registry: Registry, before: datetime, said: Said) -> Iterator[Old]:
    for version, since in registry.out_of_use().items():
        if since < before:
            place = registry.path_of(version)
            n_bytes = _size(place)
            yield Old("version", version, since, n_bytes, _retiring(registry, version, said))
    if registry.twins.exists():
        for twin in sorted(registry.twins.iterdir()):
            if _written(twin) < before:
                yield _path("refit", twin, _written(twin))


def _retiring(registry: Registry, version: str, said: Said) -> Callable[[], object]:
    return lambda: registry.retire(version, said)


def _tracked(store: Path, before: datetime) -> Iterator[Old]:
    for run_id, ended in old_runs(store, before).items():
        yield Old("MLflow run", run_id, ended, 0, _forgetting(store, run_id))


def _forgetting(store: Path, run_id: str) -> Callable[[], object]:
    return lambda: forget_run(store, run_id)


def _leftovers(places: Places, before: datetime) -> Iterator[Old]:
    for place in places.published:
        for name in place.leftovers():
            since = _written(Path(name))
            if since < before:
                # Whoever holds the place alone clears it first.
                yield Old("unfinished run", name, since, _size(Path(name)), bool, place.alone)
    paths = unfinished_trainings(places.models)
    if places.temporary is not None:
        paths += dead_scratch(places.temporary)
    for path in paths:
        if _written(path) < before:
            yield _path("leftover", path, _written(path))


def _path(
    kind: str,
    path: Path,
    since: datetime,
    alone: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Old:
    return Old(kind, str(path), since, _size(path), lambda: _remove(path), alone)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(newest_write(path), UTC)


def _size(path: Path) -> int:
    return sum(file.lstat().st_size for file in files_of(path))
