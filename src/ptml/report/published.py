"""The published tables as the report reads them: any may be absent, empty or short of a column."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import pandas as pd

from ptml.contracts.outputs import OUTPUT_TABLES, STAGES
from ptml.report.wording import as_sentence, known, parsed_list, parsed_mapping


class PublishedTables:
    """One run's output tables by name, with every column of the contract.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The contract's output tables of one run; names that are not known are ignored.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = dict(tables)

    def table(self, name: str) -> pd.DataFrame:
        """The table with all columns of the contract; no rows where it was not published."""
        columns = OUTPUT_TABLES[name].columns
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
        return tuple(as_sentence(str(note)) for note in notes)

    def notes_about(self, *words: str) -> tuple[str, ...]:
        """The run's notes that name one of the words."""
        return tuple(n for n in self.notes if any(word in n.lower() for word in words))

    @cached_property
    def last_warnings(self) -> pd.DataFrame:
        """The warnings at each enrolment's last stage, which knows most."""
        warnings = self.table("warnings")
        order = warnings["stage"].map({stage: i for i, stage in enumerate(STAGES)})
        ranked = warnings.assign(flagged=warnings["flagged"].eq(True), order=order)
        ranked = ranked.sort_values(["enrolment_id", "order"], kind="stable")
        return ranked.drop_duplicates("enrolment_id", keep="last").drop(columns="order")

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """Names of units and competencies, by `units`, `names` and the evidence of `needs`."""
        needs = self.table("needs")
        names: dict[str, str] = {}
        units, told = self.table("units"), self.table("names")
        told = told[told["kind"] == "competency"]
        for column, ids, words in (
            ("org_unit_id", units["org_unit_id"], units["name"]),
            ("competency_id", told["id"], told["name"]),
        ):
            pairs = zip(ids, words, strict=True)
            names |= {f"{column}={one}": str(word) for one, word in pairs if known(word)}
        for column, key in (("org_unit_id", "unit_name"), ("competency_id", "competency_name")):
            first = needs[needs[column].notna()].drop_duplicates(column)
            for found, cell in zip(first[column], first["evidence"], strict=True):
                name = parsed_mapping(cell).get(key)
                names.update({f"{column}={found}": name} if isinstance(name, str) and name else {})
        return names

    def unit(self, org_unit_id: object) -> str:
        """A unit's name, or its id where no name was published."""
        return self._names.get(f"org_unit_id={org_unit_id}", str(org_unit_id))

    def competency(self, competency_id: object) -> str:
        """A competency's name, or its id where no name was published."""
        return self._names.get(f"competency_id={competency_id}", str(competency_id))

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        health = self.table("course_health")
        rows = zip(health["course_id"], health["title"], strict=True)
        return {str(course): str(title) for course, title in rows if known(title)}

    def title(self, course_id: object) -> str:
        """A course's title, or its id where no title was published."""
        return self._titles.get(str(course_id), str(course_id))
