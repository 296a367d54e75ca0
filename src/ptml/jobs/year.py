"""A scripted year: twelve monthly retrains, weekly looks, and what the tools said and did."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from ptml.errors import UsageError
from ptml.jobs.monitor import run_monitoring
from ptml.jobs.progress import Progress, Silent
from ptml.jobs.promote import run_promotion, run_rollback
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import Settings
from ptml.jobs.train import run_training
from ptml.jobs.year_calendar import LAST_SIMULATED, LATER_LOOKS, QUARTERS, Month, months, plan
from ptml.jobs.year_operator import Operator, alarm_words
from ptml.jobs.year_quality import MEASURES, Truth, answers, compared, lift_by_person
from ptml.report.year_page import write_year
from ptml.simulate import SimulationConfig, simulate
from ptml.simulate.changes import Changes
from ptml.simulate.exports import export_as_of

WHO = "demo-year"
COURSES = 20
ALL_MONTHS = 12
SMALL_SETTINGS: dict[str, Any] = {
    "lift": {"n_trees": 20, "n_folds": 2, "n_rounds": 2, "num_threads": 1},
    "warning": {"n_resamples": 2, "trees": {"n_trees": 80}, "checked": {"n_folds": 2}},
}
"""Small, and the same in every month: what is compared is retraining, not settings."""
_MADE = ("data", "exports", "trainings", "registry", "out", "pages", "year.json", "year.html")


@dataclass(frozen=True)
class Place:
    """Where the year keeps what."""

    out: Path
    settings: Settings
    changes: Changes
    only: tuple[str, ...]

    @property
    def data(self) -> Path:
        """The organisation as it is: nobody in the year sees it."""
        return self.out / "data"

    @property
    def registry(self) -> Path:
        """Champions and moves."""
        return self.out / "registry"

    @property
    def champion(self) -> Path:
        """The models in use."""
        return self.registry / "champion"

    def export(self, day: date, is_sound: bool = False) -> Path:
        """What the systems gave on a day; made when it is first asked for."""
        place = self.out / "exports" / (f"{day}-sound" if is_sound else str(day))
        if not place.exists():
            broken = None if is_sound else self.changes.broken_export
            place.parent.mkdir(parents=True, exist_ok=True)
            export_as_of(self.data, day, place, broken)
        return place

    def page(self, name: str) -> Path:
        """A page that the year's page links to."""
        return self.out / "pages" / f"{name}.html"


