"""The table of roles in the docs, made from the policy: ``python -m tests.review.roles_table``."""

from pathlib import Path

from ptml.review.access.policy import ROUTES
from ptml.review.access.viewer import Role

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "review-operate.md"
BEGIN, END = "<!-- roles: begin -->\n", "<!-- roles: end -->"
WORDS = {
    "home": "Start page",
    "sign_out": "Sign out",
    "worklist": "List of cases",
    "case": "A case",
    "decide": "Decide about a case",
    "undo": "Take the own decision back",
    "teams": "List of teams",
    "team": "Portrait of a team (5 people or more)",
    "courses": "List of courses",
    "course": "Health of a course",
    "me": "The own page",
    "object": "Object, or ask for a correction",
    "objections": "List of objections",
    "answer": "Answer an objection",
    "model": "How the models work",
    "password": "Form to change the own password",
    "password_post": "Change the own password",
    "my_copy": "Copy of what is held about oneself",
    "accounts": "List of accounts",
    "account_new": "Form of a new account",
    "account_new_post": "Make an account",
    "account": "An account",
    "account_change": "Deactivate, unlock, set password or units",
    "audit": "The log",
}
HEADS = {
    Role.reviewer: "HR reviewer",
    Role.manager: "Manager",
    Role.employee: "Employee",
    Role.data_scientist: "Data scientist",
    Role.administrator: "Administrator",
}


def roles_table() -> str:
    """The table; a route without words stands under its name."""
    lines = [
        f"| What | {' | '.join(HEADS.values())} |",
        f"|---|{'|'.join(':-:' for _ in HEADS)}|",
    ]
    for route, roles in ROUTES.items():
        marks = " | ".join("yes" if role in roles else "" for role in HEADS)
        lines.append(f"| {WORDS.get(route, f'`{route}`')} | {marks} |")
    return "\n".join(lines) + "\n"


def written() -> str:
    """The table as the docs have it."""
    return PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    text = PAGE.read_text("utf-8")
    PAGE.write_text(text.replace(BEGIN + written(), BEGIN + roles_table()), "utf-8")
