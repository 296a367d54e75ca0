"""Promote: hold a challenger against the champion, and let it take the place or say why not."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ptml.contracts.artefacts import verified
from ptml.contracts.dataset import Dataset
from ptml.contracts.durable import sha256_of
from ptml.contracts.manifest import MANIFEST
from ptml.errors import PtmlError, UsageError
from ptml.jobs.asked import as_of_asked, models_asked
from ptml.jobs.contest import Contest, contest
from ptml.jobs.models import load_models
from ptml.jobs.people import read_people
from ptml.jobs.progress import Progress, note_source
from ptml.jobs.settings import Settings
from ptml.jobs.window import open_window
from ptml.registry import Registry, Said, version_of
from ptml.report.promotion import write_promotion
from ptml.report.promotion_lines import deciding_lines
from ptml.tracking import CHAMPION, move_alias


@dataclass(frozen=True)
class Asked:
    """What is to be decided, where and by whom."""

    challenger: Path
    registry: Registry
    said: Said
    alarms: tuple[str, ...]
    dry_run: bool


def run_promotion(
    data: str,
    challenger: Path,
    registry: Path,
    as_of: date | None,
    settings: Settings,
    who: str,
    why: str,
    now: Callable[[], datetime],
    progress: Progress,
    page: Path | None = None,
    alarms: Sequence[str] = (),
    dry_run: bool = False,
    store: Path | None = None,
) -> dict[str, Any]:
    """Make a training champion if it is clearly no worse than the champion and passes all checks.

    All models of a training move together, or none.

    Parameters
    ----------
    challenger : Path
        Folder that `ptml train` wrote; the registry keeps a copy.
    who, why : str
        For the log of moves.
    page : Path or None
        HTML file to write.
    alarms : sequence of str
        Open alarms about the data: any refuses.
    dry_run : bool
        Look, and move and log nothing.
    store : Path or None
        Folder of MLflow's store: its alias ``champion`` follows. None = nothing follows.

    Returns
    -------
    dict
        ``promoted``, ``is_champion`` (it was already), ``refused`` (reasons), ``version``,
        ``champion_before``, ``evidence_sha256``, ``page``, ``sentences``, and the record of the
        comparison.
    """
    # A link may be moved while we look: what is judged, and kept, is one training.
    asked = Asked(
        challenger.resolve(), Registry(registry), Said(who, why, now()), tuple(alarms), dry_run
    )
    mended = [] if dry_run else asked.registry.mend()
    about = verified(asked.challenger)
    version, champion = version_of(about), asked.registry.state().champion
    if version == champion:
        return _is_champion(version)
    progress.stage("Reading and checking")
    with (
        read_people(
            data,
            settings.source,
            challenger,
            registry,
            postgres=settings.postgres,
            reviews=settings.reviews.database,
        ) as dataset,
        _twins_of(asked) as twins,
    ):
        day, address = _day(dataset, as_of, about), dataset.address
        note_source(progress, dataset, day)
        asked = _kept(asked)
        found = _held_against(dataset, day, asked, champion, settings, twins, progress)
    record = {
        "version": version,
        "champion_before": champion,
        "who": who,
        "why": why,
        "when": asked.said.when.isoformat(timespec="seconds"),
        "data": address,
        "dry_run": dry_run,
        **found.record,
    }
    move = None if dry_run else _log(asked, version, champion, record)
    written = None if page is None else str(write_promotion(record, page))
    is_moved = move is not None and found.decision.promoted
    followed = _followed(asked.registry, version, store) if is_moved else []
    return {
        **record,
        "promoted": found.decision.promoted,
        "is_champion": False,
        "refused": list(found.decision.refused),
        "evidence_sha256": None if move is None else move["evidence"],
        "page": written,
        "sentences": [*mended, *_sentences(record, move, written), *followed],
    }


def run_rollback(
    registry: Path,
    who: str,
    why: str,
    now: Callable[[], datetime],
    to: str | None = None,
    store: Path | None = None,
) -> dict[str, Any]:
    """Put the champion before this one back in its place, after its files were checked.

    Parameters
    ----------
    to : str or None
        Any version that was champion; None = the one before.
    store : Path or None
        As `run_promotion`.
    """
    place = Registry(registry)
    if not registry.exists():
        raise UsageError(f"no registry in {registry}; `ptml promote` makes one")
    said = Said(who, why, now())
    mended = place.mend()
    left = place.state().champion
    move = place.roll_back(said, to)
    return {
        "version": move["version"],
        "champion_before": left,
        "head": move["hash"],
        "sentences": [
            *mended,
            f"{move['version']} is champion again, in the place of {left}.",
            f"Logged as move {move['n']}, hash {move['hash']}.",
            *_followed(place, move["version"], store),
        ],
    }


def _day(dataset: Dataset, as_of: date | None, about: dict[str, Any]) -> date:
    day = as_of_asked(dataset, as_of)
    trained = date.fromisoformat(str(about["as_of"]))
    if trained > day:
        raise UsageError(
            f"--as-of must not lie before the challenger's own date ({trained}), got {day}"
        )
    return day


def _kept(asked: Asked) -> Asked:
    """Look at the registry's own copy, which cannot be written over while we do."""
    if asked.dry_run:
        return asked
    version = asked.registry.add(asked.challenger, asked.said)
    return replace(asked, challenger=asked.registry.path_of(version))


