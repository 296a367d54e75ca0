"""When shared averages are renewed: what is known when shows from the next renewal on.

Renewals are the first day of each calendar quarter, with what was known before it, and its second
day, with what became known on the first: the results of the quarter that has just ended.
"""

import numpy as np

from ptml.features.arrays import Days
from ptml.features.days import NEVER, quarter_start, quarters_before


def shows_from(column: str) -> str:
    """SQL for the renewal from which something known on the day of `column` shows, as a number."""
    quarter = f"date_trunc('quarter', {column})::DATE"
    return f"""date_diff('day', DATE '1970-01-01', CASE WHEN {column} = {quarter}
        THEN {column} + 1 ELSE ({quarter} + INTERVAL 3 MONTH)::DATE END)::INTEGER"""


def shown_from(day: Days) -> Days:
    """The renewal from which something known on each day shows, (n,) int32; `NEVER` stays so."""
    known = np.where(day == NEVER, 0, day).astype(np.int32)
    first = quarter_start(known)
    shown = np.where(known == first, known + 1, quarters_before(first, -1))
    return np.where(day == NEVER, NEVER, shown).astype(np.int32)


def last_renewal(day: Days) -> Days:
    """The last renewal up to each day, (n,) int32."""
    first = quarter_start(day)
    return np.where(day > first, first + 1, first).astype(np.int32)
