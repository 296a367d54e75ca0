"""What ids stand for, where the run published names: units, competencies and KPIs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from ptml.report.published import PublishedTables
from ptml.report.wording import known


@dataclass(frozen=True)
class PublishedNames:
    """Names by id; an id without one is said as it is."""

    units: Mapping[str, str]
    others: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, published: PublishedTables) -> Self:
        """Read them off `units` and `names`."""
        units, names = published.table("units"), published.table("names")
        return cls(
            {str(u): str(n) for u, n in _pairs(units["org_unit_id"], units["name"])},
            {
                (str(kind), str(of)): str(name)
                for kind, of, name in zip(names["kind"], names["id"], names["name"], strict=True)
                if known(name)
            },
        )

    def unit(self, org_unit_id: object) -> str:
        """A unit's name."""
        return self.units.get(str(org_unit_id), str(org_unit_id))

    def competency(self, competency_id: object) -> str:
        """A competency's name."""
        return self.others.get(("competency", str(competency_id)), str(competency_id))

    def kpi(self, kpi_id: object) -> str:
        """A KPI's name."""
        return self.others.get(("kpi", str(kpi_id)), str(kpi_id))


def _pairs(ids: object, names: object) -> list[tuple[object, object]]:
    return [pair for pair in zip(ids, names, strict=True) if known(pair[1])]  # type: ignore[call-overload]
