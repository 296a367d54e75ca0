"""Part of the page: what was run, and what the words of its tables mean."""

FULL_SEEDS = 10


def counted(n: int) -> str:
    """Number of organisations in words.

    Examples
    --------
    >>> counted(1), counted(2)
    ('1 organisation', '2 organisations')
    """
    return "1 organisation" if n == 1 else f"{n} organisations"


def introduction(
    command: str,
    n_cores: int,
    minutes: float,
    model: str,
    n_organisations: int,
    n_employees: int,
    n_seeds: int,
) -> list[str]:
    """Say how the page was made."""
    lines = [
        "This page is written by `make bench-warning` (`ptml bench warning --help` for smaller "
        "runs; `--keep FOLDER` lets a stopped one go on); no word of it by hand. This one:",
        "",
        f"    {command}",
        "",
        f"{n_cores} cores, {minutes:.0f} minutes (what was kept of an earlier run took none); the "
        f"source of the model and of what judges it has the hash {model}.",
    ]
    if n_organisations:
        lines += [
            "",
            f"{counted(n_organisations)} of {n_employees:,} people, {n_seeds} of each setting.",
        ]
        if n_seeds < FULL_SEEDS:
            lines[-1] += (
                f" A full run has {FULL_SEEDS}; with fewer, differences of methods are hints."
            )
    return lines


def prose(designs: dict[str, str]) -> list[str]:
    """Say what the settings, the rivals and the figures are."""
    settings = "; ".join(f"`{name}`: {words}" for name, words in designs.items())
    return [
        f"**Organisations.** ptml's simulator, seeds from 101 on, with its dials turned: {settings}"
        ". No seed was used in choosing the present classifier (decision 26). Everybody learns as "
        "of 180 days before the end of the data "
        "(what was known by then, about three years), and says of each completion after that day "
        "at both stages how likely it is to stay unused. The outcomes are the simulator's, also of "
        "completions that nobody checked and of those that are blocked.",
        "",
        "**Rivals**, on the same rows, features and spans of time: logistic regression "
        "(standardised, missing values filled with the mean and marked, ridge) and random forest "
        "(200 trees on half of the rows, leaves of 10) of scikit-learn in the same process; EBM of "
        "`interpret` (4 bags, 10 pairs: its defaults take four times as long), CatBoost and "
        "XGBoost in an environment of their own (`bench/peers-warning`), on the first "
        "organisations of each setting; boosters stop early on the calibration span. "
        "They learn from the training span and are calibrated (Platt) on the span after it, one "
        "for each stage; ptml holds three spans out forward in time, calibrates by a curve and "
        "then learns from all of them, which is a little more. All "
        "flag the capacity's share at each stage on that span, where ptml keeps to it over both "
        'stages together. The rule "exam below 60" looks at nothing else. '
        "The oracle is the simulator's own probability: the best that anybody could do.",
        "",
        "**Figures.** AUC and average precision against what came of it. *Precision, riskiest "
        "15 %*: share of weak among the 15 % with the highest risk, blocked ones too. *Precision "
        "of flags* at the method's own threshold, and the share *flagged*; only the rule flags "
        "blocked completions. ECE in ten bins of equally many cases: *truth* against the true "
        "probability, which has no chance in it; *outcome* against what came of it; *label* "
        "against the contract's label where it is known by the end of the data (a check that was "
        "due and not made counts as weak, so labels lie a little above the truth). Chance alone "
        "lifts ECE against outcomes above 0: *by chance* is the mean of the oracle's over drawn "
        "outcomes. *RMS "
        "distance* from the true probability. [ ] is the 95 % interval of the mean over "
        "organisations (Student's t).",
    ]
