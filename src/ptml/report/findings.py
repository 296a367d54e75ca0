"""What the models said of themselves: the `evidence` table, by model, kind and name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import pandas as pd

from ptml.report.wording import known, number, parsed_mapping

DEFAULT_LEVEL = 0.95
# Metrics and curves that a section of the page draws; checks and settings are always listed.
PLACED: Mapping[str, frozenset[str]] = {
    "segments": frozenset({"segment_rules"}),
    "recommend": frozenset(
        {
            "ndcg_at_10",
            "recall_at_20",
            "second_stage_ndcg_at_10",
            "second_stage_recall_at_20",
            "ndcg_at_10_of_warm",
            "ndcg_at_10_of_short_history",
            "ndcg_at_10_of_new_hire",
            "ndcg_at_10_of_new_course",
            "coverage",
            "exposure_gini",
            "novelty",
            "intra_list_diversity",
            "mandatory_share",
            "popular_share",
            "offered",
            "allocated",
        }
    ),
    "lift": frozenset(
        {
            "mean_lift",
            "calibration_slope",
            "calibration",
            "gain",
            "course_lift",
            "course_evidence",
        }
    ),
    "transfer": frozenset(
        {
            "auc",
            "auc_rule",
            "average_precision",
            "average_precision_rule",
            "ece",
            "flag_rate",
            "precision_flagged",
            "recall_flagged",
            "lead_days",
            "reliability",
            "same_top_reason",
            "same_top_topic",
            "some_reason_is_clear",
            "rule_precision",
            "label_coverage",
            "weak_share",
            "auc_reweighted",
            "ece_reweighted",
            "checked_auc",
            "checked_differences",
            "checked_overlap",
            "weak_share_as_checked",
            "weak_share_reweighted",
            "weak_share_within_factor",
            "weak_share_worst_case",
            "group",
            "groups_hidden",
            "not_flagged_ratio",
            "false_flag_ratio",
            "proxy_auc",
            "proxies_found",
            "proxy_feature",
            "flag_gap",
            "through_topic",
            "unit_share",
            "person_share",
            "rest_share",
            "unit_to_person",
            "unit_sd",
            "person_sd",
            "units_flagged",
        }
    ),
}
_VERDICTS = {"pass": "passed", "fail": "failed", "not_judged": "the data cannot tell"}


@dataclass(frozen=True)
class Finding:
    """One row of `evidence`: a figure, a check, a curve or a setting of a model."""

    model: str
    kind: str
    name: str
    value: float | None
    low: float | None
    high: float | None
    bound: float | None
    verdict: str
    payload: Mapping[str, Any]

    @property
    def level(self) -> float:
        """Coverage of the interval: 95 % unless the payload says otherwise."""
        level = number(self.payload.get("level"))
        if level is None:
            return DEFAULT_LEVEL
        return level / 100 if level > 1 else level

    @property
    def note(self) -> str:
        """What the model adds in words, if anything."""
        note = self.payload.get("note")
        return note if isinstance(note, str) else ""

    @property
    def judged(self) -> str:
        """The verdict as a word for the reader."""
        return _VERDICTS.get(self.verdict, self.verdict or "the data cannot tell")

    def points(self, *columns: str) -> pd.DataFrame | None:
        """The payload's lists as the columns of one frame; None where they do not fit together."""
        lists = [self.payload.get(column) for column in columns]
        if not all(isinstance(values, list) for values in lists):
            return None
        if len({len(values) for values in lists if values is not None}) != 1 or not lists[0]:
            return None
        return pd.DataFrame(dict(zip(columns, lists, strict=True)))


@dataclass(frozen=True)
class Findings:
    """All findings of a run, in the order of the table."""

    items: tuple[Finding, ...]

    @classmethod
    def read(cls, evidence: pd.DataFrame) -> Self:
        """Read the published `evidence` rows."""
        return cls(tuple(_finding(row) for row in evidence.to_dict("records")))

    def get(self, model: str, kind: str, name: str) -> Finding | None:
        """The finding of that name; None where the model did not give it."""
        for item in self.items:
            if (item.model, item.kind, item.name) == (model, kind, name):
                return item
        return None

    def starting(self, model: str, kind: str, prefix: str) -> tuple[tuple[str, Finding], ...]:
        """The findings named ``prefix/<part>``, each with its part."""
        return tuple(
            (item.name[len(prefix) + 1 :], item)
            for item in self.items
            if item.model == model and item.kind == kind and item.name.startswith(prefix + "/")
        )

    def of_kind(self, model: str, kind: str) -> tuple[Finding, ...]:
        """A model's findings of one kind."""
        return tuple(i for i in self.items if i.model == model and i.kind == kind)

    def without_a_place(self) -> tuple[Finding, ...]:
        """What no section of the page has a place for: unknown models, names and kinds."""
        return tuple(item for item in self.items if not _has_a_place(item))


def _has_a_place(item: Finding) -> bool:
    if item.model not in PLACED:
        return False
    return item.kind in ("check", "setting") or item.name.split("/")[0] in PLACED[item.model]


def _finding(row: Mapping[Any, Any]) -> Finding:
    def text(column: str) -> str:
        return str(row[column]) if known(row[column]) else ""

    return Finding(
        model=text("model"),
        kind=text("kind"),
        name=text("name"),
        value=number(row["value"]),
        low=number(row["low"]),
        high=number(row["high"]),
        bound=number(row["bound"]),
        verdict=text("verdict"),
        payload=parsed_mapping(row["payload"]),
    )
