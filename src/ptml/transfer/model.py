"""The fitted warning model: the probability of weak transfer with what it is made of."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.contracts.ids import IdMap
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.shared import Shared
from ptml.transfer.blocking import UNIT_MATTERS, blocked_by
from ptml.transfer.calibration import sigmoid
from ptml.transfer.checked import Checked
from ptml.transfer.classifier import Classifier
from ptml.transfer.completion_features import completion_features
from ptml.transfer.completions import Completions
from ptml.transfer.config import WarningConfig
from ptml.transfer.families import TopicShares, topic_shares
from ptml.transfer.held_out import HeldOut
from ptml.transfer.labels import transfer_labels
from ptml.transfer.levers import LEVERS, Background, lever_changes
from ptml.transfer.noise import Noise, told_from_noise
from ptml.transfer.norms import Norms
from ptml.transfer.own_record import OwnRecord
from ptml.transfer.rules import RULES, RuleRecord, no_record, rules_fired
from ptml.transfer.topics import FAMILIES
from ptml.transfer.units import Units
from ptml.transfer.view import CompletionView
from ptml.transfer.what_if import WhatIf, no_levers, what_if

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

_FILE = "warning.json"
_BACKGROUND = "background.npy"
_PLAIN = ("names", "families", "thresholds", "refusal", "fingerprint", "as_of_day", "seed")


@dataclass(frozen=True, eq=False)
class WarningScores:
    """Warnings, one row a completion and stage.

    Attributes
    ----------
    completions : Completions
        What was scored, m of them.
    p_weak : (m,) float64
        Probability of weak transfer, ``sigmoid(base_value + shares.sum(axis=1))``.
    base_value : (m,) float64
        Log-odds before anything is known of the case.
    shares : (m, p) float64
        SHAP share of each feature, log-odds.
    features : FeatureMatrix
        (m, p): what was seen.
    topics : TopicShares
        The shares summed into topics and families.
    clear : (m, n_families) bool
        Whether a family's share is told from 0 (90 %), had the model been fitted anew.
    p_low, p_high : (m,) float64
        The range of `p_weak` (90 %), had the model been fitted anew on other people.
    what_if : WhatIf
        What the probability would be with each lever done; of flagged cases only.
    ruled : (m, n_rules) bool
        Which of `RULES` fires, whatever the model says.
    rule_record : RuleRecord
        How often they were right before.
    flagged : (m,) bool
        Someone should look into it; never where it is the unit's matter.
    blocked_by : (m,) uint8
        What was known at the moment to stand in the way, a code of `BLOCKED_BY`.
    is_over : (m,) bool
        At or above the threshold, flagged or not.
    unit : (m,) int32
        Of the person at the moment, a code of `WarningModel.units`; -1 = none, or new since.
    unit_matter : (m,) uint8
        Why it is the unit's matter, a code of `UNIT_MATTERS`; 0 = it is not.
    """

    completions: Completions
    p_weak: Doubles
    base_value: Doubles
    shares: Doubles
    features: FeatureMatrix
    topics: TopicShares
    clear: Bools
    p_low: Doubles
    p_high: Doubles
    what_if: WhatIf
    ruled: Bools
    rule_record: RuleRecord
    flagged: Bools
    blocked_by: NDArray[np.uint8]
    is_over: Bools
    unit: NDArray[np.int32]
    unit_matter: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.p_weak)

    @property
    def blocked(self) -> Bools:
        """Whether anything stands in the way: the unit's matter, (m,) bool."""
        return self.blocked_by > 0


