"""Commands that print the measured figures of the README and the documentation."""

from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.clock import now
from ptml.cli.runs import command_line
from ptml.cli.telling import AsJson, shown_progress, tell
from ptml.errors import UsageError

Seeds = Annotated[list[int] | None, typer.Option(help="May be repeated.")]

bench_app = typer.Typer(help="Print the measured figures of the README.", no_args_is_help=True)


@bench_app.command("simulated")
def bench_simulated(
    seed: Seeds = None,
    as_json: AsJson = False,
) -> None:
    """Lift and warnings against the truth of three simulated organisations of 5,000."""
    from ptml.jobs.bench import SEEDS
    from ptml.jobs.bench import bench_simulated as measure

    with shown_progress(as_json) as progress:
        summary = measure(seed or SEEDS, now, progress)
    tell(summary, as_json)


@bench_app.command("monitor")
def bench_monitor(
    seed: Seeds = None,
    employees: Annotated[int, typer.Option(min=1)] = 1000,
    trained: Annotated[
        list[Path] | None,
        typer.Option(help="Models to look with, scores and outcomes too; may be repeated."),
    ] = None,
    data: Annotated[str, typer.Option(help="With --trained: data without a change.")] = "",
    out: Annotated[str | None, typer.Option(help="With --trained: their published runs.")] = None,
    looks: Annotated[int, typer.Option(min=1, help="With --trained: Tuesdays a training.")] = 13,
    as_json: AsJson = False,
) -> None:
    """False calls to action of monitoring without a change, and how soon it finds one."""
    from ptml.jobs.bench_monitor import SEEDS
    from ptml.jobs.bench_monitor import bench_monitor as measure
    from ptml.jobs.bench_monitor_trained import bench_trained
    from ptml.jobs.settings import Settings

    if trained and not data:
        raise UsageError("--trained needs --data: name the data that the models look at")
    with shown_progress(as_json) as progress:
        if trained:
            summary = bench_trained(data, trained, out, looks, Settings(), progress)
        else:
            summary = measure(seed or SEEDS, employees, Settings(), progress)
    tell(summary, as_json)


