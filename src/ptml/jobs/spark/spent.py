"""What the stages of a Spark session took, as Spark counts it: for sizing a cluster."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def spent(spark: "SparkSession") -> dict[str, Any]:
    """Totals over all stages that ran so far.

    Returns
    -------
    dict
        ``tasks``, ``failed_tasks``, ``task_seconds`` (wall time of tasks, added up),
        ``shuffle_bytes`` (written once, compressed), ``spilled_bytes``, ``kept_bytes`` (checked
        rows on the executors' disks).
    """
    context = spark.sparkContext
    store = context._jsc.sc().statusStore()
    none = context._gateway.new_array(context._jvm.double, 0)
    stages = store.stageList(None, False, False, none, None)
    found = [stages.apply(k) for k in range(stages.size())]
    return {
        "tasks": sum(stage.numCompleteTasks() for stage in found),
        "failed_tasks": sum(stage.numFailedTasks() for stage in found),
        "task_seconds": sum(stage.executorRunTime() for stage in found) / 1000,
        "shuffle_bytes": sum(stage.shuffleWriteBytes() for stage in found),
        "kept_bytes": sum(info.diskSize() for info in context._jsc.sc().getRDDStorageInfo()),
        "spilled_bytes": sum(stage.diskBytesSpilled() for stage in found),
    }
