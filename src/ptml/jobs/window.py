"""The newest days of a source, and what trainings foretold of the outcomes that they brought."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from ptml.contracts.as_of import as_of_range
from ptml.contracts.dataset import Dataset
from ptml.evaluate.window.comparison import Foretold
from ptml.evaluate.window.completions import warned
from ptml.evaluate.window.lift_outcomes import LiftJudge, lift_judge, lifted
from ptml.evaluate.window.next_choices import ended_starts, ranked_choices
from ptml.evaluate.window.resampling import Resamples
from ptml.features.history import History, load_history
from ptml.features.shared import Shared, shared_averages
from ptml.jobs.asked import epoch_day
from ptml.jobs.fitting import Learning
from ptml.jobs.helped import helped_before
from ptml.jobs.models import Models
from ptml.jobs.progress import Progress
from ptml.jobs.settings import Settings
from ptml.jobs.twins import Twins


@dataclass(frozen=True, eq=False)
class Window:
    """Outcomes known from ``first`` on and before ``day``.

    Attributes
    ----------
    is_open : bool
        False where the data do not reach back to before the first day.
    helped : frozenset of str
        Enrolments whose people were helped before the first day (`ptml.jobs.helped`).
    """

    history: History
    shared: Shared
    protected: pd.DataFrame
    first: date
    day: date
    settings: Settings
    is_open: bool
    helped: frozenset[str] = frozenset()

    @property
    def first_day(self) -> int:
        """Days since 1970-01-01."""
        return epoch_day(self.first)

    @property
    def end_day(self) -> int:
        """Days since 1970-01-01."""
        return epoch_day(self.day)

    @property
    def resamples(self) -> Resamples:
        """The draws of people, one set for all figures."""
        config = self.settings.promotion
        return Resamples(self.history.n_employees, config.n_draws, self.settings.seed)

    def has_been_seen_by(self, models: Models) -> bool:
        """Whether a training knew outcomes of the window."""
        return date.fromisoformat(str(models.about["as_of"])) > self.first

    def twins(self, folder: Path) -> Twins:
        """Refits as of the first day, kept in a folder."""
        learning = Learning(
            self.history,
            self.shared,
            self.first_day,
            self.settings,
            self.protected,
            self.helped,
        )
        return Twins(learning, folder)

    def judge(self) -> LiftJudge | None:
        """What lifts are held against; None where no outcome period ended in the window."""
        return lift_judge(
            self.history,
            self.shared,
            self.first_day,
            self.end_day,
            self.settings.lift,
            self.settings.seed,
        )

    def foretold(self, models: Models, judge: LiftJudge | None) -> Foretold:
        """What a training said of the window's outcomes, as of what was known before each."""
        history, shared = self.history, self.shared
        first, end = self.first_day, self.end_day
        found = Foretold(models=tuple(models.about["models"]))
        if models.preference is not None:
            ranked = ranked_choices(history, shared, models.preference, models.ranker, first, end)
            found = replace(found, ranked=ranked)
        if models.completion is not None:
            days = self.settings.completion.give_up_days
            found = replace(found, ended=ended_starts(history, models.completion, days, first, end))
        if models.warning is not None:
            label = self.settings.warning.label
            found = replace(
                found, warned=warned(history, shared, models.warning, label, first, end)
            )
        if models.lift is not None and judge is not None:
            found = replace(found, lifted=lifted(judge, history, models.lift))
        return found


def open_window(dataset: Dataset, day: date, settings: Settings) -> Window:
    """Read everybody, and lay the window back from the date."""
    first = day - timedelta(days=settings.promotion.window_days)
    return Window(
        history=load_history(dataset),
        shared=shared_averages(dataset),
        protected=dataset.query("SELECT * FROM protected_attributes"),
        first=first,
        day=day,
        settings=settings,
        is_open=as_of_range(dataset)[0] <= first,
        helped=helped_before(dataset, first),
    )


@dataclass(frozen=True)
class Standing:
    """A training in the window.

    Attributes
    ----------
    judged : Models or None
        Itself where it has not seen the window, else its twin; None where it cannot be refitted.
    is_twin : bool
    """

    judged: Models | None
    is_twin: bool


def standing(window: Window, models: Models, twins: Twins, progress: Progress) -> Standing:
    """Who stands for a training: itself, or its twin of the window's first day."""
    if not window.has_been_seen_by(models):
        return Standing(models, False)
    names = tuple(models.about["models"])
    return Standing(twins.of(models, names, progress), True)
