"""What the page of the benchmark of scale says of its methods, whatever was found."""

from textwrap import dedent


def _line(text: str) -> str:
    return " ".join(dedent(text).split())


USER = _line(
    """`bench/scale/user.py`: about 40 features by pandas, `implicit` ALS with everybody folded in
    and the top 50, an S-learner of LightGBM (300 trees of 31 leaves, two predictions a pair), the
    top 10, a LightGBM warning with as-of joins (`merge_asof`), `shap.TreeExplainer`, `to_parquet`.
    It is good user code: columns chosen, everything vectorised, pairs in chunks. It checks nothing,
    refuses nothing, has no intervals, no portraits, needs or paths, no reasons in words, and one
    that breaks half way leaves half a run. Its lift is one model, where ptml has several learners
    and their parts. Models of both are trained beforehand and not counted."""
)
SPARK = _line(
    """MLlib's ALS (64 factors, implicit feedback), top 50 of everybody, `local[2]`, not written.
    Spark ranks by one model and leaves in what was taken; ptml's *candidates* come from several
    sources, are eligible, and carry the probability of completion. The fit has two iterations, as
    ranking does not depend on it."""
)
SIZES = _line(
    """`ptml score` in a fresh process each, one worker; the median of runs, and their range where
    there are several; a size that runs once does so between runs of the others, as the speed of a
    machine drifts. A run before them, which is not counted, compiled the kernels for this machine.
    Peak memory is of all its processes. Limits are explained below."""
)
DATA = _line(
    """**Data.** Copies of one simulated organisation (`ptml.simulate.copies`): people, units and
    managers of each copy have new ids, events of copy k happen k % 7 days later within their
    quarter, courses and roles are shared."""
)
MODELS = _line(
    """**Models** are trained once, on the organisation that is copied, and reused at every size.
    Units of all copies but the first are new to them: what a model knows of a unit by its id is
    missing there, and what is known of units in general takes its place, as after a reorganisation.
    Rows and work are the same; the answers are not judged here."""
)
STAGES_TOLD = _line(
    """**Stages** are timed from outside by a stopwatch around the functions that they are made of;
    a stage within another counts once. *All else* has no limit: it holds what is added up for the
    company's tables, loading of models, and glue. Nor have *plans*: diagnoses, development plans,
    learning paths and what budgets are made of."""
)
LIMITS = _line(
    """**Limits** are bare loops on this machine in the same run, one thread, medians of three
    (`ptml.jobs.bench_scale_limits`): DuckDB reads the same files into a table, groups them once and
    hands them to NumPy; three look-ups and 42 differences of prefix sums a person, 13 gathers a
    pair; one GEMM of 64 factors with a mask and a partition; leaf masks of as many trees as the
    lift model has, ANDed for person, course and 13 features of the pair; TreeSHAP by tables, of the
    warning model a case and of the lift's second stage a shown course; joining the text that was
    published; Parquet (zstd) of the published tables; SHA-256 of their bytes. A limit is the
    cheapest way that we know, not a proof: a stage can do better by needing less, and then its own
    time is its limit."""
)
