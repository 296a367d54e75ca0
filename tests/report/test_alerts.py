import pytest

from ptml.report.alerts import ALERTS, alert_sentence


@pytest.mark.parametrize("code", ALERTS)
def test_every_alert_reads_whole_with_and_without_its_values(code: str) -> None:
    for alert in ({"code": code}, {"code": code, "values": {"transfer_rate": 0.3}}):
        said = alert_sentence(alert)
        assert said.endswith(".")
        assert "{" not in said


def test_figures_stand_in_the_sentence_as_elsewhere_on_the_page() -> None:
    values = {"mean_exam": 81.26, "transfer_rate": 0.304}
    said = alert_sentence({"code": "exam_pass_no_transfer", "values": values})
    assert "mean exam 81.3" in said
    assert "30\u202f% use it" in said


def test_an_alert_of_another_kind_is_said_by_its_text_or_code() -> None:
    assert alert_sentence({"code": "harmful", "text": "Its own."}) == "Its own."
    assert alert_sentence({"code": "too_dear"}) == "Too dear."
    assert alert_sentence("Plain words.") == "Plain words."


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(-1.7, -0.3, "0.3 to 1.7 points less"), (-1, 0.5, "between 1.0 points less and 0.5 more")],
)
def test_a_twin_that_brings_less_is_said_to_bring_less(low: float, high: float, said: str) -> None:
    values = {"instead": "Data basics", "more_low": low, "more_high": high}
    assert alert_sentence({"code": "redundant", "values": values}).endswith(
        f"this one brings {said}."
    )
