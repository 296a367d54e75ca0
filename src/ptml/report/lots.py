"""Who is shown as a worked example.

People are drawn by lot within a situation (a hash of run and id), so that nobody stands on the page
for being best or worst.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ptml.report.published import PublishedTables

# Enough that nobody need be shown twice, whatever the overlap of the situations.
_DRAWN = 64
_BY_LOT = "drawn by lot"


@dataclass(frozen=True)
class Chosen:
    """A person to show, and the situation that the person stands for."""

    employee_id: str
    situation: str


def choose(published: PublishedTables, n: int = 10) -> tuple[Chosen, ...]:
    """Draw up to ``n`` people, one situation after another, nobody twice."""
    pools = [(situation, _by_lot(published, ids)) for situation, ids in _situations(published)]
    chosen: dict[str, str] = {}
    for draw in range(n):
        for situation, ids in pools:
            fresh = [person for person in ids if person not in chosen]
            if len(chosen) < n and fresh and (draw == 0 or situation == _BY_LOT):
                chosen[fresh[0]] = situation
    return tuple(Chosen(person, situation) for person, situation in chosen.items())


def _by_lot(published: PublishedTables, ids: "pd.Series[str]") -> list[str]:
    people = ids.dropna().drop_duplicates().to_numpy(dtype=object)
    key = hashlib.sha256(str(published.run.get("run_id", "")).encode()).hexdigest()[:16]
    lots = pd.util.hash_array(people, hash_key=key, categorize=False)
    drawn = np.argsort(lots, kind="stable")[:_DRAWN]
    return [str(person) for person in people[drawn]]


def _situations(published: PublishedTables) -> Iterator[tuple[str, "pd.Series[str]"]]:
    """Situations with the people who are in them, the most telling first."""
    first = published.table("recommendations")
    first = first[first["rank"] == 1]
    low = pd.to_numeric(first["lift_low"], errors="coerce")
    lift = pd.to_numeric(first["lift"], errors="coerce")
    warnings = published.table("warnings")
    late = warnings[warnings["stage"] == "day_30"]
    early = warnings[warnings["stage"] == "completion"]
    segments = published.table("segments")
    was_flagged = early.loc[early["flagged"].eq(True), "enrolment_id"]
    eased = late[late["flagged"].ne(True) & late["enrolment_id"].isin(was_flagged)]
    yield "the first course is expected to help, clearly", first.loc[low > 0, "employee_id"]
    yield "a training that may stay unused", late.loc[late["flagged"].eq(True), "employee_id"]
    yield "the first course may or may not help", first.loc[low <= 0, "employee_id"]
    yield "flagged at completion, no longer after 30 days", eased["employee_id"]
    yield "no estimate of lift for the first course", first.loc[lift.isna(), "employee_id"]
    for segment, said in (
        ("new", "new to the organisation"),
        ("manager", "a manager"),
        ("high_potential", "high potential"),
    ):
        yield said, segments.loc[segments["segment"] == segment, "employee_id"]
    yield "flagged at completion", early.loc[early["flagged"].eq(True), "employee_id"]
    yield _BY_LOT, first["employee_id"]
