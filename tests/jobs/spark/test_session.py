"""What a person is told when there can be no Spark, or it fails."""

import socket
import sys
from pathlib import Path

import pytest

from ptml.errors import DataError, PtmlError, TryAgainError, UsageError
from ptml.jobs.settings import Settings, with_engine
from ptml.jobs.spark.config import SparkConfig
from ptml.jobs.spark.cutting import raw_source
from ptml.jobs.spark.failures import BrokenTaskError, told_of_spark
from ptml.jobs.spark.session import require_spark, with_attempts


def said(config: SparkConfig) -> PtmlError:
    with pytest.raises(PtmlError) as raised:
        require_spark(config)
    assert "\n" not in str(raised.value)
    return raised.value


def test_no_java_is_a_line_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    error = said(SparkConfig())
    assert isinstance(error, UsageError)
    assert "openjdk-17-jre-headless" in str(error)


def test_a_java_home_without_java_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert f"JAVA_HOME={tmp_path}" in str(said(SparkConfig()))


def with_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As if both were there."""
    monkeypatch.setattr("ptml.jobs.spark.session._require_pyspark", lambda: None)
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.touch()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.touch()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    assert "ptml[spark]" in str(said(SparkConfig()))


def test_a_master_that_does_not_answer_may_do_so_later(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_java(monkeypatch, tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        error = said(SparkConfig(master=f"spark://127.0.0.1:{port}"))
    assert isinstance(error, TryAgainError)
    assert f"127.0.0.1:{port}" in str(error)


def test_yarn_needs_to_know_its_cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with_java(monkeypatch, tmp_path)
    monkeypatch.delenv("HADOOP_CONF_DIR", raising=False)
    monkeypatch.delenv("YARN_CONF_DIR", raising=False)
    assert "HADOOP_CONF_DIR" in str(said(SparkConfig(master="yarn")))


def test_a_local_master_tries_a_task_again() -> None:
    assert with_attempts("local[2]", 4) == "local[2,4]"
    assert with_attempts("local", 3) == "local[1,3]"
    assert with_attempts("local[2,1]", 4) == "local[2,1]"
    assert with_attempts("spark://host:7077", 4) == "spark://host:7077"


class _OfSpark(Exception):
    __module__ = "pyspark.errors.exceptions.captured"


@pytest.mark.parametrize(
    ("told", "kind", "words"),
    [
        ("... ptml.errors.DataError: x.parquet cannot be read\n at", DataError, "x.parquet"),
        ("java.lang.OutOfMemoryError: Java heap space", TryAgainError, "bucket_employees"),
        ("Python worker exited unexpectedly (crashed)", TryAgainError, "attempts"),
        ("java.io.IOException: No space left on device", TryAgainError, "disk"),
    ],
)
def test_the_failure_of_a_job_is_one_line(told: str, kind: type[PtmlError], words: str) -> None:
    with pytest.raises(kind, match=words) as raised, told_of_spark():
        raise _OfSpark(told)
    assert "\n" not in str(raised.value)


def test_a_bug_stays_a_bug() -> None:
    with pytest.raises(BrokenTaskError, match="KeyError"), told_of_spark():
        raise _OfSpark("KeyError: 'x'")
    with pytest.raises(KeyError), told_of_spark():
        raise KeyError("x")


def test_a_folder_of_text_is_refused_before_spark_is_begun(tmp_path: Path) -> None:
    (tmp_path / "employees.csv").write_text("employee_id\na\n")
    with pytest.raises(UsageError, match="employees"):
        raw_source(str(tmp_path))
    with pytest.raises(UsageError, match="folder of Parquet"):
        raw_source("postgresql://someone:secret@host/db")


def test_a_master_is_for_spark() -> None:
    with pytest.raises(UsageError, match="--engine spark"):
        with_engine(Settings(), None, "local[2]")
    with pytest.raises(UsageError, match="master"):
        with_engine(Settings(), "spark", "mesos://host")
    with pytest.raises(UsageError, match="engine"):
        with_engine(Settings(), "flink", None)
    assert with_engine(Settings(), "spark", "yarn").spark.master == "yarn"
