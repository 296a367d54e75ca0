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
# # Which recommender?
#
# **Question.** A list of courses can be ranked by what people choose, by the gap that a course
# closes, or by what it is expected to add to performance. Which is better, and at what? The two
# questions "will it be chosen?" and "does it help?" have different answers.
#
# The company is simulated: what people chose later is known, and so is what each course truly
# does.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import ptml

plt.rcParams.update({"figure.dpi": 100, "axes.spines.top": False, "axes.spines.right": False})

# %%
place = ptml.make_company(n_employees=700, n_courses=24, seed=21)
company = ptml.load(place)
as_of, top_k = "2026-07-01", 3

# %% [markdown]
# ## Four lists, by models that know nothing of the last quarter
#
# Everything is fitted on what was known before 1 July 2026. Lists are made on that day, to hold
# them against the choices of the quarter after, and once more on the newest day, for which the
# true lifts are known.

# %%
lift = ptml.LiftEstimator(n_trees=30, n_folds=2, num_threads=1).fit(company, as_of=as_of)
recommender = ptml.Recommender(top_k=30, trials=2, second_stage=False).fit(company, as_of=as_of)

# %%
popular = (
    company.tables["enrolments"]
    .query("enrolled_on < @as_of and assigned_by == 'self'")["course_id"]
    .value_counts()
)
rng = np.random.default_rng(0)
lists = {}
for day in (as_of, company.dates[1]):
    open_to = recommender.predict(company, day)
    open_to["popular"] = open_to["course_id"].map(popular).fillna(0)
    open_to["chance"] = rng.random(len(open_to))
    for name, column in (
        ("by chance", "chance"),
        ("by popularity", "popular"),
        ("by preference", "preference"),
    ):
        told = open_to.sort_values(["employee_id", column], ascending=[True, False])
        lists[day, name] = told.groupby("employee_id").head(top_k)
    lists[day, "by lift"] = recommender.predict(company, day, lift=lift).query("rank <= @top_k")
names = [name for day, name in lists if day == as_of]

# %% [markdown]
# All lists hold only courses that the person may take. *By preference* is what the engine does
# without a lift model. *By lift* is what it does with one: points of lift count most, and
# preference decides between courses of like lift.
#
# ## Will it be chosen?
#
# Of the people who chose a course themselves in the quarter after, the share who find one of them
# on their list. The bars are 95 % intervals over people.

# %%
later = company.query(
    """
    SELECT employee_id, course_id FROM enrolments
    WHERE assigned_by = 'self' AND enrolled_on BETWEEN DATE '2026-07-01' AND DATE '2026-09-30'
    """
).merge(recommender.predict(company, as_of)[["employee_id", "course_id"]])
who = pd.Index(later["employee_id"].unique())
hit = pd.DataFrame(
    {
        name: who.isin(
            lists[as_of, name].merge(later, on=["employee_id", "course_id"])["employee_id"]
        )
        for name in names
    }
).astype(float)
print(f"{len(who)} people chose a course that was open to them on the day")

# %% [markdown]
# ## Does it help?
#
# The mean true lift of the first course on each list, in points, over everybody. A simulation
# knows it; in a real company it is unknown, and the lift model's own checks stand in its place.

# %%
truth = pd.read_parquet(place / "truth" / "lift.parquet")
newest = company.dates[1]
gain = pd.DataFrame(
    {
        name: lists[newest, name]
        .groupby("employee_id")
        .head(1)
        .merge(truth.rename(columns={"lift": "true"}), on=["employee_id", "course_id"])
        .set_index("employee_id")["true"]
        for name in names
    }
)

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True)
for axis, table, factor in ((axes[0], hit, 100), (axes[1], gain, 1)):
    mean, error = table.mean() * factor, 1.96 * table.sem() * factor
    axis.barh(mean.index, mean, xerr=error, color="#76a5c4", ecolor="#333333")
    axis.axvline(0, color="#888888", linewidth=0.8)
axes[0].set_xlabel(f"people with a chosen course in the first {top_k}, %")
axes[1].set_xlabel("true lift of the first course, points")
axes[0].set_title("Will it be chosen?", loc="left")
axes[1].set_title("Does it help?", loc="left")
figure.tight_layout()
plt.show()

# %%
pd.DataFrame({"chosen, %": hit.mean() * 100, "true lift, points": gain.mean()}).round(2)

# %% [markdown]
# On the left the intervals overlap: about a hundred people chose, from about ten open courses each,
# and in this company they choose much by chance. That a list by lift is chosen less cannot be told
# here, nor that it is not: a cost of a tenth of all choices would hide in this noise.
#
# On the right it can be told. The most popular courses help least: the best-liked one does nothing
# here, as can be in life. The list by lift is ahead of all others.
#
# Nobody has to decide for one of the two: a list that nobody follows adds nothing, which is why
# preference stays a part of the score. And the intervals are over people alone; they do not hold
# what a new training would change, where two courses that change places move everybody at once.
#
# ## Whom do the lists differ for?

# %%
by_lift, by_preference = lists[newest, "by lift"], lists[newest, "by preference"]
shared = by_lift.merge(by_preference, on=["employee_id", "course_id"]).groupby("employee_id").size()
shared = shared.reindex(by_lift["employee_id"].unique(), fill_value=0)
counts = shared.value_counts().reindex(range(top_k + 1), fill_value=0)
figure, axes = plt.subplots(figsize=(8, 3))
axes.bar(counts.index, counts, color="#1f5f8b")
axes.set_xlabel(f"courses that both lists of {top_k} have in common (by preference, by lift)")
axes.set_ylabel("people")
axes.set_title("Most people would see some other courses", loc="left")
figure.tight_layout()
plt.show()

# %% [markdown]
# ## Why this course
#
# Each place on a list comes with reasons. Those with a share are the parts of the preference and
# add up to it.

# %%
one = by_lift["employee_id"].iloc[0]
reasons = recommender.explain(company, newest, lift=lift, employees=[one])
first = reasons.query("rank == 1")
for sentence in first["text"].drop_duplicates():
    print("-", sentence)
first.dropna(subset="share")[["reason", "share", "total"]]

# %% [markdown]
# ## What not to conclude
#
# - Not that a course that people choose after seeing it on a list was right: they choose what
#   they are shown. The comparison above is on choices made without any list.
# - Not that the list by lift is best in your company: ask the held-out figures of your own models
#   (`evidence_`), and where lifts are refused the list falls back on gaps.

# %%
recommender.evidence_.query("kind == 'metric'").head(8)[["name", "value", "low", "high"]]

# %%
company.close()
