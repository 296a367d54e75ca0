"""Read a source as every job has to: without those who were erased."""

from pathlib import Path
from typing import Protocol

from ptml.contracts.artefacts import MOVES
from ptml.contracts.dataset import Dataset
from ptml.contracts.erasures import FOLDER, Erasures
from ptml.contracts.staging import Progress
from ptml.publish.form import local_path
from ptml.sources import read_dataset
from ptml.sources.postgres_config import PostgresConfig


class HowToRead(Protocol):
    """What settings say of reading."""

    memory_limit: str
    erasures: Path | None


def erasures_beside(place: str | Path) -> Path:
    """Where a job that writes or reads a place looks for who was erased: beside it.

    What lies in a registry has its list beside the registry. A server's has none of its own: the
    folder of the call, unless `source.erasures` names one.
    """
    path = local_path(str(place))
    if path is None:
        return Path(FOLDER)
    folder = path.absolute().parent
    for holder in (folder, *folder.parents[:1]):
        if (holder / MOVES).exists():
            return holder.parent / FOLDER
    return folder / FOLDER


def read_people(
    data: str,
    how: HowToRead,
    *beside: str | Path | None,
    progress: Progress | None = None,
    postgres: PostgresConfig | None = None,
    reviews: str | None = None,
) -> Dataset:
    """Read and check a source; erased people's rows are left out before anything else.

    Parameters
    ----------
    how : HowToRead
        ``erasures`` names the folder; else those beside the places are used.
    beside : str or Path
        What the job writes, and the models that it uses.
    postgres : PostgresConfig, optional
        How a server is talked to.
    reviews : str, optional
        A review database whose decisions count; for jobs that learn from them or look at them.

    Raises
    ------
    DataError, TryAgainError
        As `ptml.sources.read_dataset`; and for a list of erased people that was changed.
    """
    erased = known_erasures(how, *beside)
    return read_dataset(data, how.memory_limit, progress, erased, postgres, reviews)


def known_erasures(how: HowToRead, *beside: str | Path | None) -> list[Erasures]:
    """Lists of erased people that hold for a job; see `read_people`."""
    folders = [how.erasures] if how.erasures else [erasures_beside(p) for p in beside if p]
    there = [Erasures(folder) for folder in dict.fromkeys(folders)]
    return [one for one in there if one.log.path.exists()]
