"""Is the reason named first the one that was planted?

The planted cause of a case is the term of its true log-odds that lies furthest above the mean of
the organisation. It stays the same at both stages: that nothing was practised after 30 days is a
sign of it, not another cause.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ptml.contracts.people import FEEDBACK_KINDS
from ptml.evaluate.warning_bench.organisation import Later
from ptml.explain.warnings import warnings_table
from ptml.explain.words import words_in
from ptml.features.timelines import feedback_owner
from ptml.features.windows import EventLog
from ptml.transfer.arms import draw_arms
from ptml.transfer.completions import STAGES
from ptml.transfer.model import WarningScores

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

TERMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "motivation": ("motivation",),
        "manager's support": ("support",),
        "chance to practise": ("opportunity", "trouble"),
        "new to the person": ("new",),
    }
)
"""Planted causes, and the columns of ``truth/transfer_causes`` that each is the sum of."""
CAUSES = tuple(TERMS)
REASON_FAMILIES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "motivation": frozenset({"motivation"}),
        "manager's support": frozenset({"manager"}),
        "chance to practise": frozenset({"practice"}),
        "new to the person": frozenset({"readiness", "fit"}),
    }
)
"""Families of reasons that name a planted cause; the one place to change with the families."""
_ASKED = {
    "motivation": "motivation",
    "manager's support": "manager_support",
    "chance to practise": "opportunity",
}
# A feature, the planted term it speaks of and the answer of a mean person, in the order of
# `CAUSES`; answers on opportunity lie 0.54 points above the middle of the scale.
_SAID = (
    ("motivation_level", "motivation", 3.0),
    ("manager_support_level", "support", 3.0),
    ("unit_opportunity_level", "opportunity", 3.54),
)
# Log-odds by which a cause leads where it is beyond dispute.
_CLEAR_LEAD = 0.5
GROUPS = ("flagged", "at_risk", "observable", "clear")
"""Flagged; of these truly at risk; of these the cause could be seen; of these it clearly leads."""


@dataclass(frozen=True, eq=False)
class Planted:
    """Planted causes of m cases.

    Attributes
    ----------
    above : (m, n_causes) float64
        Log-odds of each cause above the organisation's mean.
    """

    above: Doubles

    @property
    def main(self) -> NDArray[np.intp]:
        """Position in `CAUSES` of the cause that raises the risk most, (m,)."""
        return np.argmax(self.above, axis=1)

    @property
    def lead(self) -> Doubles:
        """Log-odds by which it is ahead of the next one, (m,)."""
        ranked = np.sort(self.above, axis=1)
        return ranked[:, -1] - ranked[:, -2]

    @property
    def is_at_risk(self) -> Bools:
        """Whether all causes together lie above the organisation's mean, (m,)."""
        return self.above.sum(axis=1) > 0


def planted_causes(terms: pd.DataFrame, enrolment_id: NDArray[np.object_]) -> Planted:
    """Look up the planted causes of some completions.

    Parameters
    ----------
    terms : DataFrame
        ``truth/transfer_causes`` of the whole organisation.
    enrolment_id : (m,)
    """
    by_cause = np.column_stack([terms[list(names)].sum(axis=1) for names in TERMS.values()])
    row = pd.Index(terms["enrolment_id"]).get_indexer(pd.Index(enrolment_id))
    return Planted((by_cause - by_cause.mean(axis=0))[row])


def named_families(reasons: str) -> list[str]:
    """Families of the reasons that raise the risk and are shown, in the order of the list.

    A reason whose share may be chance is not shown.

    Examples
    --------
    >>> said = '[{"family": "fit", "share": 0.4, "clear": false}, '
    >>> named_families(said + '{"family": "manager", "share": 0.3, "clear": true}]')
    ['manager']
    """
    found: list[dict[str, Any]] = json.loads(reasons)
    shown = [str(item["family"]) for item in found if item["share"] > 0 and item["clear"]]
    return list(dict.fromkeys(shown))


