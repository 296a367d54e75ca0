# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Is a lift believable?
#
# An organisation whose true effects are known: train, score, and hold the lifts against the truth.

# %%
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from ptml.jobs.oracle import against_simulation
from ptml.jobs.progress import Silent
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import Settings
from ptml.jobs.train import run_training
from ptml.simulate import SimulationConfig, simulate

# %%
place = Path(tempfile.mkdtemp(prefix="ptml-study-"))
data, models, out = place / "data", place / "models", str(place / "out")
settings = Settings.model_validate({"lift": {"n_trees": 30, "n_folds": 2}})
simulate(SimulationConfig(n_employees=800, n_courses=15, seed=21), data)
run_training(str(data), models, None, settings, ["lift"], False, Silent())
now = datetime(2026, 10, 2, tzinfo=UTC)
run_scoring(str(data), models, out, None, settings, ["lift"], lambda: now, Silent())

# %% [markdown]
# Per course: the mean estimate of those who could start it, beside the mean truth.

# %%
lift = pd.read_parquet(f"{out}/lift.parquet")
truth = pd.read_parquet(data / "truth" / "lift.parquet")
pairs = lift.merge(truth, on=["employee_id", "course_id"], suffixes=("", "_true"))
known = pairs[pairs["status"] == "ok"]
by_course = known.groupby("course_id")[["lift", "lift_true"]].mean()

figure, axes = plt.subplots(figsize=(5, 5))
axes.scatter(by_course["lift"], by_course["lift_true"])
axes.axline((0, 0), slope=1, linestyle="--", color="grey")
axes.set_xlabel("estimated lift, points")
axes.set_ylabel("true lift, points")
axes.set_title("Courses near the line are told truly")
plt.close(figure)

# %%
found = against_simulation(data, out)
print("\n".join(found["sentences"]))

# %% [markdown]
# With 800 people a course has few takers: intervals are wide and estimates are pulled towards what
# descriptions predict. `ptml bench simulated` does the same on organisations of 5,000.
