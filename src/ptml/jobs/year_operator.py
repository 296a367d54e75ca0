"""The scripted operator: follows what the tools said, and knows nothing of what was planted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass
class Operator:
    """Remembers what the tools said last.

    Attributes
    ----------
    promoted_on : date or None
        Of a promotion that no look has followed yet.
    before : str or None
        The champion before this one, where there is a way back.
    data_alarms : list of str
        Of the last look, where it asked for the data to be mended; they are handed to `promote`.
    asked_to_retrain_on : date or None
        First look since the last promotion that asked for new models.
    """

    promoted_on: date | None = None
    before: str | None = None
    data_alarms: list[str] = field(default_factory=list)
    asked_to_retrain_on: date | None = None

    def why(self, month: int) -> str:
        """The reason that is written to the log of moves."""
        if self.asked_to_retrain_on is None:
            return f"monthly retrain {month}"
        return f"monthly retrain {month}; monitoring has asked for it since " + str(
            self.asked_to_retrain_on
        )

    def promotion(self, told: Mapping[str, Any], day: date) -> None:
        """Take note of what `promote` did."""
        if told["promoted"]:
            self.before = told.get("champion_before")
            self.promoted_on, self.asked_to_retrain_on = day, None

    def look(self, told: Mapping[str, Any], day: date) -> str | None:
        """Take note of what `monitor` said; give the reason for a rollback, if that is due.

        Data that are out of order on the first look after a promotion were so when the models
        were trained: nobody knows what they learnt, so the ones before are put back.
        """
        advice = told["advice"]
        fresh, self.promoted_on = self.promoted_on, None
        self.data_alarms = alarm_words(told) if advice == "fix_data" else []
        if advice == "retrain" and self.asked_to_retrain_on is None:
            self.asked_to_retrain_on = day
        if advice == "fix_data" and fresh is not None and self.before is not None:
            self.before = None
            return f"trained on {fresh} on data that the look of {day} finds broken"
        return None


def alarm_words(told: Mapping[str, Any]) -> list[str]:
    """One line an alarm that calls for action."""
    return [
        f"{alarm['subject']}: {alarm['seen']}"
        for alarm in told["alarms"]
        if alarm.get("severity") != "note"
    ]
