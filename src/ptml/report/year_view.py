"""The story of a scripted year as its page shows it: words, counts and differences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

Story = Mapping[str, Any]

ADVICE = {
    "fix_data": "mend the data",
    "retrain": "retrain",
    "look": "look into it",
    "none": "nothing to do",
}
POLICIES = {
    "used": "champion in use",
    "never": "never retrained",
    "always": "always promoted",
}
MEASURES = {
    "warnings": (
        "Warnings: distance from the true probability",
        "points of percent, root mean square over the month's completions; lower is better",
        -1,
    ),
    "recommend": (
        "Recommendations: chosen courses that were among the five best liked",
        "percent of the courses that people chose themselves in the month, by preference alone; "
        "higher is better; months with few choices have no figure",
        1,
    ),
    "lift": (
        "Lift: share of the possible gain that the best course by lift brings",
        "percent of the true gain, over everybody employed; higher is better",
        1,
    ),
}


@dataclass(frozen=True)
class Planted:
    """Something that really happened, and when a look first said so."""

    name: str
    words: str
    on: date
    until: date | None
    found: str
    lag: str


def day_of(text: str) -> date:
    """A date from the story."""
    return date.fromisoformat(text)


def looks_of(story: Story) -> list[dict[str, Any]]:
    """All looks of the year and after it, the oldest first."""
    of_year = [look for month in story["months"] for look in month["looks"]]
    return [*of_year, *story["later"]]


def planted_of(story: Story) -> list[Planted]:
    """What had really happened, in order, with the first look that called to action for it."""
    told, found = story["planted"], []
    looks = [look for look in looks_of(story) if look["action_needed"]]
    if "reorganisation" in told:
        found.append(_drift(told["reorganisation"], looks))
    if "broken_export" in told:
        found.append(_broken(told["broken_export"], looks))
    if "fading_course" in told:
        found.append(_fading(told["fading_course"], looks))
    return found


def _first(looks: Sequence[Mapping[str, Any]], on: date) -> tuple[str, str]:
    first = next((look for look in looks if day_of(look["day"]) >= on), None)
    if first is None:
        return "not found by any look", ""
    days = (day_of(first["day"]) - on).days
    lag = "on the day itself" if not days else f"{days} days later"
    return f"{day_of(first['day']):%d %B %Y}: {ADVICE[first['advice']]}", lag


def _drift(told: Mapping[str, Any], looks: Sequence[Mapping[str, Any]]) -> Planted:
    on = day_of(told["on"])
    words = [
        f"exams examine harder ({told['exam_points']:+.0f} points)",
        f"answers on motivation are kinder ({told['motivation_answer']:+.1f})",
        "other courses are in demand",
        "more courses stay unused, for other reasons than before: the manager's support counts "
        f"{told['support_left']:.0%} of what it did, what is new weighs more",
    ]
    if told["moved_share"]:
        words.insert(0, f"{told['moved_share']:.0%} of the people get another role and unit")
    found, lag = _first(looks, on)
    return Planted("The company changes", "; ".join(words) + ".", on, None, found, lag)


def _broken(told: Mapping[str, Any], looks: Sequence[Mapping[str, Any]]) -> Planted:
    on, until = day_of(told["on"]), day_of(told["repaired_on"])
    words = (
        f"performance values of {told['unit_share']:.0%} of the units come {told['factor']:.0f} "
        f"times too large, and {told['cut_table']} holds its first {told['rows_kept']:.0%} of rows "
        "only. The organisation itself is as before."
    )
    found, lag = _first([look for look in looks if look["advice"] == "fix_data"], on)
    return Planted("The export breaks", words, on, until, found, lag)


def _fading(told: Mapping[str, Any], looks: Sequence[Mapping[str, Any]]) -> Planted:
    on, course = day_of(told["on"]), told["course_id"]
    words = (
        f"course {course} no longer helps; what it had given is lost. A lift is the mean result of "
        "the two quarters after the start: the first starts whose whole outcome lies after this "
        "day are known two quarters later."
    )
    named = [look for look in looks if any(course in alarm for alarm in look["alarms"])]
    found, lag = _first(named, on)
    return Planted("A course fades", words, on, None, found, lag)


@dataclass(frozen=True)
class FalseAlarms:
    """Calls to action before anything had happened."""

    n_looks: int
    n_alarms: int


def false_alarms(story: Story) -> FalseAlarms:
    """Count them: only here is it certain that they are false."""
    begun = min((p.on for p in planted_of(story)), default=date.max)
    before = [look for look in looks_of(story) if day_of(look["day"]) < begun]
    return FalseAlarms(len(before), sum(look["action_needed"] for look in before))


@dataclass(frozen=True)
class Difference:
    """Mean over months of the champion in use against another policy; positive = better."""

    measure: str
    policy: str
    mean: float
    low: float
    high: float
    months: int

    @property
    def words(self) -> str:
        """What the interval lets be said."""
        if self.low > 0:
            return "better"
        if self.high < 0:
            return "worse"
        return "no difference that can be told"


def differences(story: Story) -> list[Difference]:
    """Champion in use against the others, in the months after the first thing happened."""
    begun = min((p.on for p in planted_of(story)), default=date.min)
    after = [m for m in story["months"] if day_of(m["next_day"]) > begun]
    return list(_differences(after))


def _differences(months: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    for measure, (_, _, sign) in MEASURES.items():
        for policy in ("never", "always"):
            rows = [
                told[policy]
                for month in months
                if (told := month["quality"].get(measure, {}).get("policies"))
            ]
            if not rows:
                continue
            mean = sign * float(np.mean([row["more"] for row in rows]))
            # 90 % intervals of months, taken as independent.
            spread = np.array([row["more_high"] - row["more_low"] for row in rows]) / 2
            half = float(np.sqrt((spread**2).sum()) / len(rows))
            yield Difference(measure, policy, mean, mean - half, mean + half, len(rows))


def verdict(story: Story) -> str:
    """Whether the process helped, in one sentence."""
    found = [d for d in differences(story) if d.policy == "never"]
    if not found:
        return "No month lies after a change: whether retraining helped cannot be told."
    told = [f"{d.words} for {NAMES[d.measure]}" for d in found]
    listed = "; ".join(told)
    return f"After the change, the champion in use against a model never retrained: {listed}."


NAMES = {"warnings": "warnings", "recommend": "recommendations", "lift": "lifts"}
