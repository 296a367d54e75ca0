"""Two calls that publish to one place."""

import re
import signal

from ptml.errors import TryAgainError
from ptml.jobs.faults.calls import Calls
from ptml.jobs.faults.forms import Form
from ptml.jobs.faults.kills import finish, fresh_scene, look
from ptml.jobs.faults.lab import Lab
from ptml.jobs.faults.order import Ended, Harm
from ptml.jobs.faults.tally import Tally

_HOLDER = re.compile(
    r"another run is writing to .*: process \d+ on \S+ since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
)
_HALF_WAY = Harm("os.rename", r"buckets/\.000002$", signal=int(signal.SIGSTOP), whom="main")
_REFUSED = TryAgainError.exit_code


def second_while_first_writes(
    lab: Lab, form: Form, rival: Calls, n: int, tally: Tally, _rng: object = None
) -> None:
    """Stop one half way, start a second; then let the first go on, or kill it."""
    start = lab.beginning(form)
    for k in range(n):
        scene = fresh_scene(lab, start)
        first = scene.score(_HALF_WAY)
        if not first.is_stopped:
            tally.notes.append(f"the first was not stopped: {first.code} {first.told}")
        second = rival.run(scene.order())
        tally.ended_with(second)
        if second.code != _REFUSED or not _HOLDER.search(second.told):
            tally.notes.append(f"the second was told {second.code}: {second.told}")
        look(scene, start, tally)
        first = lab.calls.send(signal.SIGCONT if k % 2 else signal.SIGKILL)
        tally.ended_with(first)
        look(scene, start, tally)
        finish(scene, start, tally)


def both_at_once(
    lab: Lab, form: Form, rival: Calls, n: int, tally: Tally, _rng: object = None
) -> None:
    """Start two at the same moment: one writes, and the other is refused or finds it done."""
    start = lab.beginning(form)
    for _ in range(n):
        scene = fresh_scene(lab, start)
        lab.calls.begin(scene.order())
        rival.begin(scene.order())
        ends = [lab.calls.end(), rival.end()]
        for ended in ends:
            tally.ended_with(ended)
        wrote = sum(_wrote(ended) for ended in ends)
        refused = sum(_is_refused(ended) for ended in ends)
        tally.outcomes[f"{wrote} wrote, {refused} refused"] += 1
        if wrote != 1 or any(ended.code not in (0, _REFUSED) for ended in ends):
            tally.notes.append(f"{wrote} wrote: {[(end.code, end.told) for end in ends]}")
        look(scene, start, tally)
        finish(scene, start, tally)


def _wrote(ended: Ended) -> bool:
    return ended.code == 0 and "published to" in ended.said


def _is_refused(ended: Ended) -> bool:
    return ended.code == _REFUSED
