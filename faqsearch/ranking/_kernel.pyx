# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The loops of scoring, compiled. ``accumulate`` says what they compute, and computes the same in numpy.

Every addition and division is the one that numpy makes, in the same order: results are equal to the last bit.
Document numbers come from an index and are trusted; all else is checked by the caller.
"""

from libc.stdint cimport int32_t, int64_t

cdef enum:
    MOST_MATRICES = 8


def add_saturated(
    tuple docs,
    tuple frequencies,
    const int64_t[::1] matrix,
    const int64_t[::1] begins,
    const int64_t[::1] ends,
    const int64_t[::1] words,
    const double[::1] weights,
    const double[::1] worth,
    double k1,
    double[::1] scores,
    double[::1] joined,
    int32_t[::1] touched,
):
    """Add ``worth * (k1 + 1) f / (k1 + f)`` to scores, f the weighted frequencies of a word's rows together.

    Args:
        docs: Document numbers of each matrix.
        frequencies: Frequencies of each matrix, above 0.
        matrix: Shape (n_rows,); the matrix of each row.
        begins: Shape (n_rows,); where the row begins in its matrix.
        ends: Shape (n_rows,); where it ends.
        words: Shape (n_rows,); the word of each row, ascending.
        weights: Shape (n_rows,).
        worth: Shape (n_words,).
        k1: Above 0.
        scores: Shape (n_docs,); added to.
        joined: Shape (n_docs,); zeros, and zeros again afterwards.
        touched: Shape (n_docs,); room.
    """
    cdef const int32_t* all_docs[MOST_MATRICES]
    cdef const double* all_frequencies[MOST_MATRICES]
    cdef const int32_t[::1] some_docs
    cdef const double[::1] some_frequencies
    cdef Py_ssize_t number, row, first, last, place, n_touched, n_rows = words.shape[0]
    cdef const int32_t* row_docs
    cdef const double* row_frequencies
    cdef double frequency, weight, value
    cdef int32_t doc

    if len(docs) > MOST_MATRICES:
        raise ValueError(f"at most {MOST_MATRICES} matrices, not {len(docs)}")
    for number in range(len(docs)):
        some_docs, some_frequencies = docs[number], frequencies[number]
        all_docs[number] = &some_docs[0] if some_docs.shape[0] else NULL
        all_frequencies[number] = &some_frequencies[0] if some_frequencies.shape[0] else NULL

    with nogil:
        first = 0
        while first < n_rows:
            last = first + 1
            while last < n_rows and words[last] == words[first]:
                last += 1
            value = worth[words[first]]
            if last == first + 1:
                row_docs, row_frequencies = all_docs[matrix[first]], all_frequencies[matrix[first]]
                weight = weights[first]
                for place in range(begins[first], ends[first]):
                    frequency = row_frequencies[place] * weight
                    scores[row_docs[place]] += value * ((k1 + 1.0) * frequency / (k1 + frequency))
            else:
                n_touched = 0
                for row in range(first, last):
                    row_docs, row_frequencies = all_docs[matrix[row]], all_frequencies[matrix[row]]
                    weight = weights[row]
                    for place in range(begins[row], ends[row]):
                        doc = row_docs[place]
                        frequency = row_frequencies[place] * weight
                        # A product that has become too small to be told from 0 counts for nothing, as in numpy.
                        if frequency > 0.0:
                            if joined[doc] == 0.0:
                                touched[n_touched] = doc
                                n_touched += 1
                            joined[doc] += frequency
                for place in range(n_touched):
                    doc = touched[place]
                    frequency = joined[doc]
                    joined[doc] = 0.0
                    scores[doc] += value * ((k1 + 1.0) * frequency / (k1 + frequency))
            first = last


def add_products(
    const int32_t[::1] docs,
    const double[::1] frequencies,
    const int64_t[::1] begins,
    const int64_t[::1] ends,
    const double[::1] idf,
    const double[::1] weights,
    const double[::1] norms,
    double[::1] scores,
):
    """Add ``weight * (frequency * idf / norm)`` to scores.

    Args:
        docs: Document numbers of the matrix.
        frequencies: Its frequencies.
        begins: Shape (n_rows,); where each row begins.
        ends: Shape (n_rows,); where it ends.
        idf: Shape (n_rows,).
        weights: Shape (n_rows,).
        norms: Shape (n_docs,); above 0.
        scores: Shape (n_docs,); added to.
    """
    cdef Py_ssize_t row, place
    cdef double weight, rarity
    cdef int32_t doc
    with nogil:
        for row in range(begins.shape[0]):
            weight, rarity = weights[row], idf[row]
            for place in range(begins[row], ends[row]):
                doc = docs[place]
                scores[doc] += weight * (frequencies[place] * rarity / norms[doc])
