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
# # Reading SHAP
#
# **Question.** The early warning says that what somebody learnt is likely to stay unused, with
# reasons. What are these numbers, how far may they be trusted, and what do they not say?
#
# A SHAP share is a part of a prediction. Start from what holds before anything is known of the
# case (the *base value*), add the share of each feature, and you have the prediction, to the
# digit. Unit: log-odds; +0.7 about doubles the odds.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import ptml

plt.rcParams.update({"figure.dpi": 100, "axes.spines.top": False, "axes.spines.right": False})

# %%
place = ptml.make_company(n_employees=800, n_courses=15, seed=5)
company = ptml.load(place)
warning = ptml.WarningEstimator(n_resamples=4).fit(company)
warned = warning.predict(company)
warned[["stage", "p_weak", "p_low", "p_high", "flagged"]].groupby("stage").mean().round(3)

# %% [markdown]
# One row is a completed course whose use on the job is still open, judged when the course was
# completed and again 30 days later. `p_low` to `p_high` is how far the probability would move had
# the model been fitted on other people.
#
# ## One case, from the base value to the probability

# %%
late = warned[warned["stage"] == "day_30"]
case = late.loc[(late["p_weak"] - 0.6).abs().idxmin()]
reasons = warning.explain(company)
mine = reasons.query("enrolment_id == @case.enrolment_id and stage == 'day_30'")
mine = mine.sort_values("share", key=np.abs)
figure, axes = plt.subplots(figsize=(8, 4))
start = mine["base_value"].iloc[0]
ends = start + mine["share"].cumsum()
colours = np.where(mine["share"] > 0, "#b9770e", "#1f5f8b")
axes.barh(mine["reason"], mine["share"], left=ends - mine["share"], color=colours)
axes.axvline(start, color="#888888", linestyle=":", label="base value")
axes.axvline(mine["total"].iloc[0], color="black", linestyle="--", label="this case")
axes.set_xlabel("log-odds of staying unused")
axes.set_ylabel("family of reasons")
axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1))
axes.set_title(f"From the base value to a probability of {case['p_weak']:.0%}", loc="left")
figure.tight_layout()
plt.show()

# %%
for sentence in mine.loc[mine["clear"], "text"].iloc[::-1]:
    print("-", sentence)

# %% [markdown]
# Ochre raises the risk, blue lowers it. Only families that can be told from chance are put into
# words: the model was fitted anew on resampled people, and a share whose sign changes from one fit
# to the next is no reason to act. `since` is what was seen in the thirty days since the course,
# used or not used: a sign that it is going wrong and no reason why.
#
# ## The sum holds for every case

# %%
total = reasons.groupby(["enrolment_id", "stage"])[["share"]].sum()["share"]
whole = reasons.groupby(["enrolment_id", "stage"])[["base_value", "total"]].first()
largest = (whole["base_value"] + total - whole["total"]).abs().max()
print(f"largest difference between the sum and the log-odds: {largest:.1e}")

# %% [markdown]
# ## All cases, feature by feature
#
# Each dot is one case: to the right the feature raised its risk. The colour is the value that was
# seen, from low (light) to high (dark).

# %%
shares = warning.shares(company).query("stage == 'day_30'")
size = shares["share"].abs().groupby(shares["feature"]).mean().sort_values()
top = size.index[-10:]
rng = np.random.default_rng(0)
figure, axes = plt.subplots(figsize=(8, 4.8))
for position, name in enumerate(top):
    here = shares[shares["feature"] == name]
    order = here["value"].rank(pct=True).fillna(0.5)
    jitter = position + rng.uniform(-0.28, 0.28, len(here))
    axes.scatter(here["share"], jitter, c=order, cmap="Blues", vmin=-0.3, vmax=1, s=9)
axes.axvline(0, color="#888888", linewidth=0.8)
axes.set_yticks(range(len(top)), top)
axes.set_xlabel("SHAP share, log-odds")
axes.set_title("The ten features that move predictions most, 30 days after the course", loc="left")
figure.tight_layout()
plt.show()

# %% [markdown]
# Where dark dots lie on the left, more of the feature goes with more use. A feature on top is one
# that the *model* leans on. That is no statement about causes: practice tasks and a keen person
# go together, and the model cannot tell which of the two matters.
#
# ## Shares against true causes
#
# In this simulation what makes each transfer weak is known, as true parts of the log-odds: want
# of motivation, of support by the manager, of an opportunity, trouble in the unit. Does a
# family's share rise with the true part that it is about?

# %%
causes = pd.read_parquet(place / "truth" / "transfer_causes.parquet")
causes.head(3)

# %%
numbers = ["motivation", "support", "opportunity", "trouble"]
wide = reasons.query("stage == 'day_30'").pivot_table(
    index="enrolment_id", columns="reason", values="share"
)
true = causes.set_index("enrolment_id")[numbers].add_prefix("true_")
joined = wide.join(true, how="inner")
related = joined.corr(method="spearman").loc[wide.columns, true.columns]
figure, axes = plt.subplots(figsize=(8, 4))
drawn = axes.imshow(related, cmap="PuOr_r", vmin=-1, vmax=1, aspect="auto")
axes.set_xticks(range(len(numbers)), numbers, rotation=30, ha="right")
axes.set_yticks(range(len(wide.columns)), wide.columns)
axes.set_xlabel("true cause")
axes.set_ylabel("family of reasons")
figure.colorbar(drawn, label="rank correlation")
axes.set_title(f"Shares and true causes over {len(joined)} cases", loc="left")
figure.tight_layout()
plt.show()

# %% [markdown]
# Motivation, manager and the chance to practise rise with the true part that they are about, and
# with hardly any other. That is what families are for: two features that say the same may share out
# a part between them by chance, their sum stays.
#
# No family is about trouble in the unit alone. Part of it shows in the chance to practise, and
# `colleagues` even falls with it: shares make up for each other, so that one of them, taken alone,
# can point away from the truth. In a real company this picture cannot be drawn.
#
# ## What not to conclude
#
# - **Not a cause.** "In such cases what was learnt stays unused more often" is all that a share
#   says. Whether a talk with the manager would help this person is another question, for an
#   experiment.
# - **Not a fact about a person.** A probability of 60 % is wrong for four of ten such people.
# - **Not every share.** With a few hundred known outcomes, small shares are chance; `clear` says
#   so.
# - **No adding across cases.** Shares add up within a case; a mean over cases hides that a
#   feature can raise the risk of some and lower that of others.

# %%
company.close()
