"""The classifier of the early warning on a plain matrix, as scikit-learn's classifiers are."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import StratifiedKFold
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from ptml.transfer.calibration import sigmoid
from ptml.transfer.classifier import Cases
from ptml.transfer.config import LinearConfig, TreeConfig, WarningConfig
from ptml.transfer.learner import Fold, Learner

Doubles = NDArray[np.float64]
_TREES, _LINEAR = TreeConfig(), LinearConfig()


class WeakTransferClassifier(ClassifierMixin, BaseEstimator):
    """Few small trees after a straight part with held signs, calibrated on held-out folds.

    What `WarningEstimator` fits on completions and splits by time, for any two classes and a matrix
    whose rows are in no order: the folds that calibrate and set the number of trees are random.
    NaN = unknown.

    Parameters
    ----------
    n_trees, n_leaves, max_depth : int
        Trees at the most (held-out folds keep fewer), their leaves and their depth.
    learning_rate : float
        Step of each tree.
    min_rows_in_leaf : int
    l2 : float
        Ridge penalty on leaf values.
    directions : sequence of int, optional
        A column each: 1 = more of it never lowers the probability of the second class, -1 = never
        raises it, 0 = either. Columns with a direction make up the straight part.
    n_folds : int
    random_state : int or RandomState, optional

    Attributes
    ----------
    classes_ : (2,) array
    n_features_in_ : int
    classifier_ : ptml.transfer.classifier.Classifier

    Examples
    --------
    >>> import numpy as np, ptml
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(400, 3))
    >>> y = X[:, 0] + rng.normal(size=400) > 0
    >>> fitted = ptml.WeakTransferClassifier(directions=[1, 0, 0], random_state=0).fit(X, y)
    >>> base, shares = fitted.explain(X)
    >>> bool(np.allclose(base + shares.sum(axis=1), fitted.decision_function(X)))
    True
    """

    def __init__(
        self,
        *,
        n_trees: int = _TREES.n_trees,
        n_leaves: int = _TREES.n_leaves,
        max_depth: int = _TREES.max_depth,
        learning_rate: float = _TREES.learning_rate,
        min_rows_in_leaf: int = _TREES.min_rows_in_leaf,
        l2: float = _TREES.l2,
        directions: Sequence[int] | None = None,
        n_folds: int = 3,
        random_state: Any = None,
    ) -> None:
        self.n_trees = n_trees
        self.n_leaves = n_leaves
        self.max_depth = max_depth
        self.learning_rate = learning_rate
        self.min_rows_in_leaf = min_rows_in_leaf
        self.l2 = l2
        self.directions = directions
        self.n_folds = n_folds
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit on a matrix (n, p) and two classes (n,).

        Raises
        ------
        ValueError
            As scikit-learn's classifiers: other than two classes, too few rows of one, infinities.
        """
        x, y = validate_data(self, X, y, dtype=np.float32, ensure_all_finite="allow-nan")
        cases = self._cases(x, y, sample_weight)
        seed = int(check_random_state(self.random_state).randint(0, 2**31 - 1))
        names = tuple(f"x{k}" for k in range(x.shape[1]))
        signs = dict(zip(names, self._signs(len(names)), strict=True))
        learner = Learner(names, self._config(), seed, signs)
        folds = StratifiedKFold(self.n_folds, shuffle=True, random_state=seed)
        masks = [_fold(held, len(x)) for _, held in folds.split(x, cases.weak)]
        self.classifier_ = learner.fit(cases, masks, is_joint=True).classifier
        return self

    def decision_function(self, X: ArrayLike) -> Doubles:
        """Calibrated log-odds of the second class, (n,)."""
        x = self._matrix(X)
        return self.classifier_.log_odds(x, _stage(x), 1)

    def predict_proba(self, X: ArrayLike) -> Doubles:
        """Probability of both classes, (n, 2)."""
        p = sigmoid(self.decision_function(X))
        return np.column_stack([1 - p, p])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The likelier class, (n,)."""
        is_second = self.decision_function(X) > 0
        return self.classes_[is_second.astype(int)]

    def explain(self, X: ArrayLike) -> tuple[Doubles, Doubles]:
        """Base value (n,) and SHAP share of each column (n, p); they add up to the log-odds."""
        x = self._matrix(X)
        return self.classifier_.shares(x, _stage(x), 1)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = True
        return tags

    def _cases(self, x: NDArray[np.float32], y: Any, sample_weight: ArrayLike | None) -> Cases:
        check_classification_targets(y)
        if type_of_target(y, input_name="y", raise_unknown=True) not in ("binary", "multiclass"):
            raise ValueError("y must hold classes")
        self.classes_, code = np.unique(y, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError(
                "Only binary classification is supported. The type of the target is multiclass."
            )
        counts = np.bincount(code, minlength=2)
        if len(self.classes_) < 2 or counts.min() < self.n_folds:
            raise ValueError(
                f"Classifier can't train when only one class is present, or fewer than "
                f"n_folds={self.n_folds} rows are of a class, got {counts.tolist()}"
            )
        weight = None
        if sample_weight is not None:
            weight = _check_sample_weight(sample_weight, x, dtype=np.float64)
        return Cases(x, code == 1, _stage(x), weight)

    def _config(self) -> WarningConfig:
        trees = _TREES.model_dump() | {
            name: getattr(self, name)
            for name in (
                "n_trees",
                "n_leaves",
                "max_depth",
                "learning_rate",
                "min_rows_in_leaf",
                "l2",
            )
        }
        return WarningConfig(trees=TreeConfig.model_validate(trees))

    def _signs(self, n_columns: int) -> Sequence[int]:
        if self.directions is None:
            return [0] * n_columns
        if len(self.directions) != n_columns:
            raise ValueError(
                f"directions must have one entry a column ({n_columns}), got {len(self.directions)}"
            )
        return self.directions

    def _matrix(self, X: ArrayLike) -> NDArray[np.float32]:
        check_is_fitted(self)
        return validate_data(self, X, reset=False, dtype=np.float32, ensure_all_finite="allow-nan")


def _stage(x: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.zeros(len(x), dtype=np.uint8)


def _fold(held: NDArray[np.intp], n_rows: int) -> Fold:
    mask = np.zeros(n_rows, dtype=np.bool_)
    mask[held] = True
    return Fold(~mask, mask)