def run_year(
    out: Path,
    employees: int,
    seed: int,
    progress: Progress,
    n_months: int = 12,
    changes: Changes | None = None,
    settings: Settings | None = None,
    only: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Live through the year and write ``year.html``.

    Parameters
    ----------
    n_months : int
        Fewer than twelve for a trial.
    changes : Changes, optional
        What is planted; by default the drift, the broken export and the fading course.
    settings : Settings, optional
        By default small ones.
    only : tuple of str
        Models to train; empty = all three.
    """
    _clear(out)
    place = Place(out, settings or Settings.model_validate(SMALL_SETTINGS), changes or plan(), only)
    progress.stage(f"Simulating {employees:,} employees")
    config = SimulationConfig(
        n_employees=employees,
        n_courses=COURSES,
        n_quarters=QUARTERS,
        end=LAST_SIMULATED,
        seed=seed,
        changes=place.changes,
    )
    simulate(config, place.data)
    year = months(n_months)
    story: dict[str, Any] = {
        "employees": employees,
        "seed": seed,
        "models": list(only) or ["recommend", "lift", "warnings"],
        "settings": SMALL_SETTINGS if settings is None else None,
        "months": [],
        "later": [],
        "planted": json.loads((place.data / "truth" / "changes.json").read_text("utf-8")),
    }
    truth = Truth.of(place.data)
    for month in _lived(place, year, progress):
        quality = _quality(place, month, Path(str(month["training"])).parent, truth, seed)
        story["months"].append(month | {"quality": quality})
        _keep(story, out)
    if n_months == ALL_MONTHS:
        story["later"] = _later(place, progress)
        _keep(story, out)
    written = write_year(story, out / "year.html")
    return {"page": str(written), "year": story, "sentences": _sentences(story, written)}


def _clear(out: Path) -> None:
    if out.exists() and any(p.name not in _MADE for p in out.iterdir()):
        raise UsageError(f"{out} holds something else than a demo year; name another folder")
    shutil.rmtree(out, ignore_errors=True)


def _at(day: date) -> Callable[[], datetime]:
    """A clock that stands at the morning of a day."""
    moment = datetime.combine(day, time(7), UTC)
    return lambda: moment


def _lived(place: Place, year: tuple[Month, ...], progress: Progress) -> Iterator[dict[str, Any]]:
    operator = Operator()
    for month in year:
        progress.stage(f"Month {month.number} of {len(year)} ({month.day:%B %Y})")
        told = _retrained(place, month, operator)
        told["looks"] = [_looked(place, day, operator) for day in month.looks]
        told["in_use"] = _version(place)
        yield told


def _retrained(place: Place, month: Month, operator: Operator) -> dict[str, Any]:
    data, training = str(place.export(month.day)), place.out / "trainings" / str(month.day)
    asked = (place.settings, list(place.only))
    run_training(data, training, month.day, *asked, False, Silent())
    page = place.page(f"promote-{month.day}")
    why = operator.why(month.number)
    told = run_promotion(
        data,
        training,
        place.registry,
        month.day,
        place.settings,
        WHO,
        why,
        _at(month.day),
        Silent(),
        page=page,
        alarms=operator.data_alarms,
    )
    operator.promotion(told, month.day)
    return {
        "number": month.number,
        "day": month.day.isoformat(),
        "next_day": month.next_day.isoformat(),
        "training": str(training),
        "why": why,
        "promoted": bool(told["promoted"]),
        "refused": [str(reason) for reason in told["refused"]],
        "page": f"pages/{page.name}",
        "champion": _version(place),
    }


def _looked(place: Place, day: date, operator: Operator) -> dict[str, Any]:
    data, out = str(place.export(day)), str(place.out / "out")
    run_scoring(
        data, place.champion, out, day, place.settings, list(place.only), _at(day), Silent()
    )
    page = place.page(f"monitor-{day}")
    page.parent.mkdir(parents=True, exist_ok=True)
    told = run_monitoring(data, place.champion, out, page, day, place.settings, Silent())
    if operator.promoted_on is not None and operator.before is not None:
        # Models that learnt from broken data find such data usual: those before them do not.
        older, beside = place.registry / "versions" / operator.before, place.page(f"before-{day}")
        also = run_monitoring(data, older, None, beside, day, place.settings, Silent())
        if also["advice"] == "fix_data":
            told, page = also, beside
    reason = operator.look(told, day)
    found = {
        "day": day.isoformat(),
        "action_needed": bool(told["action_needed"]),
        "advice": str(told["advice"]),
        "alarms": alarm_words(told) if told["action_needed"] else [],
        "page": f"pages/{page.name}",
        "rolled_back": None,
    }
    if reason is not None:
        back = run_rollback(place.registry, WHO, reason, _at(day))
        found["rolled_back"] = {"why": reason, "sentence": back["sentences"][-2]}
    return found


def _later(place: Place, progress: Progress) -> list[dict[str, Any]]:
    """Looks after the year, with the champion of its end."""
    progress.stage("Two looks after the year")
    return [_looked(place, day, Operator()) for day in LATER_LOOKS]


def _version(place: Place) -> str | None:
    return place.champion.resolve().name if place.champion.exists() else None


def _quality(
    place: Place, month: dict[str, Any], trainings: Path, truth: Truth, seed: int
) -> dict[str, Any]:
    """Champion, never retrained and always promoted, held against the truth on sound data."""
    if month["in_use"] is None:
        return {}
    day, until = (date.fromisoformat(month[k]) for k in ("day", "next_day"))
    policies = {
        "used": place.registry / "versions" / str(month["in_use"]),
        "never": min(trainings.iterdir()),
        "always": Path(month["training"]),
    }
    now = answers(place.export(day, True), policies, day, place.settings)
    then = answers(place.export(until, True), policies, until, place.settings)
    cases = {
        "warnings": {k: truth.warnings(a.warned, day, until) for k, a in then.items()},
        "recommend": {k: truth.starts(a.shown, day, until) for k, a in now.items()},
        "lift": {k: lift_by_person(truth.lifts(a.lift, day)) for k, a in now.items()},
    }
    asked = place.only or MEASURES
    return {m: compared(m, cases[m], seed) for m in MEASURES if m in asked}


def _keep(story: dict[str, Any], out: Path) -> None:
    text = json.dumps(story, indent=1, default=str) + "\n"
    (out / "year.json").write_text(text, encoding="utf-8")


def _sentences(story: dict[str, Any], written: Path) -> list[str]:
    told = story["months"]
    looks = [look for month in told for look in month["looks"]]
    promoted = sum(month["promoted"] for month in told)
    return [
        f"{len(told)} retrains: {promoted} promoted, {len(told) - promoted} refused, "
        f"{sum(look['rolled_back'] is not None for look in looks)} rolled back.",
        f"{len(looks)} weekly looks, {sum(look['action_needed'] for look in looks)} called.",
        f"Open {written} in a browser.",
    ]
