"""Who asks: role, units that the person's rights reach, and the person's own id."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, select, true

from ptml.review.store.schema import unit_ancestors


class Role(StrEnum):
    """What somebody does with the page."""

    reviewer = "reviewer"
    manager = "manager"
    employee = "employee"
    data_scientist = "data_scientist"
    administrator = "administrator"


@dataclass(frozen=True)
class Viewer:
    """One signed-in person.

    Attributes
    ----------
    account_id, name : str
    role : Role
    employee_id : str or None
        The person as the published tables name it; None for who is not in them.
    units : frozenset of str or None
        Units whose people the viewer may see, with all units below; None = every unit.
    language : str
        Chosen by the person; empty where none was.
    csrf : str
        What every form of the session must carry.
    session : str
        Hash of the session's cookie.
    """

    account_id: str
    name: str
    role: Role
    employee_id: str | None
    units: frozenset[str] | None
    language: str
    csrf: str
    session: str

    def reaches(self, unit: ColumnElement[str]) -> ColumnElement[bool]:
        """The condition that a row's unit lies within the viewer's units; of none, no row does."""
        if self.units is None:
            return true()
        below = select(unit_ancestors.c.org_unit_id)
        return unit.in_(below.where(unit_ancestors.c.ancestor_id.in_(sorted(self.units))))

    @property
    def sees_names(self) -> bool:
        """Whether people are named: a data scientist sees pseudonyms."""
        return self.role is not Role.data_scientist
