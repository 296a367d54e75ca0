"""What is written about a run: the one row of the table `runs`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from ptml import __version__

RUN_ID_DIGITS = 16
RUN_ID_PATTERN = rf"\d{{8}}-[0-9a-f]{{{RUN_ID_DIGITS}}}"


@dataclass(frozen=True)
class RunRecord:
    """A run before it is published.

    Attributes
    ----------
    as_of : date
    data_fingerprint : str
        SHA-256 of the checked data.
    model_versions : mapping
        Name of each model to the hash of its files.
    settings : mapping
        JSON-ready settings of the run.
    started_at : datetime
        Read from a clock by the command line.
    code : str
        Hash of the code that makes the run.
    """

    as_of: date
    data_fingerprint: str
    model_versions: Mapping[str, str]
    settings: Mapping[str, Any]
    started_at: datetime
    code: str = ""

    @property
    def run_id(self) -> str:
        """Name of the run: the same data, models, settings and date give the same one."""
        told = json.dumps(
            [
                self.as_of.isoformat(),
                self.data_fingerprint,
                dict(self.model_versions),
                self.settings,
            ],
            sort_keys=True,
        )
        digest = hashlib.sha256(told.encode()).hexdigest()[:RUN_ID_DIGITS]
        return f"{self.as_of:%Y%m%d}-{digest}"

    def about(self) -> dict[str, Any]:
        """What the manifest says of the run: no clock, so that a repeated run says the same."""
        return {
            "run_id": self.run_id,
            "as_of": self.as_of.isoformat(),
            "data_fingerprint": self.data_fingerprint,
            "model_versions": dict(self.model_versions),
            "settings": dict(self.settings),
            "ptml": __version__,
            "code": self.code,
        }

    def row(self, rows: Mapping[str, Any], finished_at: datetime) -> pa.Table:
        """The table `runs` of this run.

        Parameters
        ----------
        rows : mapping
            Counts of rows read, set aside and written, and notes for the report.
        """
        return pa.table(
            {
                "as_of": pa.array([self.as_of], pa.date32()),
                "run_id": [self.run_id],
                "started_at": [self.started_at],
                "finished_at": [finished_at],
                "data_fingerprint": [self.data_fingerprint],
                "model_versions": [json.dumps(dict(self.model_versions), sort_keys=True)],
                "rows": [json.dumps(rows, sort_keys=True, ensure_ascii=False)],
                "status": ["complete"],
            }
        )
