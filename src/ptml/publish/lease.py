"""One writer at a time on a store that several machines write to: a lock that runs out.

PREFIX/.publishing/00000007.json   who holds it, since when and until when

A writer takes the next number, which a store lets one of two create; whoever has the highest number
holds the lock. It says anew and anew that it is alive; a killed one blocks others until its time is
over. The number only rises, so that one who slept over its time finds out before it shows a run.
"""

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from ptml.contracts.store import Store
from ptml.errors import PtmlError, TryAgainError

FOLDER = ".publishing"


@dataclass(frozen=True)
class Lease:
    """The lock of one place in a store.

    Attributes
    ----------
    seconds : int
        It is free so long after its holder was last heard of; clocks of the machines that publish
        have to agree better than that.
    """

    store: Store
    now: Callable[[], datetime]
    seconds: int

    @contextmanager
    def held(self) -> Iterator["Held"]:
        """Take the lock, keep it while the work lasts, and give it back.

        Raises
        ------
        TryAgainError
            Naming who holds it, since when and until when.
        """
        held = Held(self, self._taken())
        stop = threading.Event()
        beat = threading.Thread(target=held.keep, args=(stop,), daemon=True)
        beat.start()
        try:
            yield held
        finally:
            stop.set()
            beat.join()
            held.give_back()

    def _taken(self) -> int:
        numbers = self.numbers()
        if numbers:
            self._refuse_if_held(max(numbers))
        number = max(numbers, default=0) + 1
        mine = self.text(self.now())
        if not self.store.create(_name(number), mine) or max(self.numbers()) > number:
            raise TryAgainError(
                f"another run began to write to {self.store.address} at the same moment; try again"
                " when it is done"
            )
        self.store.remove(_name(old) for old in numbers)
        return number

    def _refuse_if_held(self, number: int) -> None:
        content = self.store.read(_name(number))
        told = {} if content is None else json.loads(content)
        until = told.get("until")
        if until is not None and datetime.fromisoformat(until) > self.now():
            raise TryAgainError(
                f"another run is writing to {self.store.address}: {told['who']} since"
                f" {told['since']}; try again when it is done (it was heard of lately, and holds"
                f" the place until {until} if it is not heard of again)"
            )

    def numbers(self) -> list[int]:
        """Numbers that are taken or were."""
        names = (name.rpartition("/")[2] for name in self.store.names(FOLDER))
        return [int(name.removesuffix(".json")) for name in names if name[:8].isdigit()]

    def text(self, since: datetime, is_over: bool = False) -> bytes:
        """What stands in the object; one that was given back holds no time."""
        until = None if is_over else self.now() + timedelta(seconds=self.seconds)
        told = {
            "who": f"process {os.getpid()} on {socket.gethostname()}",
            "since": since.isoformat(timespec="seconds"),
            "until": None if until is None else until.isoformat(timespec="seconds"),
        }
        return json.dumps(told).encode()


class Held:
    """A lock that is held.

    Parameters
    ----------
    number : int
        Which one, as `number` afterwards; a higher one means that it was lost.
    """

    def __init__(self, lease: Lease, number: int) -> None:
        self.number = number
        self._lease = lease
        self._since = lease.now()

    def keep(self, stop: threading.Event) -> None:
        """Say every so often that the holder is alive; a store that does not answer may again."""
        while not stop.wait(self._lease.seconds / 4):
            try:
                self._say()
            except PtmlError:
                continue

    def check(self) -> None:
        """See that the lock is still held.

        Raises
        ------
        TryAgainError
            When another run has taken it: this one was not heard of for too long.
        """
        if max(self._lease.numbers(), default=0) != self.number:
            raise TryAgainError(
                f"another run took over {self._lease.store.address}: this one was not heard of for"
                f" more than {self._lease.seconds} seconds; nothing of it is shown, run again"
            )
        self._say()

    def give_back(self) -> None:
        """Let the next one in at once; if the store does not answer, time does."""
        try:
            if max(self._lease.numbers(), default=0) == self.number:
                self._say(is_over=True)
        except PtmlError:
            return

    def _say(self, is_over: bool = False) -> None:
        self._lease.store.put(_name(self.number), self._lease.text(self._since, is_over))


def _name(number: int) -> str:
    return f"{FOLDER}/{number:08}.json"
