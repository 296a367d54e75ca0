# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # An incident after drift
#
# On 1 April a company changes: a new provider examines harder, a new survey asks about motivation
# in kinder words, and managers, who now lead twice as many people, no longer see what their
# people do with what they learnt. Nobody tells the data scientist.
#
# **Question.** Is the champion still to be trusted, would a retrain help, and when?
#
# This is what it looks like from the desk: an alarm, a question, a retrain, and a decision. The
# company is simulated, so that at the end we may look at what nobody can see in life: the truth.

# %%
import tempfile
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

import ptml
from ptml import load
from ptml.jobs.monitor import run_monitoring
from ptml.jobs.progress import Silent
from ptml.jobs.promote import run_promotion
from ptml.jobs.settings import Settings
from ptml.jobs.train import run_training
from ptml.jobs.year_quality import answers
from ptml.simulate import SimulationConfig, simulate
from ptml.simulate.changes import Changes, Reorganisation
from ptml.simulate.exports import export_as_of

# %%
print(f"ptml {ptml.__version__}")
place = Path(tempfile.mkdtemp(prefix="ptml-incident-"))
company, registry = place / "company", place / "registry"
change = Reorganisation(on=date(2026, 4, 1), moved_share=0.0)
simulate(
    SimulationConfig(
        n_employees=500,
        n_courses=12,
        n_quarters=14,
        end=date(2026, 12, 31),
        seed=7,
        changes=Changes(reorganisation=change),
    ),
    company,
)
settings = Settings.model_validate(
    {
        "warning": {
            "n_resamples": 2,
            "trees": {"n_trees": 60},
            "checked": {"n_folds": 2, "n_trees": 10},
        },
        "promotion": {"n_draws": 200, "largest_calibration_error": 0.2},
    }
)

# %% [markdown]
# ## Before
#
# The models in use were trained on 1 March, on what the systems gave on that day.

# %%
march = date(2026, 3, 1)
export_as_of(company, march, place / str(march))
run_training(
    str(place / str(march)), place / "march", march, settings, ["warnings"], False, Silent()
)
first = run_promotion(
    str(place / str(march)),
    place / "march",
    registry,
    march,
    settings,
    "the analyst",
    "first models",
    partial(datetime, 2026, 3, 1, tzinfo=UTC),
    Silent(),
)
print("\n".join(first["sentences"][:3]))

# %% [markdown]
# ## The alarm
#
# Every second week somebody runs `ptml monitor`. Before April it is quiet; then it is not.

# %%
days = [date(2026, 3, 18), date(2026, 4, 22), date(2026, 5, 13), date(2026, 6, 3)]
looks = {}
for day in days:
    export_as_of(company, day, place / str(day))
    looks[day] = run_monitoring(
        str(place / str(day)), registry / "champion", None, None, day, settings, Silent()
    )
    print(f"{day}: {looks[day]['advice']}: {looks[day]['reason']}")

# %% [markdown]
# ## What had changed
#
# The look names the columns; a plot of each says what kind of change it is. Exam scores drop for
# everybody from one week to the next: people do not forget overnight, so it is the exam that
# changed. Answers on motivation rise as suddenly.

# %%
with load(place / str(days[-1])) as data:
    taken, asked = data.tables["enrolments"].copy(), data.tables["feedback"].copy()
taken["completed_on"] = pd.to_datetime(taken["completed_on"])
asked["asked_on"] = pd.to_datetime(asked["asked_on"])
exams = taken.set_index("completed_on")["exam_score"].resample("MS").mean()
motivation = asked[asked["kind"] == "motivation"].set_index("asked_on")["value"].sort_index()
figure, axes = plt.subplots(1, 2, figsize=(10, 3.5))
exams["2025-06":].plot(ax=axes[0], title="Mean exam score by month of completion")
motivation["2025-06":].resample("MS").mean().dropna().plot(
    ax=axes[1], marker="o", title="Mean answer on motivation"
)
for one in axes:
    one.axvline(pd.Timestamp(change.on), linestyle="--", color="grey")
    one.set_xlabel("")
