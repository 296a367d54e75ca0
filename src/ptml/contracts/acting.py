"""Input tables about what was made of warnings: who was flagged or held out, what was done."""

import dataframely as dy

from ptml.contracts.outputs import FLAG, HOLD_OUT, STAGES
from ptml.contracts.rules import above_zero, not_before, one_of

DECISIONS = ("accept", "dismiss", "postpone")
NO_INTERVENTION = "none"


class Flags(dy.Schema):
    """Completions that reached the threshold, as the output table `flags` published them."""

    enrolment_id = dy.String()
    stage = dy.String(check=one_of(*STAGES))
    arm = dy.String(check=one_of(FLAG, HOLD_OUT))
    p_weak = dy.Float64(min=0, max=1)
    # Judging divides by it.
    propensity = dy.Float64(max=1, check=above_zero())
    flagged_on = dy.Date()
    holdout_share = dy.Float64(min=0, max=1, nullable=True)
    policy = dy.String(nullable=True)


class WarningActions(dy.Schema):
    """What a named person decided about a completion, and whether it was done."""

    enrolment_id = dy.String()
    stage = dy.String(nullable=True, check=one_of(*STAGES))
    code = dy.String(nullable=True, metadata={"default": NO_INTERVENTION})
    owner = dy.String(nullable=True)
    decided_on = dy.Date()
    decision = dy.String(check=one_of(*DECISIONS))
    reason = dy.String(nullable=True)
    due_on = dy.Date(nullable=True)
    # May lie before the decision: what was done already can be written down later.
    done_on = dy.Date(nullable=True)
    due_on_before_decided_on = not_before("due_on", "decided_on")
