"""What units of the simulated organisation must achieve, and what drives it.

All of it has random streams of its own: no draw of the rest of the organisation moves.
"""

import numpy as np
from numpy.typing import NDArray

from ptml.simulate.structure import KPIS, N_COMPETENCIES, Structure
from ptml.simulate.writing import TableWriter

_GOALS, _DRIVES, _SET_ON = 13, 14, 15
_UNITS_A_DIVISION = 10
# A goal of divisions that nothing drives, and the last competencies that drive no KPI: what an
# alignment of courses and goals has to find.
UNDRIVEN = ("staff_certified", "Certified staff", True, "learning")
_IDLE_COMPETENCIES = 2
_OWN_SHARE, _UNDRIVEN_SHARE, _SECOND_SHARE = 0.7, 0.3, 0.35
# A goal was set before the year in which it is open begins, so that features are what they were.
_LATEST_DAYS, _EARLIEST_DAYS = 96, 450

DayArray = NDArray[np.datetime64]
IntArray = NDArray[np.int64]


def division_ids(unit_ids: NDArray[np.str_]) -> NDArray[np.str_]:
    """The division of each unit of a chunk."""
    number = np.char.zfill((np.arange(len(unit_ids)) // _UNITS_A_DIVISION).astype(str), 4)
    return np.char.add(np.char.add("D", number), unit_ids[0])


def write_drives(structure: Structure, ids: NDArray[np.str_], writer: TableWriter) -> None:
    """Write which competencies drive which KPI: one KPI each, and some a second one.

    Parameters
    ----------
    ids : (n_competencies,) str
    """
    rng = np.random.default_rng([structure.config.seed, _DRIVES])
    n = N_COMPETENCIES - _IDLE_COMPETENCIES
    first = -np.arange(n) % len(KPIS)
    second = (first + rng.integers(1, len(KPIS), n)) % len(KPIS)
    has_second = rng.random(n) < _SECOND_SHARE
    weight = np.round(rng.uniform(0.5, 1.5, n), 2)
    competency = np.append(np.arange(n), np.flatnonzero(has_second))
    kpi = np.append(first, second[has_second])
    order = np.lexsort((competency, kpi))
    names = np.array([name for name, *_ in KPIS])
    writer.append(
        "kpi_competencies",
        {
            "kpi_id": names[kpi[order]],
            "competency_id": ids[competency[order]],
            "weight": np.append(weight, np.full(int(has_second.sum()), 0.4))[order],
        },
    )


def write_goals(
    structure: Structure, first: int, unit_ids: NDArray[np.str_], writer: TableWriter
) -> None:
    """Write goals: of divisions by year, of most units by half-year, a year beyond the data.

    Parameters
    ----------
    first : int
        Number of the chunk's first person.
    """
    rng = np.random.default_rng([structure.config.seed, _GOALS, first])
    divisions = np.unique(division_ids(unit_ids))
    has_own = rng.random(len(unit_ids)) < _OWN_SHARE
    for months, ids in ((12, divisions), (6, unit_ids[has_own])):
        for start, end in _periods(structure, months):
            _write(ids, start, end, rng, writer)
    undriven = divisions[rng.random(len(divisions)) < _UNDRIVEN_SHARE]
    for start, end in _periods(structure, 12):
        _append(
            undriven,
            np.full(len(undriven), UNDRIVEN[0]),
            np.ones(len(undriven)),
            start,
            end,
            writer,
        )


def _periods(structure: Structure, months: int) -> list[tuple[np.datetime64, np.datetime64]]:
    """First and last days of calendar periods from the first quarter's to a year ahead."""
    first = structure.starts[0].astype("datetime64[M]").astype(np.int64) // months * months
    last = structure.starts[-1].astype("datetime64[M]").astype(np.int64) + 12
    edges = np.arange(first, last + 1, months).astype("datetime64[M]").astype("datetime64[D]")
    after = (edges.astype("datetime64[M]") + months).astype("datetime64[D]")
    return list(zip(edges, after - np.timedelta64(1, "D"), strict=True))


def _write(
    ids: NDArray[np.str_],
    start: np.datetime64,
    end: np.datetime64,
    rng: np.random.Generator,
    writer: TableWriter,
) -> None:
    """Two unlike KPIs a unit, the first of which counts more or as much."""
    n, names = len(ids), np.array([name for name, *_ in KPIS])
    first = rng.integers(0, len(KPIS), n)
    second = (first + rng.integers(1, len(KPIS), n)) % len(KPIS)
    kpi = np.stack([first, second], axis=1).ravel()
    weight = np.stack([rng.integers(1, 4, n), np.ones(n)], axis=1).ravel()
    _append(np.repeat(ids, 2), names[kpi], weight.astype(np.float64), start, end, writer)


def _append(
    ids: NDArray[np.str_],
    kpis: NDArray[np.str_],
    weight: NDArray[np.float64],
    start: np.datetime64,
    end: np.datetime64,
    writer: TableWriter,
) -> None:
    writer.append(
        "goals",
        {
            "org_unit_id": ids,
            "kpi_id": kpis,
            "period_start": np.full(len(ids), start),
            "period_end": np.full(len(ids), end),
            "weight": weight,
        },
    )


def days_set(structure: Structure, first: int, n_people: int, who: IntArray) -> DayArray:
    """The day on which each person set the goal of their development plan."""
    rng = np.random.default_rng([structure.config.seed, _SET_ON, first])
    before = rng.integers(_LATEST_DAYS, _EARLIEST_DAYS, n_people)[who]
    return np.asarray(structure.starts[-1] - before.astype("m8[D]"))
