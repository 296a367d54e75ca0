"""Names, a copy of what is held, and erasure."""

import json
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from ptml.errors import DataError, UsageError
from ptml.review.access.viewer import Role
from ptml.review.audit import verify
from ptml.review.store.schema import accounts, cases, people
from ptml.review.subjects.erasing import Subject, clear_files, erase, in_files, remains, rows_of
from ptml.review.subjects.held import held_about
from ptml.review.subjects.naming import Named, bring_names, read_people
from ptml.review.subjects.others import Others
from tests.review.served import PASSWORD, Served, csrf_in
from tests.review.small_run import NAMES, PEOPLE


def decided(served: Served, who: str, **form: str) -> None:
    """Let a reviewer decide about a person's case."""
    login = f"reviewer of {served.case_of(who)}"
    browser = served.signed_in(served.account(Role.reviewer, login, units=None))
    told = {"csrf": csrf_in(browser.get("/password")), "version": "1", **form}
    found = browser.post(f"/cases/{served.case_of(who)}/decisions", data=told)
    assert found.status_code == 303, found.text


@pytest.fixture
def lived_in(served: Served) -> Served:
    """A page on which people decided, objected and wrote about one another."""
    served.account(
        Role.employee,
        "anna",
        password=PASSWORD,
        employee_id="EMP-anna",
        email="anna@example.org",
    )
    decided(
        served,
        "EMP-anna",
        kind="assign",
        intervention="transfer_goal",
        owner="Nina Nakamura",
        due_on="2026-11-01",
        note="Anna Alvarez does well, as Arlo Adeyemi (EMP-arlo) says.",
    )
    decided(served, "EMP-arlo", kind="ask", note="Ask Anna Alvarez, or EMP-anna by mail.")
    served.objection("EMP-anna", "This is not true. Nina Nakamura knows.")
    return served


class TestNames:
    def test_a_file_of_names_is_read_with_or_without_addresses(self, tmp_path: Path) -> None:
        file = tmp_path / "people.csv"
        file.write_text(
            "employee_id,name,email\nE1, Zoë 林 ,Zoe@Example.org\nE2,Bo,\n", "utf-8-sig"
        )
        told = (Named("E1", "Zoë 林", "zoe@example.org"), Named("E2", "Bo", None))
        assert read_people(file) == told
        file.write_text("name,employee_id\nBo,E2\n", "utf-8")
        assert read_people(file) == (Named("E2", "Bo", None),)

    @pytest.mark.parametrize(
        ("content", "error", "words"),
        [
            (b"id,name\n1,Bo\n", UsageError, "must have columns employee_id and name"),
            (b"employee_id,name\nE1,\n,Bo\nE2,Al\nE2,Bo\n", DataError, r"line 2, 3\); 1 .*line 5"),
            ("employee_id,name\nE1,林".encode("big5"), DataError, "is not UTF-8"),
        ],
    )
    def test_a_file_that_cannot_be_used_is_told_at_once(
        self, tmp_path: Path, content: bytes, error: type[Exception], words: str
    ) -> None:
        file = tmp_path / "people.csv"
        file.write_bytes(content)
        with pytest.raises(error, match=words):
            read_people(file)

    def test_names_are_shown_and_found(self, served: Served) -> None:
        browser = served.signed_in(served.account(Role.reviewer, units=None))
        found = browser.get("/cases?words=alvarez").text
        assert "Anna Alvarez" in found
        assert "Bert" not in found

    def test_the_same_file_again_writes_nothing(self, served: Served) -> None:
        named = [Named(who, name, None) for who, name in NAMES.items()]
        with served.database.begin() as connection:
            before = verify(connection).n_entries
            assert bring_names(connection, named, served.clock.now()) == len(PEOPLE)
            assert bring_names(connection, [Named("nobody", "N", None)], served.clock.now()) == 0
            assert verify(connection).n_entries == before

    def test_a_next_run_keeps_names_and_addresses(self, served: Served) -> None:
        from ptml.review.cases.importing import import_run

        now = served.clock.now()
        with served.database.begin() as connection:
            bring_names(connection, [Named("EMP-anna", "Anna A.", "a@example.org")], now)
            connection.execute(text("UPDATE runs SET seal = 'another'"))
            import_run(connection, served.app.state.review.published, now, 5)
            row = connection.execute(select(people).where(people.c.employee_id == "EMP-anna")).one()
        assert (row.name, row.email) == ("Anna A.", "a@example.org")


