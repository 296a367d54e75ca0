"""ALS of implicit as a peer: course factors, everybody folded in anew."""

from dataclasses import dataclass, field

from optuna.trial import BaseTrial

from ptml.recommend.factors import CourseFactors, fit_factors
from ptml.recommend.peers.peer import Float32Array, IntArray, Past, Settings, suggest_power

ITERATIONS = 15


@dataclass(frozen=True, eq=False)
class AlsScorer:
    """Factors of courses, and how fast a past choice fades when a person is folded in."""

    factors: CourseFactors
    power: float

    def score(self, past: Past, people: IntArray) -> Float32Array:
        """Scores of people solved from their own choices; 0 for who has none."""
        return self.factors.score(past.recent(self.power)[people])


@dataclass(frozen=True)
class AlsPeer:
    """Alternating least squares with confidence weights (Hu, Koren and Volinsky 2008)."""

    name: str = "als"
    defaults: Settings = field(
        default_factory=lambda: {"factors": 64, "regularization": 5.0, "alpha": 10.0, "power": 0.0}
    )

    def suggest(self, trial: BaseTrial) -> dict[str, float]:
        """Factors, regularization, confidence and fading."""
        return {
            "factors": trial.suggest_int("factors", 8, 128, log=True),
            "regularization": trial.suggest_float("regularization", 0.01, 100.0, log=True),
            "alpha": trial.suggest_float("alpha", 1.0, 100.0, log=True),
            "power": suggest_power(trial),
        }

    def fit(self, past: Past, settings: Settings, seed: int) -> AlsScorer:
        """Fit the course factors; implicit's stored user factors are thrown away."""
        factors = fit_factors(
            past.weights(),
            min(int(settings["factors"]), past.shape[1]),
            settings["regularization"],
            settings["alpha"],
            ITERATIONS,
            seed,
        )
        return AlsScorer(factors, settings["power"])
