"""Who may see and do what, decided in one place."""

from ptml.review.access.policy import ROUTES, may
from ptml.review.access.viewer import Role, Viewer

__all__ = ["ROUTES", "Role", "Viewer", "may"]
