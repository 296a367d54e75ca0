"""Keep libraries from talking over ptml's own words."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import optuna

_STDOUT = 1


@contextmanager
def quiet_optuna() -> Iterator[None]:
    """Only warnings and errors of Optuna's log while the context lasts."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)


@contextmanager
def quiet_output() -> Iterator[None]:
    """Nothing on the standard output while the context lasts, from compiled libraries either.

    HiGHS prints a line of its own in rare cases, whatever it is told; a program that reads our
    JSON would stumble over it.
    """
    sys.stdout.flush()
    c_library = ctypes.CDLL(None)
    c_library.fflush(None)
    kept = os.dup(_STDOUT)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STDOUT)
        yield
    finally:
        c_library.fflush(None)
        os.dup2(kept, _STDOUT)
        os.close(kept)
        os.close(nowhere)
