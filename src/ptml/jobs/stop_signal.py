"""The signal that ends this process, once one came.

What a handler raises may be swallowed: DuckDB, interrupted in a query, raises a plain RuntimeError.
So it is kept here, and whatever ends the process afterwards is the signal's end.
"""

from typing import NoReturn

_CAME: list[KeyboardInterrupt] = []


def stop(end: KeyboardInterrupt) -> NoReturn:
    """Keep that a signal came, and raise it."""
    _CAME.append(end)
    raise end


def stopped_by() -> KeyboardInterrupt | None:
    """The first signal that came; None where none did."""
    return _CAME[0] if _CAME else None


def forget() -> None:
    """Begin anew, for a process that calls the command line more than once."""
    _CAME.clear()
