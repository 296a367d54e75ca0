"""Kill a run of scoring at named points and at random moments, then start it again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

import numpy as np

from ptml.errors import PtmlError, TryAgainError
from ptml.jobs.faults.content import Content
from ptml.jobs.faults.lab import Beginning, Form, Lab, Scene
from ptml.jobs.faults.order import Ended, Harm
from ptml.jobs.faults.tally import Tally

_RUN = r"unfinished/run"
_NUMBERS = count()


def named_points(n_buckets: int) -> dict[str, Harm]:
    """Moments between two steps of a run, by name; the same for folders and DuckDB files."""
    points = {
        "before the work folder": Harm("os.mkdir", r"unfinished/buckets$"),
        "the work folder signed": Harm("open", r"unfinished/job\.json$", is_after=True),
        "before the tables are begun": Harm("os.mkdir", r"unfinished/run$"),
    }
    for k in range(n_buckets):
        kept = Harm("os.rename", rf"buckets/\.{k:06d}$")
        points[f"before bucket {k + 1} is kept"] = kept
        points[f"after bucket {k + 1} is kept"] = replace(kept, is_after=True)
    middle = n_buckets // 2
    sums = Harm("open", rf"\.{middle:06d}/sums\.npz$")
    return points | {
        "while a piece is written": sums,
        "before a piece is sealed": Harm("open", rf"\.{middle:06d}/manifest\.json$"),
        "while a piece is sealed": Harm("open", rf"\.{middle:06d}/manifest\.json$", is_after=True),
        "the tables assembled": Harm("open", rf"{_RUN}/lift\.parquet$"),
        "before the manifest": Harm("open", rf"{_RUN}/manifest\.json$"),
        "while the manifest is written": Harm("open", rf"{_RUN}/manifest\.json$", is_after=True),
    }


def points_of_showing(form: Form) -> dict[str, Harm]:
    """Moments while the run is shown, and after it."""
    clean_up = {
        "before the clean-up": Harm("shutil.rmtree", r"unfinished$", skip=1),
        "half way through the clean-up": Harm("os.rmdir", r"^000002$"),
        "before the lock is given back": Harm("os.remove", r"publishing$"),
        "after the lock is given back": Harm("os.remove", r"publishing$", is_after=True),
    }
    if not form.is_files:
        return {
            "in the transaction": Harm("open", rf"{_RUN}/manifest\.json$", skip=2),
            "in or after the commit": Harm(
                "open", rf"{_RUN}/manifest\.json$", skip=2, is_after=True
            ),
            **clean_up,
        }
    return {
        "before the rename": Harm("os.rename", rf"{_RUN}$"),
        "after the rename": Harm("os.rename", rf"{_RUN}$", is_after=True),
        "before the pointer": Harm("os.rename", r"\.current\.new$"),
        "after the pointer": Harm("os.rename", r"\.current\.new$", is_after=True),
        **clean_up,
    }


def random_moments(undisturbed: Ended, n: int, rng: np.random.Generator) -> Iterator[Harm]:
    """Kills after a random part of a whole run's processor time; most of all and some of one."""
    for share in rng.uniform(0.02, 1.02, n):
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
        found = scene.content()
    except TryAgainError:
        raise
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
    ended = scene.score()
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
    for name in scene.left_behind():
        tally.left["temporary folders" if name.startswith("tmp/") else name] += 1
    scene.removed()
