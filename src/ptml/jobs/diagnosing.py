"""The diagnosis of a run: what is kept of each bucket, and the tables once all are added."""

from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ptml.contracts.diagnosis import COURSE_LEVELS, QUESTIONS, WISH_KINDS, WISH_VERDICTS
from ptml.contracts.evidence import Evidence
from ptml.decide.causes import CAUSES, Signals
from ptml.decide.diagnosis.everybody import Diagnosed
from ptml.decide.diagnosis.measured import answers_in_a_year, measured, wishes_in_a_year
from ptml.decide.diagnosis.pool import DiagnosisPool, codes, numbers
from ptml.decide.diagnosis.surroundings import Surroundings, surroundings
from ptml.decide.diagnosis.unit_evidence import UnitEvidence, trainees_told
from ptml.decide.diagnosis.wishes import Subjects, UnitNeeds, wishes_of
from ptml.decide.health.evidence import CourseLift
from ptml.decide.segments import (
    NO_CAUSE,
    SEGMENTS,
    STATES,
    UNKNOWN_STATE,
    SegmentConfig,
    main_cause,
    segmented,
)
from ptml.explain.diagnosis import Counts, person_evidence
from ptml.features.capability import Capability
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.rows import Rows
from ptml.features.standing import standing
from ptml.jobs.run_shared import RunShared
from ptml.jobs.settings import Settings
from ptml.jobs.tables import ids_at, words_at

IntArray = NDArray[np.int64]

_BELOW, _UNCLEAR = STATES.index("below"), CAUSES.index("unclear")
_RULE_QUESTION = {"capability": 0, "motivation": 1, "environment": 2}


class People(Protocol):
    """What is asked of a bucket: its people as of the day, with what is known of them."""

    @property
    def history(self) -> History: ...
    @property
    def rows(self) -> Rows: ...
    @property
    def portraits(self) -> Capability: ...
    @property
    def people(self) -> FeatureMatrix: ...
    @property
    def signals(self) -> Signals: ...
    @property
    def leads(self) -> NDArray[np.bool_]: ...


def add_to_pool(pool: DiagnosisPool, scored: People, settings: Settings) -> None:
    """Keep of a bucket what the diagnosis wants of everybody."""
    people, portraits, rows = scored.people, scored.portraits, scored.rows
    place = standing(scored.history, rows)
    of_rules = segmented(people, settings.segments, scored.leads, scored.signals.gap)
    state, is_new = of_rules.state, of_rules.segment == SEGMENTS.index("new")
    found = measured(people, portraits, is_new, settings.segments.recent_days)
    known = np.isfinite(portraits.gap) & (portraits.importance > 0)
    columns = {
        **found,
        "employee_id": ids_at(scored.history.employees, rows.employee),
        "unit": place.unit,
        "role": place.role,
        "grade": place.grade,
        "state": state,
        "segment": of_rules.segment,
        "rule": of_rules.rule,
        "course_level": of_rules.course_level,
        "rule_cause": main_cause(state, scored.signals, settings.causes),
        "gap": scored.signals.gap,
        "n_scores": np.minimum(np.nan_to_num(people.column("scores_known")), 4).astype(np.int32),
        "n_levels": (known & (portraits.n_assessments > 0)).sum(axis=1),
        "n_answers": answers_in_a_year(scored.history, rows),
        "n_wishes": np.nan_to_num(people.column("wishes_4_quarters")).astype(np.int32),
        "n_pain_points": np.nan_to_num(people.column("pain_points_4_quarters")).astype(np.int32),
    }
    pool.add(_whole(columns), wishes_in_a_year(scored.history, rows, place.unit))


def _whole(columns: dict[str, object]) -> dict[str, object]:
    return {
        name: values.astype(np.float32)
        if isinstance(values, np.ndarray) and values.dtype == np.float64
        else values.astype(np.int32)
        if isinstance(values, np.ndarray) and values.dtype.kind in "iu"
        else values
        for name, values in columns.items()
    }


def rules_evidence(config: SegmentConfig) -> Evidence:
    """The rules of segments as they were used, so that a change of them is seen."""
    rules, named = config.effective, config.named
    return Evidence(
        model="segments",
        kind="setting",
        name="segment_rules",
        payload={
            "sha256": rules.sha256(named),
            "file": None if config.rules_file is None else config.rules_file.name,
            "rules": rules.text(named).splitlines(),
        },
    )


