"""The benchmark of scale: a tiny one from end to end, and its parts."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ptml.errors import PtmlError, UsageError
from ptml.jobs import engine
from ptml.jobs.bench_scale import Plan, bench_scale
from ptml.jobs.bench_scale_fit import power_law
from ptml.jobs.bench_scale_goals import bounded, goals_seen
from ptml.jobs.bench_scale_kernels import candidate_scores, kernel_inputs, mask_sums, top_of
from ptml.jobs.bench_scale_limits import stage_limits
from ptml.jobs.bench_scale_run import in_fresh_process, scored
from ptml.jobs.bench_scale_watch import LIFT, PLANS, REST, STAGES, stages_watched
from ptml.jobs.progress import Silent
from ptml.jobs.stopwatch import Stopwatch

Call = Callable[..., tuple[int, str, str]]


def test_a_tiny_study_writes_its_page_and_its_plot(
    organisation: Path,
    models: Path,
    tmp_path: Path,
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Starting Spark twice takes as long as all the rest; its tests do that elsewhere.
    monkeypatch.setattr("ptml.jobs.bench_scale.why_no_spark", lambda: "left out here")
    page, keep = tmp_path / "docs" / "scale.md", tmp_path / "keep"
    words = ["--base", organisation, "--models", models, "--candidates", 5, "--repeats", 1]
    words += ["--sizes", 200, "--user-until", 0, "--page", page, "--keep", keep]
    code, told, _ = call("bench", "scale", *words)
    assert code == 0
    assert "one size: not known" in told
    text = page.read_text()
    assert text.startswith("# Benchmark of scale")
    for stage in STAGES:
        assert f"| {stage} |" in text
    assert "Not found" not in text
    assert (page.parent / "images" / "scale.png").read_bytes().startswith(b"\x89PNG")
    kept = json.loads((keep / "score-200-0.json").read_text())["result"]
    stages = sum(spent["processor"] for spent in kept["stages"].values())
    assert stages == pytest.approx(kept["processor"], rel=0.05)
    assert kept["rows"]["segments"] <= 200
    assert kept["peak_gib"] > 0.05


def test_the_functions_of_every_stage_are_there_and_put_back() -> None:
    before = vars(engine)["read_people"]
    with stages_watched(Stopwatch(lambda: 0.0, lambda: 0.0)) as missing:
        assert vars(engine)["read_people"] is not before
    assert missing == []
    assert vars(engine)["read_people"] is before


def test_stages_add_up_to_the_job(organisation: Path, models: Path, tmp_path: Path) -> None:
    found = scored(organisation, models, tmp_path / "out", 5)
    assert set(found["stages"]) == set(STAGES)
    told = sum(spent["wall"] for spent in found["stages"].values())
    assert told == pytest.approx(found["wall"], rel=0.05)
    assert found["stages"][REST]["wall"] < found["wall"] / 2
    assert found["bytes_out"] > 0


def test_sizes_ascend(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--sizes must ascend, got 30,10"):
        bench_scale(Plan(sizes=(30, 10)), tmp_path / "page.md", Silent(), None)


def test_sizes_are_numbers(call: Call) -> None:
    code, _, told = call("bench", "scale", "--sizes", "10k")
    assert code == 2
    assert "--sizes are whole numbers with commas between, got 10k" in told


def test_a_process_that_fails_is_told_by_its_last_words() -> None:
    with pytest.raises(PtmlError, match="no such thing"):
        in_fresh_process([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_memory_counts_that_of_children() -> None:
    child = "x = bytearray(150_000_000); import time; time.sleep(.6)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}]); print(1)"
    found = in_fresh_process(
        [sys.executable, "-c", f"{parent.replace('print(1)', '')}print('{{}}')"]
    )
    assert found["peak_gib"] > 0.14


def test_power_law_finds_the_exponent_and_says_how_sure_it_is() -> None:
    sizes = [10, 30, 100, 300]
    exact = power_law(sizes, [2 * n**1.1 for n in sizes])
    assert exact.exponent == pytest.approx(1.1)
    assert exact.at(1000) == pytest.approx(2 * 1000**1.1)
    noisy = power_law(sizes, [2.2 * 10**1.1, 2 * 30**1.1, 1.9 * 100**1.1, 2.1 * 300**1.1])
    assert noisy.low < 1.1 < noisy.high
    with pytest.raises(ValueError, match="two sizes"):
        power_law([10, 10], [1, 2])


def test_a_goal_below_its_size_is_met_so_far() -> None:
    stages = {PLANS: {"processor": 0.2}}
    run = {"size": 1000, "processor": 1.2, "peak_gib": 1.0, "stages": stages}
    seen = goals_seen([run], [{LIFT: 1.0}])
    assert seen[1][1].startswith("1.2 x at 1,000 people; 1.0 x without plans")
    assert [met for _, _, met in seen] == ["not known", "yes, so far", "yes, so far"]
    ten = {**run, "size": 10_000, "processor": 20.0}
    assert goals_seen([run, ten], [{LIFT: 1.0}, {LIFT: 10.0}])[0][2] == "**no**"
    flat = [run, {**run, "size": 10_000, "processor": 6.0}]
    steep = {**run, "size": 100_000, "processor": 90.0}
    assert goals_seen(flat, [{LIFT: 1.0}] * 2)[0][2] == "yes, so far"
    assert goals_seen([*flat, steep], [{LIFT: 1.0}] * 3)[0][2] == "**no**"
    seen = goals_seen([{**run, "size": 1_000_000, "peak_gib": 5.0}], [{LIFT: 1.0}])
    assert [met for _, _, met in seen] == ["not known", "yes", "**no**"]


def test_a_loop_that_is_slower_than_the_stage_is_no_limit() -> None:
    run = {"stages": {LIFT: {"processor": 2.0}}}
    assert bounded({LIFT: 3.0}, run) == {LIFT: 2.0}
    assert bounded({LIFT: 1.0}, run) == {LIFT: 1.0}


def test_twice_the_work_has_twice_the_limit() -> None:
    kinds = (
        *("rows_read", "rows_summed", "rows_fetched", "people_featured", "pairs_featured"),
        *("people_proposed", "pairs_lifted", "lists_ranked", "cases_explained"),
        *("lifts_explained", "text_bytes", "rows_written", "bytes_hashed"),
    )
    work = (
        "rows_in",
        "people",
        "pairs",
        "shown",
        "warnings",
        "text_bytes",
        "rows_out",
        "bytes_out",
    )
    rates = {name: float(k) for k, name in enumerate(kinds, 1)}
    once = stage_limits(rates, dict.fromkeys(work, 3.0))
    twice = stage_limits(rates, dict.fromkeys(work, 6.0))
    assert set(once) == set(STAGES) - {PLANS, REST}
    assert twice == {stage: 2 * least for stage, least in once.items()}


def test_bare_loops_do_the_work_that_they_stand_for() -> None:
    given = kernel_inputs(20, 50, 3, np.random.default_rng(0))
    best = candidate_scores(given)
    liked = given.users[0] @ given.items.T
    liked[given.seen[0]] = -np.inf
    assert set(best[0]) == set(np.argsort(-liked)[: best.shape[1]])
    top = top_of(given)
    assert top[0].tolist() == np.argsort(-given.scores[0])[: top.shape[1]].tolist()


def test_the_leaf_is_the_lowest_bit_that_all_masks_leave() -> None:
    given = kernel_inputs(20, 50, 3, np.random.default_rng(0))
    person = np.full_like(given.person_masks, 0b11000)
    course = np.full_like(given.course_masks, 0b10110)
    pair = np.full_like(given.pair_masks, 0xFFFFFFFF)
    of_one = replace(given, person_masks=person, course_masks=course, pair_masks=pair)
    assert mask_sums(of_one)[0] == pytest.approx(given.values[:, 4].sum())
    pair[:, :, 1] = np.uint32(1 << 31)
    person[:, 1] = course[:, 1] = np.uint32(1 << 31)
    expected = given.values[0, 4] + given.values[1, 31] + given.values[2, 4]
    assert mask_sums(of_one)[0] == pytest.approx(expected)
