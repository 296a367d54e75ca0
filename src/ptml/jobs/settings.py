"""All settings of a job in one typed tree; each part stands beside what it configures."""

import difflib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field, NonNegativeInt, PositiveInt, ValidationError

from ptml.config import FrozenConfig
from ptml.decide.budget.config import BudgetConfig
from ptml.decide.causes import CauseConfig
from ptml.decide.development.config import DevelopmentConfig
from ptml.decide.diagnosis.config import DiagnosisConfig
from ptml.decide.explore import ExploreConfig
from ptml.decide.goals.config import GoalConfig
from ptml.decide.health.config import HealthConfig
from ptml.decide.needs import NeedsConfig
from ptml.decide.no_improvement import NoImprovementConfig
from ptml.decide.path.config import PathConfig
from ptml.decide.proficiency.config import ProficiencyConfig
from ptml.decide.rank import RankConfig
from ptml.decide.segments import SegmentConfig
from ptml.decide.team.config import TeamConfig
from ptml.errors import UsageError
from ptml.evaluate.acting.config import ActingConfig
from ptml.evaluate.off_policy import OffPolicyConfig
from ptml.evaluate.window.config import PromotionConfig
from ptml.explain.words import Language
from ptml.features.eligibility import EligibilityConfig
from ptml.jobs.retention_config import RetentionConfig
from ptml.jobs.run_files import Layer, Layers, read_layers
from ptml.jobs.spark.config import SparkConfig
from ptml.lift.config import LiftConfig
from ptml.monitor.config import MonitorConfig
from ptml.publish.config import PublishConfig
from ptml.recommend.config import CompletionConfig, PreferenceConfig
from ptml.recommend.ranker.config import RankerConfig
from ptml.report.cards.facts import CardConfig
from ptml.search.config import TuningConfig
from ptml.sources.decisions import ReviewsConfig
from ptml.sources.postgres_config import PostgresConfig
from ptml.transfer.config import WarningConfig


class SourceConfig(FrozenConfig):
    """How data are read."""

    memory_limit: Annotated[str, Field(pattern=r"^\d+(\.\d+)?\s*[KMGT]i?B$")] = "2GB"
    """Memory of DuckDB while it reads and checks; beyond it, it works on disk."""
    erasures: Path | None = None
    """Folder that knows who was erased; empty = `erasures` beside what a job writes or uses."""


class ScoringConfig(FrozenConfig):
    """How a job of scoring is cut into pieces."""

    bucket_employees: PositiveInt = 5_000
    """People who are scored at a time, about: sets the memory."""
    engine: Literal["local", "spark"] = "local"
    """Where people are scored: on this machine, or on Spark (`spark.master`)."""
    workers: PositiveInt | None = None
    """Processes that score buckets side by side; empty = one a core, or none for few buckets."""
    language: Language = "en"
    """Language of the published sentences: `en`, `zh-Hant` or `zh-Hans`; their keys are in none."""
    max_candidates: PositiveInt = 200
    """Eligible courses of a person that are looked at; above that those best liked."""


class TrainingConfig(FrozenConfig):
    """Whom a training learns from."""

    sample_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Share of people to learn from, rounded to one over a whole number: the same people every
    time. Everybody is scored all the same."""


class Settings(FrozenConfig):
    """Everything that can be set; each part is documented beside what it configures."""

    seed: NonNegativeInt = 20260930
    """Same input, settings and seed, same bytes."""
    source: SourceConfig = SourceConfig()
    postgres: PostgresConfig = PostgresConfig()
    scoring: ScoringConfig = ScoringConfig()
    training: TrainingConfig = TrainingConfig()
    spark: SparkConfig = SparkConfig()
    recommend: PreferenceConfig = PreferenceConfig()
    ranker: RankerConfig = RankerConfig()
    eligibility: EligibilityConfig = EligibilityConfig()
    completion: CompletionConfig = CompletionConfig()
    lift: LiftConfig = LiftConfig()
    warning: WarningConfig = WarningConfig()
    rank: RankConfig = RankConfig()
    explore: ExploreConfig = ExploreConfig()
    causes: CauseConfig = CauseConfig()
    diagnosis: DiagnosisConfig = DiagnosisConfig()
    segments: SegmentConfig = SegmentConfig()
    needs: NeedsConfig = NeedsConfig()
    goals: GoalConfig = GoalConfig()
    team: TeamConfig = TeamConfig()
    proficiency: ProficiencyConfig = ProficiencyConfig()
    development: DevelopmentConfig = DevelopmentConfig()
    no_improvement: NoImprovementConfig = NoImprovementConfig()
    health: HealthConfig = HealthConfig()
    path: PathConfig = PathConfig()
    budget: BudgetConfig = BudgetConfig()
    off_policy: OffPolicyConfig = OffPolicyConfig()
    acting: ActingConfig = ActingConfig()
    reviews: ReviewsConfig = ReviewsConfig()
    publish: PublishConfig = PublishConfig()
    card: CardConfig = CardConfig()
    tuning: TuningConfig = TuningConfig()
    promotion: PromotionConfig = PromotionConfig()
    monitor: MonitorConfig = MonitorConfig()
    retention: RetentionConfig = RetentionConfig()


class RunFile(FrozenConfig):
    """A file under `pipelines/`: which job, on what, with which settings."""

    base: Path | None = None
    """Another run file, by its path from this one: what is not said here is taken from there."""
    job: str
    """Name of the job, a row of the table in `jobs/pipeline.py`: `train`, `score` and so on."""
    data: str | None = None
    """Source of the contract's tables: a folder, a `*.duckdb` file or a PostgreSQL address."""
    as_of: date | None = None
    """The date before which everything has to be known; empty = the newest the data allow."""
    models: Path | None = None
    """Folder of a training: written by `train`, read by `score`, the challenger of `promote`."""
    out: str | None = None
    """Where `score` publishes and what `report` reads: a folder, a `*.duckdb` file,
    `dataset:FOLDER`, `delta:FOLDER` or an object store."""
    since: str | None = None
    """Id of a run that `out` still holds, or `latest`: `score` works out lists for those alone of
    whom something changed since, and takes the others from there; the run is the same."""
    prove: bool = False
    """With `since`: score everybody too, compare, and end with exit code 3 where they differ."""
    only: tuple[str, ...] = ()
    """`recommend`, `lift` or `warnings`; empty = all that the source can give."""
    track: bool = True
    """Whether `train` and `tune` log to MLflow, and MLflow's champion follows `promote`."""
    store: Path | None = None
    """Folder of MLflow's store whose champion follows `promote`; empty = `mlruns` beside `models`,
    where there is one."""
    model: str | None = None
    """`recommend`, `lift` or `warnings`: the one model that `tune` works on."""
    study: Path | None = None
    """Folder of the trials of `tune`; a study that was begun before is taken up again."""
    registry: Path | None = None
    """Folder of the models that are and were in use; its `champion` is what scores."""
    page: Path | None = None
    """HTML file that a job writes for people to read."""
    who: str | None = None
    """Who moves a model into use or out of it."""
    why: str | None = None
    """Why; kept with the move."""
    alarms: tuple[str, ...] = ()
    """Open alarms about the data, in words: with any of them `promote` refuses."""
    runs: Path | None = None
    """Folder of the records of runs; empty = `runs` beside what the job writes."""
    settings: Settings = Settings()
    """Everything else."""