def measure_causes(later: Later, terms: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """By stage and group of `GROUPS`: how often the planted cause is named first.

    Returns
    -------
    dict
        Of each: ``cases``, ``first`` and ``first_two`` (shares), ``chance`` (always naming the
        most frequent planted cause), ``answers`` (`answers_say` in place of the model); and
        ``table``: by planted cause, how often which family was named first.
    """
    found: dict[str, dict[str, Any]] = {}
    observable = observable_causes(later)
    for stage, name in enumerate(STAGES):
        rows = np.flatnonzero(later.at(stage) & later.scores.flagged)
        # Asked again about these alone, as a job that scores asks.
        asked = later.scores.completions.take(rows)
        scores = later.model.predict(later.history, later.shared, asked)
        ids = later.history.enrolments.enrolment_id[scores.completions.enrolment]
        planted = planted_causes(terms, ids)
        arms = draw_arms(later.history, scores, later.model.config)
        table = warnings_table(later.history, scores, arms, words_in("en"))
        families = [named_families(text) for text in table["reasons"]]
        seen = observable[rows, planted.main] if len(rows) else np.zeros(0, dtype=np.bool_)
        guess = answers_say(scores, terms)
        found[name] = {
            group: _named(planted, families, guess, mask)
            for group, mask in _groups(planted, seen).items()
        }
    return found


def observable_causes(later: Later) -> Bools:
    """Whether the person had been asked about each cause before the moment, (m, n_causes) bool.

    What is new to the person can be worked out for all.
    """
    rows = later.scores.completions.rows(later.history)
    log: EventLog = later.history.timelines.feedback
    known = np.ones((len(rows), len(CAUSES)), dtype=np.bool_)
    for cause, kind in _ASKED.items():
        owner = feedback_owner(rows.employee, FEEDBACK_KINDS.index(kind))
        asked = log.known("value", log.before(owner, rows.day)) > 0
        known[:, CAUSES.index(cause)] = asked
    return known


def answers_say(scores: WarningScores, terms: pd.DataFrame) -> NDArray[np.intp] | None:
    """Position in `CAUSES` of the cause that answers alone speak for, (m,): a yardstick.

    People's mean answers (those of the unit for the chance to practise), each weighted by the
    spread of the planted term: nobody outside can know that. None where the features are not there.
    """
    if {name for name, _, _ in _SAID} - set(scores.features.names):
        return None
    said = [
        float(terms[term].std()) * (middle - scores.features.column(name).astype(np.float64))
        for name, term, middle in _SAID
    ]
    return np.argmax(np.nan_to_num(np.column_stack(said)), axis=1)


def _groups(planted: Planted, seen: Bools) -> dict[str, Bools]:
    at_risk = planted.is_at_risk
    observable = at_risk & seen
    return {
        "flagged": np.ones(len(seen), dtype=np.bool_),
        "at_risk": at_risk,
        "observable": observable,
        "clear": observable & (planted.lead > _CLEAR_LEAD),
    }


def _named(
    planted: Planted, families: list[list[str]], guess: NDArray[np.intp] | None, mask: Bools
) -> dict[str, Any]:
    rows = np.flatnonzero(mask)
    main = planted.main[rows]
    places = [_place(families[row], CAUSES[cause]) for row, cause in zip(rows, main, strict=True)]
    place = np.array(places, dtype=np.int64)
    count = np.bincount(main, minlength=len(CAUSES))
    n = len(rows)
    table: dict[str, dict[str, int]] = {cause: {} for cause in CAUSES}
    for row, cause in zip(rows, main, strict=True):
        first = (families[row] or ["none"])[0]
        of_cause = table[CAUSES[cause]]
        of_cause[first] = of_cause.get(first, 0) + 1
    return {
        "cases": n,
        "first": float((place == 0).mean()) if n else None,
        "first_two": float((place <= 1).mean()) if n else None,
        "chance": float(count.max() / n) if n else None,
        "answers": None if guess is None or not n else float((guess[rows] == main).mean()),
        "table": table,
    }


def _place(families: list[str], cause: str) -> int:
    """Place among the reasons at which a cause is named, 0 = first."""
    names = REASON_FAMILIES[cause]
    places = [k for k, family in enumerate(families) if family in names]
    return places[0] if places else len(families) + 1
