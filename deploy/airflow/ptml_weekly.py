"""Two DAGs: score each Monday, and train each month; Airflow 3.

They call the command line and know nothing else of ptml: it may lie in an environment, or in an
image, of its own. The worker's environment names the places:

    PTML_BIN       ptml's program, such as /opt/ptml/bin/ptml
    PTML_DATA      the tables
    PTML_REGISTRY  the registry; its `champion` scores
    PTML_OUT       where runs are published
    PTML_WORK      folder for new trainings and pages

Only exit code 75 (try again) is tried again: the others stay what they are. Exit code 3 is an
answer (a person has to act), so it chooses a branch and fails nothing.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException

DONE, ACTION_NEEDED, TRY_AGAIN = 0, 3, 75
PTML = '"${PTML_BIN:-ptml}"'
CHAMPION = '--models "$PTML_REGISTRY/champion"'


class PtmlOperator(BashOperator):
    """Runs one command of ptml, and gives its exit code to the tasks that follow: 0 or 3."""

    ui_color = "#e8f0ea"

    def execute(self, context: Any) -> int:
        """Run it; raise what Airflow tries again only where ptml says so."""
        ended = self.subprocess_hook.run_command(
            command=["bash", "-c", self.bash_command], env=self.get_env(context), cwd=self.cwd
        )
        if ended.exit_code in (DONE, ACTION_NEEDED):
            return ended.exit_code
        told = f"{self.task_id} ended with {ended.exit_code}: {ended.output}"
        raise (AirflowException if ended.exit_code == TRY_AGAIN else AirflowFailException)(told)


def ptml(name: str, words: str) -> PtmlOperator:
    """A task that runs `ptml WORDS`."""
    return PtmlOperator(
        task_id=name,
        bash_command=f"{PTML} {words}",
        append_env=True,
        retries=4,
        retry_delay=timedelta(minutes=5),
        retry_exponential_backoff=True,
        max_retry_delay=timedelta(hours=1),
        execution_timeout=timedelta(hours=6),
    )


def tells(name: str, words: str) -> Any:
    """A task that says what a person has to do; hang your mail or message on it."""

    @task(task_id=name)
    def tell() -> str:
        return words

    return tell()


def either(name: str, asked: str, if_done: str, if_action: str) -> Any:
    """A branch on the exit code of another task."""

    @task.branch(task_id=name)
    def choose(ti: Any = None) -> str:
        code = ti.xcom_pull(task_ids=asked)
        return if_action if code == ACTION_NEEDED else if_done

    return choose()


with DAG(
    "ptml_weekly",
    schedule="17 4 * * 1",
    start_date=datetime(2026, 1, 5, tzinfo=UTC),
    catchup=False,
    # Two runs never overlap; ptml's own lock would end the second with 75.
    max_active_runs=1,
    tags=["ptml"],
    doc_md=__doc__,
) as weekly:
    doctor = ptml("doctor", f'doctor "$PTML_DATA" {CHAMPION} --out "$PTML_OUT"')
    is_well = either("is_well", "doctor", "monitor", "mend")
    monitor = ptml(
        "monitor",
        f'monitor "$PTML_DATA" {CHAMPION} --out "$PTML_OUT" --page "$PTML_WORK/monitor.html"',
    )
    is_quiet = either("is_quiet", "monitor", "score", "look")
    score = ptml("score", f'score "$PTML_DATA" {CHAMPION} --out "$PTML_OUT"')
    report = ptml("report", 'report "$PTML_OUT"')
    mend = tells("mend", "Something would stop the run: read the log of `doctor`.")
    look = tells("look", "Monitoring calls for action: open monitor.html before publishing.")
    doctor >> is_well >> [monitor, mend]
    monitor >> is_quiet >> [score, look]
    score >> report

with DAG(
    "ptml_monthly",
    schedule="17 2 1 * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    tags=["ptml"],
) as monthly:
    train = ptml("train", 'train "$PTML_DATA" --out "$PTML_WORK/challenger" --no-track')
    promote = ptml(
        "promote",
        'promote "$PTML_DATA" --models "$PTML_WORK/challenger" --registry "$PTML_REGISTRY"'
        ' --who airflow --why "monthly retrain {{ ds }}" --page "$PTML_WORK/promotion.html"',
    )
    is_promoted = either("is_promoted", "promote", "promoted", "refused")
    promoted = tells("promoted", "The challenger is champion from here on.")
    refused = tells("refused", "The champion stays: open promotion.html for the reasons.")
    train >> promote >> is_promoted >> [promoted, refused]
