"""A corpus of any size grown from real sentences, as terms and as texts.

A document is some sentences of our bases, about 60 content terms in all, as they were written: their words
keep their natural frequencies and their natural company. One sentence in two comes from the category the
document is about, the others from anywhere, so that documents have subjects.

A few thousand sentences have a few thousand words, but a vocabulary grows with the text (Heaps). The rarest
words of the source, which together make up a twelfth of it, are therefore slots: what stands in a slot is
drawn anew each time from an endless list of words in which the word of rank r has the frequency
(r + q)^-1.6 (Zipf-Mandelbrot). The list begins with the rare words themselves and goes on with invented
names in katakana, which morphology keeps whole; q is such that the first of the list is as frequent as the
commonest of the words in slots. Drawing from such a list makes a vocabulary that grows with the power
1 / 1.6 of the text (van Leijenhorst & van der Weide, "A formal derivation of Heaps' Law", 2005). The steeper
slope beyond the common words is that of natural corpora (Ferrer i Cancho & Solé, "Two regimes in the
frequency of words", 2001).

Documents are drawn in blocks, each from seed and number of the block: a smaller corpus is the beginning of a
larger one. Inquiries are queries only; no sentence of them is in a document.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from faqsearch.entry import FaqEntry

TERMS: Final = 60
"""Content terms of a document, in the mean."""
SPREAD: Final = 0.4
"""Standard deviation of the logarithm of the number of sentences of a document."""
OPEN_SHARE: Final = 1 / 12
ZIPF: Final = 1.6
BLOCK: Final = 1_000
_SLOT: Final = re.compile(r"[一-龥ァ-ヴー]+|[a-z]+")
_KANA: Final = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
_LETTERS: Final = 6
NAMES: Final = len(_KANA) ** _LETTERS
_MIX: Final = 3_141_592_653
"""Shares no factor with the number of names, and spreads neighbours in rank."""

IntArray = npt.NDArray[np.int64]


def invented(number: int) -> str:
    """Return one of the names."""
    left = number * _MIX % NAMES
    letters = []
    for _ in range(_LETTERS):
        left, letter = divmod(left, len(_KANA))
        letters.append(_KANA[letter])
    return "".join(letters)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """One sentence of the source.

    Attributes:
        text: The normalised text.
        terms: Its content terms in text order.
        spans: Where each stands in the text.
    """

    text: str
    terms: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """What documents are made of.

    The number of a term is its place in ``words``. Slots are filled with the numbers from ``first_open`` on;
    those behind the end of ``words`` are invented names.

    Attributes:
        sentences: All sentences, category after category.
        home: Shape (n_sentences, 2); first and last (exclusive) sentence of the same category.
        words: The terms: those that stay, then those whose places are slots, each the most frequent first.
        first_open: Number of the first term whose places are slots.
        shift: The q of the frequencies in slots.
        terms: Numbers of the terms of all sentences, one after the other.
        begins: Shape (n_sentences + 1,); where the terms of each sentence begin.
    """

    sentences: tuple[Sentence, ...]
    home: IntArray
    words: tuple[str, ...]
    first_open: int
    shift: float
    terms: IntArray
    begins: IntArray

    @classmethod
    def of(cls, groups: Sequence[Sequence[Sentence]]) -> Source:
        """Count the words of sentences that come grouped by category."""
        sentences = tuple(sentence for group in groups for sentence in group)
        sizes = np.array([len(group) for group in groups], np.int64)
        ends = np.cumsum(sizes)
        counts = Counter(term for sentence in sentences for term in sentence.terms)
        ordered = sorted(counts, key=lambda term: (-counts[term], term))
        from_the_end = np.cumsum([counts[word] for word in reversed(ordered)])
        rare = ordered[len(ordered) - int((from_the_end <= OPEN_SHARE * counts.total()).sum()) :]
        opened = [word for word in rare if _SLOT.fullmatch(word)]
        kept = sorted(set(ordered).difference(opened), key=lambda term: (-counts[term], term))
        numbers = {word: number for number, word in enumerate((*kept, *opened))}
        taken = [counts[word] for word in opened]
        lengths = [len(sentence.terms) for sentence in sentences]
        return cls(
            sentences=sentences,
            home=np.repeat(np.stack([ends - sizes, ends], axis=1), sizes, axis=0),
            words=(*kept, *opened),
            first_open=len(kept),
            # So that the first word of the list is as frequent as the commonest word of a slot.
            shift=max((ZIPF - 1) * sum(taken) / max(taken, default=1), 1.0),
            terms=np.array([numbers[term] for sentence in sentences for term in sentence.terms], np.int64),
            begins=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        )

    def word(self, number: int) -> str:
        """Return the term of a number."""
        return self.words[number] if number < len(self.words) else invented(number - len(self.words))

    @property
    def mean_sentences(self) -> float:
        """How many sentences make a document of the wanted length."""
        return TERMS * len(self.sentences) / len(self.terms)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Some documents.

    Attributes:
        sentences: Sentences of all of them, document after document.
        lengths: Shape (n_docs,); number of sentences of each.
        terms: Numbers of the terms of all sentences, slots filled.
    """

    sentences: IntArray
    lengths: IntArray
    terms: IntArray


