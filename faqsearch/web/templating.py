"""Templates, and what every page knows about the site it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.types import Scope

from faqsearch.entry import Audience
from faqsearch.web.markup import highlighted, reasons, snippet
from faqsearch.wording import NEAR_IN_MEANING, NOT_STRICT

_DEFAULT_TITLE: Final = "よくある質問"


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """One application as its pages see it.

    Attributes:
        title: The name shown on every page.
        audience: Whose view the application serves.
        environment: The templates; everything they print is escaped.
    """

    title: str
    audience: Audience
    environment: Environment

    @classmethod
    def create(cls, audience: Audience, title: str | None) -> Site:
        """Make the site of one audience, with a plain title if None is given."""
        environment = Environment(
            loader=PackageLoader("faqsearch.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals.update(
            highlighted=highlighted,
            snippet=snippet,
            reasons=reasons,
            near_in_meaning=NEAR_IN_MEANING,
            not_strict=NOT_STRICT,
        )
        return cls(
            title=_DEFAULT_TITLE if title is None else title, audience=audience, environment=environment
        )

    def render(self, template: str, **values: object) -> str:
        """Render a template; ``values`` must hold ``prefix``, the path under which the site is mounted."""
        internal = self.audience is Audience.OPERATOR
        return self.environment.get_template(template).render(
            site_title=self.title, site_internal=internal, **values
        )


def path_prefix(scope: Scope) -> str:
    """Return the path under which the application is mounted, quoted, without a slash at the end."""
    root_path: str = scope.get("root_path", "")
    return quote(root_path.rstrip("/"))


def route_path(scope: Scope) -> str:
    """Return the path of the request as the application itself counts it, from its own root."""
    path: str = scope["path"]
    root_path: str = scope.get("root_path", "").rstrip("/")
    return path.removeprefix(root_path) if path.startswith(f"{root_path}/") else path
