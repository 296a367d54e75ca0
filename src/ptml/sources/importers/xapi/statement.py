"""One statement of xAPI as a flat row: who, what, about which activity, when, with which result."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from ptml.sources.importers.durations import iso_minutes
from ptml.sources.importers.faults import Fault
from ptml.sources.importers.moments import day_in, microseconds, moment
from ptml.sources.importers.people import People
from ptml.sources.importers.scores import share_of_scale
from ptml.sources.importers.xapi.activities import Activities, activity_type, is_course
from ptml.sources.importers.xapi.mapping import XapiMapping
from ptml.sources.importers.xapi.verbs import VOIDED

COLUMNS: Mapping[str, str] = {
    "n": "BIGINT",
    "file": "VARCHAR",
    "row": "BIGINT",
    "id": "VARCHAR",
    "verb": "VARCHAR",
    "class": "VARCHAR",
    "employee": "VARCHAR",
    "object": "VARCHAR",
    "part": "VARCHAR",
    "mapped": "VARCHAR",
    "is_whole": "BOOLEAN",
    "hint": "VARCHAR",
    "registration": "VARCHAR",
    "at_us": "BIGINT",
    "day": "DATE",
    "late_days": "INTEGER",
    "score": "DOUBLE",
    "minutes": "DOUBLE",
    "progress": "DOUBLE",
    "success": "BOOLEAN",
    "completion": "BOOLEAN",
    "move_on": "VARCHAR",
    "rule": "INTEGER",
    "noted": "VARCHAR",
    "fault": "VARCHAR",
    "text": "VARCHAR",
    "voids": "VARCHAR",
}

_CMI5 = "https://w3id.org/xapi/cmi5/context/extensions/"
MOVE_ON, MASTERY, LAUNCH_MODE = f"{_CMI5}moveon", f"{_CMI5}masteryscore", f"{_CMI5}launchmode"
_PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"
_VERSIONS = ("1.0", "2.0")


@dataclass(frozen=True, slots=True)
class Reader:
    """What statements are read with.

    Attributes
    ----------
    zone : ZoneInfo
        Decides on which day a moment falls.
    is_dated_by_arrival : bool
        Whether the day is that of `stored`, on which it was known, and not that of `timestamp`.
    """

    people: People
    mapping: XapiMapping
    activities: Activities
    zone: ZoneInfo
    is_dated_by_arrival: bool

    def row(self, n: int, file: str, number: int, statement: Any) -> tuple[Any, ...]:
        """Flatten a statement: a row by `COLUMNS`, with the fault of one that has no place."""
        flat: dict[str, Any] = {"n": n, "file": file, "row": number, "verb": ""}
        try:
            self._fill(flat, statement)
        except Fault as fault:
            flat["fault"] = str(fault)
            flat["text"] = json.dumps(statement, ensure_ascii=False)
        return tuple(map(flat.get, COLUMNS))

    def _fill(self, flat: dict[str, Any], statement: Any) -> None:
        if not isinstance(statement, dict):
            raise Fault("it is no statement")
        flat["id"] = _word(statement.get("id")).lower() or None
        verb = _object(statement.get("verb")).get("id")
        if not isinstance(verb, str):
            raise Fault("it has no verb.id")
        flat["verb"] = verb
        about = _object(statement.get("object"))
        if verb == VOIDED:
            flat["class"], flat["voids"] = "void", _word(about.get("id")).lower()
            return
        if str(statement.get("version", "1.0"))[:3] not in _VERSIONS:
            raise Fault(f"version {statement['version']} is not read, only 1.0.x and 2.0.x")
        self._date(flat, statement)
        self._place(flat, statement, about)

    def _date(self, flat: dict[str, Any], statement: Mapping[str, Any]) -> None:
        happened, stored = moment(statement.get("timestamp")), moment(statement.get("stored"))
        at = happened or stored
        if at is None:
            raise Fault("it has no timestamp and no stored that can be read")
        if stored is not None:
            # A clock that runs ahead: nothing is known before it arrived.
            at = stored if self.is_dated_by_arrival or at > stored else at
            flat["late_days"] = (stored - at).days
            is_ahead = happened is not None and happened > stored
            flat["noted"] = "its timestamp lies after stored, which counts" if is_ahead else None
        flat["day"] = day_in(at, self.zone)
        if flat["day"] is None:
            raise Fault("its day lies outside the calendar")
        flat["at_us"] = microseconds(at)

    def _place(
        self, flat: dict[str, Any], statement: Mapping[str, Any], about: Mapping[str, Any]
    ) -> None:
        kind = about.get("objectType", "Activity")
        verb, activity = flat["verb"], _word(about.get("id"))
        rule = self.mapping.rule_of(verb, activity_type(about), activity)
        is_about_person = (
            rule is not None and self.mapping.evidence[rule].person == "object" and kind == "Agent"
        )
        if not is_about_person and (kind != "Activity" or not activity):
            raise Fault(f"its object is a {kind}, no activity" if kind != "Activity" else "no id")
        flat["rule"], flat["object"] = rule, activity
        flat["class"] = self.mapping.verb_classes.get(verb)
        if flat["class"] is None and rule is None:
            raise Fault("the verb is not known")
        flat["employee"] = self._who(about if is_about_person else statement.get("actor"))
        context = _object(statement.get("context"))
        flat["registration"] = _word(context.get("registration")).lower() or None
        self._course(flat, about, _object(context.get("contextActivities")))
        self._result(flat, _object(statement.get("result")), _object(context.get("extensions")))

    def _who(self, actor: Any) -> str:
        agent = _object(actor)
        if agent.get("objectType") == "Group":
            raise Fault("its actor is a group")
        found = self.people.who(_identifiers(agent))
        if found is None:
            raise Fault(
                "the actor is not in the list of people"
                if self.people.is_list
                else "its actor has no identifier"
            )
        return found

    def _course(
        self, flat: dict[str, Any], about: Mapping[str, Any], around: Mapping[str, Any]
    ) -> None:
        """Say which course it is about: itself, one that it names, or one of the mapping file."""
        self.activities.note(about)
        grouping, parents = _listed(around.get("grouping")), _listed(around.get("parent"))
        near = [*parents, *grouping]
        for each in near:
            self.activities.note(each)
        names = [flat["object"], *(_word(each.get("id")) for each in near)]
        exact = self.mapping.course_of.exact(names[0])
        found = (self.mapping.course_of.find(name) for name in names if name)
        flat["mapped"] = exact or next((course for course in found if course), None)
        whole = next((_word(each.get("id")) for each in near if is_course(each)), None)
        flat["hint"] = whole
        flat["is_whole"] = exact is not None or (flat["mapped"] is None and is_course(about))
        # cmi5 9.6.2.3: an LMS may give an assignable unit an id of its own; its publisher's id
        # is in the grouping. What a question belongs to is its parent.
        outer = parents if flat["class"] == "act" else [g for g in grouping if not is_course(g)]
        flat["part"] = next((_word(each.get("id")) for each in outer), None) or flat["object"]
        if flat["class"] != "act":
            self.activities.name_like(flat["part"], flat["object"])

    def _result(
        self, flat: dict[str, Any], result: Mapping[str, Any], said: Mapping[str, Any]
    ) -> None:
        score = _object(result.get("score"))
        share, fault = share_of_scale(
            score.get("scaled"), score.get("raw"), score.get("min"), score.get("max")
        )
        flat["score"] = share
        flat["noted"] = fault or flat.get("noted")
        duration = result.get("duration")
        if isinstance(duration, str):
            flat["minutes"] = iso_minutes(duration)
            if flat["minutes"] is None:
                flat["noted"] = f"duration {duration[:40]} cannot be read"
        for key in ("success", "completion"):
            flat[key] = result[key] if isinstance(result.get(key), bool) else None
        flat["progress"] = _progress(_object(result.get("extensions")).get(_PROGRESS))
        flat["move_on"] = _word(said.get(MOVE_ON)) or None
        if _word(said.get(LAUNCH_MODE)) in ("Browse", "Review") and flat["class"] == "start":
            flat["class"] = "act"
        if flat["class"] == "pass" and _is_below(share, said.get(MASTERY)):
            flat["noted"] = "passed with a score below the masteryScore"


def _identifiers(agent: Mapping[str, Any]) -> Iterator[str]:
    """All that names an agent, the most telling first; one has one of them."""
    yield from (
        agent[k] for k in ("mbox", "mbox_sha1sum", "openid") if isinstance(agent.get(k), str)
    )
    account = _object(agent.get("account"))
    if account.get("name") is not None:
        yield f"{account.get('homePage', '')}|{account['name']}"
        yield str(account["name"])


def _is_below(share: float | None, mastery: Any) -> bool:
    is_number = isinstance(mastery, int | float) and not isinstance(mastery, bool)
    return share is not None and is_number and share < mastery


def _progress(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value / 100 if is_number and 0 <= value <= 100 else None


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _listed(value: Any) -> list[Mapping[str, Any]]:
    """Activities of a context: a list, or one alone as 1.0.0 allowed."""
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, dict)]


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""
