r"""What a gap in each competency counts in each unit, by the goals that it serves.

With shares :math:`g_{uk}` of goals of a unit (`GoalShares.all`) and the part :math:`m_{kc}` of a
KPI that a competency drives, a competency serves :math:`v_{uc} = \sum_k g_{uk} m_{kc}`, and weighs

.. math:: w_{uc} = 1 - s + s\, v_{uc} / \bar v_u

with the mean over the competencies that the unit's roles ask for, so that the mean weight is 1.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ptml.decide.goals.config import GoalConfig
from ptml.decide.goals.shares import GoalShares
from ptml.decide.goals.tables import GoalTables
from ptml.features.arrays import Bools, Codes, Doubles, Positions
from ptml.features.columns import codes
from ptml.features.company_inputs import CompanyInputs
from ptml.features.renewal import last_renewal
from ptml.features.shared import Shared

# A part this small of what a unit is steered by is a rounding error.
_LEAST = 1e-9


@dataclass(frozen=True, eq=False)
class GoalWeights:
    """Weights of competencies by unit, and what they are made of.

    Attributes
    ----------
    tables : GoalTables
    shares : GoalShares
    drives : (n_kpis, n_competencies) float64
        Part of each KPI that a competency drives, 1 in a row; 0 in the row of a KPI that is driven
        by nothing that any role asks for or any course teaches.
    asked : (n_units, n_competencies) bool
        What the unit's roles ask for.
    weight : (n_units, n_competencies) float64
    """

    tables: GoalTables
    shares: GoalShares
    drives: Doubles
    asked: Bools
    weight: Doubles

    @classmethod
    def of(
        cls, company: CompanyInputs, day: int, config: GoalConfig, asked: Bools | None = None
    ) -> Self:
        """Find what a gap counts by what the unit must achieve.

        Goals that run on the day, and those of the period that comes next, count; a unit inherits
        the goals of the units above it. Weights have a mean of 1 over what is asked for; all are 1
        in a unit without goals, or with goals that nothing asked for serves.

        Parameters
        ----------
        company : CompanyInputs
        day : int
            Days since 1970-01-01.
        config : GoalConfig
        asked : (n_units, n_competencies) bool, optional
            What the roles in each unit ask for (`asked_in_units`); without it, and for a unit
            without people, what any role asks for.
        """
        tables = GoalTables.of(company)
        shares = GoalShares.of(tables, company.organisation.unit_parent, day, config)
        drives = _driven_parts(tables.drives, _below(company))
        wanted = _asked_anywhere(company) if asked is None else _or_anywhere(asked, company)
        weight = weights_of(shares.all @ drives, wanted, config.strength)
        return cls(tables, shares, drives, wanted, weight)


def asked_in_units(company: CompanyInputs, shared: Shared, day: int) -> Bools:
    """What the roles of a unit's people ask for, as of the last renewal up to a day.

    Returns
    -------
    (n_units, n_competencies) bool
    """
    unit, role = roles_in_units(company, shared, day)
    asked = np.zeros((len(company.maps.units), len(company.maps.competencies)), dtype=np.bool_)
    np.logical_or.at(asked, unit, company.requirements.importance[role] > 0)
    return asked


def roles_in_units(company: CompanyInputs, shared: Shared, day: int) -> tuple[Positions, Positions]:
    """Which roles people have in which units, as of the last renewal up to a day.

    Returns
    -------
    unit, role : (n,) int64
        Pairs with at least one person.
    """
    log, n_roles = shared.unit_role_people, len(company.maps.roles)
    shown = log.day <= last_renewal(np.array([day], dtype=np.int32))
    pair, at = np.unique(log.owner[shown], return_inverse=True)
    people = np.bincount(at, np.diff(log.sums["people"])[shown], minlength=len(pair))
    unit, role = np.divmod(pair[people > 0], max(n_roles, 1))
    return unit, role


def _asked_anywhere(company: CompanyInputs) -> Bools:
    asks = np.any(company.requirements.importance > 0, axis=0, keepdims=True)
    return np.broadcast_to(asks, (len(company.maps.units), asks.shape[1]))


def _or_anywhere(asked: Bools, company: CompanyInputs) -> Bools:
    return np.where(asked.any(axis=1, keepdims=True), asked, _asked_anywhere(company))


def weights_of(served: Doubles, asked: Bools, strength: float) -> Doubles:
    """Weights by how much each competency serves the goals, mean 1 over what is asked for.

    Parameters
    ----------
    served : (n_units, n_competencies) float64
        Not negative.
    asked : (n_units, n_competencies) bool
    strength : float
        0-1, as `GoalConfig.strength`.
    """
    n = asked.sum(axis=1, keepdims=True)
    mean = np.where(asked, served, 0).sum(axis=1, keepdims=True) / np.maximum(n, 1)
    is_served = mean > _LEAST
    relative = np.where(is_served, served / np.where(is_served, mean, 1), 1)
    return np.asarray(1 - strength + strength * relative)


def _driven_parts(drives: Doubles, below: Doubles) -> Doubles:
    spread = drives @ below
    whole = spread.sum(axis=1, keepdims=True)
    return np.asarray(spread / np.where(whole > 0, whole, 1))


def _below(company: CompanyInputs) -> Doubles:
    """How a link to a competency is cut among itself and those below it that are in use.

    (n_competencies, n_competencies) float64: row = what the link names, 1 in a row.
    """
    is_used = (company.requirements.importance > 0).any(axis=0) | company.catalogue.teaches.any(0)
    cells = _descent(_parents(company)) & is_used
    n = cells.sum(axis=1, keepdims=True)
    return np.asarray(cells / np.maximum(n, 1))


def _parents(company: CompanyInputs) -> Codes:
    rows, ids = company.tables["competencies"], company.maps.competencies
    found = np.full(len(ids), -1, dtype=np.int32)
    found[codes(rows["competency_id"], ids)] = codes(rows["parent_id"], ids)
    return found


def _descent(parent: Codes) -> Bools:
    """Whether the column's competency is the row's, or lies below it, (n, n) bool."""
    n = len(parent)
    found = np.zeros((n, n), dtype=np.bool_)
    at = column = np.arange(n, dtype=np.int32)
    while len(at):
        found[at, column] = True
        at = parent[at]
        # Whoever is met a second time closes a circle: nothing new lies above.
        goes_on = (at >= 0) & ~found[at, column]
        at, column = at[goes_on], column[goes_on]
    return found
