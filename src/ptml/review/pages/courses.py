"""Courses: what people thought of them, learnt, used, and what it brought."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Row, select
from starlette.responses import Response

from ptml.review.access.gate import RefusedError, SignedIn
from ptml.review.cases.asked import Word
from ptml.review.pages.rendering import page
from ptml.review.state import state_of
from ptml.review.store.schema import courses as table

router = APIRouter()


@router.get("/courses", name="courses")
def courses(request: Request, viewer: SignedIn, words: Word = "") -> Response:
    """All courses: those with something to look at first."""
    wanted = select(table).order_by(table.c.title, table.c.course_id)
    for word in words.split():
        wanted = wanted.where(table.c.title.icontains(word, autoescape=True))
    with state_of(request).database.read() as connection:
        found = connection.execute(wanted).all()
    alerted = sorted((row for row in found if row.health and row.health["alerts"]), key=_harm_first)
    others = [row for row in found if not (row.health and row.health["alerts"])]
    return page(request, "courses.html", alerted=alerted, others=others, words=words)


def _harm_first(row: Row[Any]) -> bool:
    return all(alert["code"] != "harmful" for alert in row.health["alerts"])


@router.get("/courses/{course_id}", name="course")
def course(request: Request, viewer: SignedIn, course_id: str) -> Response:
    """One course on the four levels of Kirkpatrick, and what it costs and brings (Phillips)."""
    review = state_of(request)
    with review.database.read() as connection:
        found = connection.execute(select(table).where(table.c.course_id == course_id)).first()
    if found is None:
        raise RefusedError(404)
    least = review.config.least_group
    return page(request, "course.html", course=found, health=found.health, least=least)
