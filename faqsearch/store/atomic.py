"""Replace a file all or nothing: whoever looks sees the old content or the new, never a mixture."""

from faqsearch.files import replacing, write_bytes

__all__ = ["replacing", "write_bytes"]
