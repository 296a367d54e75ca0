"""Where the small files in the formats of other systems are."""

from pathlib import Path
from typing import Any

import pandas as pd

FILES = Path(__file__).parent / "files"


def table(folder: Path, name: str) -> pd.DataFrame:
    """A written table, by its first column."""
    frame = pd.read_parquet(folder / f"{name}.parquet")
    return frame.set_index(frame.columns[0])


def reasons(folder: Path) -> list[str]:
    """Why rows have no place, in the order of the source."""
    return pd.read_csv(folder / "not_placed.csv")["reason"].tolist()


def report(folder: Path) -> pd.DataFrame:
    """What became of the rows."""
    return pd.read_csv(folder / "import_report.csv", keep_default_na=False)


def one(frame: pd.DataFrame, **where: str) -> dict[str, Any]:
    """The only row that has these values."""
    rows = frame.reset_index(drop=frame.index.names == [None])
    for column, value in where.items():
        rows = rows[rows[column] == value]
    [found] = rows.to_dict("records")
    return {str(name): value for name, value in found.items()}
