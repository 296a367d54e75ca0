"""Curves, what goes with them, and portraits of teams, against simulated organisations.

The truth is lived through again from the seed: the same people, with what nobody observes.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.as_of import as_of_range
from ptml.decide.proficiency.config import ProficiencyConfig
from ptml.decide.team.config import TeamConfig
from ptml.features.capability import capability
from ptml.features.company_inputs import CompanyInputs
from ptml.features.history import load_history
from ptml.features.rows import Rows
from ptml.features.shared import shared_averages
from ptml.jobs.asked import epoch_day
from ptml.jobs.bench_teams import TeamTruth, team_figures
from ptml.jobs.proficiency import ProficiencySums
from ptml.jobs.progress import Progress
from ptml.jobs.teams import TeamSums
from ptml.simulate import SimulationConfig, simulate
from ptml.simulate.catalogue import FAMILIES
from ptml.simulate.living import Life, live
from ptml.simulate.people import People, draw_people
from ptml.simulate.structure import N_FAMILIES, Structure, build_structure
from ptml.sources import read_dataset

# Not those that anything was chosen on.
SEEDS = (11, 12, 13, 24, 25, 26, 27, 101)
EMPLOYEES = 3_000
_TRUTH_EMPLOYEES = 12_000
# So many people join and leave that a small organisation has new people enough.
_BASE: Mapping[str, Any] = {"n_courses": 20, "turnover_per_year": 0.3}
WORLDS: Mapping[str, Mapping[str, Any]] = {
    "as it is": {},
    "courses do nothing": {"effect_points": 0.0, "harmful_courses": 0},
    "and nobody chooses": {
        **{"effect_points": 0.0, "harmful_courses": 0, "keenness": 0.0},
        **{"remedial_assignment": 0.0, "dip_points": 0.0},
    },
}
"""What is simulated beside the base: only in the first do courses bring anything."""
Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class _Answers:
    """What the engine says of an organisation, as published."""

    tables: Tables
    config: SimulationConfig


def bench_proficiency(seeds: Sequence[int], employees: int, progress: Progress) -> dict[str, Any]:
    """Measure intervals of medians, what is named falsely, and what is said of teams."""
    medians, named, teams = [], [], []
    for step, seed in enumerate(seeds):
        progress.stage(f"Living through organisations of seed {seed}")
        for world, dials in WORLDS.items():
            config = SimulationConfig(n_employees=employees, seed=seed, **_BASE, **dials)
            with _answers(config) as found:
                named.append({"seed": seed, "world": world, **_named(found)})
                if world == "as it is":
                    medians.append({"seed": seed, **_medians(found)})
                    teams.append({"seed": seed, **_teams(found)})
        progress.step(step + 1, len(seeds))
    figures = {"medians": medians, "named": named, "teams": teams}
    return {
        **figures,
        "sentences": [*_median_lines(medians), *_named_lines(named), *_team_lines(teams)],
    }


@contextmanager
def _answers(config: SimulationConfig) -> Iterator[_Answers]:
    with tempfile.TemporaryDirectory(prefix="ptml-bench-") as scratch:
        place = Path(scratch) / "data"
        simulate(config, place)
        dataset = read_dataset(str(place))
        try:
            history, shared = load_history(dataset), shared_averages(dataset)
            company, day = CompanyInputs.of(dataset), epoch_day(as_of_range(dataset)[1])
        finally:
            dataset.close()
        truth = {"courses": pd.read_parquet(place / "truth" / "courses.parquet")}
    everybody = Rows.at(np.arange(history.n_employees, dtype=np.int32), day)
    rows = everybody.take(np.flatnonzero(history.employed(everybody.employee, everybody.day)))
    teams, proficiency = TeamSums(TeamConfig()), ProficiencySums(ProficiencyConfig())
    teams.add(history, shared, rows, capability(history, shared, rows))
    proficiency.add(history, shared, day)
    told: dict[str, pa.Table] = {**teams.tables(company), **proficiency.tables(company)}
    yield _Answers({**truth, **{name: of.to_pandas() for name, of in told.items()}}, config)


def _lived(config: SimulationConfig, first: int, n: int) -> tuple[Structure, People, Life]:
    """The people of the chunk, lived through as the simulator does it."""
    structure = build_structure(config)
    rng = np.random.default_rng([config.seed, 1, first])
    people = draw_people(structure, first, n, rng)
    return structure, people, live(structure, people, rng)


def _medians(found: _Answers) -> dict[str, Any]:
    """How many intervals of medians hold that of a large population in which nobody leaves."""
    config = found.config
    structure, people, life = _lived(config, config.chunk_employees * 100, _TRUTH_EMPLOYEES)
    joined = np.flatnonzero(people.hired >= 0)
    reached = _quarter_reached(life.score[joined], people.hired[joined])
    family = structure.role_family[people.role[joined, people.hired[joined]]]
    truth = {"all": _true_median(reached, people.hired[joined], config.n_quarters)}
    for k in range(N_FAMILIES):
        own = family == k
        truth[FAMILIES[k]] = _true_median(
            reached[own], people.hired[joined][own], config.n_quarters
        )
    curves = found.tables["proficiency_curves"]
    groups = curves[(curves["month"] == 0) & curves["dimension"].isin(["all", "job_family"])]
    hits, widths = [], []
    for row in groups.to_dict("records"):
        low = float(row["median_low"])
        high = float(np.nan_to_num(row["median_high"], nan=np.inf))
        hits.append(low <= truth[row["group_id"]] <= high)
        widths.append(high - low)
    finite = [width for width in widths if np.isfinite(width)]
    return {
        "people": int(groups["people"].max()),
        "groups": len(hits),
        "held": int(np.sum(hits)),
        "width_months": float(np.median(finite)) if finite else None,
        "true_median": truth["all"],
        "median": float(groups.loc[groups["dimension"] == "all", "median_months"].iloc[0]),
    }


def _quarter_reached(score: NDArray[np.float64], hired: NDArray[np.int64]) -> NDArray[np.int64]:
    """Quarters worked until two running were on target, (n,); a large number = never seen."""
    n_quarters = score.shape[1]
    on = (score >= 100) & (np.arange(n_quarters) >= hired[:, None])
    both = on[:, 1:] & on[:, :-1]
    return np.where(both.any(axis=1), both.argmax(axis=1) + 2 - hired, 999)


def _true_median(reached: NDArray[np.int64], hired: NDArray[np.int64], n_quarters: int) -> float:
    """Months until half are proficient by the product limit over quarters."""
    seen, open_share = n_quarters - hired, 1.0
    for quarter in range(1, n_quarters + 1):
        at_risk = (np.minimum(reached, seen) >= quarter).sum()
        events = ((reached == quarter) & (seen >= quarter)).sum()
        open_share *= 1 - events / max(at_risk, 1)
        if open_share <= 0.5:
            return 3.0 * quarter
    return float("inf")


def _named(found: _Answers) -> dict[str, Any]:
    """How many courses are judged, and named; by whether they truly bring something."""
    factors = found.tables["proficiency_factors"]
    effect = found.tables["courses"].set_index("course_id")["effect"]
    counts: dict[str, Any] = {}
    for design, rows in factors.groupby("design"):
        rows = rows[(rows["factor"] == "course") & (rows["finding"] != "too_few")]
        helps = rows["course_id"].map(effect) > 0
        sooner = rows["finding"] == "sooner"
        counts |= {
            f"{design}_judged": len(rows),
            f"{design}_sooner": int(sooner.sum()),
            f"{design}_false": int((sooner & ~helps).sum()),
            f"{design}_helping": int(helps.sum()),
        }
    return counts


def _teams(found: _Answers) -> dict[str, Any]:
    """Against the levels that the simulated assessments see: those of the beginning."""
    config = found.config
    structure, people, _ = _lived(config, 0, config.n_employees)
    last = config.n_quarters - 1
    role = people.role[:, last]
    truth = TeamTruth(
        employed=people.employed(config.n_quarters),
        unit=people.unit[:, last],
        level=people.level,
        required=np.where(structure.required[role] > 0, structure.required[role], np.nan),
    )
    return team_figures(found.tables["team_portraits"], found.tables["sole_holders"], truth)


def _median_lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    head = "seed  new people  median  true  groups  intervals that hold the truth  width, months"
    lines = [
        f"{r['seed']:<5} {r['people']:>10} {r['median']:>7.0f} {r['true_median']:>5.0f}"
        f" {r['groups']:>7} {r['held']:>30} {r['width_months'] or np.nan:>14.1f}"
        for r in rows
    ]
    n, held = (sum(r[name] for r in rows) for name in ("groups", "held"))
    return [
        head,
        *lines,
        f"of {n} 90 % intervals of medians {held} hold the truth ({held / n:.0%})",
    ]


def _named_lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    head = (
        "world               design         judged  sooner  of these false  organisations with one"
    )
    lines = ["", head]
    for world in WORLDS:
        own = [row for row in rows if row["world"] == world]
        for design in ("landmark", "time_varying"):
            judged, sooner, false = (
                sum(row.get(f"{design}_{name}", 0) for row in own)
                for name in ("judged", "sooner", "false")
            )
            n_with = sum(row.get(f"{design}_false", 0) > 0 for row in own)
            lines.append(
                f"{world:<19} {design:<13} {judged:>7} {sooner:>7} {false:>15}"
                f" {n_with:>24} of {len(own)}"
            )
    return lines


def _team_lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    names = list(rows[0])
    head = " ".join(f"{name:>16}" for name in names)
    lines = [
        " ".join(
            f"{row[name]:>16.3f}" if isinstance(row[name], float) else f"{row[name]:>16}"
            for name in names
        )
        for row in rows
    ]
    return ["", head, *lines]
