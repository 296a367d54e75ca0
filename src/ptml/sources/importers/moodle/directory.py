"""Who and what Moodle's numbers are: people, courses, ways of enrolling, grade items, modules."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ptml.sources.importers.moodle.files import MoodleFile
from ptml.sources.importers.people import People, plain

NAMING = ("user", "course", "enrol", "grade_items", "course_modules")
# The front page is a course too; guests and the system are users too.
_FRONT_PAGE = "1"
_NOBODY = frozenset({"", "0", "1"})


@dataclass(frozen=True, slots=True)
class GradeItem:
    """What is graded, on which scale.

    Attributes
    ----------
    is_total : bool
        Whether it is the total of its course.
    """

    course: str
    is_total: bool
    lowest: str
    highest: str


@dataclass
class Directory:
    """Names behind numbers, filled from the small tables of an export.

    Attributes
    ----------
    titles : dict of str to str
        Full name by course as it is called outside.
    plugins : dict of str to tuple
        Course and way of enrolling by number of the table `enrol`.
    tracked : dict of str to set
        Modules of a course whose completion is tracked.
    """

    people: People
    users: dict[str, dict[str, str]] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)
    courses: dict[str, str] = field(default_factory=dict)
    by_short_name: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    plugins: dict[str, tuple[str, str]] = field(default_factory=dict)
    items: dict[str, GradeItem] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    tracked: dict[str, set[str]] = field(default_factory=dict)

    def take(self, kind: str, row: dict[str, str]) -> None:
        """Take up a row of one of the tables in `NAMING`."""
        {
            "user": self._user,
            "course": self._course,
            "enrol": self._enrol,
            "grade_items": self._item,
            "course_modules": self._module,
        }[kind](row)

    def employee(self, user: str) -> str | None:
        """The employee whom a user's number means; None for guests, the system, and strangers."""
        if user in _NOBODY or user.startswith("-"):
            return None
        row = self.users.get(user, {})
        names = (user, row.get("email", ""), row.get("username", ""), row.get("idnumber", ""))
        return self.people.who(name for name in names if name)

    def employee_named(self, names: Iterable[str]) -> str | None:
        """The employee whom an address, a user name or an ID number means."""
        told = [name for name in names if name]
        user = next((self.by_name[plain(n)] for n in told if plain(n) in self.by_name), None)
        return self.employee(user) if user is not None else self.people.who(told)

    def course(self, number: str) -> str | None:
        """What a course's number is called outside; None for the front page."""
        if number in ("", "0", _FRONT_PAGE):
            return None
        return self.courses.get(number, number)

    def _user(self, row: dict[str, str]) -> None:
        self.users[row["id"]] = row
        for name in ("email", "username", "idnumber"):
            if row.get(name):
                self.by_name.setdefault(plain(row[name]), row["id"])

    def _course(self, row: dict[str, str]) -> None:
        name = row.get("idnumber") or row["shortname"] or row["id"]
        self.courses[row["id"]] = self.by_short_name[row["shortname"]] = name
        self.titles[name] = row["fullname"]

    def _enrol(self, row: dict[str, str]) -> None:
        self.plugins[row.get("id", "")] = (row["courseid"], row["enrol"])

    def _item(self, row: dict[str, str]) -> None:
        self.items[row.get("id", "")] = GradeItem(
            row["courseid"], row["itemtype"] == "course", row.get("grademin", ""), row["grademax"]
        )

    def _module(self, row: dict[str, str]) -> None:
        self.modules[row.get("id", "")] = row["course"]
        if row["completion"] not in ("", "0"):
            self.tracked.setdefault(row["course"], set()).add(row.get("id", ""))


def read_directory(files: Iterable[MoodleFile], people: People) -> Directory:
    """Fill a directory from the small tables among the files."""
    directory = Directory(people)
    for file in files:
        if file.kind in NAMING:
            for record in file.records:
                if not record.fault:
                    directory.take(file.kind, record.values)
    return directory
