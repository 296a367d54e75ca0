"""Log a training to MLflow: settings, figures, plots, checks and the three models."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

import ptml
from ptml.contracts.artefacts import replace_folder
from ptml.contracts.durable import sha256_of
from ptml.contracts.evidence import Evidence
from ptml.contracts.manifest import MANIFEST
from ptml.jobs.logged_evidence import files, headline_metrics, model_metrics, params, trials
from ptml.jobs.models import load_models
from ptml.jobs.source_hash import source_hash
from ptml.jobs.totals import evidence_table
from ptml.report import render_report
from ptml.report.cards import CARD_FILE
from ptml.report.pictures import write_pictures
from ptml.tracking import LoggedModel, Training, has_store, track_training

CODE = Path(__file__).with_name("served_model.py")
# What evidence calls each of them.
EVIDENCE = {"recommend": "recommend", "lift": "lift", "warnings": "transfer"}
STORE = "mlruns"
OUTPUTS = {
    "recommend": {
        "employee_id": "string",
        "rank": "long",
        "course_id": "string",
        "score": "double",
    },
    "lift": {"lift": "double", "lift_low": "double", "lift_high": "double"},
    "warnings": {"p_weak": "double"},
}
"""What `served_model` gives, column by column."""
_NEUTRAL: Mapping[str, object] = {"string": "", "double": 0.0, "long": 0}


def track(
    out: Path,
    about: Mapping[str, Any],
    evidence: Sequence[Evidence],
    examples: Mapping[str, pd.DataFrame] | None = None,
) -> str:
    """Log the models of the folder ``out``; the store lies beside it unless the environment
    names a server.

    Parameters
    ----------
    examples : mapping of str to DataFrame, optional
        Rows to try each model on (`input_examples`); without, one row of zeros.

    Returns
    -------
    str
        Id of the MLflow run.
    """
    store = out.parent / STORE
    with tempfile.TemporaryDirectory(prefix="ptml-") as scratch:
        table = evidence_table(evidence).to_pandas()
        given = _Given(out, Path(scratch), about, evidence, table, examples or {})
        return track_training(
            Training(
                sha256=sha256_of(out / MANIFEST),
                settings=about["settings"],
                tags=_tags(about),
                metrics=headline_metrics(evidence),
                texts={
                    "evidence.json": json.dumps([vars(row) for row in evidence], default=dict),
                    "report.html": render_report({"evidence": table}),
                },
                models=[given.logged(name) for name in about["models"]],
            ),
            store,
        )


def store_beside(place: Path) -> Path | None:
    """The MLflow store beside a training or a registry; None where nothing was tracked there.

    A server that the environment names stands for the store of every folder.
    """
    store = place.absolute().parent / STORE
    return store if has_store(store) else None


@dataclass(frozen=True)
class _Given:
    """What models are made ready to log from."""

    out: Path
    scratch: Path
    about: Mapping[str, Any]
    evidence: Sequence[Evidence]
    table: pd.DataFrame
    examples: Mapping[str, pd.DataFrame]

    def logged(self, name: str) -> LoggedModel:
        """A model with all that is said of it, its files in a folder of their own."""
        own = [row for row in self.evidence if row.model == EVIDENCE[name]]
        folder, plots = self.scratch / name, self.scratch / f"{name}-plots"
        told = {**self.about, "models": [name]}
        with replace_folder(folder, {k: v for k, v in told.items() if k != "sha256"}) as fresh:
            shutil.copytree(self.out / name, fresh / name)
        columns = _columns(name, folder)
        card = self.out / name / CARD_FILE
        return LoggedModel(
            name,
            CODE,
            folder,
            columns,
            OUTPUTS[name],
            _example(columns, self.examples.get(name)),
            settings=params(own),
            metrics=model_metrics(own),
            texts=files(own),
            figures=write_pictures(self.table, EVIDENCE[name], plots),
            trials=trials(own),
            card=card.read_text(encoding="utf-8") if card.exists() else "",
            failed_checks=[row.name for row in own if row.is_refusal],
        )


def _tags(about: Mapping[str, Any]) -> dict[str, str]:
    settings = json.dumps(about["settings"], sort_keys=True).encode()
    return {
        **{key: str(about[key]) for key in ("as_of", "data", "fingerprint")},
        "seed": str(about["settings"]["seed"]),
        "settings_sha256": hashlib.sha256(settings).hexdigest(),
        "code_sha256": source_hash(ptml),
        "ptml_version": version("ptml"),
    }


def _example(columns: Mapping[str, str], rows: pd.DataFrame | None) -> pd.DataFrame:
    if rows is None:
        return pd.DataFrame({name: [_NEUTRAL[kind]] for name, kind in columns.items()})
    return rows[list(columns)]


def _columns(name: str, folder: Path) -> dict[str, str]:
    models = load_models(folder, (name,), [])
    if models.lift is not None and models.lift.fitted is not None:
        used = models.lift.fitted.modifiers
        return {
            "course_id": "string",
            **dict.fromkeys(used.pair_names + used.person_names, "double"),
        }
    if models.warning is not None:
        return {**dict.fromkeys(models.warning.names, "double"), "stage": "long"}
    if name == "lift":
        return {"course_id": "string"}
    return {"employee_id": "string", "course_id": "string"}
