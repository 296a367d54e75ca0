"""Lose the server while a run is sent to it."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from ptml.errors import TryAgainError
from ptml.jobs.faults.forms import Form
from ptml.jobs.faults.kills import finish, fresh_scene, look
from ptml.jobs.faults.lab import Lab, Scene
from ptml.jobs.faults.order import Ended
from ptml.jobs.faults.tally import Tally

_PAUSE_SECONDS = 0.01


def lost(
    lab: Lab,
    form: Form,
    harm: Callable[[Scene], object],
    n: int,
    tally: Tally,
    rng: np.random.Generator,
    mean_seconds: float = 0.5,
) -> None:
    """Lose the connection, or the server, some time after a run began to be sent.

    Parameters
    ----------
    harm : callable
        What is done to the connection of a place.
    mean_seconds : float
        After how long, on average; one in five earlier, before anything is sent.
    """
    start = lab.beginning(form)
    for wait in rng.exponential(mean_seconds, n):
        is_early = rng.random() < 0.2
        scene = fresh_scene(lab, start)
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(scene.score)
            while not (call.done() or (_is_sent if not is_early else _is_begun)(scene)):
                time.sleep(_PAUSE_SECONDS)
            _wait(call, wait)
            harm(scene)
            ended = call.result()
        tally.ended_with(ended)
        if ended.code not in (0, TryAgainError.exit_code):
            tally.notes.append(f"exit code {ended.code} {ended.told}")
        look(scene, start, tally)
        finish(scene, start, tally)


def _wait(call: "Future[Ended]", seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not call.done():
        time.sleep(_PAUSE_SECONDS)


def _is_begun(scene: Scene) -> bool:
    return any(scene.temporary.glob("ptml-*/unfinished/job.json"))


def _is_sent(scene: Scene) -> bool:
    return any(scene.temporary.glob("ptml-*/unfinished/run/manifest.json"))
