"""Log a training to MLflow: settings, figures, the plots as a page, and the three models."""

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ptml.contracts.artefacts import replace_folder
from ptml.contracts.evidence import Evidence
from ptml.jobs.models import load_models
from ptml.jobs.totals import evidence_table
from ptml.report import render_report
from ptml.tracking import LoggedModel, Training, default_store, track_training

CODE = Path(__file__).with_name("served_model.py")
# What evidence calls each of them.
EVIDENCE = {"recommend": "recommend", "lift": "lift", "warnings": "transfer"}
STORE = "mlruns"


def track(out: Path, about: Mapping[str, Any], evidence: Sequence[Evidence]) -> str:
    """Log the models of the folder ``out``; the store lies beside it unless the environment
    names a server. Gives the sentence that says where."""
    store = out.parent / STORE
    with tempfile.TemporaryDirectory(prefix="ptml-") as scratch:
        models = [
            _logged(name, out, Path(scratch) / name, about, evidence) for name in about["models"]
        ]
        run_id = track_training(
            Training(
                settings=about["settings"],
                tags={key: str(about[key]) for key in ("as_of", "data", "fingerprint")},
                metrics=_metrics(evidence),
                texts={
                    "evidence.json": json.dumps([vars(row) for row in evidence], default=dict),
                    "report.html": render_report(
                        {"evidence": evidence_table(evidence).to_pandas()}
                    ),
                },
                models=models,
            ),
            store,
        )
    return f"Logged to MLflow as run {run_id} in {default_store(store)}."


def _metrics(evidence: Sequence[Evidence]) -> dict[str, float]:
    return {
        f"{row.model}/{row.name}": row.value
        for row in evidence
        if row.kind in ("metric", "check") and row.value is not None
    }


def _logged(
    name: str, out: Path, folder: Path, about: Mapping[str, Any], evidence: Sequence[Evidence]
) -> LoggedModel:
    own = [row for row in evidence if row.model == EVIDENCE[name]]
    told = {**about, "models": [name]}
    with replace_folder(folder, {k: v for k, v in told.items() if k != "sha256"}) as fresh:
        shutil.copytree(out / name, fresh / name)
    return LoggedModel(
        name,
        CODE,
        folder,
        _columns(name, folder),
        settings={row.name: row.payload for row in own if row.kind == "setting"},
        metrics=_metrics(own),
        failed_checks=[row.name for row in own if row.is_refusal],
    )


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
