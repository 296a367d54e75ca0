"""The audit by group of a model that was really fitted."""

import json

import numpy as np
import pandas as pd
import pytest

from ptml.contracts.dataset import dataset_from_frames
from ptml.contracts.evidence import Evidence
from ptml.evaluate.warning_fairness import with_fairness_evidence
from ptml.features.days import day_number
from ptml.features.history import History, load_history
from ptml.features.shared import Shared, shared_averages
from ptml.transfer.config import WarningConfig
from ptml.transfer.fitting import fit_warning
from ptml.transfer.model import WarningModel
from tests.transfer.organisation import AS_OF, tables

Learnt = tuple[pd.DataFrame, History, Shared, WarningModel]


@pytest.fixture(scope="module")
def learnt() -> Learnt:
    """An organisation in which one gender is asked for its motivation and found low."""
    frames = tables(n_employees=300)
    low = frames["feedback"].groupby("employee_id")["value"].mean() < 3
    people = frames["employees"]
    is_low = people["employee_id"].map(low).fillna(False).astype(bool)
    lot = np.random.default_rng(0).random(len(people))
    people["protected_gender"] = np.where(is_low ^ (lot < 0.1), "f", "m")
    years = np.random.default_rng(1).integers(1960, 2000, len(people))
    people["protected_birth_year"] = years.astype(str)
    dataset = dataset_from_frames(frames)
    history, shared = load_history(dataset), shared_averages(dataset)
    model = fit_warning(history, shared, day_number(AS_OF), WarningConfig(), seed=1)
    return dataset.query("SELECT * FROM protected_attributes"), history, shared, model


def audited(learnt: Learnt, protected: pd.DataFrame | None = None) -> dict[str, Evidence]:
    of_all, history, shared, model = learnt
    frame = of_all if protected is None else protected
    after = with_fairness_evidence(model, history, shared, frame, 3)
    assert after.evidence[: len(model.evidence)] == model.evidence
    return {row.name: row for row in after.evidence[len(model.evidence) :]}


def test_a_proxy_that_drives_flags_is_seen_from_end_to_end(learnt: Learnt) -> None:
    found = audited(learnt)
    area = found["proxy_auc/gender/f"]
    assert area.low is not None
    assert area.low > 0.6
    named = [row for name, row in found.items() if name.startswith("proxy_feature/gender/")]
    assert named[0].payload["topic"] == "motivation"
    through = found["through_topic/completion/gender/f/motivation"]
    assert through.low is not None
    assert through.low > 0
    years = next(row for name, row in found.items() if name.startswith("proxy_auc/birth_year/"))
    assert years.low is not None
    assert years.low < 0.5
    assert found["proxies_found/birth_year"].value == 0
    assert not any(n.startswith("through_topic/") and "/birth_year/" in n for n in found)


def test_every_stage_and_attribute_is_compared(learnt: Learnt) -> None:
    found = audited(learnt)
    for stage in ("completion", "day_30"):
        for attribute in ("gender", "birth_year"):
            assert f"flag_ratio/{stage}/{attribute}" in found
    assert len([n for n in found if n.endswith("flag_rate") and "/birth_year/" in n]) == 8


def test_rows_are_the_same_again_and_hold_no_single_person(learnt: Learnt) -> None:
    first, second = audited(learnt), audited(learnt)
    told = json.dumps([vars(row) for row in first.values()], default=dict)
    assert told == json.dumps([vars(row) for row in second.values()], default=dict)
    assert not any(person in told for person in learnt[1].employees.ids)


def test_without_protected_columns_nothing_is_said(learnt: Learnt) -> None:
    people = pd.DataFrame({"employee_id": learnt[1].employees.ids})
    assert audited(learnt, people) == {}
