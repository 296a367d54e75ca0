"""Take people out of what was published: every kept run of a place, whole runs at a time."""

from ptml.publish.erasing.database import ErasableFile
from ptml.publish.erasing.dates import ErasableDates
from ptml.publish.erasing.folder import ErasableFolder
from ptml.publish.erasing.people import Known, People, cut, holding
from ptml.publish.erasing.place import Change, EarlierRun, Erasable, KeepsRuns
from ptml.publish.erasing.places import erasable
from ptml.publish.erasing.runs import RunFolders

__all__ = [
    "Change",
    "EarlierRun",
    "Erasable",
    "ErasableDates",
    "ErasableFile",
    "ErasableFolder",
    "KeepsRuns",
    "Known",
    "People",
    "RunFolders",
    "cut",
    "erasable",
    "holding",
]
