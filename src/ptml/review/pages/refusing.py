"""What is shown instead of a page that cannot be, and what would be lost by it."""

from collections.abc import Sequence

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ptml.review.access.gate import is_from_elsewhere
from ptml.review.access.plain import is_form, is_plain
from ptml.review.pages.rendering import page

_WRITTEN = ("question", "note", "text")
_MOST = 4_000


def refused(request: Request, status: int, lost: Sequence[str] = ()) -> Response:
    """The page that says why there is none; `lost` = what somebody had written in vain."""
    return page(request, "refused.html", status, lost=lost)


async def written(request: Request) -> tuple[str, ...]:
    """The sentences in a form of ours that came after the session's end; nothing of others'."""
    if not is_form(request.headers.get("content-type", "")) or is_from_elsewhere(request):
        return ()
    try:
        form = await request.form()
    except HTTPException:
        return ()
    told = [form.get(name) for name in _WRITTEN]
    texts = [text[:_MOST] for text in told if isinstance(text, str) and text.strip()]
    return tuple(texts) if is_plain(texts) else ()
