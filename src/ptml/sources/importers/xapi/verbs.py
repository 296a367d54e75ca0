"""Verbs of xAPI by what they say of a course; more come from a mapping file."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

VerbClass = Literal[
    "enrol", "start", "act", "end", "complete", "pass", "fail", "score", "satisfy", "waive",
    "drop", "rate",
]  # fmt: skip
VERB_CLASSES: tuple[str, ...] = get_args(VerbClass)

VOIDED = "http://adlnet.gov/expapi/verbs/voided"

_ADL = "http://adlnet.gov/expapi/verbs/"
# cmi5 took three verbs from another list, section 9.3 of its specification.
_CMI5 = "https://w3id.org/xapi/adl/verbs/"
_VIDEO = "https://w3id.org/xapi/video/verbs/"
_TINCAN = "http://id.tincanapi.com/verb/"

_OF_ADL: Mapping[str, tuple[str, ...]] = {
    "enrol": ("registered",),
    "start": ("launched", "initialized", "attempted", "resumed"),
    "act": (
        *("answered", "asked", "attended", "commented", "experienced", "imported", "interacted"),
        *("preferred", "progressed", "responded", "shared"),
    ),
    "end": ("terminated", "exited", "suspended"),
    "complete": ("completed",),
    "pass": ("passed", "mastered"),
    "fail": ("failed",),
    "score": ("scored",),
}

VERBS: Mapping[str, str] = MappingProxyType(
    {
        **{f"{_ADL}{word}": kind for kind, words in _OF_ADL.items() for word in words},
        f"{_CMI5}abandoned": "end",
        f"{_CMI5}waived": "waive",
        f"{_CMI5}satisfied": "satisfy",
        **{f"{_VIDEO}{word}": "act" for word in ("played", "paused", "seeked")},
        f"{_TINCAN}viewed": "act",
        f"{_TINCAN}rated": "rate",
        f"{_TINCAN}unregistered": "drop",
    }
)
"""Class of each verb by its id."""
