"""The HTTP face: a JSON API and one Japanese search page, bound to one audience when it is made."""

from faqsearch.web.app import create_app
from faqsearch.web.server import make_server, serve

__all__ = ["create_app", "make_server", "serve"]
