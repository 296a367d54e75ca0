"""Tables about teams and new people: the same bytes however people are cut into buckets."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from ptml.contracts.conformity import conforming
from ptml.contracts.teams import TEAM_TABLES
from ptml.decide.proficiency.config import ProficiencyConfig
from ptml.decide.team.config import TeamConfig
from ptml.features.capability import capability
from ptml.features.company_inputs import CompanyInputs
from ptml.features.history import History, bucket_histories, load_history
from ptml.features.rows import Rows
from ptml.features.shared import Shared, shared_averages
from ptml.jobs.proficiency import ProficiencySums
from ptml.jobs.teams import TeamSums
from ptml.sources import read_dataset
from tests.decide.histories import day_of

DAY = day_of("2026-10-01")
Tables = dict[str, pa.Table]


@pytest.fixture(scope="module")
def made(organisation: Path) -> Iterator[Callable[[int, TeamConfig], Tables]]:
    """Tables of the organisation, in buckets of about as many people as asked."""
    dataset = read_dataset(str(organisation))
    company, shared = CompanyInputs.of(dataset), shared_averages(dataset)

    def tables(bucket_employees: int, config: TeamConfig) -> Tables:
        teams, people = TeamSums(config), ProficiencySums(ProficiencyConfig())
        parts: list[History] = (
            [load_history(dataset)]
            if not bucket_employees
            else [history for _, history in bucket_histories(dataset, bucket_employees)]
        )
        for history in parts:
            one, two = TeamSums(config), ProficiencySums(ProficiencyConfig())
            _add(one, history, shared)
            two.add(history, shared, DAY)
            teams.append(one.lists)
            people.append(two.lists)
        return {**teams.tables(company), **people.tables(company)}

    yield tables
    dataset.close()


def _add(sums: TeamSums, history: History, shared: Shared) -> None:
    everybody = Rows.at(np.arange(history.n_employees, dtype=np.int32), DAY)
    rows = everybody.take(np.flatnonzero(history.employed(everybody.employee, everybody.day)))
    sums.add(history, shared, rows, capability(history, shared, rows))


def test_however_people_are_cut_into_buckets_the_tables_are_the_same(
    made: Callable[[int, TeamConfig], Tables],
) -> None:
    whole, cut = made(0, TeamConfig()), made(250, TeamConfig())
    assert set(whole) == set(TEAM_TABLES)
    for name, table in whole.items():
        assert len(table)
        assert table.to_pandas().equals(cut[name].to_pandas()), name


def test_tables_keep_their_contract(made: Callable[[int, TeamConfig], Tables]) -> None:
    for name, table in made(0, TeamConfig()).items():
        stamped = table.append_column("as_of", pa.array([DAY] * len(table), pa.int32()))
        stamped = stamped.set_column(
            stamped.num_columns - 1, "as_of", stamped["as_of"].cast(pa.date32())
        ).append_column("run_id", pa.array(["r"] * len(table)))
        assert len(conforming(name, stamped)) == len(table)


def test_who_the_only_one_is_can_be_left_out(made: Callable[[int, TeamConfig], Tables]) -> None:
    asked = TeamConfig(critical_importance=0.0, alone_certainty=0.0)
    named = made(0, asked)
    assert len(named["sole_holders"]) == sum(
        filter(None, named["team_portraits"]["single_holder"].to_pylist())
    )
    quiet = made(0, asked.model_copy(update={"name_sole_holders": False}))
    assert len(quiet["sole_holders"]) == 0
    told, again = (tables["team_portraits"].to_pandas() for tables in (named, quiet))
    assert again.equals(told)
