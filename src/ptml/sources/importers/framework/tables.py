"""Competencies, roles and what roles ask for, on the way into the contract's tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ptml.sources.importers.tables import write_rows

_LEAST_PLACES = 6


@dataclass
class Framework:
    """What a framework says, in the making.

    Attributes
    ----------
    names : dict of str to str
        Competencies by id.
    parents : dict of str to str
        The competency above, by id.
    more : dict of str to mapping
        Further columns of a competency, carried along.
    occupations : dict of str to tuple
        Title and family by occupation.
    asked : dict of tuple to tuple
        Required level and importance by occupation and competency.
    roles_of : dict of str to list of str, optional
        Roles of the company by id, code or name of the occupation; None = each is a role.
    """

    roles_of: dict[str, list[str]] | None = None
    names: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    more: dict[str, Mapping[str, str]] = field(default_factory=dict)
    occupations: dict[str, tuple[str, str]] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    asked: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def roles(self, occupation: str) -> list[str]:
        """The roles that an occupation is."""
        if self.roles_of is None:
            return [occupation]
        title, _ = self.occupations.get(occupation, ("", ""))
        names = (occupation.lower(), self.codes.get(occupation, "").lower(), title.lower())
        found = [role for name in dict.fromkeys(names) for role in self.roles_of.get(name, ())]
        return list(dict.fromkeys(found))

    def unknown_occupations(self) -> list[str]:
        """What the list of roles names and the framework has not."""
        known = {
            name.lower()
            for key, (title, _) in self.occupations.items()
            for name in (key, self.codes.get(key, ""), title)
        }
        return sorted(set(self.roles_of or ()) - known)

    def write(self, folder: Path) -> dict[str, int]:
        """Write the three tables; give how many rows each has."""
        requirements = {
            (role, competency): (level, importance)
            for (occupation, competency), (level, importance) in self.asked.items()
            for role in self.roles(occupation)
        }
        used = self._used(competency for _, competency in requirements)
        extra = sorted({name for more in self.more.values() for name in more})
        return {
            "competencies": write_rows(
                folder,
                "competencies",
                ("competency_id", "name", "parent_id", *extra),
                [self._competency(each) for each in sorted(used)],
            ),
            "roles": write_rows(
                folder, "roles", ("role_id", "title", "job_family"), self._role_rows()
            ),
            "role_requirements": write_rows(
                folder,
                "role_requirements",
                ("role_id", "competency_id", "required_level", "importance"),
                [
                    {
                        "role_id": role,
                        "competency_id": competency,
                        "required_level": round(level, _LEAST_PLACES),
                        "importance": round(importance, _LEAST_PLACES),
                    }
                    for (role, competency), (level, importance) in requirements.items()
                ],
            ),
        }

    def _used(self, competencies: Iterable[str]) -> set[str]:
        """All competencies, or with a list of roles those that are asked for and what is above."""
        if self.roles_of is None:
            return set(self.names)
        used: set[str] = set()
        for each in competencies:
            above: str | None = each
            while above is not None and above not in used:
                used.add(above)
                above = self.parents.get(above)
        return used

    def _competency(self, name: str) -> dict[str, str | None]:
        row: dict[str, str | None] = {"competency_id": name, "name": self.names[name]}
        return {**row, "parent_id": self.parents.get(name), **self.more.get(name, {})}

    def _role_rows(self) -> list[dict[str, str | None]]:
        rows: dict[str, dict[str, str | None]] = {}
        for occupation, (title, family) in self.occupations.items():
            for role in self.roles(occupation):
                # A company calls its roles itself; the framework's title is for its own only.
                told = title if self.roles_of is None else None
                rows.setdefault(
                    role, {"role_id": role, "title": told, "job_family": family or None}
                )
        return list(rows.values())