def with_engine(settings: Settings, engine: str | None, master: str | None) -> Settings:
    """Settings with the engine and the master of a call, where it names them.

    Raises
    ------
    UsageError
        For an engine that does not exist, a master without Spark, or a master that cannot be.
    """
    named = engine or settings.scoring.engine
    if master is not None and named != "spark":
        raise UsageError("--master is for --engine spark")
    told = settings.model_dump()
    told["scoring"]["engine"] = named
    if master is not None:
        told["spark"]["master"] = master
    try:
        return Settings.model_validate(told)
    except ValidationError as error:
        raise UsageError(describe_errors(error, Settings, "--engine and --master")) from None


def with_reviews(settings: Settings, database: str | None) -> Settings:
    """Settings with the review database of a call, where it names one.

    Raises
    ------
    UsageError
        For an address that is none, or holds a password.
    """
    if database is None:
        return settings
    try:
        told = ReviewsConfig(database=database)
    except ValidationError as error:
        raise UsageError(f"--reviews: {error.errors()[0]['msg'].partition(', ')[2]}") from None
    return settings.model_copy(update={"reviews": told})


def known_keys(model: type[BaseModel], prefix: str = "") -> list[str]:
    """Every key of a settings tree, dotted."""
    keys: list[str] = []
    for name, info in model.model_fields.items():
        keys.append(prefix + name)
        for part in (info.annotation, *get_args(info.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                keys.extend(known_keys(part, f"{prefix}{name}."))
    return keys


def describe_errors(
    error: ValidationError,
    model: type[BaseModel],
    where: str | Callable[[tuple[str, ...]], str],
) -> str:
    """One line per wrong key, an unknown one with the nearest that exists.

    Parameters
    ----------
    where : str or callable
        Where it was said, or what tells that of a key.
    """
    place = where if callable(where) else lambda _: where
    return "\n".join(_described(error, model, place))


def _described(
    error: ValidationError, model: type[BaseModel], place: Callable[[tuple[str, ...]], str]
) -> list[str]:
    lines = []
    for problem in error.errors():
        parts = tuple(str(part) for part in problem["loc"])
        key, where = ".".join(parts), place(parts)
        if problem["type"] == "extra_forbidden":
            near = difflib.get_close_matches(key, known_keys(model), n=1, cutoff=0.5)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            lines.append(f"{where}: unknown setting `{key}`{hint}")
        elif problem["type"] == "missing":
            lines.append(f"{where}: `{key}` is missing; say it there or with --set {key}=...")
        else:
            lines.append(f"{where}: `{key}` {_said(problem['msg'])}, got {problem['input']!r}")
    return lines


def _said(message: str) -> str:
    """The library's words as the end of ours; values in them keep their letters."""
    plain = message.removeprefix("Value error, ")
    return plain[:1].lower() + plain[1:]


def load_settings(path: Path | None) -> Settings:
    """Read settings from the `[settings]` of a run file or a file of settings alone, with bases."""
    if path is None:
        return Settings()
    read = read_layers(path)
    alone = tuple(Layer(layer.origin, _settings_of(layer.table)) for layer in read.layers)
    layers = Layers(alone, read.files)
    try:
        return Settings.model_validate(layers.merged)
    except ValidationError as error:
        raise UsageError(
            describe_errors(error, Settings, lambda key: layers.origin(key) or str(path))
        ) from None


def _settings_of(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """A file that says anything of a run keeps its settings below `settings`."""
    is_run_file = any(name in RunFile.model_fields for name in table)
    found = table.get("settings", {}) if is_run_file else table
    return found if isinstance(found, Mapping) else {"settings": found}
