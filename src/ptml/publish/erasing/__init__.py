"""Take one person out of what was published: every kept run of a place, whole runs at a time."""

from ptml.publish.erasing.database import ErasableFile
from ptml.publish.erasing.folder import ErasableFolder
from ptml.publish.erasing.person import Person, cut
from ptml.publish.erasing.place import Change, Erasable, Known

__all__ = ["Change", "Erasable", "ErasableFile", "ErasableFolder", "Known", "Person", "cut"]