plt.show()

# %% [markdown]
# A sudden step in a column is no reason by itself to train anew: if only the exam had changed,
# rescaling it would do. What cannot be seen yet is whether the *meaning* of the signs changed,
# because outcomes lag: whether a course is used on the job is known ninety days after its
# completion. In May there is nothing new to learn from. The right thing to do in May is to ask
# the people who own the systems, and to tell the coaches that warnings are off.
#
# ## What the champion would have done
#
# By October outcomes are in. A retrain on 1 October, beside the champion of March, both asked
# about the completions of July to September.

# %%
october = date(2026, 10, 1)
source = place / str(october)
export_as_of(company, october, source)
run_training(str(source), place / "october", october, settings, ["warnings"], False, Silent())
told = answers(source, {"March": place / "march", "October": place / "october"}, october, settings)
truth = pd.read_parquet(company / "truth" / "transfer.parquet").set_index("enrolment_id")
said = pd.DataFrame(
    {name: one.warned.set_index("enrolment_id")["p_weak"] for name, one in told.items()}
)
said["truth"] = truth["p_weak_completion"]
figure, axes = plt.subplots(1, 2, figsize=(9, 4.2), sharey=True)
for one, name in zip(axes, ("March", "October"), strict=True):
    one.scatter(said[name], said["truth"], s=8, alpha=0.5)
    one.axline((0, 0), slope=1, linestyle="--", color="grey")
    one.set_xlabel(f"probability of weak transfer, models of {name}")
    one.set_title(f"{name}: off by {((said[name] - said['truth']) ** 2).mean() ** 0.5:.2f}")
axes[0].set_ylabel("true probability")
plt.show()
print(said.mean().round(3).to_string())

# %% [markdown]
# Month by month: what the models promised, and what was true.

# %%
ended = pd.read_parquet(source / "enrolments.parquet").set_index("enrolment_id")
said["month"] = pd.to_datetime(ended["completed_on"]).dt.to_period("M").astype(str)
by_month = said.dropna(subset=["truth"]).groupby("month")[["March", "October", "truth"]].mean()
figure, one = plt.subplots(figsize=(7, 3.5))
by_month["truth"].plot(ax=one, color="black", marker="o", label="truth")
by_month["March"].plot(
    ax=one, color="tab:orange", marker="s", linestyle="--", label="models of March"
)
by_month["October"].plot(ax=one, color="tab:blue", marker="^", label="models of October")
one.set_ylim(0, 1)
one.set_ylabel("share that stays unused")
one.set_xlabel("month of completion")
one.legend()
plt.show()

# %% [markdown]
# ## Promote or not
#
# The truth is not there in life. `ptml promote` decides by outcomes that have come in, and by its
# checks.

# %%
second = run_promotion(
    str(source),
    place / "october",
    registry,
    october,
    settings,
    "the analyst",
    "the company changed in April",
    partial(datetime, 2026, 10, 1, tzinfo=UTC),
    Silent(),
)
print("\n".join(second["sentences"]))

# %% [markdown]
# ## Lesson
#
# - An alarm on inputs comes as soon as enough new rows are in; the cure cannot: new outcomes take
#   a quarter. The alarm buys time to ask, it does not make labels.
# - What a retrain can learn is limited by what has been seen since the change. An early retrain
#   learns mostly from the old company, and looks as if it had helped because it is newer.
# - The decision rests on outcomes after the change, not on the date of the models; whichever way
#   it falls, the reason stands in the log.

# %% [markdown]
# ## What not to conclude
#
# - Not that a retrain always helps after an alarm: here exams, answers *and* the working of
#   transfer changed. Had only the survey changed, the old models with rescaled answers would have
#   done.
# - Not that the delay of the alarm holds elsewhere: with 500 people two weeks hold few exams;
#   `ptml monitor` waits rather than cry wolf.
# - Not that the models are now good. They know half a year of the new company.
