"""A comparison of trainings in lines for a terminal: the figures that decide."""

from collections.abc import Mapping
from typing import Any

VERDICTS = {
    "better": "clearly better",
    "no_worse": "clearly no worse",
    "worse": "clearly worse",
    "unclear": "not shown to be no worse",
    "too_few": "too few outcomes",
    "equal": "equal by construction",
}


def deciding_lines(record: Mapping[str, Any]) -> list[str]:
    """One line for each figure that decides: what the challenger has more, and between what.

    Parameters
    ----------
    record : mapping
        As `ptml.jobs.promote.run_promotion` gives it.
    """
    if record["champion_before"] is None:
        return []
    is_same = record["recipe"]["same_twin"]
    rows = [row for row in record["figures"] if row["margin"] is not None]
    return [_line(row, is_same=is_same) for row in rows]


def _line(row: Mapping[str, Any], *, is_same: bool) -> str:
    verdict = "equal" if is_same and row["gain"] is not None else row["verdict"]
    said = f"{row['name']} of {row['model']}: {VERDICTS[verdict]}"
    gain = row["gain"]
    if gain is None or gain["low"] is None:
        return f"{said} ({row['n_outcomes']:,} outcomes)"
    if verdict == "equal":
        value = row["challenger"]
        between = f"{value['low']:.3f} to {value['high']:.3f}"
        return f"{said}, both {value['value']:.3f} ({between})"
    between = f"{gain['low']:+.3f} to {gain['high']:+.3f}, margin {row['margin']:g}"
    return f"{said}, gain {gain['value']:+.3f} ({between})"
