"""How long things are kept."""

from typing import Annotated

from pydantic import Field, PositiveInt

from ptml.config import FrozenConfig

LEAST_LOG_DAYS = 183
"""Six months: Regulation (EU) 2024/1689 (AI Act), Articles 19(1) and 26(6), wants the logs of a
high-risk system kept at least so long; who works with people's employment has one (Annex III 4)."""
LogDays = Annotated[int, Field(ge=LEAST_LOG_DAYS)]


class RetentionConfig(FrozenConfig):
    """After how many days `ptml prune` takes things away; what is in use is never taken."""

    runs_days: LogDays = 400
    """Published runs, which are logs of what was advised: at least 183. The newest one stays."""
    records_days: LogDays = 730
    """Records of runs: at least 183."""
    versions_days: PositiveInt = 730
    """Versions in a registry that are neither champion, nor challenger, nor the way back."""
    mlflow_days: PositiveInt = 730
    """Runs of MLflow whose models carry no alias."""
    leftovers_days: PositiveInt = 2
    """What killed jobs left: half written runs, temporary folders, refits for comparisons."""
    hold: tuple[str, ...] = ()
    """Names, or beginnings of names, of runs, records and versions that stay whatever their age."""