class TestCopy:
    def held(self, served: Served, who: str = "EMP-anna") -> dict[str, object]:
        with served.database.read() as connection:
            published = served.app.state.review.published
            others = Others.of(connection, who)
            return held_about(connection, published, others, who, served.clock.now())

    def test_it_holds_everything_about_the_person(self, lived_in: Served) -> None:
        told = json.loads(json.dumps(self.held(lived_in), default=str))
        review = told["review"]
        assert review["person"][0]["name"] == "Anna Alvarez"
        assert review["found_by"] == ["alvarez", "anna", "emp", "emp-anna"]
        assert review["cases"][0]["evidence"]["reasons"][0]["code"] == "motivation"
        assert review["decisions"][0]["made_by_role"] == "reviewer"
        assert review["decisions"][0]["note"].startswith("Anna Alvarez does well")
        assert review["objections"][0]["text"].startswith("This is not true.")
        assert review["account"][0]["email"] == "anna@example.org"
        assert "case.decide" in {line["action"] for line in review["log"]}
        tables = told["published"]["tables"]
        assert set(tables) >= {"people", "warnings", "portraits", "segments", "timelines"}
        assert tables["warnings"][0]["reasons"][0]["code"] == "motivation"

    def test_it_holds_nobody_else(self, lived_in: Served) -> None:
        told = json.dumps(self.held(lived_in), default=str, ensure_ascii=False)
        others = {*PEOPLE, *NAMES.values()} - {"EMP-anna", "Anna Alvarez"}
        assert [word for word in others if word in told] == []
        assert [word for word in ("manager_id", "owner_id", "argon2", "csrf") if word in told] == []
        assert told.count("(another person)") >= 3

    def test_whom_nobody_knows_gets_none(self, served: Served) -> None:
        with pytest.raises(UsageError, match="nothing is held about EMP-none"):
            self.held(served, "EMP-none")

    @pytest.mark.parametrize("language", ["en", "zh-Hant"])
    def test_a_person_takes_the_own_copy_to_read_and_for_a_program(
        self, lived_in: Served, language: str
    ) -> None:
        with lived_in.database.read() as connection:
            own = connection.scalar(
                select(accounts.c.account_id).where(accounts.c.employee_id == "EMP-anna")
            )
        browser = lived_in.signed_in(str(own))
        browser.cookies.set("ptml_language", language)
        found = browser.get("/me/copy.json")
        assert found.headers["content-disposition"] == 'attachment; filename="held-about-me.json"'
        assert found.json()["employee_id"] == "EMP-anna"
        page = browser.get("/me/copy.html").text
        assert "Anna Alvarez does well" in page
        assert f'lang="{language}"' in page
        assert "<style" not in page
        assert browser.get("/me/copy.pdf").status_code == 404
        told = self.held(lived_in)["review"]
        assert isinstance(told, dict)
        assert "person.copy" in {line["action"] for line in told["log"]}

    def test_written_script_is_text_in_the_copy(self, served: Served) -> None:
        from ptml.review.pages.copying import readable

        served.objection("EMP-anna", "<script>alert(1)</script>")
        assert "<script>" not in readable(self.held(served), "en")

    def test_who_is_not_in_the_tables_has_no_copy(self, served: Served) -> None:
        browser = served.signed_in(served.account(Role.reviewer, units=None))
        assert browser.get("/me/copy.json").status_code == 404


