from pathlib import Path

import pytest

from ptml.contracts.diagnosis import COURSE_LEVELS
from ptml.contracts.outputs import SEGMENTS
from ptml.decide.segmenting.rules import SegmentRules, default_rules
from ptml.decide.segments import SegmentConfig, segmented
from ptml.errors import UsageError
from tests.decide.people import people

OURS = """
[[segment]]
rule = "probation"
gives = "new"
all = ["tenure_days < 90", "role_leads_people is no"]

[[segment]]
rule = "the rest"
gives = "core"

[[performance]]
rule = "low"
gives = "below"
all = ["score < 80"]
"""


def config(folder: Path, text: str = OURS) -> SegmentConfig:
    path = folder / "ours.toml"
    path.write_text(text, encoding="utf-8")
    return SegmentConfig(rules_file=path)


def test_rules_of_a_file_decide_instead_of_those_of_the_package(tmp_path: Path) -> None:
    someone = people(2, tenure_days=[60, 200], is_people_manager=0, score_mean_4_periods=85)
    found = segmented(someone, config(tmp_path))
    assert [SEGMENTS[code] for code in found.segment] == ["new", "core"]
    assert found.rule.tolist() == [0, 1]
    assert found.state.tolist() == [-1, -1]
    assert found.course_level.tolist() == [-1, -1]
    # By the rules of the package both were new and below target.
    assert segmented(someone, SegmentConfig()).state.tolist() == [0, 0]


def test_what_the_file_said_stays_with_the_settings_when_the_file_is_gone(tmp_path: Path) -> None:
    ours = config(tmp_path)
    told = ours.model_dump(mode="json")
    (tmp_path / "ours.toml").unlink()
    again = SegmentConfig.model_validate(told)
    assert again.effective == ours.effective
    assert again.effective.segment[0].rule == "probation"


def test_the_rules_of_the_package_hold_and_say_which_course_suits() -> None:
    rules, named = default_rules(), SegmentConfig().named
    assert rules.problems(named) == []
    someone = people(3, tenure_days=2000, role_days=2000, is_people_manager=[1, 0, 0])
    someone.values[:, someone.names.index("score_mean_4_periods")] = (90, 90, 100)
    found = segmented(someone, SegmentConfig())
    assert [COURSE_LEVELS[code] for code in found.course_level] == [
        "leadership",
        "basic",
        "advanced",
    ]


def test_a_changed_number_changes_what_is_published() -> None:
    rules = default_rules()
    one, other = SegmentConfig(), SegmentConfig(new_days=200)
    assert "tenure_days < 365" in rules.text(one.named)
    assert rules.sha256(one.named) != rules.sha256(other.named)
    assert rules.sha256(one.named) == rules.sha256(SegmentConfig().named)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OURS.replace('gives = "new"', 'gives = "fresh"'), "got `fresh`"),
        (OURS.replace("tenure_days", "tenure"), "did you mean `tenure_days`?"),
        (OURS.replace('rule = "the rest"', 'rule = "probation"'), "two rules called `probation`"),
        (OURS.replace('gives = "core"', 'gives = "core"\nall = ["score > 1"]'), "hold for every"),
        (OURS.replace("score < 80", "performance is below"), "not known yet"),
        (OURS.replace("rule =", "name ="), "extra inputs"),
        (OURS.replace("[[segment]]", "[[segments]]"), "`segment` field required"),
        ("[[segment", "is no TOML"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_is_wrong(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(UsageError) as raised:
        config(tmp_path, text)
    assert said in str(raised.value)
    assert "ours.toml" in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        SegmentConfig(rules_file=tmp_path / "none.toml")


def test_rules_without_a_last_one_for_everybody_are_refused() -> None:
    with pytest.raises(UsageError, match="hold for everybody"):
        SegmentConfig(rules=SegmentRules(segment=(), performance=()))