class RunDiagnosis:
    """What a run's pool comes to.

    Attributes
    ----------
    around : Surroundings
        Of every unit.
    found : Diagnosed or None
        None = too few people or units: rules of thresholds decide.
    """

    def __init__(self, pool: DiagnosisPool, shared: RunShared) -> None:
        company, self._settings = shared.company, shared.settings
        self._lists, self._maps = pool.lists, company.maps
        self._teaches = company.catalogue.teaches
        self.around: Surroundings = surroundings(
            shared.sums, company.incidents, len(company.maps.units), shared.epoch_day
        )
        self.found = Diagnosed.of(self._people, self.around, self._settings.diagnosis)

    @property
    def _people(self) -> pa.Table:
        return self._lists["diagnosis"]

    def segments_table(self) -> pa.Table:
        """`segments`: who is new, leads, has potential; how they do; what stands in the way."""
        table = self._people
        cause, _, first = self._causes()
        rules = tuple(rule.rule for rule in self._settings.segments.effective.segment)
        # Where the surroundings hold somebody back, no course is the first answer.
        is_around = cause == CAUSES.index("environment")
        level = np.where(is_around, -1, codes(table, "course_level"))
        return pa.table(
            {
                "employee_id": table["employee_id"],
                "segment": words_at(SEGMENTS, codes(table, "segment")),
                "performance_state": words_at(STATES, codes(table, "state")),
                "main_cause": words_at(CAUSES, cause),
                "rule": words_at(rules, codes(table, "rule")),
                "course_level": words_at(COURSE_LEVELS, level),
                "first_question": words_at(QUESTIONS, first),
            }
        )

    def diagnoses_table(self) -> pa.Table:
        """`diagnoses`: everybody below target."""
        at = np.flatnonzero(codes(self._people, "state") == _BELOW)
        cause, strength, first = self._causes()
        return pa.table(
            {
                "employee_id": self._people["employee_id"].take(pa.array(at)),
                "cause": words_at(CAUSES, cause[at]),
                "strength": pa.array(strength[at], from_pandas=True),
                "first_question": words_at(QUESTIONS, first[at]),
                "evidence": self._evidence(at),
            }
        )

    def unit_evidence(self, lifts: CourseLift) -> UnitEvidence | None:
        """The diagnosis of units; None where rules of thresholds decide."""
        if self.found is None:
            return None
        wishes = self._lists["wishes"]
        n_units = len(self.around.people)
        asked = np.bincount(codes(wishes, "unit"), codes(wishes, "asked"), n_units)
        told = trainees_told(lifts.lift, lifts.low, lifts.high, self._teaches)
        config = self._settings.diagnosis
        return UnitEvidence.of(self.found, self.around, asked.astype(np.int64), told, config)

    def wishes_table(self, needs: UnitNeeds, lifts: CourseLift) -> pa.Table:
        """`wishes`: what units ask for beside what they need."""
        config, maps = self._settings, self._maps
        found = wishes_of(
            self._wishes(),
            needs,
            self._teaches,
            lifts,
            config.needs.min_people,
            config.diagnosis.asked_share,
        )
        rows = found.subjects
        is_told = found.asked >= 0
        course = np.where(rows.kind == 0, rows.subject, -1)
        competency = np.where(rows.kind == 1, rows.subject, -1)
        share = np.where(is_told, found.asked / np.maximum(found.people, 1), np.nan)
        floats = {
            "share": share,
            "gap": found.gap,
            "lift": found.lift.lift,
            "lift_low": found.lift.low,
            "lift_high": found.lift.high,
        }
        return pa.table(
            {
                "org_unit_id": ids_at(maps.units, rows.unit),
                "kind": words_at(WISH_KINDS, rows.kind),
                "subject_id": pc.coalesce(
                    ids_at(maps.courses, course), ids_at(maps.competencies, competency)
                ),
                "asked": pa.array(found.asked.astype(np.int32), mask=~is_told),
                "people": found.people.astype(np.int32),
                **{name: pa.array(values, from_pandas=True) for name, values in floats.items()},
                "cause": words_at(CAUSES, found.cause),
                "strength": pa.array(found.strength, from_pandas=True),
                "verdict": words_at(WISH_VERDICTS, found.verdict),
            }
        )

    def _wishes(self) -> Subjects:
        """People who ask, a row a unit and subject, over all buckets."""
        table = self._lists["wishes"]
        keys = np.stack([codes(table, name) for name in ("unit", "kind", "subject")], axis=1)
        rows, at = np.unique(keys.reshape(-1, 3), axis=0, return_inverse=True)
        asked = np.bincount(at.reshape(-1), codes(table, "asked"), len(rows))
        unit, kind, subject = rows.T
        return Subjects(unit, kind, subject, asked.astype(np.int64))

    def _causes(self) -> tuple[IntArray, NDArray[np.float64], IntArray]:
        """Cause, strength and first question of everybody; -1 and NaN = none."""
        state = codes(self._people, "state")
        if self.found is None:
            cause = codes(self._people, "rule_cause")
            asked = [_RULE_QUESTION.get(name, -1) for name in CAUSES]
            first = np.where(cause >= 0, np.array(asked)[cause], -1)
            return cause, np.full(len(cause), np.nan), first
        cause = np.where(state == UNKNOWN_STATE, _UNCLEAR, NO_CAUSE).astype(np.int64)
        strength = np.full(len(cause), np.nan)
        first = np.full(len(cause), -1, dtype=np.int64)
        at, verdict = self.found.below, self.found.verdict
        cause[at], strength[at], first[at] = verdict.cause, verdict.strength, verdict.first
        return cause, strength, first

    def _evidence(self, at: IntArray) -> pa.Array:
        """JSON of everybody of some positions, all below target."""
        if self.found is None:
            return pa.repeat(pa.scalar('{"by": "thresholds"}'), len(at))
        table, unit = self._people.take(pa.array(at)), codes(self._people, "unit")[at]
        counts = Counts(
            gap=numbers(table, "gap"),
            hours_per_head=np.append(self.around.hours_per_head, np.nan)[unit],
            n_incidents=np.append(self.around.n_incidents, 0)[unit],
            **{
                name: codes(table, name)
                for name in ("n_scores", "n_levels", "n_answers", "n_wishes", "n_pain_points")
            },
        )
        points = self._settings.diagnosis.worthwhile_points
        return person_evidence(self.found, counts, points)
