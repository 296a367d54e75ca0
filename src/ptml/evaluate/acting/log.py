"""From a log of flags to a trial: the first time that a draw decided about each completion."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ptml.contracts.outputs import FLAG, STAGES
from ptml.evaluate.acting.trial import FlagTrial
from ptml.transfer.arms import quarter_of


@dataclass(frozen=True, eq=False)
class FlagLog:
    """A trial and what of the log is not in it.

    Attributes
    ----------
    trial : FlagTrial
    n_logged : int
        Completions in the log that the data know.
    n_undrawn : int
        First flagged while nothing was held out.
    n_later : int
        Flagged or held out after the same draw had decided about another one of the person.
    n_open : int
        Whose window has not closed.
    """

    trial: FlagTrial
    n_logged: int
    n_undrawn: int
    n_later: int
    n_open: int


def flag_log(
    flags: pd.DataFrame, outcomes: pd.DataFrame, actions: pd.DataFrame, as_of_day: int
) -> FlagLog:
    """Lay a log of flags beside what became of the completions.

    Parameters
    ----------
    flags : DataFrame
        ``enrolment_id``, ``stage``, ``arm``, ``p_weak``, ``propensity``, ``flagged_day`` (days
        since 1970-01-01), any number of times each.
    outcomes : DataFrame
        ``enrolment_id``, ``person`` (0..), ``completed``, ``known_from`` (days), ``known``,
        ``weak``.
    actions : DataFrame
        ``enrolment_id``, ``done_day``: interventions that were carried out.
    as_of_day : int
        Outcomes are looked at where they were known before this day.

    Notes
    -----
    A completion counts once, with the arm and the probability of its first row; what follows may
    be made by the flag. Of the completions of one draw (person and quarter of completion) those of
    its first day count: whether a later one reaches the threshold may be made by the flag too.
    """
    order = flags["stage"].map({stage: k for k, stage in enumerate(STAGES)})
    first = (
        flags.assign(order=order)
        .sort_values(["flagged_day", "order", "enrolment_id"])
        .drop_duplicates("enrolment_id")
        .merge(outcomes, on="enrolment_id")
        .sort_values("enrolment_id")
    )
    first["drawn_in"] = quarter_of(first["completed"].to_numpy(dtype=np.int64))
    earliest = first.groupby(["person", "drawn_in"])["flagged_day"].transform("min")
    is_later = (first["flagged_day"] > earliest).to_numpy(dtype=bool)
    is_drawn = (first["propensity"] < 1).to_numpy(dtype=bool)
    is_closed = (first["known_from"] <= as_of_day).to_numpy(dtype=bool)
    drawn = ~is_later & is_drawn
    return FlagLog(
        trial=_trial(first[drawn & is_closed], actions),
        n_logged=len(first),
        n_undrawn=int((~is_later & ~is_drawn).sum()),
        n_later=int(is_later.sum()),
        n_open=int((drawn & ~is_closed).sum()),
    )


def _trial(rows: pd.DataFrame, actions: pd.DataFrame) -> FlagTrial:
    known = rows["known"].to_numpy(dtype=bool)
    flagged_day = rows["flagged_day"].to_numpy(dtype=np.int64)
    return FlagTrial(
        p_weak=rows["p_weak"].to_numpy(dtype=np.float64),
        flagged=(rows["arm"] == FLAG).to_numpy(dtype=bool),
        propensity=rows["propensity"].to_numpy(dtype=np.float64),
        known=known,
        weak=rows["weak"].to_numpy(dtype=bool) & known,
        acted=_acted(rows, actions),
        person=np.unique(rows["person"].to_numpy(dtype=np.int64), return_inverse=True)[1].astype(
            np.int64
        ),
        quarter=quarter_of(flagged_day),
    )


def _acted(rows: pd.DataFrame, actions: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether anything was carried out from the flag on and before the outcome was known."""
    done = actions.merge(rows[["enrolment_id", "flagged_day", "known_from"]], on="enrolment_id")
    in_time = (done["done_day"] >= done["flagged_day"]) & (done["done_day"] < done["known_from"])
    return rows["enrolment_id"].isin(done.loc[in_time, "enrolment_id"]).to_numpy(dtype=bool)
