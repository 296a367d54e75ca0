"""Kill a run of scoring at named points and at random moments, then start it again."""

import time
from collections.abc import Iterator, Sequence
from itertools import count

import numpy as np

from ptml.errors import PtmlError, TryAgainError
from ptml.jobs.faults.content import Content
from ptml.jobs.faults.forms import Form
from ptml.jobs.faults.lab import Beginning, Lab, Scene
from ptml.jobs.faults.order import Ended, Harm
from ptml.jobs.faults.tally import Tally

_NUMBERS, _MOST_CALLS = count(), 10


def random_moments(
    undisturbed: Ended, n: int, rng: np.random.Generator, first: float = 0.02, last: float = 1.0
) -> Iterator[Harm]:
    """Kills after a random part of a whole run's processor time; most of all and some of one."""
    for share in rng.uniform(first, last, n):
        whom = "group" if rng.random() < 0.7 else "main"
        yield Harm(cpu_seconds=float(share * undisturbed.cpu_seconds), whom=whom)


def kill_at_points(lab: Lab, form: Form, points: dict[str, Harm], tally: Tally) -> None:
    """One trial a named point."""
    for name, harm in points.items():
        first = killed_and_resumed(lab, form, [harm], tally)
        if first.code >= 0:
            tally.notes.append(f"'{name}' was not reached: exit code {first.code} {first.told}")


def killed_and_resumed(lab: Lab, form: Form, harms: Sequence[Harm], tally: Tally) -> Ended:
    """A trial: harm one call after another, look after each, let the last one end, and compare.

    Returns
    -------
    Ended
        Of the first call.
    """
    start = lab.beginning(form)
    scene = fresh_scene(lab, start)
    ends = []
    for harm in harms:
        ends.append(scene.score(harm))
        tally.ended_with(ends[-1])
        look(scene, start, tally)
    finish(scene, start, tally)
    return ends[0]


def fresh_scene(lab: Lab, start: Beginning) -> Scene:
    """A place of its own with the run before."""
    return start.place.copied(lab.root / f"trial-{next(_NUMBERS)}")


def look(scene: Scene, start: Beginning, tally: Tally) -> Content | None:
    """What a reader finds: the run before or the new one, whole, or a half one."""
    try:
        found = _read(scene)
    except PtmlError as error:
        tally.half += 1
        tally.notes.append(f"a reader was told: {error}")
        return None
    if found.run_id == start.before.run_id and not any(found.lost_and_doubled(start.before)):
        tally.before += 1
    elif found.run_id == start.after.run_id and not any(found.lost_and_doubled(start.after)):
        tally.new += 1
    else:
        tally.half += 1
        tally.notes.append(f"a reader saw {found.run_id} with other rows")
    return found


def finish(scene: Scene, start: Beginning, tally: Tally) -> None:
    """Let a call end, and hold what it leaves against a run that nothing disturbed."""
    ended = _waited_for(scene)
    tally.trials += 1
    tally.ended += 1
    if ended.code:
        tally.notes.append(f"the last call ended with {ended.code}: {ended.told}")
    if ended.left:
        tally.left["processes"] += 1
    found = look(scene, start, tally)
    if found is not None:
        lost, doubled = found.lost_and_doubled(start.after)
        tally.lost, tally.doubled = tally.lost + lost, tally.doubled + doubled
        differ = scene.bytes_differ(start.ended) if scene.form.is_files else []
        tally.same += not (lost or doubled or differ or ended.code)
        if differ:
            tally.notes.append(f"other bytes in {', '.join(differ)}")
    for name in sorted(scene.left_behind() - start.ended.left_behind()):
        tally.left["temporary folders" if name.startswith("tmp/") else name] += 1
    scene.removed()


def _read(scene: Scene) -> Content:
    """Read, and again while the place says that it may be read later."""
    for _ in range(_MOST_CALLS):
        try:
            return scene.content()
        except TryAgainError:
            time.sleep(1.0)
    return scene.content()


def _waited_for(scene: Scene) -> Ended:
    """Call till the lock of one that died at a store has run out."""
    for _ in range(_MOST_CALLS):
        ended = scene.score()
        if ended.code != TryAgainError.exit_code or "holds the place until" not in ended.told:
            break
        time.sleep(1.0)
    return ended
