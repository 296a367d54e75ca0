# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Is a lift believable?
#
# **Question.** After a course people perform better. Is it the course? Those who are sent are
# often those who did badly and would have recovered anyway; those who ask for it are often those
# who would have risen anyway. A *lift* is what starting the course adds, against not taking it,
# on the mean performance score of the two periods after the quarter. Unit: points; 100 points =
# on target.
#
# The company here is simulated, so that its true lifts are known. We estimate them without
# looking at the truth, then look.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import ptml

plt.rcParams.update({"figure.dpi": 100, "axes.spines.top": False, "axes.spines.right": False})

# %%
place = ptml.make_company(n_employees=800, n_courses=15, seed=21)
company = ptml.load(place)
company

# %% [markdown]
# ## What a plain comparison says
#
# First the number that a spreadsheet would give: the mean score of those who started a course in
# the two quarters before, less the mean score of everybody else in the same periods.

# %%
scores = company.query(
    """
    SELECT employee_id, period_start, least(avg(value / target), 2) * 100 AS points
    FROM performance JOIN kpis USING (kpi_id) WHERE higher_is_better
    GROUP BY ALL
    """
)
started = company.query("SELECT employee_id, course_id, started_on FROM enrolments").dropna()
after = started.merge(scores, on="employee_id")
days = (after["period_start"] - after["started_on"]).dt.days
after = after[days.between(1, 183)]
usual = scores.groupby("period_start")["points"].mean().rename("usual")
after = after.join(usual, on="period_start")
plain = (after["points"] - after["usual"]).groupby(after["course_id"]).mean()

# %% [markdown]
# ## What the estimator says
#
# `LiftEstimator` compares takers with people who could have taken the course in the same quarter
# and did not, holds the other courses of a person as they are, and uses models of who takes what
# and of how people develop, each judged on people that it has not seen. Where too few comparable
# people took the course it gives no number.
#
# We use fewer trees than the default to be quick.

# %%
estimator = ptml.LiftEstimator(n_trees=30, n_folds=2, num_threads=1)
estimator.fit(company)
lift = estimator.predict(company)
lift["status"].value_counts().rename("pairs of a person and a course").to_frame()

# %% [markdown]
# `ok` is a number; every other word is a refusal. `no_overlap`: nobody like this person took it.
# `too_few`: hardly anybody did. A refusal is no zero: it means that the data cannot say.

# %%
truth = pd.read_parquet(place / "truth" / "lift.parquet")
pairs = lift.merge(truth, on=["employee_id", "course_id"], suffixes=("", "_true"))
known = pairs[pairs["status"] == "ok"]
by_course = known.groupby("course_id")[["lift", "lift_low", "lift_high", "lift_true"]].mean()
by_course = by_course.join(plain.rename("plain")).sort_values("lift_true")

# %% [markdown]
# ## Course by course, against the truth

# %%
figure, axes = plt.subplots(figsize=(8, 4.8))
place_of = np.arange(len(by_course))
error = np.abs(by_course[["lift_low", "lift_high"]].to_numpy().T - by_course["lift"].to_numpy())
axes.errorbar(
    by_course["lift"], place_of, xerr=error, fmt="o", color="#1f5f8b", label="estimate, 90 %"
)
axes.scatter(by_course["plain"], place_of, marker="s", color="#b0b0b0", label="plain comparison")
axes.scatter(by_course["lift_true"], place_of, marker="|", s=300, color="black", label="truth")
axes.axvline(0, color="#888888", linewidth=0.8)
axes.set_yticks(place_of, by_course.index)
axes.set_xlabel("mean lift of those who may start it, points")
axes.set_ylabel("course")
axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
axes.set_title("Estimates lie nearer the truth than a plain comparison", loc="left")
figure.tight_layout()
plt.show()

# %%
told = by_course["lift_true"]
pd.DataFrame(
    {
        "mean error, points": [
            (by_course["plain"] - told).mean(),
            (by_course["lift"] - told).mean(),
        ],
        "root mean squared error, points": [
            np.sqrt(((by_course["plain"] - told) ** 2).mean()),
            np.sqrt(((by_course["lift"] - told) ** 2).mean()),
        ],
    },
    index=["plain comparison", "estimator"],
).round(2)

# %% [markdown]
# The plain comparison takes for an effect what is a difference between people. The estimator does
# not hit every course: with 800 people a course has some dozens of takers, so intervals are wide
# and estimates are drawn towards what courses like it do.
#
# ## Do the intervals hold?
#
# Of 90 % intervals nine in ten should hold the truth. Pairs of one course are wrong together, so
# this share is itself uncertain: a dozen courses are a dozen chances, not thousands.

# %%
is_inside = known["lift_true"].between(known["lift_low"], known["lift_high"])
held = is_inside.groupby(known["course_id"]).mean()
figure, axes = plt.subplots(figsize=(8, 3.2))
axes.bar(held.index, held * 100, color="#1f5f8b")
axes.axhline(90, color="black", linestyle="--", linewidth=1)
axes.text(len(held) - 0.4, 91, "90", va="bottom")
axes.set_ylim(0, 109)
axes.set_ylabel("true lifts inside, %")
axes.set_xlabel("course")
axes.set_title(f"{is_inside.mean():.0%} of all true lifts lie in their interval", loc="left")
figure.tight_layout()
plt.show()

# %% [markdown]
# ## What can be checked without a truth
#
# A real company has none. What it has are checks that the model came with: placebo outcomes,
# overlap, held-out calibration. Those that did not pass are the first thing to read.

# %%
checks = estimator.evidence_.query("kind == 'check'")
checks["verdict"].value_counts().rename("checks").to_frame()

# %%
checks.query("verdict == 'fail'")[["name", "value", "bound", "note"]]

# %% [markdown]
# ## Why this number for this person
#
# A lift is a sum: what courses of this kind do, what the past takers of this one add, and what
# the person's own situation adds.

# %%
clear = known[known["lift_low"] > 0].sort_values("lift", ascending=False).iloc[:1]
one, course = clear["employee_id"].item(), clear["course_id"].item()
parts = estimator.explain(company, employees=[one]).query("course_id == @course")
figure, axes = plt.subplots(figsize=(8, 3.2))
axes.barh(parts["text"], parts["share"], color=np.where(parts["share"] < 0, "#b9770e", "#1f5f8b"))
axes.axvline(0, color="#888888", linewidth=0.8)
axes.invert_yaxis()
axes.set_xlabel("points")
axes.set_title(f"{course} for {one}: {parts['share'].sum():+.1f} points in all", loc="left")
figure.tight_layout()
plt.show()

# %% [markdown]
# ## What not to conclude
#
# - Not that one person will gain so many points: the interval is about the expected effect, and
#   what else happens to a person in half a year is larger.
# - Not that a refused pair has no effect.
# - Not from one simulated company that the method is right for yours: read the checks of your own
#   data. `ptml bench simulated` repeats this on larger organisations with several seeds.

# %%
company.close()
