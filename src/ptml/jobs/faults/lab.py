"""A small organisation, its models, and places with a run from which trials begin."""

import re
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

from ptml.errors import PtmlError
from ptml.jobs.faults.calls import Calls
from ptml.jobs.faults.content import Content
from ptml.jobs.faults.forms import Form
from ptml.jobs.faults.order import NO_HARM, Ended, Harm, Order
from ptml.jobs.progress import Progress
from ptml.jobs.settings import Settings
from ptml.jobs.train import run_training
from ptml.simulate import SimulationConfig, simulate

N_EMPLOYEES, N_COURSES, BUCKET_EMPLOYEES = 400, 12, 70
_QUICK = {"lift": {"n_trees": 20, "n_folds": 2}}
_BEFORE, _NEW = "before", "new"
_WORK = re.compile(r"ptml-(\d+-)?[0-9a-f]{16}")
_TIMED = ("runs.parquet", "manifest.json")


@dataclass(frozen=True)
class Lab:
    """What all trials share.

    Attributes
    ----------
    root : Path
    data, models : Path
    calls : Calls
    n_workers : int
        Processes that score side by side; 1 = none.
    bucket_employees : int
    """

    root: Path
    data: Path
    models: Path
    calls: Calls
    n_workers: int = 1
    bucket_employees: int = BUCKET_EMPLOYEES
    begun: dict[str, "Beginning"] = field(default_factory=dict)

    def settings(self, which: str, form: Form) -> Path:
        """The settings of the run before, or of the new one: they differ by the seed."""
        seed = {_BEFORE: 99, _NEW: 7}[which]
        path = self.root / f"{which}-{form.name}-{self.n_workers}.toml"
        scoring = f"bucket_employees = {self.bucket_employees}\nworkers = {self.n_workers}\n"
        text = f"seed = {seed}\n[scoring]\n{scoring}{form.settings}"
        path.write_text(text, encoding="utf-8")
        return path

    def beginning(self, form: Form) -> "Beginning":
        """A place of that form with the run before, and what it shows after a whole new one."""
        key = f"{form.name}-{self.n_workers}"
        if key not in self.begun:
            before = Scene(self, form, self.root / f"before-{key}".replace(" ", "-"))
            before.make()
            _expect_done(before.score(which=_BEFORE))
            after = before.copied(self.root / f"after-{key}".replace(" ", "-"))
            ended = after.score()
            _expect_done(ended)
            self.begun[key] = Beginning(before, after, before.content(), after.content(), ended)
        return self.begun[key]

    def side_by_side(self, n_workers: int) -> "Lab":
        """The same with processes side by side."""
        return replace(self, n_workers=n_workers)


@dataclass(frozen=True, eq=False)
class Beginning:
    """A place with a run, and the same place after the new one that nothing disturbed."""

    place: "Scene"
    ended: "Scene"
    before: Content
    after: Content
    undisturbed: Ended


@dataclass(frozen=True)
class Scene:
    """A place of its own, with temporary files and records of its own."""

    lab: Lab
    form: Form
    folder: Path

    @property
    def out(self) -> str:
        """The address."""
        return self.form.address(self.folder)

    @property
    def temporary(self) -> Path:
        """What TMPDIR is for calls here."""
        return self.folder / "tmp"

    def make(self) -> None:
        """Make the folder."""
        self.temporary.mkdir(parents=True)
        self.form.make(self.folder)

    def copied(self, folder: Path) -> "Scene":
        """A copy that can be harmed."""
        shutil.copytree(self.folder, folder, symlinks=True)
        self.form.copy(self.folder, folder)
        return Scene(self.lab, self.form, folder)

    def removed(self) -> None:
        """Make room."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.form.remove(self.folder)

    def order(
        self,
        harm: Harm = NO_HARM,
        which: str = _NEW,
        data: Path | None = None,
        models: Path | None = None,
    ) -> Order:
        """The call that scores and publishes here."""
        words = ["score", data or self.lab.data, "--models", models or self.lab.models]
        words += ["--out", self.out, "--settings", self.lab.settings(which, self.form), "--json"]
        words += ["--runs", self.folder / "records"]
        environment = {**self.form.environment, "TMPDIR": str(self.temporary)}
        return Order([str(word) for word in words], environment, harm)

    def score(
        self,
        harm: Harm = NO_HARM,
        which: str = _NEW,
        data: Path | None = None,
        models: Path | None = None,
    ) -> Ended:
        """Score and publish here."""
        return self.lab.calls.run(self.order(harm, which, data, models))

    def content(self) -> Content:
        """What a reader finds."""
        return Content.of(self.out)

    def bytes_differ(self, other: "Scene") -> list[str]:
        """Files of the shown runs that differ, but for those that tell the time."""
        here, there = (Path(scene.out, "current").resolve() for scene in (self, other))
        names = {path.name for place in (here, there) for path in place.iterdir()}
        same = {name for name in names if _bytes(here / name) == _bytes(there / name)}
        return sorted(names - same - set(_TIMED))

    def left_behind(self) -> set[str]:
        """Hidden files and folders, what lies in them, and temporary ones, within the folder."""
        found = {path.relative_to(self.folder).parts for path in self.folder.rglob("*")}
        hidden = {_cut(parts) for parts in found if any(part[0] == "." for part in parts)}
        temporary = {_of_temporary(parts) for parts in found if parts[0] == "tmp"} - {""}
        # A run that was moved to its name by a call that died, and by the next one again.
        copies = self.folder.glob("out/runs/*.[0-9]*") if self.form.is_files else ()
        return {*hidden, *temporary, *(str(path.relative_to(self.folder)) for path in copies)}


def _of_temporary(parts: tuple[str, ...]) -> str:
    """A path below the temporary folder; the work folder of an address has a name of its own."""
    if len(parts) > 1 and _WORK.fullmatch(parts[1]):
        return "/".join(("tmp", "work", *parts[2:3]))
    return "/".join(parts[:2]) if len(parts) > 1 else ""


def _cut(parts: tuple[str, ...]) -> str:
    """A path down to what lies in its hidden folder."""
    first = next(k for k, part in enumerate(parts) if part[0] == ".")
    return "/".join(parts[: first + 2])


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _expect_done(ended: Ended) -> None:
    if ended.code:
        raise PtmlError(f"a call that nothing disturbed ended with {ended.code}: {ended.told}")


def make_lab(root: Path, calls: Calls, progress: Progress) -> Lab:
    """Simulate and train, quickly and small."""
    data, models = root / "data", root / "models"
    simulate(SimulationConfig(n_employees=N_EMPLOYEES, n_courses=N_COURSES, seed=5), data)
    run_training(str(data), models, None, Settings.model_validate(_QUICK), [], False, progress)
    return Lab(root, data, models, calls)
