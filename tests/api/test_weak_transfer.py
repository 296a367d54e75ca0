"""The warning's classifier on a plain matrix keeps scikit-learn's contract."""

from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import ptml

# Some checks have twenty rows; leaves of a hundred would leave nothing to learn.
SMALL = ptml.WeakTransferClassifier(
    n_trees=40, min_rows_in_leaf=5, l2=1.0, learning_rate=0.2, random_state=0
)


def expected_to_fail(_: Any) -> dict[str, str]:
    reason = (
        "folds are dealt by row: rows that are left out or repeated deal others, where a weight "
        "leaves them as they are"
    )
    return {
        "check_sample_weight_equivalence_on_dense_data": reason,
        "check_sample_weight_equivalence_on_sparse_data": reason,
    }


@pytest.mark.filterwarnings("default")
@parametrize_with_checks(  # type: ignore[untyped-decorator]
    [SMALL], expected_failed_checks=expected_to_fail
)
def test_keeps_the_contract_of_classifiers(estimator: Any, check: Any) -> None:
    check(estimator)


def rows(n: int = 600) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    x = rng.normal(size=(n, 4))
    p = 1 / (1 + np.exp(-(1.5 * x[:, 0] - x[:, 1])))
    return x, np.where(rng.random(n) < p, "weak", "sound")


def test_shares_add_up_to_the_log_odds() -> None:
    x, y = rows()
    fitted = ptml.WeakTransferClassifier(random_state=1).fit(x, y)
    base, shares = fitted.explain(x)
    np.testing.assert_allclose(base + shares.sum(axis=1), fitted.decision_function(x), atol=1e-9)
    assert np.abs(shares[:, 0]).mean() > np.abs(shares[:, 3]).mean()


def test_probabilities_are_calibrated_on_what_was_not_seen() -> None:
    x, y = rows(4000)
    fitted = ptml.WeakTransferClassifier(random_state=1).fit(x[:2000], y[:2000])
    weak = fitted.predict_proba(x[2000:])[:, list(fitted.classes_).index("weak")]
    for low in (0.0, 0.25, 0.5, 0.75):
        here = (weak >= low) & (weak < low + 0.25)
        assert abs(weak[here].mean() - (y[2000:][here] == "weak").mean()) < 0.06


def test_held_direction_is_kept_everywhere() -> None:
    x, y = rows()
    fitted = ptml.WeakTransferClassifier(directions=[1, 0, 0, 0], random_state=1).fit(x, y)
    column = list(fitted.classes_).index("weak")
    assert column == 1
    risen = x.copy()
    risen[:, 0] += 0.5
    assert (fitted.predict_proba(risen)[:, 1] >= fitted.predict_proba(x)[:, 1] - 1e-12).all()
    with pytest.raises(ValueError, match=r"one entry a column \(4\), got 1"):
        ptml.WeakTransferClassifier(directions=[1]).fit(x, y)


def test_stands_in_pipelines_and_cross_validation() -> None:
    x, y = rows()
    scores = cross_val_score(make_pipeline(StandardScaler(), SMALL), x, y, cv=3, scoring="roc_auc")
    assert scores.mean() > 0.75
