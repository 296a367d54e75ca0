"""The list that somebody came to a case from: the way back to it, and to the case after.

It stands in the address of the case as the query of the list, and in the form under the case.
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode

from pydantic import ValidationError
from sqlalchemy import Connection

from ptml.review.access.viewer import Viewer
from ptml.review.cases.asked import Asked
from ptml.review.cases.worklist import listed, week_of

A_PAGE = 25
"""Cases on a page of the list."""
_MOST = 2_000


@dataclass(frozen=True)
class FromList:
    """A list as it was asked for.

    Attributes
    ----------
    asked : Asked
    """

    asked: Asked

    @classmethod
    def of(cls, query: str) -> "FromList":
        """The list of a query; the untouched list for what asks for none."""
        try:
            return cls(Asked(**dict(parse_qsl(query[:_MOST]))))  # type: ignore[arg-type]
        except (ValidationError, TypeError, ValueError):
            return cls(Asked())

    @property
    def query(self) -> str:
        """What the address of the list asks for; empty for the untouched list."""
        return urlencode(self.asked.address())

    def after(
        self, connection: Connection, viewer: Viewer, case_id: str, today: date, capacity: int
    ) -> str | None:
        """The case after one in the list, or the list's first where it has left the list."""
        week = week_of(connection, viewer, today, capacity)
        found = listed(connection, viewer, self.asked, week, A_PAGE, self.asked.page)
        ids = [str(row.case_id) for row in found.rows]
        at = ids.index(case_id) + 1 if case_id in ids else 0
        return ids[at] if at < len(ids) else None
