"""Whether the past is still as it was when the models were trained: it is not rewritten."""

from collections.abc import Iterator, Sequence
from datetime import date

from ptml.features.days import date_of
from ptml.monitor.events import Series
from ptml.monitor.finding import Finding, NotJudged
from ptml.monitor.profile import Profile

# Late and corrected rows are usual; a twentieth of all that was there is not.
_MOST_CHANGED = 0.05
# As much as a tenth of all rows moves a mean if each moves by two standard deviations.
_MOST_MOVED = 0.2
_LEAST_ROWS = 20
_TO_DO = "Ask what was done to old rows: a re-export, a deletion, other ids?"


def look_at_past(
    series: Sequence[Series], profile: Profile | None, as_of: date
) -> Iterator[Finding | NotJudged]:
    """Count the rows from before training again, and take their means again."""
    if profile is None:
        yield NotJudged("past", "the past", "the models have no profile; train them again")
        return
    by_name = {one.name: one.before(profile.day) for one in series}
    trained = date_of(profile.day)
    for name, before in profile.rows.items():
        if before < _LEAST_ROWS:
            continue
        now = len(by_name[name].day) if name in by_name else 0
        change = now / before - 1
        yield Finding(
            "past",
            f"{name}: rows from before {trained}",
            None,
            abs(change) > _MOST_CHANGED,
            "critical",
            f"{now:,} rows",
            f"{before:,}, as when the models were trained",
            _TO_DO,
            since=as_of,
        )
    yield from _means(by_name, profile, as_of)


def _means(by_name: dict[str, Series], profile: Profile, as_of: date) -> Iterator[Finding]:
    for key, (mean, missing, *spread) in profile.means.items():
        name, _, column = key.partition(": ")
        one = by_name.get(name)
        if one is None or len(one.day) < _LEAST_ROWS or column not in one.numbers:
            continue
        values = one.numbers[column]
        known = values[values == values]
        now = float(known.mean()) if len(known) else 0.0
        empty = 1 - len(known) / len(values)
        # By the spread, not by the mean, which may be near 0; a constant column has only today's.
        scale = next((s for s in spread if s > 0), float(known.std()) if len(known) else 0.0)
        is_other = abs(now - mean) > max(_MOST_MOVED * scale, 1e-9 * abs(mean))
        yield Finding(
            "past",
            f"{key} from before {date_of(profile.day)}",
            None,
            is_other or abs(empty - missing) > _MOST_CHANGED,
            "critical",
            f"mean {now:.4g}, {empty:.1%} empty",
            f"mean {mean:.4g}, {missing:.1%} empty, as when the models were trained",
            _TO_DO,
            since=as_of,
        )
