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
# # A first look at a company's data
#
# **Question.** Before any model: what is there, how good is it, and what can be done with it? An
# hour here saves a month of arguing about numbers that rest on a broken export.
#
# The company here is simulated. For yours, put its address in the place of `place`: a folder of
# CSV or Parquet files, a DuckDB file or a PostgreSQL address.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import ptml

plt.rcParams.update({"figure.dpi": 100, "axes.spines.top": False, "axes.spines.right": False})

# %%
place = ptml.make_company(n_employees=700, n_courses=15, seed=7)
company = ptml.load(place)
company

# %% [markdown]
# ## What was read, what was set aside, what is missing
#
# Every row is held against the data contract. A row that breaks a rule is set aside with its
# reason; it is never used. What is not there is named with what cannot be done without it.

# %%
pd.DataFrame({"rows": {name: len(table) for name, table in company.tables.items()}})

# %%
company.set_aside

# %%
for sentence in company.missing:
    print("-", sentence)
print("possible:", ", ".join(company.possible))
print("as_of may be any date from", *company.dates, sep=" ")

# %% [markdown]
# No row is set aside, as is to be expected of a simulation. In a real export look at the rules
# that many rows break: a hundred rows with one reason are one fault of the export.
#
# ## Do the tables reach equally far, and without holes?
#
# A table that stops earlier than the others, or a month with hardly a row, looks to a model like
# people who stopped learning.

# %%
when = {
    "enrolments": "enrolled_on",
    "assessments": "assessed_on",
    "feedback": "asked_on",
    "transfer_evidence": "due_on",
}
figure, axes = plt.subplots(len(when), 1, figsize=(8, 6), sharex=True)
for axis, (name, column) in zip(axes, when.items(), strict=True):
    months = company.tables[name][column].dt.to_period("M").value_counts().sort_index()
    axis.bar(months.index.to_timestamp(), months, width=25, color="#1f5f8b")
    axis.set_title(f"{name} by {column}", loc="left", fontsize=10)
    axis.set_ylabel("rows")
axes[-1].set_xlabel("month")
figure.suptitle("Rows a month: look for holes and early ends", x=0.01, ha="left")
figure.tight_layout()
plt.show()

# %% [markdown]
# Assessments and feedback come in rounds, and nobody enrols late in a quarter: such gaps are a
# habit and no hole. The many enrolments of the first months are mandatory courses.
# `transfer_evidence` begins with the first completions and runs on past the newest month, because
# what is due is planned ahead.
#
# ## Who takes which course?

# %%
enrolments = company.tables["enrolments"]
kinds = enrolments.groupby(["course_id", "assigned_by"]).size().unstack(fill_value=0)
kinds = kinds.loc[kinds.sum(axis=1).sort_values().index]
figure, axes = plt.subplots(figsize=(8, 4.5))
kinds.plot.barh(stacked=True, ax=axes, color=["#b9770e", "#7f8c8d", "#1f5f8b", "#76a5c4"])
axes.set_xlabel("enrolments")
axes.set_ylabel("course")
axes.legend(title="assigned by", frameon=False)
axes.set_title("Mandatory courses fill most seats, and of the rest not all were chosen", loc="left")
figure.tight_layout()
plt.show()

# %% [markdown]
# What a rule or a manager assigned says nothing about what a person likes. Where everybody has to
# take a course there is nobody to compare with: its lift cannot be told.
#
# ## Are those who are sent different from those who ask?
#
# The performance score of the last period before the enrolment, by who decided. 100 points = on
# target.

# %%
scores = company.query(
    """
    SELECT employee_id, period_end AS known_on, avg(least(
        CASE WHEN higher_is_better THEN value / target ELSE target / nullif(value, 0) END, 2
    )) * 100 AS points
    FROM performance JOIN kpis USING (kpi_id) GROUP BY ALL
    """
)
before = pd.merge_asof(
    enrolments.sort_values("enrolled_on"),
    scores.sort_values("known_on"),
    left_on="enrolled_on",
    right_on="known_on",
    by="employee_id",
    allow_exact_matches=False,
).dropna(subset="points")
groups = before.groupby("assigned_by")["points"]
figure, axes = plt.subplots(figsize=(8, 3.2))
mean, error = groups.mean(), 1.96 * groups.std() / np.sqrt(groups.count())
axes.errorbar(mean, mean.index, xerr=error, fmt="o", color="#1f5f8b")
axes.axvline(scores["points"].mean(), color="black", linestyle="--", linewidth=1)
axes.text(scores["points"].mean(), -0.45, " everybody, all periods", fontsize=9)
axes.set_ylim(-0.6, len(mean) - 0.5)
axes.set_xlabel("performance score before the enrolment, points (mean, 95 %)")
axes.set_ylabel("assigned by")
axes.set_title("Managers send people after a weak period", loc="left")
figure.tight_layout()
plt.show()

# %% [markdown]
# This is why before and after must not be compared: somebody who is sent after a weak quarter
# will mostly do better in the next one, course or no course. `lift_study` takes it from here.
#
# ## What is known of a person
#
# `features(as_of)` gives what was known of everybody on a date, and nothing later. Each column is
# documented.

# %%
features = company.features("2026-07-01")
meanings = company.feature_meanings().loc[features.columns]
meanings.groupby("family").head(1)[["unit", "family", "meaning"]]

# %%
unknown = features.isna().mean().mul(100).groupby(meanings["family"]).mean().sort_values()
figure, axes = plt.subplots(figsize=(8, 3.2))
axes.barh(unknown.index, unknown, color="#1f5f8b")
axes.set_xlabel("values unknown, mean over the features of a family, %")
axes.set_title("Where little is known, little can be said", loc="left")
figure.tight_layout()
plt.show()

# %% [markdown]
# ## Where are the gaps?
#
# A capability level is estimated from all assessments, newer and more objective ones counting
# more, with a standard error. The gap is what the role asks for beyond it.

# %%
portraits = company.portraits("2026-07-01").dropna(subset="required")
names = company.tables["competencies"].set_index("competency_id")["name"]
gaps = portraits.groupby(portraits["competency_id"].map(names))[["gap", "level_se"]].mean()
gaps = gaps.sort_values("gap")
figure, axes = plt.subplots(figsize=(8, 5))
axes.barh(gaps.index, gaps["gap"], color="#1f5f8b", label="mean gap")
axes.scatter(gaps["level_se"], gaps.index, color="black", marker="|", s=90, zorder=3)
axes.scatter([], [], color="black", marker="|", s=90, label="mean standard error\nof one level")
axes.set_xlabel("levels (0-5)")
axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1))
axes.set_title("Largest gaps by competency", loc="left")
figure.tight_layout()
plt.show()

# %% [markdown]
# ## What not to conclude
#
# - A gap is no order for a course: where the unit loses hours to machines, the matter is the
#   machine.
# - A gap smaller than the standard error of a level is, for one person, within what two
#   assessments differ by. The mean over many people is known better than that.
# - People are described here so that they can be helped. No protected attribute is among the
#   features.

# %%
company.close()