class TestErasure:
    def erased(self, served: Served, who: str = "EMP-anna") -> Subject:
        with served.database.begin() as connection:
            subject = Subject.of(connection, who)
            erase(connection, subject, served.clock.now())
        clear_files(served.database)
        return subject

    def test_what_would_be_erased_is_counted_and_nothing_changes(self, lived_in: Served) -> None:
        with lived_in.database.read() as connection:
            subject = Subject.of(connection, "EMP-anna")
            counts = rows_of(connection, subject)
            assert remains(connection, subject) != {}
        assert counts == {
            "cases": 1,
            "decisions": 1,
            "objections": 1,
            "people": 1,
            "search_words": 4,
            "accounts": 1,
            "reports": 0,
            "mentions": 2,
        }

    def test_nothing_is_left_in_any_column_nor_in_the_file(self, lived_in: Served) -> None:
        with lived_in.database.read() as connection:
            subject = Subject.of(connection, "EMP-anna")
        assert list(in_files(lived_in.database, subject)) != []
        self.erased(lived_in)
        with lived_in.database.read() as connection:
            assert remains(connection, subject) == {}
            found = connection.execute(text("SELECT note FROM decisions")).scalar_one()
        assert found == "Ask (erased), or (erased) by mail."
        assert list(in_files(lived_in.database, subject)) == []

    def test_the_chain_stays_valid_and_tells_of_it(self, lived_in: Served) -> None:
        with lived_in.database.read() as connection:
            before = verify(connection)
        self.erased(lived_in)
        with lived_in.database.read() as connection:
            after = verify(connection, before.head)
            last = connection.execute(text("SELECT * FROM audit ORDER BY number DESC")).first()
        assert after.is_whole
        assert after.n_entries == before.n_entries + 1
        assert last is not None
        assert last.action == "person.erase"

    def test_the_account_is_closed_and_what_it_decided_about_others_stays(
        self, served: Served
    ) -> None:
        account = served.account(
            Role.reviewer, "nina", password=PASSWORD, employee_id="EMP-nina", units=None
        )
        browser = served.signed_in(account)
        told = {"csrf": csrf_in(browser.get("/password")), "version": "1", "kind": "accept"}
        browser.post(f"/cases/{served.case_of('EMP-bert')}/decisions", data=told)
        subject = self.erased(served, "EMP-nina")
        assert browser.get("/cases").status_code == 303
        with served.database.read() as connection:
            # She is the manager in other people's evidence, too.
            assert remains(connection, subject) == {}
            row = connection.execute(select(accounts)).one()
            made = connection.execute(text("SELECT made_by FROM decisions")).scalar_one()
            reports = set(connection.scalars(select(people.c.manager_id)))
        assert (row.name, row.is_active, row.employee_id) == ("-", False, None)
        assert made == account
        assert reports == {None, "EMP-sven"}

    def test_an_id_that_is_the_beginning_of_another_is_not_taken_for_it(
        self, served: Served
    ) -> None:
        with served.database.begin() as connection:
            connection.execute(insert(people).values(employee_id="EMP-anna-2", token="t2"))
        self.erased(served)
        with served.database.read() as connection:
            assert "EMP-anna-2" in set(connection.scalars(select(people.c.employee_id)))

    def test_a_namesake_is_left_alone_and_told_of(self, lived_in: Served) -> None:
        with lived_in.database.begin() as connection:
            twin = {"employee_id": "EMP-twin", "name": "Anna Alvarez", "token": "t2"}
            connection.execute(insert(people).values(**twin))
        subject = self.erased(lived_in)
        assert subject.has_namesake
        with lived_in.database.read() as connection:
            note = connection.execute(text("SELECT note FROM decisions")).scalar_one()
        assert note == "Ask Anna Alvarez, or (erased) by mail."

    def test_whom_nobody_knows_cannot_be_erased(self, served: Served) -> None:
        with (
            pytest.raises(UsageError, match="has nothing of EMP-none"),
            served.database.read() as connection,
        ):
            Subject.of(connection, "EMP-none")

    def test_other_people_s_cases_are_as_before(self, lived_in: Served) -> None:
        wanted = select(cases).where(cases.c.employee_id == "EMP-bert")
        with lived_in.database.read() as connection:
            before = connection.execute(wanted).one()
        self.erased(lived_in)
        with lived_in.database.read() as connection:
            assert connection.execute(wanted).one() == before
