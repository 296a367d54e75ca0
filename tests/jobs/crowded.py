"""An organisation whose courses have hardly a seat for anybody."""

import shutil
from pathlib import Path

import pandas as pd

SEATS = 3


def crowded(organisation: Path, out: Path) -> Path:
    """Write a copy in which every second course has `SEATS` seats a quarter."""
    shutil.copytree(organisation, out)
    courses = pd.read_parquet(out / "courses.parquet")
    limited = courses.index % 2 == 0
    courses["seats"] = pd.array(limited * SEATS, dtype="Int64")
    courses.loc[~limited, "seats"] = pd.NA
    courses.to_parquet(out / "courses.parquet", index=False)
    return out