@dataclass(frozen=True, eq=False)
class WarningModel:
    """A classifier with what it needs to be applied to anybody, or the reason why there is none.

    Attributes
    ----------
    classifier : Classifier or None
        None where `refusal` says why.
    names, families : tuple of str
        Features of the classifier, in order, and their families.
    thresholds : tuple of float
        Probability from which on a completion is flagged, by stage.
    noise : Noise or None
        What of a share or a probability is chance; None where there is no classifier.
    background : Background or None
        What thirty days used to bring; None where there is no classifier.
    rule_record : RuleRecord or None
        How often the rules of practice were right; None where there is no classifier.
    norms : Norms
        As of training.
    units : Units
        Their records as of training, and which are flagged in the place of their people.
    refusal : str or None
        Why no warning can be given.
    held_out : HeldOut or None
        What was said of the newest labels before they were seen; not saved.
    checked : Checked or None
        Who was checked, among all completions with a closed window; not saved.
    """

    classifier: Classifier | None
    names: tuple[str, ...]
    families: tuple[str, ...]
    thresholds: tuple[float, ...]
    noise: Noise | None
    background: Background | None
    rule_record: RuleRecord | None
    norms: Norms
    config: WarningConfig
    refusal: str | None
    fingerprint: str
    as_of_day: int
    seed: int
    evidence: tuple[Evidence, ...]
    held_out: HeldOut | None = field(default=None, repr=False)
    checked: Checked | None = field(default=None, repr=False)
    units: Units = field(default_factory=lambda: Units.unknown(IdMap.of(())), repr=False)

    def predict(
        self,
        history: History,
        shared: Shared,
        completions: Completions,
        as_of_day: int | None = None,
    ) -> WarningScores:
        """Warn about completions, each as of its moment.

        Parameters
        ----------
        history : History
            Of one bucket or of everybody.
        shared : Shared
        completions : Completions
            As `recent_completions` gives them; a model that refuses scores none of them.
        as_of_day : int, optional
            Nobody is flagged for whom something is known by then to stand in the way; left out,
            what was known at the moment counts.
        """
        if self.classifier is None or self.noise is None or self.background is None:
            return _nothing()
        view = completion_view(history, completions, self.norms, self.config)
        x = completion_features(view, shared).select(self.names)
        base, shares = self.classifier.shares(x, completions.stage, self.config.num_threads)
        features = FeatureMatrix(self.names, x, self.families)
        topics = topic_shares(shares, features)
        told = told_from_noise(self.noise, topics, base, completions.stage)
        p_weak = sigmoid(base + shares.sum(axis=1))
        obstacle = blocked_by(history, completions, self.config, as_of_day)
        threshold = np.array(self.thresholds)[completions.stage]
        is_over, unit = p_weak >= threshold, view.unit_of_norms
        matter = unit_matter(obstacle, is_over & self.units.are_flagged(unit))
        flagged = is_over & (matter == 0)
        stage, n_threads = completions.stage, self.config.num_threads
        changes = np.full((len(p_weak), len(LEVERS)), np.nan)
        changes[flagged] = lever_changes(
            self.classifier, self.names, x[flagged], stage[flagged], self.background, n_threads
        )
        return WarningScores(
            completions=completions,
            p_weak=p_weak,
            base_value=base,
            shares=shares,
            features=features,
            topics=topics,
            clear=told.clear,
            p_low=told.p_low,
            p_high=told.p_high,
            what_if=what_if(self.noise, changes, base + shares.sum(axis=1), stage),
            ruled=rules_fired(history, completions, features, self.norms, self.config.rules),
            rule_record=self.rule_record or no_record(),
            flagged=flagged,
            blocked_by=obstacle,
            is_over=is_over,
            unit=unit,
            unit_matter=matter,
        )

    def save(self, folder: Path) -> None:
        """Write the model into a folder: LightGBM text, ``.npz`` and JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        self.norms.save(folder)
        self.units.save(folder)
        if self.classifier is not None:
            self.classifier.save(folder)
        meta: dict[str, Any] = {name: getattr(self, name) for name in _PLAIN}
        meta["config"] = self.config.model_dump(mode="json")
        meta["noise"] = None if self.noise is None else self.noise.as_plain()
        if self.background is not None:
            np.save(folder / _BACKGROUND, self.background.signs, allow_pickle=False)
        if self.rule_record is not None:
            meta["rule_record"] = self.rule_record.as_plain()
        meta["evidence"] = [asdict(item) for item in self.evidence]
        text = json.dumps(meta, ensure_ascii=False, indent=1)
        (folder / _FILE).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a model that `save` wrote; nothing in the files is run."""
        meta = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        refused = bool(meta["refusal"])
        return cls(
            rule_record=None if refused else RuleRecord.from_plain(meta["rule_record"]),
            background=None if refused else Background.load(folder / _BACKGROUND),
            classifier=None if refused else Classifier.load(folder),
            norms=Norms.load(folder),
            units=Units.load(folder),
            names=tuple(meta["names"]),
            families=tuple(meta["families"]),
            thresholds=tuple(meta["thresholds"]),
            noise=None if meta["noise"] is None else Noise.from_plain(meta["noise"]),
            config=WarningConfig.model_validate(meta["config"]),
            evidence=tuple(Evidence(**item) for item in meta["evidence"]),
            **{name: meta[name] for name in ("refusal", "fingerprint", "as_of_day", "seed")},
        )


def unit_matter(obstacle: NDArray[np.uint8], is_held_back: Bools) -> NDArray[np.uint8]:
    """Codes of `UNIT_MATTERS`: what stands in the way, or else that the unit is flagged, (m,)."""
    of_unit = UNIT_MATTERS.index("unit")
    return np.where((obstacle == 0) & is_held_back, of_unit, obstacle).astype(np.uint8)


def completion_view(
    history: History, completions: Completions, norms: Norms, config: WarningConfig
) -> CompletionView:
    """Put together what completion features are made of.

    A person's own outcomes come from the history at hand; each row sees those known at its moment.
    """
    labels = transfer_labels(history, config.label)
    last = int(completions.rows(history).day.max(initial=0))
    own = OwnRecord.of(history, labels, last)
    return CompletionView(history, completions, norms, own, config.prior_strength)


def _nothing() -> WarningScores:
    nothing, codes = np.zeros(0), np.zeros(0, dtype=np.uint8)
    features = FeatureMatrix((), np.zeros((0, 0), dtype=np.float32), ())
    shares, nobody = np.zeros((0, 0)), np.zeros(0, dtype=np.bool_)
    return WarningScores(
        completions=Completions(np.zeros(0, dtype=np.int32), codes),
        p_weak=nothing,
        base_value=nothing,
        shares=shares,
        features=features,
        topics=topic_shares(shares, features),
        clear=np.zeros((0, len(FAMILIES)), dtype=np.bool_),
        p_low=nothing,
        p_high=nothing,
        what_if=no_levers(0),
        ruled=np.zeros((0, len(RULES)), dtype=np.bool_),
        rule_record=no_record(),
        flagged=nobody,
        blocked_by=codes,
        is_over=np.zeros(0, dtype=np.bool_),
        unit=np.zeros(0, dtype=np.int32),
        unit_matter=codes,
    )
