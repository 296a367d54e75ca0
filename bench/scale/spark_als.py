"""Spark MLlib ALS `recommendForAllUsers`, top 50 of everybody, on the enrolments of a folder.

    python spark_als.py DATA --master local[2]

Prints one JSON object. The fit has few iterations, as what comes after does not depend on how many
there were; what somebody has taken is not filtered, which Spark leaves to a join afterwards.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import pandas as pd
from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession

FACTORS, TOP = 64, 50


def processor_seconds(pid):
    """Of a process and those of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def peak_gib(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(x.split()[1]) for x in lines if x.startswith("VmHWM")) / 2**20


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--iterations", type=int, default=2)
    parser.add_argument("--memory", default="4g")
    args = parser.parse_args()
    spark = (
        SparkSession.builder.master(args.master)
        .config("spark.driver.memory", args.memory)
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "8")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    jvm = spark._jvm.java.lang.ProcessHandle.current().pid()
    taken = pd.read_parquet(args.data / "enrolments.parquet", columns=["employee_id", "course_id"])
    taken = taken.drop_duplicates()
    pairs = pd.DataFrame(
        {"user": taken.employee_id.factorize()[0], "item": taken.course_id.factorize()[0]}
    )
    frame = spark.createDataFrame(pairs.assign(rating=1.0)).repartition(8).cache()
    frame.count()
    als = ALS(
        rank=FACTORS,
        maxIter=args.iterations,
        implicitPrefs=True,
        userCol="user",
        itemCol="item",
        ratingCol="rating",
        seed=0,
    )
    wall, cpu = time.perf_counter(), processor_seconds(jvm)
    model = als.fit(frame)
    model.userFactors.count()
    fit = time.perf_counter() - wall
    fit_cpu = processor_seconds(jvm) - cpu
    wall, cpu = time.perf_counter(), processor_seconds(jvm)
    model.recommendForAllUsers(TOP).write.format("noop").mode("overwrite").save()
    told = {
        "users": int(pairs.user.nunique()),
        "items": int(pairs.item.nunique()),
        "iterations": args.iterations,
        "fit": {"wall": fit, "processor": fit_cpu},
        "recommend": {
            "wall": time.perf_counter() - wall,
            "processor": processor_seconds(jvm) - cpu,
        },
        "peak_gib": peak_gib(jvm),
    }
    spark.stop()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
