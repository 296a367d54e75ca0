"""Too little memory: in the process, in one that it started, or killed for want of it."""

import signal

import numpy as np

from ptml.errors import TryAgainError
from ptml.jobs.faults.forms import Form
from ptml.jobs.faults.kills import finish, fresh_scene, look
from ptml.jobs.faults.lab import Lab
from ptml.jobs.faults.order import Harm
from ptml.jobs.faults.tally import Tally

_MOST_MORE = 1 << 30
_WORKER_BYTES = (1 << 20, 6 << 30)
# Libraries that are refused memory may abort, or use what they did not get: no code of ours runs
# then. What the run before shows, and that the next call goes on, is looked at all the same.
_ENDED_BY_LIBRARIES = (-signal.SIGABRT, -signal.SIGSEGV)


def refused_memory(lab: Lab, form: Form, n: int, tally: Tally, rng: np.random.Generator) -> None:
    """Let the process take only so much more, anything from nothing to what it needs."""
    for size in np.exp(rng.uniform(np.log(1 << 20), np.log(_MOST_MORE), n)):
        _suffered(lab, form, Harm(more_bytes=int(size)), tally)


def workers_refused_memory(
    lab: Lab, form: Form, n: int, tally: Tally, rng: np.random.Generator
) -> None:
    """Leave processes side by side with too little, or just enough, or plenty."""
    low, high = np.log(_WORKER_BYTES)
    for size in np.exp(rng.uniform(low, high, n)):
        _suffered(lab.side_by_side(2), form, Harm(worker_bytes=int(size)), tally)


def workers_killed(lab: Lab, form: Form, n: int, tally: Tally, rng: np.random.Generator) -> None:
    """Kill one of the processes side by side, as the system does for want of memory."""
    both = lab.side_by_side(2)
    whole = both.beginning(form).undisturbed.cpu_seconds
    # A process side by side is there from a third of the first one's time on.
    for share in rng.uniform(0.35, 0.9, n):
        _suffered(both, form, Harm(cpu_seconds=float(share * whole), whom="worker"), tally)


def _suffered(lab: Lab, form: Form, harm: Harm, tally: Tally) -> None:
    start = lab.beginning(form)
    scene = fresh_scene(lab, start)
    ended = scene.score(harm)
    tally.ended_with(ended)
    if ended.code not in (0, TryAgainError.exit_code, *_ENDED_BY_LIBRARIES):
        tally.notes.append(f"exit code {ended.code} {ended.told[-600:]}")
    look(scene, start, tally)
    finish(scene, start, tally)
