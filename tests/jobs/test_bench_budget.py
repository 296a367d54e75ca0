import numpy as np
import pandas as pd

from ptml.jobs.bench_budget import told
from ptml.jobs.bench_budget_solvers import Size, bench_solvers, made, with_minima
from ptml.jobs.progress import Silent


def test_solvers_are_measured_with_and_without_minima() -> None:
    found = bench_solvers([Size(120, 6, 12, True)], Silent())
    assert [(row["with"], row["solver"]) for row in found["rows"]] == [
        ("", "dual"),
        ("", "exact"),
        ("minima", "dual"),
        ("minima", "exact"),
    ]
    assert all(row["found"] and row["gap"] < 0.05 for row in found["rows"])
    assert len(found["sentences"]) == 5


def test_minima_are_for_groups_of_units() -> None:
    problem = with_minima(made(Size(200, 5, 10, False)), n_groups=4)
    assert problem.limits.people.tolist() == [15.0] * 4
    assert problem.groups.shape == (200, 1)


def test_a_part_of_the_people_is_drawn_and_not_counted_off() -> None:
    problem = with_minima(made(Size(2_000, 5, 10, False)), n_groups=4)
    part = problem.every(20)
    assert 60 < part.n_people < 140
    assert len(np.unique(part.groups)) == 4
    assert part.limits.money == problem.limits.money * part.n_people / 2_000


def test_ways_are_told_side_by_side_with_intervals() -> None:
    ways = ("plan, lower ends", "random")
    rows = [
        {"seed": seed, "share": 0.1, "way": way, "lift": lift + seed}
        for seed in (1, 2, 3)
        for way, lift in zip(ways, (20.0, 10.0), strict=True)
    ]
    lines = told(pd.DataFrame(rows))
    assert "22 (20-24)" in lines[2]
    assert lines[-1].startswith("random")
    assert "1.8" in lines[-1]