@bench_app.command("mooccubex")
def bench_mooccubex(
    source: Annotated[Path, typer.Argument(help="Folder with the data set's Parquet files.")],
    people: Annotated[int, typer.Option(min=1, help="Learners to test on.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    as_json: AsJson = False,
) -> None:
    """Recommending on real enrolments: last one held out, full ranking, beside peers."""
    from ptml.jobs.bench_mooccubex import measure

    tell(measure(source, people, seed), as_json)


@bench_app.command("recommend")
def bench_recommend(
    mooccubex: Annotated[
        Path | None, typer.Option(help="Folder with MOOCCubeX's Parquet files; empty = without.")
    ] = None,
    peers_python: Annotated[
        Path | None, typer.Option(help="Python that has bench/peers/requirements.txt installed.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1)] = 5,
    trials: Annotated[int, typer.Option(min=0, help="Settings tried for each method.")] = 6,
    judged: Annotated[int, typer.Option(min=1, help="People judged with each seed.")] = 5_000,
    page: Annotated[Path, typer.Option(help="Where the tables go.")] = Path("docs/benchmarks.md"),
    keep: Annotated[
        Path | None, typer.Option(help="Folder to go on from, should the run be stopped.")
    ] = None,
    method: Annotated[
        list[str] | None, typer.Option(help="May be repeated; empty = all methods.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recommenders side by side: accuracy, coverage, speed and memory (slow)."""
    from ptml.jobs.bench_recommend import Plan
    from ptml.jobs.bench_recommend import bench_recommend as measure

    only = tuple(method or ())
    plan = Plan(mooccubex, peers_python, seeds, trials, judged, only=only)
    with shown_progress(as_json) as progress:
        summary = measure(plan, page, progress, keep)
    tell(summary, as_json)


@bench_app.command("lift")
def bench_lift(
    seeds: Annotated[int, typer.Option(min=0, help="Organisations of each design.")] = 20,
    designs: Annotated[
        str | None,
        typer.Option(help="own[-unkeen][-weak], plain[-weak][-hidden], ...; comma between."),
    ] = None,
    employees: Annotated[int, typer.Option(min=1, help="Of each organisation.")] = 5_000,
    courses: Annotated[
        int | None, typer.Option(min=1, help="Of each organisation; empty = as the design has it.")
    ] = None,
    threads: Annotated[
        int, typer.Option(min=1, help="LightGBM threads; 1 is fastest beside other work.")
    ] = 2,
    public: Annotated[bool, typer.Option(help="LaLonde, IHDP, ACIC 2016 and Hillstrom.")] = True,
    public_data: Annotated[Path, typer.Option(help="Folder with the public sets.")] = Path(
        "../shared/data"
    ),
    splits: Annotated[int, typer.Option(min=1, help="Of each public set.")] = 3,
    public_tasks: Annotated[
        int | None, typer.Option(min=1, help="First tasks of each public set; empty = all.")
    ] = None,
    peers_python: Annotated[
        Path | None,
        typer.Option(help="Python that has bench/peers-lift/requirements.txt installed."),
    ] = None,
    peer_seeds: Annotated[
        int, typer.Option(min=0, help="First organisations of each design that peers run on.")
    ] = 1,
    peer_designs: Annotated[
        str | None, typer.Option(help="Designs that peers run on; empty = all that are measured.")
    ] = None,
    page: Annotated[Path, typer.Option(help="Where the tables go.")] = Path(
        "docs/benchmarks-lift.md"
    ),
    keep: Annotated[
        Path | None, typer.Option(help="Folder to go on from, should the run be stopped.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Lift beside rules, meta-learners and peers where the truth is known (slow)."""
    from ptml.jobs.bench_lift import Plan
    from ptml.jobs.bench_lift import bench_lift as measure
    from ptml.jobs.bench_lift_designs import DESIGNS
    from ptml.jobs.bench_lift_public import PublicPlan
    from ptml.lift.config import LiftConfig

    words = tuple(designs.split(",")) if designs else DESIGNS
    on = PublicPlan(public_data, peers_python, splits, public_tasks) if public else None
    plan = Plan(
        seeds,
        words,
        employees,
        courses,
        LiftConfig(num_threads=threads),
        on,
        peers_python,
        peer_seeds,
        tuple(peer_designs.split(",")) if peer_designs else (),
    )
    with shown_progress(as_json) as progress:
        summary = measure(plan, page, progress, keep)
    tell(summary, as_json)


@bench_app.command("warning")
def bench_warning(
    seeds: Annotated[int, typer.Option(min=0, help="Organisations of each setting.")] = 10,
    designs: Annotated[
        str | None,
        typer.Option(help="usual, few-checks, rare, ...; comma between; empty = all settings."),
    ] = None,
    employees: Annotated[int, typer.Option(min=1, help="Of each organisation.")] = 3_000,
    threads: Annotated[
        int, typer.Option(min=1, help="LightGBM threads; 1 is fastest beside other work.")
    ] = 2,
    oulad: Annotated[bool, typer.Option(help="Real students of the Open University.")] = True,
    oulad_data: Annotated[Path, typer.Option(help="Folder with OULAD's Parquet files.")] = Path(
        "../shared/data/oulad"
    ),
    peers_python: Annotated[
        Path | None,
        typer.Option(help="Python that has bench/peers-warning/requirements.txt installed."),
    ] = None,
    peer_seeds: Annotated[
        int, typer.Option(min=0, help="First organisations of each setting that peers run on.")
    ] = 2,
    page: Annotated[Path, typer.Option(help="Where the tables go.")] = Path(
        "docs/benchmarks-warning.md"
    ),
    keep: Annotated[
        Path | None, typer.Option(help="Folder to go on from, should the run be stopped.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Early warning beside peers, a rule and the oracle where the truth is known (slow)."""
    from ptml.jobs.bench_warning import Plan
    from ptml.jobs.bench_warning import bench_warning as measure
    from ptml.jobs.bench_warning_designs import SETTINGS
    from ptml.jobs.bench_warning_oulad import OuladPlan
    from ptml.transfer.config import WarningConfig

    plan = Plan(
        seeds,
        tuple(designs.split(",")) if designs else tuple(SETTINGS),
        employees,
        WarningConfig(num_threads=threads),
        OuladPlan(oulad_data, peers_python) if oulad else None,
        peers_python,
        peer_seeds,
    )
    with shown_progress(as_json) as progress:
        summary = measure(plan, page, progress, keep)
    tell(summary, as_json)


@bench_app.command("diversity")
def bench_diversity(
    employees: Annotated[int, typer.Option(min=1)] = 2000,
    seed: Annotated[int, typer.Option(min=0)] = 7,
    as_json: AsJson = False,
) -> None:
    """What lists of unlike courses cost, by the knob rank.diversity."""
    from ptml.jobs.bench_diversity import bench_diversity as measure

    with shown_progress(as_json) as progress:
        summary = measure(employees, seed, now, progress)
    tell(summary, as_json)


@bench_app.command("shap")
def bench_shap(
    trees: Annotated[int, typer.Option(min=1)] = 200,
    leaves: Annotated[int, typer.Option(min=2, max=31)] = 8,
    depth: Annotated[int, typer.Option(min=1, max=8)] = 4,
    features: Annotated[int, typer.Option(min=2)] = 130,
    rows: Annotated[int, typer.Option(min=1, help="Rows explained by the tables.")] = 20_000,
    repeats: Annotated[int, typer.Option(min=1)] = 5,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    as_json: AsJson = False,
) -> None:
    """Rows a second of exact SHAP shares: LightGBM, shap and ours, on one core."""
    from ptml.jobs.bench_shap import Size
    from ptml.jobs.bench_shap import bench_shap as measure

    tell(measure(Size(trees, leaves, depth, features), rows, repeats, seed), as_json)


@bench_app.command("postgres")
def bench_postgres(
    address: Annotated[
        str, typer.Argument(help="postgresql://USER@HOST/DATABASE; needs CREATE there.")
    ],
    rows: Annotated[int, typer.Option(min=1)] = 1_000_000,
    repeats: Annotated[int, typer.Option(min=1)] = 3,
    as_json: AsJson = False,
) -> None:
    """Rows a second to and from a server: ptml, ADBC and pandas, in a schema that is dropped."""
    from ptml.jobs.bench_postgres import bench_postgres as measure

    tell(measure(address, rows, repeats), as_json)


@bench_app.command("demo")
def bench_demo(as_json: AsJson = False) -> None:
    """Wall time and peak memory of the demo."""
    from ptml.jobs.bench import bench_demo as measure

    tell(measure(), as_json)


@bench_app.command("score")
def bench_score(
    employees: Annotated[int, typer.Option(min=1)] = 100_000,
    courses: Annotated[int, typer.Option(min=1)] = 200,
    as_json: AsJson = False,
) -> None:
    """Wall time and peak memory of simulating, training and scoring a large organisation."""
    from ptml.jobs.bench import bench_score as measure

    tell(measure(employees, courses), as_json)


@bench_app.command("scale")
def bench_scale(
    sizes: Annotated[
        str | None, typer.Option(help="People, ascending, comma between; empty = 10k to 1M.")
    ] = None,
    base: Annotated[
        Path | None,
        typer.Option(
            help="Organisation to copy, as ptml simulate writes it; empty = 20,000 people."
        ),
    ] = None,
    models: Annotated[
        Path | None, typer.Option(help="Models trained on it; empty = trained now.")
    ] = None,
    candidates: Annotated[int, typer.Option(min=1, help="Courses looked at for everybody.")] = 50,
    repeats: Annotated[
        int, typer.Option(min=1, help="Runs at sizes up to 100,000 people; one above.")
    ] = 3,
    user_until: Annotated[
        int, typer.Option(min=0, help="People up to whom a user's own script runs; 0 = not.")
    ] = 100_000,
    spark_until: Annotated[
        int, typer.Option(min=0, help="People up to whom Spark's ALS runs; 0 = not.")
    ] = 100_000,
    spark_python: Annotated[
        Path | None, typer.Option(help="Python that has bench/scale/requirements.txt installed.")
    ] = None,
    page: Annotated[Path, typer.Option(help="Where the tables go.")] = Path(
        "docs/benchmarks-scale.md"
    ),
    keep: Annotated[
        Path | None, typer.Option(help="Folder to go on from, should the run be stopped.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Cost of scoring against size, by stage beside this machine's limits, and peers (slow)."""
    from ptml.jobs.bench_scale import SIZES, Plan
    from ptml.jobs.bench_scale import bench_scale as measure

    plan = Plan(
        sizes=whole_numbers(sizes, "--sizes") if sizes else SIZES,
        base=base,
        models=models,
        candidates=candidates,
        repeats=repeats,
        user_until=user_until,
        spark_until=spark_until,
        spark_python=spark_python,
    )
    with shown_progress(as_json) as progress:
        summary = measure(plan, page, progress, keep)
    tell(summary, as_json)


def whole_numbers(told: str, option: str) -> tuple[int, ...]:
    """Read numbers with commas between."""
    try:
        return tuple(int(word) for word in told.split(","))
    except ValueError:
        raise UsageError(f"{option} are whole numbers with commas between, got {told}") from None


@bench_app.command("faults")
def bench_faults(
    share: Annotated[float, typer.Option(min=0.0, help="Of the trials of a full run.")] = 1.0,
    fault: Annotated[
        list[str] | None, typer.Option(help="Words of a fault's name; may be repeated.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    page: Annotated[Path, typer.Option(help="Where the tables go.")] = Path(
        "docs/benchmarks-faults.md"
    ),
    keep: Annotated[
        Path | None, typer.Option(help="Folder to go on from, should the run be stopped.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Kill, starve and damage runs of scoring, and count what that did to what is published."""
    from ptml.jobs.bench_faults import Plan
    from ptml.jobs.bench_faults import bench_faults as measure

    with shown_progress(as_json) as progress:
        plan = Plan(share, tuple(fault or ()), seed, keep)
        summary = measure(plan, page, " ".join(command_line()), progress)
    tell(summary, as_json)
    if summary["exit_code"]:
        raise typer.Exit(summary["exit_code"])
