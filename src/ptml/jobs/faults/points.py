"""Moments between two steps of a run at which it can be killed, by name."""

from collections.abc import Mapping
from dataclasses import replace

from ptml.jobs.faults.forms import DATASET, DELTA, DUCKDB, FOLDER, Form
from ptml.jobs.faults.order import Harm

_RUN = r"unfinished/run"
_LOCK = r"publishing(/lock)?$"
_DAY = r"publishing/as_of=[-\d]+"


def _both(what: str, harm: Harm) -> dict[str, Harm]:
    return {f"before {what}": harm, f"after {what}": replace(harm, is_after=True)}


def named_points(n_buckets: int) -> dict[str, Harm]:
    """Moments before a run is shown; the same at all places."""
    points = {
        "before the work folder": Harm("os.mkdir", r"unfinished/buckets$"),
        "the work folder signed": Harm("open", r"unfinished/job\.json$", is_after=True),
        "before the tables are begun": Harm("os.mkdir", r"unfinished/run$"),
    }
    for k in range(n_buckets):
        points |= _both(f"bucket {k + 1} is kept", Harm("os.rename", rf"buckets/\.{k:06d}$"))
    piece = rf"\.{n_buckets // 2:06d}"
    return points | {
        "while a piece is written": Harm("open", rf"{piece}/sums\.npz$"),
        "before a piece is sealed": Harm("open", rf"{piece}/manifest\.json$"),
        "while a piece is sealed": Harm("open", rf"{piece}/manifest\.json$", is_after=True),
        "the tables assembled": Harm("open", rf"{_RUN}/lift\.parquet$"),
        "before the manifest": Harm("open", rf"{_RUN}/manifest\.json$"),
        "while the manifest is written": Harm("open", rf"{_RUN}/manifest\.json$", is_after=True),
    }


def points_of_showing(form: Form) -> dict[str, Harm]:
    """Moments while the run is shown, and after it."""
    return {**_SHOWING.get(form.name, {}), **_CLEANING}


_CLEANING: Mapping[str, Harm] = {
    "before the clean-up": Harm("shutil.rmtree", r"unfinished$", skip=1),
    "half way through the clean-up": Harm("os.rmdir", r"^000002$"),
    **_both("the lock is given back", Harm("os.remove", _LOCK)),
}
_SHOWING: Mapping[str, Mapping[str, Harm]] = {
    FOLDER.name: {
        **_both("the rename", Harm("os.rename", rf"{_RUN}$")),
        **_both("the pointer", Harm("os.rename", r"\.current\.new$")),
    },
    DUCKDB.name: {
        "in the transaction": Harm("open", rf"{_RUN}/manifest\.json$", skip=2),
        "in or after the commit": Harm("open", rf"{_RUN}/manifest\.json$", skip=2, is_after=True),
    },
    DATASET.name: {
        "before the parts": Harm("os.mkdir", rf"{_DAY}/"),
        "among the parts": Harm("os.mkdir", rf"{_DAY}/lift$"),
        **_both("the date's manifest", Harm("open", rf"{_DAY}/manifest\.json$")),
        "after the dates changed places": Harm("open", r"/out$"),
        "before the old date is removed": Harm("shutil.rmtree", rf"{_DAY}$"),
    },
    DELTA.name: {
        "after the commits": Harm("open", r"_delta_log/\d+\.json$"),
        "among the flushes": Harm("open", r"_delta_log/\d+\.json$", skip=8),
        **_both("the pointer", Harm("os.rename", r"current\.json$")),
    },
}
