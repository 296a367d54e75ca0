"""The published tables as the report reads them: any may be absent, empty or short of a column."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import pandas as pd

from ptml.report.wording import known, parsed_list, parsed_mapping

# What the page looks at; a column that is not there reads as unknown.
COLUMNS: Mapping[str, list[str]] = {
    "runs": (
        "run_id as_of started_at finished_at data_fingerprint model_versions rows status"
    ).split(),
    "rejected_rows": ["table", "row", "column", "value", "rule"],
    "evidence": ["model", "kind", "name", "value", "low", "high", "bound", "verdict", "payload"],
    "recommendations": (
        "employee_id rank course_id score lift lift_low lift_high p_complete preference "
        "gap_closed reasons"
    ).split(),
    "lift": ["employee_id", "course_id", "lift", "lift_low", "lift_high", "support", "status"],
    "warnings": (
        "enrolment_id employee_id course_id stage p_weak flagged base_value reasons interventions"
    ).split(),
    "course_health": (
        "course_id title enrolled completed mean_exam mean_satisfaction transfer_rate lift "
        "lift_low lift_high cost benefit roi alerts"
    ).split(),
    "needs": ["org_unit_id", "competency_id", "gap", "people", "cause", "evidence"],
    "portraits": ["employee_id", "competency_id", "level", "level_se", "required", "gap", "trend"],
    "segments": ["employee_id", "segment", "performance_state", "main_cause"],
    "paths": ["employee_id", "step", "course_id", "starts_in_week", "weeks", "lift"],
    "allocations": ["employee_id", "course_id", "quarter", "lift", "cost"],
}


class PublishedTables:
    """One run's output tables by name, with every column that the page asks for.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The contract's output tables of one run; names that are not known are ignored.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = dict(tables)

    def table(self, name: str) -> pd.DataFrame:
        """The table with all its columns; no rows where it was not published."""
        columns = COLUMNS[name]
        frame = self._tables.get(name)
        if frame is None:
            return pd.DataFrame({column: pd.Series(dtype=object) for column in columns})
        missing = {column: None for column in columns if column not in frame.columns}
        return frame.assign(**missing) if missing else frame

    def has(self, name: str) -> bool:
        """Whether the table was published and holds a row."""
        return not self.table(name).empty

    def of_people(self, name: str, people: Sequence[str]) -> Mapping[str, pd.DataFrame]:
        """The rows of a table by person, for the few people named."""
        frame = self.table(name)
        rows = frame[frame["employee_id"].isin(list(people))]
        return {str(person): own for person, own in rows.groupby("employee_id", sort=True)}

    @cached_property
    def n_people(self) -> int:
        """People who got at least one recommendation."""
        return int(self.table("recommendations")["employee_id"].nunique())

    @cached_property
    def run(self) -> Mapping[str, object]:
        """The row of `runs`; empty where the table is absent."""
        runs = self.table("runs")
        return {} if runs.empty else {str(k): v for k, v in runs.iloc[-1].to_dict().items()}

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Sentences of the run about what could not be done, in the order they were written."""
        notes = parsed_list(parsed_mapping(self.run.get("rows")).get("notes"))
        return tuple(str(note) for note in notes)

    def notes_about(self, *words: str) -> tuple[str, ...]:
        """The run's notes that name one of the words."""
        return tuple(n for n in self.notes if any(word in n.lower() for word in words))

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        health = self.table("course_health")
        rows = zip(health["course_id"], health["title"], strict=True)
        return {str(course): str(title) for course, title in rows if known(title)}

    def title(self, course_id: object) -> str:
        """A course's title, or its id where no title was published."""
        return self._titles.get(str(course_id), str(course_id))
