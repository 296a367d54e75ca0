from typing import Any

from ptml.report.absence import Absent
from ptml.report.checks import checks, settings
from ptml.report.findings import Findings
from ptml.report.lift_quality import LiftQuality, lift_quality
from ptml.report.published import PublishedTables
from ptml.report.recommend_quality import RecommendQuality, recommend_quality
from ptml.report.warning_quality import WarningQuality, warning_quality

from .published import evidence, full_run


def _of(*rows: dict[str, Any]) -> tuple[PublishedTables, Findings]:
    published = PublishedTables({"evidence": evidence(rows)})
    return published, Findings.read(published.table("evidence"))


def _full() -> tuple[PublishedTables, Findings]:
    published = PublishedTables(full_run(12))
    return published, Findings.read(published.table("evidence"))


def test_what_the_run_uses_stands_above_its_peers() -> None:
    quality = recommend_quality(*_full())
    assert isinstance(quality, RecommendQuality)
    assert [figure.slug for figure in quality.figures] == [
        "figure-recall-at-20",
        "figure-ndcg-at-10",
    ]
    assert quality.figures[0].numbers.rows[0][0] == "what this run uses"
    assert quality.lead.endswith("the most popular ones finds 19\u202f%.")


def test_newcomers_and_new_courses_stand_apart() -> None:
    rows: list[dict[str, Any]] = [
        {
            "model": "recommend",
            "kind": "metric",
            "name": f"ndcg_at_10{group}/{way}",
            "value": value,
            "low": value - 0.01,
            "high": value + 0.01,
            "payload": {"people": 40},
        }
        for group in ("", "_of_new_hire", "_of_new_course")
        for way, value in (("chosen", 0.3), ("popularity_in_role", 0.2))
    ]
    quality = recommend_quality(*_of(*rows))
    assert isinstance(quality, RecommendQuality)
    by_history = quality.figures[-1]
    assert by_history.slug == "figure-by-history"
    assert [row[0] for row in by_history.numbers.rows] == [
        "people without any choice",
        "courses that had just opened",
    ]
    assert by_history.numbers.rows[0][3] == "40"
    assert Findings.read(evidence(rows)).without_a_place() == ()


def test_a_second_stage_has_a_figure_of_its_own() -> None:
    rows: list[dict[str, Any]] = [
        {
            "model": "recommend",
            "kind": "metric",
            "name": f"{metric}/{way}",
            "value": value,
            "low": value - 0.01,
            "high": value + 0.01,
        }
        for metric, way, value in (
            ("ndcg_at_10", "chosen", 0.3),
            ("second_stage_ndcg_at_10", "second", 0.28),
            ("second_stage_ndcg_at_10", "first", 0.27),
        )
    ]
    quality = recommend_quality(*_of(*rows))
    assert isinstance(quality, RecommendQuality)
    assert [len(figure.numbers.rows) for figure in quality.figures] == [1, 2]
    assert quality.figures[1].slug == "figure-second-stage"


def test_the_gain_curve_says_what_the_most_promising_fifth_brings() -> None:
    quality = lift_quality(*_full())
    assert isinstance(quality, LiftQuality)
    assert quality.figures[1].title.startswith("The most promising 20\u202f% bring 41\u202f%")
    assert quality.figures[1].numbers.head[1:] == (
        "By predicted lift",
        "By capability gap",
        "By lot",
    )


def test_a_gain_curve_without_a_peer_or_a_gain_is_drawn_and_claims_nothing() -> None:
    flat = {"share": [0.0, 0.5, 1.0], "model": [0.0, 0.1, -0.2], "random": [0.0, -0.1, -0.2]}
    row = {"model": "lift", "kind": "curve", "name": "gain", "payload": flat}
    quality = lift_quality(*_of(row))
    assert isinstance(quality, LiftQuality)
    assert quality.figures[0].title.startswith("What targeting")
    assert len(quality.figures[0].numbers.head) == 3


def test_a_slope_far_from_one_is_said_in_the_title() -> None:
    curve = {"predicted": [0.0, 1.0], "observed": [0.1, 0.4], "low": [None, 0.1], "high": [1, None]}
    rows: list[dict[str, Any]] = [
        {"model": "lift", "kind": "curve", "name": "calibration", "payload": curve},
        {"model": "lift", "kind": "metric", "name": "calibration_slope", "value": 0.4},
    ]
    quality = lift_quality(*_of(*rows))
    assert isinstance(quality, LiftQuality)
    assert quality.figures[0].title.startswith("The predictions are too far apart")


def test_the_warning_model_stands_beside_the_exam_rule_at_each_stage() -> None:
    quality = warning_quality(*_full())
    assert isinstance(quality, WarningQuality)
    rows = quality.figures[0].numbers.rows
    assert [label.split(",")[0].split()[0] for label, _ in rows] == ["model", "rule"] * 2
    assert quality.scores.head[1:] == ("At completion", "After 30 days")
    scores = {row[0]: row[1:] for row in quality.scores.rows}
    assert scores["Of those flagged, stayed unused"] == (
        "64\u202f% (62\u202f% to 66\u202f%)",
        "unknown",
    )
    assert len({figure.slug for figure in quality.figures}) == 3


def test_a_check_keeps_its_bound_verdict_note_and_level() -> None:
    row = {
        "model": "lift",
        "kind": "check",
        "name": "placebo",
        "value": 0.4,
        "low": 0.1,
        "high": 0.7,
        "bound": 0.2,
        "verdict": "fail",
        "payload": {"note": "Must be near 0.", "level": 90},
    }
    (check,) = checks(_of(row)[1], "lift")
    assert (check.judged, check.verdict, check.bound) == ("failed", "fail", "bound 0.20")
    assert check.question == "Must be near 0."
    assert check.value == "0.40 (90\u202f%: 0.10 to 0.70)"


def test_a_check_says_whether_it_must_pass_and_where_its_figure_should_be() -> None:
    found = {check.name: check for check in checks(_full()[1], "lift")}
    overlap, balance = found["Overlap"], found["Balance"]
    assert (overlap.must_pass, balance.must_pass) == (True, False)
    assert overlap.value == "91\u202f%"
    assert overlap.bound == "should be at least 80\u202f%"
    assert found["Beats constant"].judged == "the data cannot tell"
    assert found["Beats constant"].bound == "should be above 0"
    assert "(last score)" in found["Hidden confounder"].question


def test_the_lead_counts_what_the_checks_found() -> None:
    quality = lift_quality(*_full())
    assert isinstance(quality, LiftQuality)
    assert quality.lead[-1] == "Of 12 checks, 7 passed, 2 failed and on 3 the data cannot tell."


def test_checks_of_other_models_are_not_drawn() -> None:
    row = {"model": "recommend", "kind": "check", "name": "qini", "value": 1, "low": 0, "high": 2}
    (check,) = checks(_of(row)[1], "recommend")
    assert check.figure is None


def test_settings_are_listed_by_name() -> None:
    row = {"model": "lift", "kind": "setting", "name": "config", "payload": {"n_folds": 5}}
    assert settings(_of(row)[1], "lift").rows == (("config: n folds", "5"),)


def test_a_model_that_said_nothing_is_absent_with_what_it_needs() -> None:
    nothing = _of()
    for view in (recommend_quality(*nothing), lift_quality(*nothing), warning_quality(*nothing)):
        assert isinstance(view, Absent)
        assert view.why
