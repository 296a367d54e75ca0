"""A folder of trainings with a pointer to the one in use, and a log of every move of it.

    versions/ID/          copies of trainings; they never change
    champion, challenger  links to versions: `ptml score --models REGISTRY/champion`
    moves.jsonl           who moved what, when and why, each line chained to the one before
    evidence/HASH.json    what a decision rested on; the log names the hash
    twins/                refits for comparisons; may be deleted at any time

A move is written to the log first and the pointer follows. A process that is killed between the
two leaves a pointer that stands where the move began: the next writer finishes the move.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from ptml.contracts.artefacts import MOVES, VERSIONS
from ptml.contracts.chained_log import ChainedLog
from ptml.contracts.durable import flush, put_link
from ptml.contracts.lock import writer_lock
from ptml.errors import DataError, TryAgainError, UsageError
from ptml.registry.moves import Said, State, What, state_after
from ptml.registry.versions import checked, copied

CHAMPION, CHALLENGER = "champion", "challenger"


class Registry:
    """Which models are in use and were.

    Parameters
    ----------
    folder : Path
        Made with the first version that is added.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = ChainedLog(folder / MOVES)

    @property
    def twins(self) -> Path:
        """Where refits for comparisons are kept."""
        return self.folder / "twins"

    def path_of(self, version: str) -> Path:
        """Folder of a version."""
        return self.folder / VERSIONS / version

    def moves(self) -> tuple[dict[str, Any], ...]:
        """All moves, the oldest first.

        Raises
        ------
        DataError
            When a line was changed.
        """
        found = self.log.read()
        if found.problem is not None:
            raise DataError(f"{found.problem}; the moves after it are not to be believed")
        return found.entries

    def state(self) -> State:
        """Which version is champion and which is challenger, by the log."""
        return state_after(self.moves())

    def add(self, models: Path, said: Said) -> str:
        """Keep a copy of a training as the challenger; one that is there already stays as it is.

        Returns
        -------
        str
            The version's name.
        """
        with self._writing():
            versions = self.folder / VERSIONS
            versions.mkdir(exist_ok=True)
            version = copied(models, versions)
            last = {move["version"]: move["what"] for move in self.moves()}
            if last.get(version, "retire") == "retire":
                self._move("add", version, said)
        return version

    def promote(
        self, version: str, said: Said, evidence: Mapping[str, Any], champion_then: str | None
    ) -> dict[str, Any]:
        """Make a version champion.

        Parameters
        ----------
        evidence : mapping
            What the decision rests on, JSON-ready; kept, and its hash in the log.
        champion_then : str or None
            The champion that the version was held against.

        Raises
        ------
        TryAgainError
            When another version has become champion in the meantime.
        """
        return self._decide("promote", version, said, evidence, champion_then)

    def refuse(
        self, version: str, said: Said, evidence: Mapping[str, Any], champion_then: str | None
    ) -> dict[str, Any]:
        """Log that a version was not made champion; nothing is moved."""
        return self._decide("refuse", version, said, evidence, champion_then)

    def roll_back(self, said: Said, to: str | None = None) -> dict[str, Any]:
        """Go back to the champion before this one, or to any that was champion.

        Raises
        ------
        UsageError
            When there is none before, or the named one was never champion.
        DataError
            When a file of it is not what it was: the pointer stays where it is.
        """
        with self._writing():
            state, moves = self.state(), self.moves()
            wanted = to or state.before
            if wanted is None:
                raise UsageError(f"{self.folder} has no champion before this one to go back to")
            were = {move["version"] for move in moves if move["what"] in ("promote", "rollback")}
            if wanted not in were:
                raise UsageError(
                    f"--to must be a version that was champion ({', '.join(sorted(were))}), got "
                    f"{wanted}"
                )
            if wanted == state.champion:
                raise UsageError(f"{wanted} is the champion already")
            checked(self.path_of(wanted))
            return self._move("rollback", wanted, said)

    def out_of_use(self) -> dict[str, datetime]:
        """Versions that are neither champion nor challenger nor on the way back, each with its
        last move."""
        moves, state = self.moves(), self.state()
        used = {*state.in_use, state.challenger}
        last = {str(move["version"]): move for move in moves}
        return {
            version: datetime.fromisoformat(move["when"])
            for version, move in last.items()
            if version not in used and move["what"] != "retire"
        }

    def retire(self, version: str, said: Said) -> dict[str, Any]:
        """Take a version that is out of use away, for good; the log keeps that it was there.

        Raises
        ------
        UsageError
            When it is in use, or a rollback may go back to it.
        """
        with self._writing():
            if version not in self.out_of_use():
                raise UsageError(f"{version} is in use, or is not in {self.folder}")
            move = self._move("retire", version, said)
            shutil.rmtree(self.path_of(version), ignore_errors=True)
            return move

    def mend(self) -> list[str]:
        """Finish a move that a killed process left half done; says what was done.

        Raises
        ------
        DataError
            When a pointer was moved by hand, or the log was changed.
        """
        if not self.folder.exists():
            return []
        told = [f"{problem}: finished now" for problem, _ in self._pointers(self.moves())]
        with self._writing():
            return told

    def problems(self) -> list[str]:
        """What is not as it should be: the chain, the pointers, the files of the versions."""
        found, told = self.log.read(), self.log_problems()
        told += [problem for problem, _ in self._pointers(found.entries)]
        last = {str(move["version"]): move["what"] for move in found.entries}
        for version in sorted(version for version, what in last.items() if what != "retire"):
            try:
                checked(self.path_of(version))
            except (DataError, UsageError) as error:
                told.append(str(error))
        for move in found.entries:
            told += self._evidence_problems(move.get("evidence"))
        return told

    def log_problems(self) -> list[str]:
        """What is wrong with the log itself; what follows a changed line is not in `moves`."""
        found = self.log.read()
        told = []
        if found.problem is not None:
            told.append(f"{found.problem}; the moves from there on are not to be believed")
        if found.torn:
            told.append(f"the last line of {self.log.path} was not written to its end")
        return told

    def _evidence_problems(self, digest: str | None) -> list[str]:
        if digest is None:
            return []
        path = self.folder / "evidence" / f"{digest}.json"
        if not path.exists():
            return [f"{path} is missing: what a decision rested on"]
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            return [f"{path} was changed: what a decision rested on"]
        return []

    def _decide(
        self,
        what: What,
        version: str,
        said: Said,
        evidence: Mapping[str, Any],
        champion_then: str | None,
    ) -> dict[str, Any]:
        with self._writing():
            if self.state().champion != champion_then:
                raise TryAgainError(
                    f"{self.state().champion} became champion in the meantime, and {version} was"
                    f" held against {champion_then or 'none'}: run again"
                )
            checked(self.path_of(version))
            return self._move(what, version, said, self._keep(evidence))

    def _keep(self, evidence: Mapping[str, Any]) -> str:
        text = json.dumps(evidence, sort_keys=True, ensure_ascii=False, indent=1, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()
        folder = self.folder / "evidence"
        folder.mkdir(exist_ok=True)
        draft = folder / ".unfinished"
        draft.write_text(text, encoding="utf-8")
        flush(draft)
        draft.replace(folder / f"{digest}.json")
        flush(folder)
        return digest

    def _move(
        self, what: What, version: str, said: Said, evidence: str | None = None
    ) -> dict[str, Any]:
        entry = self.log.append(
            {
                "when": said.when.isoformat(timespec="seconds"),
                "who": said.who.strip(),
                "why": said.why.strip(),
                "what": what,
                "version": version,
                "champion_before": self.state().champion,
                "evidence": evidence,
            }
        )
        self._follow(self.state())
        return entry

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time; what a killed one left is finished first."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"--registry {self.folder} cannot be written ({error.strerror}); name a folder that"
                " you may write"
            ) from error
        with writer_lock(self.folder / ".lock", str(self.folder)):
            moved = [told for told, unfinished in self._pointers(self.moves()) if not unfinished]
            if moved:
                raise DataError(
                    f"{'; '.join(moved)}. Nothing is done to a registry whose pointers were moved "
                    "by hand: put the link back to what the log says"
                )
            self._follow(self.state())
            yield

    def _pointers(self, moves: tuple[dict[str, Any], ...]) -> list[tuple[str, bool]]:
        """What is wrong with the pointers, and whether it is only a move that is not finished."""
        now, before = state_after(moves), state_after(moves[:-1])
        wanted = (
            (CHAMPION, now.champion, before.champion),
            (CHALLENGER, now.challenger, before.challenger),
        )
        told = []
        for name, is_to_be, was in wanted:
            found = self._pointed(name)
            if found == is_to_be:
                continue
            unfinished = found == was
            why = "the last move is not finished" if unfinished else "it was moved by hand"
            says = f"{name} is {found or 'not there'}, the log says {is_to_be or 'none'}: {why}"
            told.append((says, unfinished))
        return told

    def _pointed(self, name: str) -> str | None:
        link = self.folder / name
        if link.is_symlink():
            return link.readlink().name
        return "no link" if link.exists() else None

    def _follow(self, state: State) -> None:
        """Put the pointers where the log says."""
        for name, version in ((CHAMPION, state.champion), (CHALLENGER, state.challenger)):
            if self._pointed(name) == version:
                continue
            if version is None:
                (self.folder / name).unlink()
                flush(self.folder)
            else:
                put_link(f"{VERSIONS}/{version}", self.folder / name)
