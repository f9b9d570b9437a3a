"""``python -m faqsearch``: the command line without its script."""

from __future__ import annotations

from faqsearch.cli import main

if __name__ == "__main__":
    main()
