"""The command ``encode``: make the dense vectors of a base beforehand."""

from __future__ import annotations

from faqsearch.cli import terminal
from faqsearch.cli.base import entries_of, make_vectors
from faqsearch.cli.errors import PROGRAM
from faqsearch.cli.options import FaqOption, JsonOption
from faqsearch.encoders import PreparedVectors
from faqsearch.readiness import cached_encoder, passages_of, text_vectors_file
from faqsearch.vectors import vectors_file


def encode(faq: FaqOption, json: JsonOption = False) -> None:
    """Make the vectors of a base's texts, so that hybrid ranks it at once; interrupted, it goes on later."""
    entries = entries_of(faq)
    encoder = cached_encoder()
    made = make_vectors(PreparedVectors(encoder), entries, quiet=json)
    texts = len(set(passages_of(entries)))
    if json:
        document = {
            "faq": str(faq),
            "texts": texts,
            "present": texts - made,
            "made": made,
            "file": str(text_vectors_file()),
            "encoder": encoder.fingerprint,
        }
        terminal.emit_json(document)
        return
    counts = f"{texts:,} texts: {texts - made:,} had vectors already, {made:,} made"
    terminal.out().print(f"{faq}: {counts}; kept in {text_vectors_file()}", soft_wrap=True)
    if not vectors_file().exists():
        hint = f"hybrid also needs word vectors; get them with `{PROGRAM} vectors install`"
        terminal.out().print(hint, soft_wrap=True)
