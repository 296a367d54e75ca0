"""Every function takes settings in the same forms, and an unknown one is named."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ptml
from ptml.errors import UsageError
from ptml.jobs.settings import Settings


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ptml.Company]:
    folder = tmp_path_factory.mktemp("company")
    made = ptml.make_company(n_employees=60, n_courses=6, folder=folder)
    with ptml.load(made) as company:
        yield company


def people(company: ptml.Company, **given: Any) -> pd.DataFrame:
    return ptml.diagnose(company, **given).people


@pytest.mark.parametrize(
    ("function", "part", "values"),
    [
        (ptml.course_health, "health", {"cost_per_hour": 40.0}),
        (ptml.team_portrait, "team", {}),
        (ptml.time_to_proficiency, "proficiency", {}),
    ],
)
def test_a_part_of_the_settings_may_be_given_alone_whole_or_in_a_file(
    function: Callable[..., pd.DataFrame],
    part: str,
    values: dict[str, float],
    company: ptml.Company,
    tmp_path: Path,
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f"[{part}]\n" + "".join(f"{k} = {v}\n" for k, v in values.items()))
    wanted = function(company, settings=values)
    for given in ({part: values}, Settings.model_validate({part: values}), file, str(file)):
        pd.testing.assert_frame_equal(function(company, settings=given), wanted)
    with pytest.raises(UsageError, match="no_such"):
        function(company, settings={"no_such": 1})


@pytest.mark.parametrize("function", [people, ptml.segments])
def test_all_settings_may_be_given_as_a_mapping(
    function: Callable[..., pd.DataFrame], company: ptml.Company
) -> None:
    given = {"segments": {"new_days": 10}}
    mapping = function(company, settings=given)
    pd.testing.assert_frame_equal(
        mapping, function(company, settings=Settings.model_validate(given))
    )
    with pytest.raises(UsageError, match="no_such"):
        function(company, settings={"no_such": 1})
