"""How a Spark session is made, and how work is cut for it."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, PositiveInt

from ptml.config import FrozenConfig


class SparkConfig(FrozenConfig):
    """Settings of the Spark engine; a cluster's own (`spark-defaults.conf`) hold for the rest."""

    master: Annotated[str, Field(pattern=r"^(local(\[.*\])?|yarn|(spark|k8s)://.+)$")] = "local[*]"
    """`local[2]`, `spark://HOST:7077`, `yarn` or `k8s://https://HOST:PORT`; `--master` is
    stronger."""
    python: str | None = None
    """Python of the executors, with the same ptml; empty = that of the driver."""
    driver_memory: Annotated[str, Field(pattern=r"^\d+[kmgt]$")] = "2g"
    """Memory of the driver's JVM."""
    executor_memory: Annotated[str, Field(pattern=r"^\d+[kmgt]$")] = "2g"
    """Memory of an executor's JVM; Python workers use theirs beside it."""
    worker_memory: Annotated[str, Field(pattern=r"^\d+[kmgt]$")] = "3g"
    """Memory set aside for the Python workers of an executor, together (a container's overhead)."""
    executor_cores: PositiveInt = 2
    """Tasks, each a bucket, that an executor works on at a time."""
    attempts: PositiveInt = 4
    """Times that a task may fail, or its worker die, before the job does."""
    part_rows: PositiveInt = 1_000_000
    """Rows of the source that one task reads, about."""
    lookup_rows: PositiveInt = 2_000_000
    """Enrolments that one task looks up ids among, about."""
    options: Mapping[str, str] = Field(default_factory=dict)
    """Any further settings of Spark, by name; stronger than those above."""