def draw(source: Source, seed: int, number: int) -> Block:
    """Draw block ``number`` of the endless corpus of a seed: ``BLOCK`` documents."""
    from faqsearch.index import gather

    chance = np.random.default_rng([seed, number])
    mean = np.log(source.mean_sentences) - SPREAD**2 / 2
    lengths = np.maximum(np.rint(chance.lognormal(mean, SPREAD, BLOCK)), 2).astype(np.int64)
    about = source.home[chance.integers(len(source.sentences), size=BLOCK)].repeat(lengths, axis=0)
    anywhere = np.stack([np.zeros(len(about), np.int64), np.full(len(about), len(source.sentences))], axis=1)
    ranges = np.where(chance.random((len(about), 1)) < 0.5, about, anywhere)
    sentences = chance.integers(ranges[:, 0], ranges[:, 1])
    terms = source.terms[gather(source.begins[sentences], source.begins[sentences + 1])[1]]
    slots = np.flatnonzero(terms >= source.first_open)
    # The inverse of the distribution function of (rank + shift)^-ZIPF, which is a Pareto distribution.
    ranks = source.shift * (chance.random(len(slots)) ** (-1.0 / (ZIPF - 1.0)) - 1.0)
    terms[slots] = source.first_open + np.minimum(ranks, NAMES - 1).astype(np.int64)
    return Block(sentences=sentences, lengths=lengths, terms=terms)


def blocks(source: Source, count: int, seed: int) -> Iterator[Block]:
    """Draw the blocks of ``count`` documents; the last may hold more than are wanted."""
    return (draw(source, seed, number) for number in range(-(-count // BLOCK)))


def texts(source: Source, count: int, seed: int) -> Iterator[list[str]]:
    """Yield the sentences of each document as texts."""
    left = count
    for block in blocks(source, count, seed):
        terms, sentence = iter(block.terms.tolist()), iter(block.sentences.tolist())
        for length in block.lengths.tolist()[:left]:
            yield [_written(source, next(sentence), terms) for _ in range(length)]
        left -= BLOCK


def _written(source: Source, number: int, terms: Iterator[int]) -> str:
    """Write a sentence with the next of the terms in its slots."""
    sentence = source.sentences[number]
    begin = int(source.begins[number])
    parts, last = [], 0
    for place, (start, end) in enumerate(sentence.spans):
        term = next(terms)
        if source.terms[begin + place] >= source.first_open:
            parts += [sentence.text[last:start], source.word(term)]
            last = end
    return "".join(parts) + sentence.text[last:]


def entries(source: Source, count: int, seed: int) -> Iterator[FaqEntry]:
    """Yield the documents as entries: the first sentence is the question, the others are the answer."""
    from faqsearch.entry import FaqEntry

    for number, (question, *answer) in enumerate(texts(source, count, seed)):
        yield FaqEntry(id=f"e{number:07d}", question=question, answer="\n".join(answer))


@dataclass(frozen=True, kw_only=True, slots=True)
class Corpus:
    """Documents as terms.

    Attributes:
        words: The vocabulary; the place of a word is its number.
        terms: Shape (n,); numbers of the terms of all documents.
        begins: Shape (n_docs + 1,); where the terms of each document begin.
    """

    words: tuple[str, ...]
    terms: npt.NDArray[np.int32]
    begins: IntArray

    @property
    def n_docs(self) -> int:
        """Number of documents."""
        return len(self.begins) - 1

    def documents(self) -> Iterator[list[str]]:
        """Yield the terms of each document."""
        for begin, end in pairwise(self.begins.tolist()):
            yield [self.words[term] for term in self.terms[begin:end].tolist()]

    def first(self, count: int) -> Corpus:
        """Return the first documents."""
        begins = self.begins[: count + 1]
        return Corpus(words=self.words, terms=self.terms[: begins[-1]], begins=begins)

    def sha256(self) -> str:
        """Return a digest of everything, hexadecimal."""
        found = hashlib.sha256("\0".join(self.words).encode())
        found.update(self.terms.tobytes())
        found.update(self.begins.tobytes())
        return found.hexdigest()

    def zipf_slope(self) -> float:
        """Return the slope of log frequency over log rank from rank 10 to rank 10,000, or the last."""
        counts = np.sort(np.bincount(self.terms, minlength=1))[::-1]
        ranks = np.unique(np.geomspace(10, max(min(len(counts), 10_000), 11), 200).astype(np.int64))
        ranks = ranks[ranks <= len(counts)]
        return float(np.polyfit(np.log(ranks), np.log(counts[ranks - 1]), 1)[0]) if len(ranks) > 1 else 0.0

    def save(self, path: Path) -> None:
        """Write the corpus."""
        words = np.frombuffer("\n".join(self.words).encode(), np.uint8)
        np.savez(path, words=words, terms=self.terms, begins=self.begins)

    @classmethod
    def load(cls, path: Path) -> Corpus:
        """Read what ``save`` wrote."""
        with np.load(path) as found:
            words = tuple(found["words"].tobytes().decode().split("\n"))
            return cls(words=words, terms=found["terms"], begins=found["begins"])


def grow(source: Source, count: int, seed: int) -> Corpus:
    """Make a corpus of ``count`` documents."""
    drawn = list(blocks(source, count, seed))
    numbers = np.concatenate([block.terms for block in drawn])
    per_sentence = np.diff(source.begins)
    sentences = np.cumsum(np.concatenate([block.lengths for block in drawn]))[:count]
    lengths = np.cumsum(per_sentence[np.concatenate([block.sentences for block in drawn])])
    begins = np.concatenate([[0], lengths[sentences - 1]]).astype(np.int64)
    used, terms = np.unique(numbers[: begins[-1]], return_inverse=True)
    words = tuple(source.word(number) for number in used.tolist())
    return Corpus(words=words, terms=terms.astype(np.int32), begins=begins)
