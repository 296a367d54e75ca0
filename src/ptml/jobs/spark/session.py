"""A Spark session that says in one line why there is none."""

import os
import re
import shutil
import socket
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ptml.errors import TryAgainError, UsageError
from ptml.jobs.spark.config import SparkConfig

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_LOCAL = re.compile(r"local(?:\[(\*|\d+)\])?")
_WAIT_SECONDS = 5.0
_EXECUTOR_WAIT_SECONDS = 120.0
_QUIET = """rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %m%n
"""
# One row is one Arrow message of up to some MiB: batches are bound by bytes, not by rows.
_FIXED = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": "256",
    "spark.sql.execution.arrow.maxBytesPerBatch": "64m",
    # A partition is a bucket: putting small ones together would undo that.
    "spark.sql.adaptive.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    # Libraries of a task would otherwise each take all cores of the machine.
    "spark.executorEnv.OMP_NUM_THREADS": "1",
    "spark.executorEnv.OPENBLAS_NUM_THREADS": "1",
    "spark.executorEnv.NUMBA_NUM_THREADS": "1",
}


@contextmanager
def spark_session(config: SparkConfig) -> "Iterator[SparkSession]":
    """Open a session and close it with all that belongs to it.

    Raises
    ------
    UsageError
        Without pyspark or Java, or for a master that cannot be.
    TryAgainError
        When the master does not answer, or no executor comes.
    """
    require_spark(config)
    with ExitStack() as ending:
        ending.enter_context(warnings.catch_warnings())
        # Of pandas 3, to which the engine hands nothing.
        warnings.simplefilter("ignore", FutureWarning)
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="ptml-spark-")))
        yield _started(config, folder, ending)


def require_spark(config: SparkConfig) -> None:
    """Look for all that a session needs, before it is begun.

    Raises
    ------
    UsageError, TryAgainError
        As `spark_session`.
    """
    _require_java()
    _require_pyspark()
    _require_master(config.master)


def _require_pyspark() -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            import pyspark.sql  # noqa: F401
    except ImportError:
        raise UsageError(
            "--engine spark needs pyspark, which is not installed: pip install 'ptml[spark]'"
        ) from None


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = Path(home, "bin", "java") if home else None
    if java is not None and not java.is_file():
        raise UsageError(f"there is no Java in JAVA_HOME={home}; set it to a Java of 17 or newer")
    if java is None and shutil.which("java") is None:
        raise UsageError(
            "--engine spark needs Java 17 or newer, and there is none: "
            "apt-get install openjdk-17-jre-headless, or set JAVA_HOME"
        )


def _require_master(master: str) -> None:
    if master == "yarn" and not {"HADOOP_CONF_DIR", "YARN_CONF_DIR"} & os.environ.keys():
        raise UsageError("--master yarn needs HADOOP_CONF_DIR or YARN_CONF_DIR to be set")
    if master.startswith("spark://"):
        # The masters of a cluster that stands by for itself: spark://one:7077,two:7077.
        for place in master.removeprefix("spark://").split(","):
            _require_answer(f"spark://{place}", master)
    elif master.startswith("k8s://"):
        _require_answer(master.removeprefix("k8s://"), master)


def _require_answer(address: str, master: str) -> None:
    parts = urlsplit(address if "://" in address else f"https://{address}")
    try:
        port = parts.port or (7077 if parts.scheme == "spark" else 443)
        with socket.create_connection((parts.hostname or "", port), _WAIT_SECONDS):
            return
    except ValueError:
        raise UsageError(f"--master {master} is no address; see docs/how-to/spark.md") from None
    except OSError as error:
        raise TryAgainError(
            f"no Spark master answers at {parts.hostname}:{port}"
            f" ({error.strerror or error}); start it, or name another with --master"
        ) from None


def _started(config: SparkConfig, folder: Path, ending: ExitStack) -> "SparkSession":
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    settings = SparkConf(loadDefaults=False).setAll(list(_settings(config, folder).items()))
    log = folder / "spark.log"
    with log.open("wb") as told:
        try:
            # Spark's own words go to a file: a person is told what happened in one line.
            gateway = launch_gateway(settings, {"stdout": told, "stderr": told})
            ending.callback(_end, gateway)
            with _workers_python(config.python or sys.executable):
                context = SparkContext(gateway=gateway, conf=settings)
        except Exception as error:
            raise TryAgainError(
                f"Spark did not start with --master {config.master}: {_reason(error, log)}"
            ) from error
    ending.callback(context.stop)
    if not config.master.startswith("local"):
        _await_executor(context, config.master)
    return SparkSession(context)


def _await_executor(context: Any, master: str) -> None:
    """A cluster that has no room keeps a job waiting for ever: that is said after a while."""
    status = context._jsc.sc().getExecutorMemoryStatus
    end = time.monotonic() + _EXECUTOR_WAIT_SECONDS
    # The driver is one of those listed.
    while status().size() < 2:
        if time.monotonic() > end:
            raise TryAgainError(
                f"--master {master} gave no executor in {_EXECUTOR_WAIT_SECONDS:.0f} s: the cluster"
                " is full, or spark.executor_memory or spark.executor_cores ask for more than a"
                " machine has"
            )
        time.sleep(0.5)


@contextmanager
def _workers_python(python: str) -> Iterator[None]:
    """Name the executors' Python where the context reads it when it is made, and only there."""
    before = os.environ.get("PYSPARK_PYTHON")
    os.environ["PYSPARK_PYTHON"] = python
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYSPARK_PYTHON"]
        else:
            os.environ["PYSPARK_PYTHON"] = before


def _settings(config: SparkConfig, folder: Path) -> dict[str, str]:
    quiet = folder / "log4j2.properties"
    quiet.write_text(_QUIET, encoding="utf-8")
    return {
        **_FIXED,
        "spark.master": with_attempts(config.master, config.attempts),
        "spark.app.name": "ptml score",
        "spark.driver.memory": config.driver_memory,
        "spark.executor.memory": config.executor_memory,
        "spark.executor.memoryOverhead": config.worker_memory,
        "spark.executor.cores": str(config.executor_cores),
        "spark.task.maxFailures": str(config.attempts),
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet.as_uri()}",
        **config.options,
    }


def with_attempts(master: str, attempts: int) -> str:
    """The same master; a local one by itself would give up at the first failure of a task."""
    local = _LOCAL.fullmatch(master)
    return f"local[{local[1] or 1},{attempts}]" if local else master


def _end(gateway: Any) -> None:
    from pyspark import SparkContext

    # Spark keeps the JVM for the next session of the process; ours ends with the job.
    SparkContext._gateway = None
    SparkContext._jvm = None
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()


def _reason(error: Exception, log: Path) -> str:
    told = [line for line in str(error).splitlines() if line.strip()]
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    causes = [line for line in lines if "Exception" in line or "rror:" in line]
    return (causes[-1] if causes else told[0] if told else type(error).__name__).strip()