def _held_against(
    dataset: Dataset,
    day: date,
    asked: Asked,
    champion: str | None,
    settings: Settings,
    twins: Path,
    progress: Progress,
) -> Contest:
    names = models_asked(dataset, [])
    path = None if champion is None else asked.registry.path_of(champion)
    return contest(
        dataset,
        open_window(dataset, day, settings),
        None if path is None else load_models(path, names, []),
        load_models(asked.challenger, names, []),
        asked.alarms,
        twins,
        progress,
    )


@contextmanager
def _twins_of(asked: Asked) -> Iterator[Path]:
    if not asked.dry_run or asked.registry.folder.exists():
        yield asked.registry.twins
        return
    with tempfile.TemporaryDirectory(prefix="ptml-") as folder:
        yield Path(folder)


def _log(
    asked: Asked, version: str, champion: str | None, record: dict[str, Any]
) -> dict[str, Any]:
    registry = asked.registry
    decide = registry.promote if not record["refused"] else registry.refuse
    return decide(version, asked.said, record, champion)


def _followed(registry: Registry, version: str, store: Path | None) -> list[str]:
    """Let MLflow's alias follow; what it cannot do is told, and undoes no move."""
    if store is None:
        return []
    place = registry.path_of(version)
    digest = sha256_of(place / MANIFEST)
    told = []
    for name in verified(place)["models"]:
        try:
            number = move_alias(name, CHAMPION, digest, store)
            told.append(f"MLflow: champion of {name} is version {number}.")
        except PtmlError as problem:
            told.append(f"MLflow did not follow: {problem}")
    return told


def _is_champion(version: str) -> dict[str, Any]:
    return {
        "version": version,
        "champion_before": version,
        "promoted": False,
        "is_champion": True,
        "refused": [],
        "evidence_sha256": None,
        "page": None,
        "sentences": [f"{version} is the champion already: nothing is moved, and no page written."],
    }


def _sentences(
    record: dict[str, Any], move: dict[str, Any] | None, written: str | None
) -> list[str]:
    version, champion = record["version"], record["champion_before"]
    would = "would be" if record["dry_run"] else "is"
    if record["refused"]:
        stays = f"{champion} stays champion" if champion else "there is no champion"
        told = [f"{version} {would} refused; {stays}:", *(f"  {r}" for r in record["refused"])]
    else:
        place = f", in the place of {champion}" if champion else "; there was none before"
        told = [f"{version} {would} champion now{place}."]
    told += [f"  {note}" for note in record["notes"]]
    told += [f"  {line}" for line in deciding_lines(record)]
    passed = [check["name"] for check in record["checks"] if check["passed"]]
    unknown = [check["name"] for check in record["checks"] if check["passed"] is None]
    told.append(f"  {len(passed)} checks passed, {len(unknown)} could not be judged.")
    if record["churn"] is not None:
        everybody = record["churn"]["rows"][0]
        told.append(
            f"  The top {record['churn']['k']} changes for {everybody['share']:.0%} of "
            f"{everybody['n_people']:,} people."
        )
    if move is not None:
        told.append(f"Logged as move {move['n']}, hash {move['hash']}.")
    return [*told, *([] if written is None else [f"Page written to {written}."])]
