"""What a call of the command line is asked to do, and how it is to be disturbed; all as JSON."""

import signal
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Harm:
    """What is done to a call, and when.

    Attributes
    ----------
    event : str
        Name of an audit event of Python (``os.rename``); empty = no point in the code.
    path : str
        Pattern that one of the event's arguments holds.
    skip : int
        So many such events pass first.
    is_after : bool
        At the next event of any kind that changes files: the one that was meant is done by then.
    cpu_seconds : float
        Instead of a point: after so much processor time; 0 = not by time.
    signal : int
    whom : str
        ``group`` = the process and all that it started; ``main``; ``worker`` = one of the others.
    worker_bytes : int
        Address space that workers are left with; 0 = as much as there is.
    more_bytes : int
        Address space that the process may take beyond what it begins with; 0 = without a limit.
    """

    event: str = ""
    path: str = ""
    skip: int = 0
    is_after: bool = False
    cpu_seconds: float = 0.0
    signal: int = int(signal.SIGKILL)
    whom: str = "group"
    worker_bytes: int = 0
    more_bytes: int = 0

    @property
    def asked(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


NO_HARM = Harm()


@dataclass(frozen=True)
class Ended:
    """How a call ended.

    Attributes
    ----------
    code : int
        Exit code; minus the signal's number for one that was killed.
    told : str
        Its error stream.
    said : str
        Its output.
    cpu_seconds : float
        Of the process itself, without those that it started.
    left : int
        Processes that it started and that were there three seconds later.
    is_stopped : bool
        Asked for by SIGSTOP: it waits, to go on or to be killed.
    """

    code: int
    told: str
    said: str
    cpu_seconds: float
    left: int
    is_stopped: bool = False


@dataclass(frozen=True)
class Order:
    """One call.

    Attributes
    ----------
    words : sequence of str
        After ``ptml``.
    environment : mapping
        Added to that of the process.
    """

    words: Sequence[str]
    environment: Mapping[str, str]
    harm: Harm = NO_HARM
