"""The tables say who won, who failed and who cannot take part."""

from ptml.evaluate.recommenders.results import Result
from ptml.evaluate.recommenders.tables import tables

FIGURES = {
    "recall_at_20": 0.4,
    "map_at_10": 0.1,
    "coverage": 0.5,
    "fit_seconds": 1.0,
    "users_per_second": 1234.0,
    "peak_gib": 0.5,
}


def result(contestant: str, set_name: str, seed: int, ndcg: float) -> Result:
    return Result(contestant, set_name, seed, {"ndcg_at_10": ndcg, **FIGURES}, {"ridge": 30.0})


def test_the_first_is_bold_and_the_interval_is_told() -> None:
    rows = [result("ptml", "whole", seed, 0.2 + seed / 1e3) for seed in range(3)]
    rows += [result("ease", "whole", seed, 0.1 + seed / 1e3) for seed in range(3)]
    lines = tables(rows, {})
    ptml = next(line for line in lines if line.startswith("| **ptml**"))
    assert "| **0.2010 ± 0.0025** |" in ptml
    assert "| 0.50 | 1.0 | 1,234 | 0.50 |" in ptml
    ease = next(line for line in lines if line.startswith("| EASE | ptml"))
    assert "| 0.1010 ± 0.0025 |" in ease
    assert "### MOOCCubeX, whole rows" in lines
    assert "### MOOCCubeX, as prepared" not in lines


def test_who_failed_or_cannot_fold_in_stands_in_the_table() -> None:
    lines = tables([result("ptml", "new", 0, 0.2)], {"lenskit_ease": "not installed"})
    assert "| EASE | LensKit | not installed |  |  |  |  |  |  |" in lines
    assert "| BPR | implicit | cannot fold in |  |  |  |  |  |  |" in lines
    assert "cannot fold in" not in " ".join(tables([result("ptml", "whole", 0, 0.2)], {}))


def test_settings_are_told() -> None:
    lines = tables([result("ptml", "prepared", 0, 0.2)], {})
    assert "| **ptml** | ptml | ridge 30 |  |  |" in lines
