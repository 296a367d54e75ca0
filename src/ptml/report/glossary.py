"""The words of the page, said plainly."""

GLOSSARY: tuple[tuple[str, str], ...] = (
    (
        "As of",
        "The date up to which the run was allowed to look. What became known later was not used.",
    ),
    (
        "Performance score",
        "How far a person's targets were met in a period, all KPIs together. 100 is on target; "
        "one point is one hundredth of the target.",
    ),
    (
        "Lift",
        "What starting a course next quarter changes in the performance score of the two periods "
        "after it, against not taking it. It is worked out by comparing people who were alike "
        "before, never by comparing before with after.",
    ),
    (
        "Interval",
        "The range in which the true figure probably lies. A 90\u202f% interval misses it once in "
        "ten times. Where it holds zero, there may be no effect.",
    ),
    (
        "Not judged",
        "The engine refuses an estimate where too few have taken a course, or where takers and "
        "others are too unlike to compare.",
    ),
    (
        "Capability level",
        "What a person can do in a competency, 0 to 5, from all assessments so far.",
    ),
    ("Gap", "How far a level is below what the role asks for; 0 where it is not below."),
    (
        "Weak transfer",
        "A training was completed, and the behaviour checks of the 90 days after it show that it "
        "is hardly used at work.",
    ),
    (
        "The unit's matter",
        "Trouble in the unit, no opportunity to use what was learnt, or a unit in which training "
        "stays unused whoever takes it. It is referred to the unit; the person is not flagged.",
    ),
    (
        "Warning",
        "The estimated probability of weak transfer, before any check is known: once at "
        "completion, once 30 days later. It is a reason to help, never a mark.",
    ),
    (
        "Reason",
        "What an estimate rests on. It is not proven to be the cause, and it may be wrong about a "
        "single person.",
    ),
    (
        "Held out",
        "Cases, as a rule a later stretch of time, that the model did not see when it was fitted. "
        "Only on them can be told how good it is.",
    ),
    (
        "AUC",
        "Take one case that went badly and one that went well: how often does the model put the "
        "bad one higher? 1 is always, 0.5 is a coin toss.",
    ),
    (
        "Calibration",
        "Whether numbers mean what they say: of cases given 30\u202f%, about 30 in a hundred "
        "should come true.",
    ),
    (
        "Recall@20, NDCG@10",
        "Whether the course that a person really took next stood among the first 20 offered, and "
        "how high among the first 10.",
    ),
)
