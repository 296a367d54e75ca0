"""Everything that one erasure is to look at: what was named, and what lies beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ptml.contracts.erasures import Erasures
from ptml.errors import UsageError
from ptml.jobs.erasing_files import unfinished_trainings
from ptml.jobs.ledger import FOLDER as RECORDS
from ptml.jobs.people import erasures_beside
from ptml.jobs.report import page_beside
from ptml.jobs.tracked import STORE
from ptml.publish.config import PublishConfig
from ptml.publish.erasing import Erasable, erasable
from ptml.publish.form import local_path
from ptml.sources.postgres_config import PostgresConfig
from ptml.traces import Look, Needle, look_at


@dataclass(frozen=True)
class Places:
    """What a person has to be erased from.

    Attributes
    ----------
    outs : tuple of str
        Where `ptml score` publishes.
    models : tuple of Path
        Folders that `ptml train` wrote.
    registry, store, runs : Path or None
        Of models in use, of MLflow, of records; records and store beside the others are found.
    pages : tuple of Path
        Pages that were written elsewhere.
    data : str or None
        The source.
    erasures : Path or None
        Folder that knows who was erased, where it is not the one beside each place.
    temporary : Path or None
        Folder for temporary files.
    now : callable, optional
        The clock, for places that other machines write to.
    config : PublishConfig
        Where runs for such places are written before they are sent.
    postgres : PostgresConfig
        How a server is talked to.
    """

    outs: tuple[str, ...] = ()
    models: tuple[Path, ...] = ()
    registry: Path | None = None
    store: Path | None = None
    runs: Path | None = None
    pages: tuple[Path, ...] = ()
    data: str | None = None
    erasures: Path | None = None
    temporary: Path | None = None
    now: Callable[[], datetime] | None = None
    config: PublishConfig = field(default=PublishConfig())
    postgres: PostgresConfig = field(default=PostgresConfig())
    published: tuple[Erasable, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        published = tuple(erasable(out, self.now, self.config, self.postgres) for out in self.outs)
        named = [*self.models, *self.pages]
        named += [path for path in map(local_path, self.outs) if path is not None]
        named += [path for path in (self.registry, self.store, self.runs) if path]
        missing = [str(path) for path in named if not path.exists()]
        if missing:
            raise UsageError(f"there is nothing at {', '.join(missing)}; name what is there")
        if not named and not published:
            raise UsageError("name at least one place with --out, --models or --registry")
        object.__setattr__(self, "published", published)

    @property
    def lists(self) -> list[Erasures]:
        """The lists of erased people that jobs at these places read."""
        if self.erasures is not None:
            return [Erasures(self.erasures)]
        beside: list[str | Path] = [
            *self.outs,
            *self.models,
            *([self.registry] if self.registry else []),
        ]
        beside = beside or [path for path in (self.store, self.runs, *self.pages) if path]
        folders = (erasures_beside(place) for place in beside)
        return [Erasures(folder) for folder in dict.fromkeys(folders)]

    def files(self) -> list[Path]:
        """All files and folders to look through."""
        own = [path for place in self.published for path in place.files]
        own += [page_beside(out) for out in self.outs]
        own += [path.resolve() for path in self.models]
        own += [*unfinished_trainings(self.models), *self.pages]
        own += [self.registry] if self.registry else []
        own += [*self.records(), *self.stores()]
        return [path for path in own if path.exists() or path.is_symlink()]

    def look_here(self, needle: Needle, also: Sequence[Path] = ()) -> Look:
        """Look through all files of this machine."""
        return look_at([*self.files(), *also], needle)

    def look(self, needle: Needle, also: Sequence[Path] = ()) -> Look:
        """Look through all places, those of servers too."""
        found = [place.elsewhere(needle) for place in self.published]
        return sum(found, self.look_here(needle, also))

    def records(self) -> list[Path]:
        """Folders of records of runs: the one named, or where jobs put them."""
        return [self.runs] if self.runs else [folder / RECORDS for folder in self._beside()]

    def stores(self) -> list[Path]:
        """Folders of MLflow: the one named, or where jobs put it."""
        return [self.store] if self.store else [folder / STORE for folder in self._beside()]

    def _beside(self) -> list[Path]:
        outs = [path for path in map(local_path, self.outs) if path is not None]
        folders = {path.absolute().parent for path in (*outs, *self.models)}
        if self.registry is not None:
            folders.add(self.registry.absolute().parent)
        return sorted(folders)


def told_of_lists(lists: Sequence[Erasures]) -> str:
    """Where the lists are, in words."""
    return ", ".join(str(one.folder) for one in lists)
