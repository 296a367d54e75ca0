"""What lies in `deploy/`, and the container file: run where that can be, held against `ptml`."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
import yaml
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from ptml.cli import app
from ptml.jobs.metrics import families
from tests.jobs.test_metrics import DONE

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
BATCH = DEPLOY / "cron" / "ptml-batch"
PLACES = ("PTML_DATA", "PTML_REGISTRY", "PTML_OUT", "PTML_WORK")
_FAKE = """#!/usr/bin/env bash
echo "$@" >>"$CALLS"
n=$(grep -c "^$1 " "$CALLS")
list=CODES_$1
codes=(${!list:-0})
code=${codes[$((n - 1 < ${#codes[@]} ? n - 1 : ${#codes[@]} - 1))]}
if [ "$code" = wait ]; then
  trap 'exit 143' TERM
  touch "$CALLS.waiting"
  while :; do sleep 0.05; done
fi
echo "words of $1"
exit "$code"
"""


@pytest.fixture
def desk(tmp_path: Path) -> dict[str, str]:
    """An environment in which the batch calls a program that ends as it is told."""
    fake = tmp_path / "ptml"
    fake.write_text(_FAKE)
    fake.chmod(0o755)
    places = {name: str(tmp_path / name.lower()) for name in PLACES}
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PTML_")},
        **places,
        "PTML_BIN": str(fake),
        "PTML_BACKOFF": "0",
        "CALLS": str(tmp_path / "calls"),
    }


def _batch(desk: dict[str, str], job: str = "weekly") -> tuple[int, str, list[str]]:
    done = subprocess.run(
        [BATCH, job], env=desk, capture_output=True, text=True, check=False, timeout=300
    )
    calls = Path(desk["CALLS"])
    verbs = [line.split()[0] for line in calls.read_text().splitlines()] if calls.exists() else []
    return done.returncode, done.stdout + done.stderr, verbs


def test_a_good_batch_says_nothing(desk: dict[str, str]) -> None:
    assert _batch(desk) == (0, "", ["doctor", "monitor", "score", "report"])
    assert "words of score" in (Path(desk["PTML_WORK"]) / "batch.log").read_text()


def test_only_try_again_is_tried_again(desk: dict[str, str]) -> None:
    code, told, verbs = _batch({**desk, "CODES_score": "75 75 0"})
    assert (code, told) == (0, "")
    assert verbs.count("score") == 3


def test_a_batch_that_never_finds_a_place_gives_up_and_says_so(desk: dict[str, str]) -> None:
    code, told, verbs = _batch({**desk, "CODES_score": "75", "PTML_ATTEMPTS": "3"})
    assert (code, verbs.count("score"), verbs.count("report")) == (75, 3, 0)
    assert "words of score" in told


@pytest.mark.parametrize("code", [2, 65, 70])
def test_what_a_person_has_to_read_is_printed_for_the_mail(desk: dict[str, str], code: int) -> None:
    ended, told, verbs = _batch({**desk, "CODES_score": str(code)})
    assert (ended, verbs.count("score"), "report" in verbs) == (code, 1, False)
    assert f"ptml score ended with exit code {code}" in told
    assert "words of score" in told


def test_a_call_for_action_stops_before_anything_is_published(desk: dict[str, str]) -> None:
    code, told, verbs = _batch({**desk, "CODES_monitor": "3"})
    assert (code, verbs) == (3, ["doctor", "monitor"])
    assert "somebody has to act" in told


def test_a_refused_challenger_is_told(desk: dict[str, str]) -> None:
    code, told, verbs = _batch({**desk, "CODES_promote": "3"}, "monthly")
    assert (code, verbs) == (3, ["train", "promote"])
    assert "ptml promote" in told


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, path
        time.sleep(0.02)


def test_two_batches_never_overlap_and_a_signal_is_passed_on(desk: dict[str, str]) -> None:
    first = subprocess.Popen([BATCH, "weekly"], env={**desk, "CODES_score": "wait"})
    _wait_for(Path(desk["CALLS"] + ".waiting"))
    code, told, _ = _batch(desk)
    assert code == 75
    assert "still goes on" in told
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 143
    Path(desk["CALLS"]).unlink()
    assert _batch(desk)[0] == 0


def test_a_real_batch_publishes(
    desk: dict[str, str], organisation: Path, models: Path, tmp_path: Path
) -> None:
    program = tmp_path / "real"
    # Monitoring takes longest, and of a company this small may rightly call for action.
    program.write_text(
        '#!/bin/sh\n[ "$1" = monitor ] && exit 0\n'
        f"exec {sys.executable} -c 'from ptml.cli import main; main()' \"$@\"\n"
    )
    program.chmod(0o755)
    registry = tmp_path / "registry"
    registry.mkdir()
    (registry / "champion").symlink_to(models)
    words = {"PTML_BIN": str(program), "PTML_DATA": str(organisation), "OMP_NUM_THREADS": "1"}
    settings = {"PTML_METRICS": str(tmp_path / "{job}.prom"), "PTML_LOG": str(tmp_path / "log")}
    code, told, _ = _batch({**desk, **words, **settings, "PTML_REGISTRY": str(registry)})
    assert (code, told) == (0, "")
    assert (Path(desk["PTML_OUT"]) / "recommendations.parquet").exists()
    assert (Path(desk["PTML_OUT"]) / "report.html").exists()
    for name in ("doctor", "score", "report"):
        assert list(text_string_to_metric_families((tmp_path / f"{name}.prom").read_text()))


def test_shellcheck_finds_nothing_in_the_batch() -> None:
    program = shutil.which("shellcheck")
    if program is None:
        pytest.skip("shellcheck is not installed: apt-get install shellcheck")
    subprocess.run([program, BATCH], check=True)


def test_the_crontab_calls_the_batch_with_places_that_it_reads() -> None:
    lines = (DEPLOY / "cron" / "crontab").read_text().splitlines()
    settings = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    jobs = [line.split() for line in lines if re.match(r"[\d*]", line)]
    assert set(PLACES) <= set(settings)
    assert "MAILTO" in settings
    assert [job[7] for job in jobs] == ["weekly", "monthly"]
    assert all(len(job) == 8 and job[6].endswith("deploy/cron/ptml-batch") for job in jobs)


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    for unit in sorted((DEPLOY / "systemd").glob("ptml-*")):
        text = unit.read_text().replace("/opt/ptml/deploy/cron/ptml-batch", str(BATCH))
        (tmp_path / unit.name).write_text(text)
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    found = subprocess.run(
        [program, "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    ours = [line for line in found.stderr.splitlines() if "ptml" in line]
    assert (found.returncode, ours) == (0, []), found.stderr
    environment = (DEPLOY / "systemd" / "batch.env").read_text()
    assert all(f"\n{name}=" in environment for name in PLACES)


def test_rules_name_metrics_that_there_are() -> None:
    text = (DEPLOY / "prometheus" / "ptml.rules.yml").read_text()
    rules = [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]
    there = {family.name for family in families(DONE)}
    named = {name for rule in rules for name in re.findall(r"\bptml_\w+", rule["expr"])}
    assert named <= there
    assert all({"alert", "expr", "labels", "annotations"} <= set(rule) for rule in rules)


def test_promtool_takes_the_rules() -> None:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not installed: apt-get install prometheus")
    subprocess.run([program, "check", "rules", DEPLOY / "prometheus/ptml.rules.yml"], check=True)


class _Task:
    """Stands in for an operator of Airflow: keeps what it was given and what follows it."""

    made: list["_Task"] = []  # noqa: RUF012

    def __init__(self, **given: Any) -> None:
        self.given = given
        self.after: list[_Task] = []
        _Task.made.append(self)

    def __rshift__(self, other: Any) -> Any:
        self.after += other if isinstance(other, list) else [other]
        return other


class _Dag:
    def __init__(self, dag_id: str, **given: Any) -> None:
        self.dag_id, self.given = dag_id, given

    def __enter__(self) -> "_Dag":
        _Task.made.clear()
        return self

    def __exit__(self, *_: object) -> None:
        self.tasks = {task.given["task_id"]: task for task in _Task.made}


def _airflow() -> dict[str, ModuleType]:
    def decorated(task_id: str) -> Any:
        return lambda call: lambda: _Task(task_id=task_id, call=call)

    task = decorated
    task.branch = decorated  # type: ignore[attr-defined]
    names: dict[str, dict[str, Any]] = {
        "airflow": {},
        "airflow.providers": {},
        "airflow.providers.standard": {},
        "airflow.providers.standard.operators": {},
        "airflow.providers.standard.operators.bash": {"BashOperator": _Task},
        "airflow.sdk": {"DAG": _Dag, "task": task},
        "airflow.sdk.exceptions": {"AirflowException": OSError, "AirflowFailException": ValueError},
    }
    modules = {name: ModuleType(name) for name in names}
    for name, members in names.items():
        vars(modules[name]).update(members)
    return modules


@pytest.fixture
def dags(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The module of the DAGs, run without Airflow."""
    for name, module in _airflow().items():
        monkeypatch.setitem(sys.modules, name, module)
    path = DEPLOY / "airflow" / "ptml_weekly.py"
    found: dict[str, Any] = {"__name__": "ptml_weekly"}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), found)
    return found


def _parsed(words: list[str]) -> None:
    """Let the command line read words without running anything."""
    command: Any = typer.main.get_command(app)
    context = command.make_context("ptml", list(words), resilient_parsing=False)
    while hasattr(command, "resolve_command"):
        rest = [*context._protected_args, *context.args]
        name, command, rest = command.resolve_command(context, rest)
        context = command.make_context(name, rest, parent=context)


def test_the_dags_call_ptml_with_words_that_it_takes(dags: dict[str, Any]) -> None:
    commands = []
    for dag in (dags["weekly"], dags["monthly"]):
        for task in dag.tasks.values():
            if "bash_command" in task.given:
                program, *words = shlex.split(task.given["bash_command"])
                assert program == "${PTML_BIN:-ptml}"
                _parsed(words)
                commands.append(words[0])
    assert commands == ["doctor", "monitor", "score", "report", "train", "promote"]
    with pytest.raises(Exception, match="No such option"):
        _parsed(["score", "x", "--models", "m", "--out", "o", "--wrong"])


def test_the_dags_branch_on_three(dags: dict[str, Any]) -> None:
    class Asked:
        def __init__(self, code: int) -> None:
            self.code = code

        def xcom_pull(self, task_ids: str) -> int:
            return self.code

    for dag, name, ways in (
        (dags["weekly"], "is_quiet", ("score", "look")),
        (dags["weekly"], "is_well", ("monitor", "mend")),
        (dags["monthly"], "is_promoted", ("promoted", "refused")),
    ):
        branch = dag.tasks[name]
        assert tuple(branch.given["call"](Asked(code)) for code in (0, 3)) == ways
        assert {task.given["task_id"] for task in branch.after} == set(ways)


@pytest.mark.parametrize(
    ("code", "raised"), [(0, None), (3, None), (75, OSError), (65, ValueError), (143, ValueError)]
)
def test_the_dags_try_again_on_75_alone(
    dags: dict[str, Any], code: int, raised: type[Exception] | None
) -> None:
    class Hook:
        def run_command(self, **_: object) -> Any:
            return type("Ended", (), {"exit_code": code, "output": "last line"})

    operator = dags["PtmlOperator"](task_id="score", bash_command="ptml score")
    operator.subprocess_hook, operator.cwd = Hook(), None
    operator.task_id, operator.bash_command = "score", "ptml score"
    operator.get_env = lambda _context: {}
    if raised is None:
        assert operator.execute({}) == code
    else:
        with pytest.raises(raised, match=f"ended with {code}: last line"):
            operator.execute({})


def _instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def test_the_image_is_made_in_two_stages_and_runs_as_nobody_special() -> None:
    found = _instructions()
    assert [rest for word, rest in found if word == "FROM"] == ["${BASE} AS build", "${BASE}"]
    begin = [k for k, (word, _) in enumerate(found) if word == "FROM"][1]
    last = found[begin:]
    assert ("USER", "10001:10001") in last
    assert [rest for word, rest in last if word == "COPY"] == ["--from=build /opt/ptml /opt/ptml"]
    assert not re.search(r"\b(gcc|build-essential|uv|pip)\b", " ".join(r for w, r in last))
    assert last[-2:] == [("ENTRYPOINT", '["ptml"]'), ("CMD", '["--help"]')]
    assert "HEALTHCHECK" not in dict(found)
    assert "org.opencontainers.image.licenses" in dict(last)["LABEL"]


def test_the_image_installs_what_is_locked() -> None:
    runs = [rest for word, rest in _instructions() if word == "RUN"]
    assert sum("uv sync" in run and "--frozen" in run and "--no-dev" in run for run in runs) == 2


def test_what_the_image_copies_is_let_through_and_nothing_else() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    let_through = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        word
        for name, rest in _instructions()
        if name == "COPY" and not rest.startswith("--from")
        for word in rest.split()[:-1]
    }
    assert ignored[1] == "*"
    assert copied == let_through
    assert all((ROOT / name).exists() for name in copied)
    forced = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    needed = forced["targets"]["wheel"]["force-include"]
    assert {Path(name).parts[0] for name in needed} <= copied
