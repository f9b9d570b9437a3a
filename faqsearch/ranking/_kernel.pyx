# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The loops of scoring, compiled. ``accumulate`` says what they compute, and computes the same in numpy.

Every addition and division is the one that numpy makes, in the same order: results are equal to the last bit.
Document numbers and codes come from an index and are trusted; all else is checked by the caller.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memset

cdef enum:
    MOST_MATRICES = 64
    BLOCK_BITS = 7  # a bound for each 128 postings
    WINDOW = 8192  # documents whose scores stay in the processor's nearest caches
    FIRST_WINDOW = 512  # small, so that what a document must reach is soon known
    FEW = 512  # postings of a window, below which documents are marked rather than all looked at
    GROUP = 32  # documents that are compared at once
    STRIDE = 32  # postings that are added in the time in which one is searched
    ROOM = 1024

cdef double SMALLEST = 1e-37
cdef double MINOR_SHARE = 0.3  # of the score to reach, at most: what clauses add that are not read for all documents
cdef double TINY = 1e-200

cdef extern from *:
    """
    #ifdef _MSC_VER
    #include <intrin.h>
    static int lowest_bit(unsigned long long bits) {
        unsigned long place;
        _BitScanForward64(&place, bits);
        return (int) place;
    }
    #else
    #define lowest_bit(bits) __builtin_ctzll(bits)
    #endif
    #ifdef __GNUC__
    #define fetch(address) __builtin_prefetch(address)
    #else
    #define fetch(address) ((void) (address))
    #endif
    """
    int lowest_bit(uint64_t bits) noexcept nogil
    void fetch(const void* address) noexcept nogil


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


cdef struct Narrow:
    const uint8_t* bytes
    Py_ssize_t width


cdef const uint8_t[::1] bytes_of(numbers):
    """Return the bytes of an array of numbers without a sign, of 1, 2 or 4 bytes each."""
    kind = numbers.dtype
    if kind.kind != "u" or kind.itemsize not in (1, 2, 4) or not kind.isnative:
        raise ValueError(f"numbers are of type {kind}; they must have 1, 2 or 4 bytes and no sign")
    return numbers.view("u1")


cdef Narrow narrow(const uint8_t[::1] kept, Py_ssize_t count) noexcept:
    """Take the bytes of so many numbers, which the caller keeps."""
    cdef Narrow found
    found.bytes = &kept[0] if count else NULL
    found.width = kept.shape[0] // count if count else 1
    return found


cdef inline Py_ssize_t value_at(Narrow numbers, Py_ssize_t place) noexcept nogil:
    if numbers.width == 1:
        return numbers.bytes[place]
    if numbers.width == 2:
        return (<const uint16_t*> numbers.bytes)[place]
    return (<const uint32_t*> numbers.bytes)[place]


def add_products(
    const int32_t[::1] docs,
    codes,
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
        codes: Which of the frequencies stands in each place; numbers without a sign of 1, 2 or 4 bytes.
        frequencies: The frequencies.
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
    cdef const uint8_t[::1] kept = bytes_of(codes)
    cdef Narrow which = narrow(kept, len(codes))
    with nogil:
        for row in range(begins.shape[0]):
            weight, rarity = weights[row], idf[row]
            for place in range(begins[row], ends[row]):
                doc = docs[place]
                scores[doc] += weight * (frequencies[value_at(which, place)] * rarity / norms[doc])


cdef class Impacts:
    """What the postings of a matrix add to scores, roughly: all but what depends on the query."""

    cdef const int64_t[::1] indptr
    cdef const int32_t[::1] docs
    cdef const float[::1] values
    cdef const float[::1] blocks
    cdef const float[::1] most

    def __init__(
        self,
        const int64_t[::1] indptr,
        const int32_t[::1] docs,
        const float[::1] values,
        const float[::1] blocks,
        const float[::1] most,
    ):
        """Keep arrays, none of which may change.

        Args:
            indptr: Shape (n_terms + 1,); the postings of term t stand at ``indptr[t]:indptr[t + 1]``.
            docs: Shape (n,); document numbers, ascending within a term.
            values: Shape (n,); above 0.
            blocks: Shape (ceil(n / 128),); the highest of each 128 values.
            most: Shape (n_terms,); the highest value of each term.
        """
        self.indptr, self.docs, self.values, self.blocks, self.most = indptr, docs, values, blocks, most

    cdef void copy(self, Impacts other):
        self.indptr, self.docs, self.values = other.indptr, other.docs, other.values
        self.blocks, self.most = other.blocks, other.most


cdef class Vectors(Impacts):
    """Impacts of term vectors, and the exact frequencies that they are made of."""

    cdef const uint8_t[::1] kept
    cdef Narrow codes
    cdef const double[::1] frequencies

    def __init__(self, Impacts impacts, codes, const double[::1] frequencies):
        """Keep arrays, none of which may change.

        Args:
            impacts: The impacts.
            codes: Shape (n,); which of the frequencies each value is made of, in 1, 2 or 4 bytes without sign.
            frequencies: Shape (n_frequencies,).
        """
        self.copy(impacts)
        if len(codes) != self.docs.shape[0]:
            raise ValueError(f"{len(codes)} codes came for {self.docs.shape[0]} values")
        self.kept = bytes_of(codes)
        self.codes = narrow(self.kept, len(codes))
        self.frequencies = frequencies


cdef class Occurrences(Impacts):
    """Impacts of how often terms occur in documents, and the postings by field that they are made of."""

    cdef const int64_t[::1] starts
    cdef const int32_t[::1] of_docs
    cdef const uint8_t[::1] fields
    cdef const uint8_t[::1] kept
    cdef Narrow frequencies
    cdef const int32_t[:, :] lengths
    cdef const double[::1] weights
    cdef const double[::1] averages
    cdef double b

    def __init__(
        self,
        Impacts impacts,
        const int64_t[::1] starts,
        const int32_t[::1] docs,
        const uint8_t[::1] fields,
        frequencies,
        const int32_t[:, :] lengths,
        const double[::1] weights,
        const double[::1] averages,
        double b,
    ):
        """Keep arrays, none of which may change.

        Args:
            impacts: The impacts, with the same terms.
            starts: Shape (n_terms + 1,); where the postings of each term begin.
            docs: Shape (n,); document numbers, ascending within a term.
            fields: Shape (n,); field numbers.
            frequencies: Shape (n,); at least 1, in 1, 2 or 4 bytes without sign.
            lengths: Shape (n_fields, n_docs).
            weights: Shape (n_fields,); 0 for fields that do not count.
            averages: Shape (n_fields,); average lengths.
            b: Length normalisation, 0 to 1.
        """
        self.copy(impacts)
        self.starts, self.of_docs, self.fields = starts, docs, fields
        if len(frequencies) != len(docs):
            raise ValueError(f"{len(frequencies)} frequencies came for {len(docs)} postings")
        self.kept = bytes_of(frequencies)
        self.frequencies = narrow(self.kept, len(frequencies))
        self.lengths, self.weights, self.averages, self.b = lengths, weights, averages, b

    cdef void add(
        self, Py_ssize_t term, double weight, const int32_t* wanted, Py_ssize_t n_wanted, double* joined
    ) noexcept nogil:
        """Add to some documents how often they have a term: its fields together, times a weight."""
        cdef Py_ssize_t position, place = self.starts[term], end = self.starts[term + 1]
        cdef double frequency, average, share
        cdef uint8_t field
        if place == end:
            return
        cdef const int32_t* docs = &self.of_docs[0]
        for position in range(n_wanted):
            place = seek(docs, place, end, wanted[position])
            frequency = 0
            while place < end and docs[place] == wanted[position]:
                field = self.fields[place]
                if self.weights[field] > 0:
                    average = self.averages[field] if self.averages[field] > 0 else 1.0
                    share = 1.0 - self.b + self.b * (self.lengths[field, docs[place]] / average)
                    share = self.weights[field] / (share if share > TINY else TINY)
                    frequency += value_at(self.frequencies, place) * share
                place += 1
            joined[position] += frequency * weight


def add_saturated_of(
    list rows, list words, double k1, const int32_t[::1] wanted, double factor, double[::1] scores
):
    """Add to the scores of some documents what words contribute: what ``add_saturated`` adds, to the last bit.

    Args:
        rows: ``Occurrences``, a term of theirs and a weight, for each row.
        words: Of how many rows each word is, in their order, and its worth.
        k1: Above 0.
        wanted: Shape (n,); document numbers, ascending.
        factor: What the sum over all words counts.
        scores: Shape (n,); added to.
    """
    cdef Py_ssize_t row = 0, last, position, n_wanted = wanted.shape[0]
    cdef double worth, frequency
    cdef tuple one, word
    if not n_wanted:
        return
    cdef double* joined = <double*> calloc(2 * n_wanted, sizeof(double))
    if joined == NULL:
        raise MemoryError
    cdef double* total = joined + n_wanted
    for word in words:
        last, worth = row + <Py_ssize_t> word[0], word[1]
        while row < last:
            one = <tuple> rows[row]
            (<Occurrences> one[0]).add(one[1], one[2], &wanted[0], n_wanted, joined)
            row += 1
        for position in range(n_wanted):
            frequency = joined[position]
            joined[position] = 0
            total[position] += worth * ((k1 + 1.0) * frequency / (k1 + frequency))
    for position in range(n_wanted):
        scores[position] += factor * total[position]
    free(joined)


def add_products_of(list rows, const int32_t[::1] wanted, const double[::1] norms, double[::1] scores):
    """Add to the scores of some documents what ``add_products`` adds.

    Args:
        rows: ``Vectors``, a term of theirs, its weight and its idf, for each row.
        wanted: Shape (n,); document numbers, ascending.
        norms: Shape (n,); above 0.
        scores: Shape (n,); added to.
    """
    cdef Py_ssize_t term, place, end, position
    cdef double weight, rarity
    cdef const int32_t* docs
    cdef Vectors vectors
    cdef tuple row
    for row in rows:
        vectors, term, weight, rarity = <Vectors> row[0], row[1], row[2], row[3]
        place, end = vectors.indptr[term], vectors.indptr[term + 1]
        docs = &vectors.docs[0]
        for position in range(wanted.shape[0]):
            place = seek(docs, place, end, wanted[position])
            if place < end and docs[place] == wanted[position]:
                scores[position] += weight * (
                    vectors.frequencies[value_at(vectors.codes, place)] * rarity / norms[position]
                )


cdef struct Row:
    const int32_t* docs
    const float* values
    const float* blocks
    Py_ssize_t place
    Py_ssize_t behind
    Py_ssize_t cursor
    Py_ssize_t end
    float weight
    float most


cdef struct Clause:
    Py_ssize_t first
    Py_ssize_t last
    float worth
    float k1
    float bound
    float density  # its bound by its postings


cdef struct Found:
    int32_t* docs
    float* highest
    Py_ssize_t count
    Py_ssize_t room


cdef struct Room:
    Row* rows
    Clause* clauses
    int64_t* order  # clauses by ascending density: the lower, the less there is to gain from reading them
    double* bounds  # of the first so many of them together
    float* scores  # of the documents of the window, as is what follows
    float* joined
    uint64_t* marked  # a bit for each document that has a score
    int32_t* touched
    int32_t* hopeful  # those that may be among the best, ascending
    Found found


cdef inline Py_ssize_t halve(const int32_t* docs, Py_ssize_t low, Py_ssize_t behind, int32_t doc) noexcept nogil:
    """Return the first place behind ``low``, at most ``behind``, whose document is not below another."""
    cdef Py_ssize_t middle
    while low + 1 < behind:
        middle = (low + behind) >> 1
        if docs[middle] < doc:
            low = middle
        else:
            behind = middle
    return behind


cdef inline Py_ssize_t seek(const int32_t* docs, Py_ssize_t place, Py_ssize_t end, int32_t doc) noexcept nogil:
    """Return the first place, from a given one on, whose document is not below another; near ones soonest."""
    cdef Py_ssize_t low, behind, step = 1
    if place >= end or docs[place] >= doc:
        return place
    low, behind = place, place + 1
    while behind < end and docs[behind] < doc:
        low = behind
        step <<= 1
        behind = low + step
    if behind > end:
        behind = end
    return halve(docs, low, behind, doc)


cdef inline Py_ssize_t seek_near(
    const int32_t* docs, Py_ssize_t place, Py_ssize_t guess, Py_ssize_t end, int32_t doc
) noexcept nogil:
    """Do as ``seek``, soonest near a guess, which is from ``place`` to ``end``."""
    cdef Py_ssize_t low, step = 1
    if place == end:
        return place
    if guess == end:
        guess -= 1
    if docs[guess] < doc:
        return seek(docs, guess, end, doc)
    low = guess - 1
    while low >= place and docs[low] >= doc:
        guess = low
        step <<= 1
        low = guess - step
    if low < place:
        low = place - 1
    return halve(docs, low, guess, doc)


cdef inline float part_of(const Clause* clause, float frequency) noexcept nogil:
    """Return what a clause adds to a score: in proportion or, where it has a k1, saturated."""
    if clause.k1 > 0:
        return clause.worth * (frequency / (clause.k1 + frequency))
    return clause.worth * frequency


cdef void go_to_window(Row* rows, Clause* clauses, Py_ssize_t n_clauses, int32_t stop) noexcept nogil:
    """Move every row to its next window, which ends before ``stop``, and bound what each clause can add there."""
    cdef Py_ssize_t number, which, block, n_postings
    cdef Row* row
    cdef float most, frequency
    # It will end about as far behind the last one as that one was wide: by then memory is on its way.
    for which in range(clauses[n_clauses - 1].last if n_clauses else 0):
        row = &rows[which]
        row.cursor = min(2 * row.behind - row.place, row.end)
        if row.behind < row.end:
            fetch(&row.docs[row.cursor])
            fetch(&row.blocks[row.behind >> BLOCK_BITS])
    for number in range(n_clauses):
        frequency = 0
        n_postings = 0
        for which in range(clauses[number].first, clauses[number].last):
            row = &rows[which]
            row.place = row.behind
            row.behind = seek_near(row.docs, row.place, row.cursor, row.end, stop)
            row.cursor = row.place
            if row.place == row.behind:
                continue
            n_postings += row.behind - row.place
            most = 0
            for block in range(row.place >> BLOCK_BITS, ((row.behind - 1) >> BLOCK_BITS) + 1):
                if row.blocks[block] > most:
                    most = row.blocks[block]
            # A block may hold values of the rows before and behind.
            frequency += row.weight * (most if most < row.most else row.most)
        clauses[number].bound = part_of(&clauses[number], frequency) if frequency > 0 else 0
        # A few are as soon read as one.
        clauses[number].density = clauses[number].bound / (n_postings + 8)


cdef void order_by_density(const Clause* clauses, int64_t* order, Py_ssize_t count) noexcept nogil:
    """Sort clauses by ascending density; they mostly are already, from the window before."""
    cdef Py_ssize_t place, before
    cdef int64_t moved
    for place in range(1, count):
        moved = order[place]
        before = place
        while before > 0 and clauses[order[before - 1]].density > clauses[moved].density:
            order[before] = order[before - 1]
            before -= 1
        order[before] = moved


cdef Py_ssize_t postings_of(const Room* room, const Clause* clause) noexcept nogil:
    """Return how many postings a clause has in the window."""
    cdef Py_ssize_t which, count = 0
    for which in range(clause.first, clause.last):
        count += room.rows[which].behind - room.rows[which].place
    return count


cdef inline void add_to(float* scores, uint64_t* marked, int32_t doc, float value, bint mark) noexcept nogil:
    """Add to the score of a document of the window, and mark it if wanted."""
    scores[doc] += value
    if mark:
        marked[doc >> 6] |= (<uint64_t> 1) << (doc & 63)


cdef inline void add_clause(Room* room, const Clause* clause, int32_t start, bint mark) noexcept nogil:
    """Add what a clause contributes to the documents of a window."""
    # Names of their own for what does not change: a compiler cannot know that no score is a part of it.
    cdef float* scores = room.scores
    cdef uint64_t* marked = room.marked
    cdef float* joined = room.joined
    cdef int32_t* touched = room.touched
    cdef const Row* row = &room.rows[clause.first]
    cdef const int32_t* docs = row.docs
    cdef const float* values = row.values
    cdef Py_ssize_t which, place, end = row.behind, n_touched = 0
    cdef float weight = row.weight, worth = clause.worth, k1 = clause.k1, frequency
    cdef int32_t doc
    if clause.last == clause.first + 1:
        if k1 > 0:
            for place in range(row.place, end):
                frequency = weight * values[place]
                add_to(scores, marked, docs[place] - start, worth * (frequency / (k1 + frequency)), mark)
        else:
            weight *= worth
            for place in range(row.place, end):
                add_to(scores, marked, docs[place] - start, weight * values[place], mark)
        return
    for which in range(clause.first, clause.last):
        row = &room.rows[which]
        docs, values, weight, end = row.docs, row.values, row.weight, row.behind
        for place in range(row.place, end):
            doc = docs[place] - start
            frequency = weight * values[place]
            # Without a branch: which documents are new here cannot be guessed.
            touched[n_touched] = doc
            n_touched += joined[doc] == 0 and frequency > 0
            joined[doc] += frequency
    for place in range(n_touched):
        doc = touched[place]
        frequency = joined[doc]
        joined[doc] = 0
        add_to(scores, marked, doc, worth * (frequency / (k1 + frequency)), mark)


cdef Py_ssize_t collect_marked(Room* room, float limit, const uint8_t* passes, int32_t start) noexcept nogil:
    """List the marked documents of the window that have so much and pass, ascending; forget all marks."""
    cdef const float* scores = room.scores
    cdef uint64_t* marked = room.marked
    cdef int32_t* hopeful = room.hopeful
    cdef Py_ssize_t word, count = 0
    cdef uint64_t bits
    cdef int32_t doc
    for word in range(WINDOW // 64):
        bits = marked[word]
        marked[word] = 0
        while bits:
            doc = <int32_t> (word * 64 + lowest_bit(bits))
            bits &= bits - 1
            hopeful[count] = doc
            count += scores[doc] >= limit
    return count if passes == NULL else keep_passing(room, count, passes + start)


cdef Py_ssize_t collect(Room* room, float limit, const uint8_t* passes, int32_t start) noexcept nogil:
    """List the documents of the window that have so much and pass, ascending."""
    # Floats that are not negative are in the order of their bits, and integers are compared many at a time.
    cdef const int32_t* bits = <const int32_t*> room.scores
    cdef int32_t below = (<int32_t*> &limit)[0] - 1, some, doc
    cdef int32_t* hopeful = room.hopeful
    cdef Py_ssize_t group, first, place, count = 0
    for group in range(WINDOW // GROUP):
        first = group * GROUP
        some = 0
        for place in range(GROUP):
            some |= below - bits[first + place]
        if some < 0:
            for doc in range(<int32_t> first, <int32_t> first + GROUP):
                hopeful[count] = doc
                count += bits[doc] > below
    return count if passes == NULL else keep_passing(room, count, passes + start)


cdef Py_ssize_t keep_passing(Room* room, Py_ssize_t count, const uint8_t* passes) noexcept nogil:
    """Keep those listed documents that pass."""
    cdef int32_t* hopeful = room.hopeful
    cdef Py_ssize_t place, kept = 0
    cdef int32_t doc
    for place in range(count):
        doc = hopeful[place]
        hopeful[kept] = doc
        kept += passes[doc]
    return kept


cdef Py_ssize_t keep_hopeful(Room* room, Py_ssize_t count, float limit) noexcept nogil:
    """Keep those listed documents that have so much."""
    cdef const float* scores = room.scores
    cdef int32_t* hopeful = room.hopeful
    cdef Py_ssize_t place, kept = 0
    cdef int32_t doc
    for place in range(count):
        doc = hopeful[place]
        hopeful[kept] = doc
        kept += scores[doc] >= limit
    return kept


cdef void look_up(Room* room, const Clause* clause, Py_ssize_t count, int32_t start) noexcept nogil:
    """Add what a clause contributes to the listed documents."""
    cdef Py_ssize_t place, which
    cdef Row* row
    cdef int32_t doc
    cdef float frequency
    for which in range(clause.first, clause.last):
        room.rows[which].cursor = room.rows[which].place
    for place in range(count):
        doc = start + room.hopeful[place]
        frequency = 0
        for which in range(clause.first, clause.last):
            row = &room.rows[which]
            row.cursor = seek(row.docs, row.cursor, row.behind, doc)
            if row.cursor < row.behind and row.docs[row.cursor] == doc:
                frequency += row.weight * row.values[row.cursor]
        if frequency > 0:
            room.scores[doc - start] += part_of(clause, frequency)


cdef void keep_lowest(double* heap, Py_ssize_t size, double value) noexcept nogil:
    """Put a value into a full heap in place of the lowest."""
    cdef Py_ssize_t place = 0, child
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[place] = heap[child]
        place = child
    heap[place] = value


cdef void push(double* heap, Py_ssize_t size, double value) noexcept nogil:
    """Put a value into a heap of ``size`` values, which has room for one more."""
    cdef Py_ssize_t place = size, parent
    while place > 0:
        parent = (place - 1) >> 1
        if heap[parent] <= value:
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = value


cdef void drop_below(Found* found, double least) noexcept nogil:
    """Forget documents that cannot reach a score any more."""
    cdef Py_ssize_t place, kept = 0
    for place in range(found.count):
        if found.highest[place] >= least:
            found.docs[kept] = found.docs[place]
            found.highest[kept] = found.highest[place]
            kept += 1
    found.count = kept


cdef int grow(Found* found) except -1 nogil:
    """Make room for as many documents again."""
    cdef void* docs = realloc(found.docs, 2 * found.room * sizeof(int32_t))
    if docs != NULL:
        found.docs = <int32_t*> docs
    cdef void* highest = realloc(found.highest, 2 * found.room * sizeof(float)) if docs != NULL else NULL
    if highest == NULL:
        with gil:
            raise MemoryError
    found.highest = <float*> highest
    found.room *= 2
    return 0


cdef class _Memory:
    """Memory of one call; afterwards ``scores``, ``joined`` and ``marked`` are zeros again, and it is used anew."""

    cdef Room room
    cdef Py_ssize_t n_rows
    cdef Py_ssize_t n_clauses

    def __cinit__(self):
        cdef Room* room = &self.room
        room.scores = <float*> calloc(WINDOW, sizeof(float))
        room.joined = <float*> calloc(WINDOW, sizeof(float))
        room.marked = <uint64_t*> calloc(WINDOW // 64, sizeof(uint64_t))
        room.touched = <int32_t*> malloc((WINDOW + 1) * sizeof(int32_t))
        room.hopeful = <int32_t*> malloc((WINDOW + 1) * sizeof(int32_t))
        room.found.room = ROOM
        room.found.docs = <int32_t*> malloc(ROOM * sizeof(int32_t))
        room.found.highest = <float*> malloc(ROOM * sizeof(float))
        if (
            room.scores == NULL or room.joined == NULL or room.marked == NULL or room.touched == NULL
            or room.hopeful == NULL
            or room.found.docs == NULL or room.found.highest == NULL
        ):
            raise MemoryError

    cdef int make_room(self, Py_ssize_t n_rows, Py_ssize_t n_clauses) except -1:
        """Make room for so many rows and clauses; nothing has been found yet."""
        cdef Room* room = &self.room
        room.found.count = 0
        if n_rows < self.n_rows and n_clauses < self.n_clauses:
            return 0
        self.n_rows = self.n_clauses = 0
        free(room.rows)
        free(room.clauses)
        free(room.order)
        free(room.bounds)
        room.rows = <Row*> malloc((n_rows + 1) * sizeof(Row))
        room.clauses = <Clause*> malloc((n_clauses + 1) * sizeof(Clause))
        room.order = <int64_t*> malloc((n_clauses + 1) * sizeof(int64_t))
        room.bounds = <double*> malloc((n_clauses + 1) * sizeof(double))
        if room.rows == NULL or room.clauses == NULL or room.order == NULL or room.bounds == NULL:
            raise MemoryError
        self.n_rows, self.n_clauses = n_rows + 1, n_clauses + 1
        return 0

    def __dealloc__(self):
        cdef Room* room = &self.room
        free(room.rows)
        free(room.clauses)
        free(room.order)
        free(room.bounds)
        free(room.scores)
        free(room.joined)
        free(room.marked)
        free(room.touched)
        free(room.hopeful)
        free(room.found.docs)
        free(room.found.highest)


cdef list _unused = []  # memory of calls that are over


cdef Py_ssize_t set_rows(Room* room, Py_ssize_t count, list rows) except -1:
    """Put down where the postings of some terms are, and what they count; return how many rows there are now."""
    cdef Impacts impacts
    cdef Py_ssize_t term
    cdef Row* row
    cdef tuple one
    for one in rows:
        impacts, term, row = <Impacts> one[0], one[1], &room.rows[count]
        row.place = row.behind = impacts.indptr[term]
        row.end = impacts.indptr[term + 1]
        row.weight, row.most = one[2], impacts.most[term]
        if row.end > row.behind:
            row.docs, row.values, row.blocks = &impacts.docs[0], &impacts.values[0], &impacts.blocks[0]
        count += 1
    return count


cdef Py_ssize_t set_clauses(
    Room* room, Py_ssize_t n_rows, Py_ssize_t count, list clauses, double factor, double k1
) except -1:
    """Put down clauses of the next rows; return how many there are now."""
    cdef double worth
    cdef Clause* clause
    cdef tuple one
    for one in clauses:
        clause, worth = &room.clauses[count], one[1]
        clause.first = n_rows
        n_rows += <Py_ssize_t> one[0]
        clause.last, clause.worth, clause.k1 = n_rows, <float> (worth * factor), <float> k1
        room.order[count] = count
        count += 1
    return count


def best_documents(
    list parts,
    const uint8_t[::1] passes,
    int32_t n_docs,
    double low,
    double high,
    double[::1] best,
    Py_ssize_t n_best,
):
    """Return the documents that can be among the best, without reading what cannot change which they are.

    MaxScore (Turtle & Flood, "Query evaluation: strategies and optimizations", 1995) over windows of documents:
    in each, clauses that together cannot lift a document among the best are read for candidates only, with
    bounds from blocks of postings (Ding & Suel, "Faster top-k document retrieval using block-max indexes", 2011).

    Args:
        parts: Rows, each of ``Impacts``, a term of theirs and a weight; of how many rows each clause is, in
            their order, and what it counts; a factor, k1 + 1 in it where clauses saturate; and their k1, above
            0 where they saturate, which clauses of several rows must; else 0. Values of a clause are added up.
        passes: Shape (n_docs,); 1 for documents that are wanted. None if all are.
        n_docs: Number of documents.
        low: What a score is at least, as a share of the sum that is made here.
        high: What it is at most.
        best: Shape (k,); in its first places a heap of the scores that documents elsewhere have at least.
        n_best: Number of these.

    Returns:
        The documents, ascending, as bytes of int32, and the new number of values in ``best``.
    """
    cdef Py_ssize_t n_rows = 0, n_clauses = 0, n_minor
    cdef tuple part
    for part in parts:
        n_rows += len(<list> part[0])
        n_clauses += len(<list> part[1])
    cdef _Memory memory = _unused.pop() if _unused else _Memory()
    memory.make_room(n_rows, n_clauses)
    cdef Room* room = &memory.room
    cdef int32_t start = 0, stop, width = FIRST_WINDOW
    cdef double least
    cdef const uint8_t* passing = &passes[0] if passes is not None and passes.shape[0] else NULL

    n_rows = n_clauses = 0
    for part in parts:
        n_clauses = set_clauses(room, n_rows, n_clauses, <list> part[1], part[2], part[3])
        n_rows = set_rows(room, n_rows, <list> part[0])
    with nogil:
        while start < n_docs:
            stop = min(start + width, n_docs)
            width = min(2 * width, WINDOW)
            go_to_window(room.rows, room.clauses, n_clauses, stop)
            order_by_density(room.clauses, room.order, n_clauses)
            least = least_of(best, n_best)
            room.bounds[0] = 0
            n_minor = 0
            while n_minor < n_clauses:
                room.bounds[n_minor + 1] = room.bounds[n_minor] + room.clauses[room.order[n_minor]].bound
                if room.bounds[n_minor + 1] > 0 and room.bounds[n_minor + 1] * high >= least:
                    break
                n_minor += 1
            if n_minor < n_clauses:
                n_best = search_window(room, n_minor, n_clauses, passing, start, low, high, best, n_best)
            start = stop
        drop_below(&room.found, least_of(best, n_best))
    found = (<char*> room.found.docs)[: room.found.count * sizeof(int32_t)]
    if room.found.room == ROOM:
        _unused.append(memory)
    return found, n_best


cdef Py_ssize_t search_window(
    Room* room,
    Py_ssize_t n_minor,
    Py_ssize_t n_clauses,
    const uint8_t* passes,
    int32_t start,
    double low,
    double high,
    double[::1] best,
    Py_ssize_t n_best,
) except -1 nogil:
    """Note the documents of a window that may be among the best; return the new number of values in ``best``."""
    cdef Py_ssize_t place, count, n_postings = 0
    cdef double least = least_of(best, n_best)
    cdef float limit
    cdef const Clause* clause
    # Where they could add more, nearly all documents seen so far would have to be looked up in them.
    while n_minor > 0 and room.bounds[n_minor] * high > MINOR_SHARE * least:
        n_minor -= 1
    for place in range(n_minor, n_clauses):
        n_postings += postings_of(room, &room.clauses[room.order[place]])
    limit = lowest_hope(least, high, room.bounds[n_minor])
    if n_postings < FEW:
        for place in range(n_minor, n_clauses):
            add_clause(room, &room.clauses[room.order[place]], start, True)
        count = collect_marked(room, limit, passes, start)
    else:
        for place in range(n_minor, n_clauses):
            add_clause(room, &room.clauses[room.order[place]], start, False)
        count = collect(room, limit, passes, start)
    while n_minor > 0 and count > 0:
        n_minor -= 1
        clause = &room.clauses[room.order[n_minor]]
        if clause.bound > 0:
            # A search for one document takes as long as adding many postings, one after the other.
            if postings_of(room, clause) < STRIDE * count:
                add_clause(room, clause, start, False)
            else:
                look_up(room, clause, count, start)
            count = keep_hopeful(room, count, lowest_hope(least, high, room.bounds[n_minor]))
    for place in range(count):
        n_best = keep(room, start + room.hopeful[place], room.scores[room.hopeful[place]], low, high, best, n_best)
    memset(room.scores, 0, WINDOW * sizeof(float))
    return n_best


cdef Py_ssize_t keep(
    Room* room, int32_t doc, double score, double low, double high, double[::1] best, Py_ssize_t n_best
) except -1 nogil:
    """Note a document that may be among the best, and that it has a certain score at least."""
    cdef Found* found = &room.found
    cdef double least = least_of(best, n_best)
    if score * high < least:
        return n_best
    if found.count == found.room:
        drop_below(found, least)
        if 2 * found.count > found.room:
            grow(found)
    found.docs[found.count] = doc
    # Rounded up: what is compared with it was not rounded.
    found.highest[found.count] = <float> (score * high * (1 + 1e-6))
    found.count += 1
    if n_best < best.shape[0]:
        push(&best[0], n_best, score * low)
        return n_best + 1
    if score * low > best[0]:
        keep_lowest(&best[0], n_best, score * low)
    return n_best


cdef inline double least_of(double[::1] best, Py_ssize_t n_best) noexcept nogil:
    """Return the score that a document must reach."""
    return best[0] if n_best == best.shape[0] else 0


cdef inline float lowest_hope(double least, double high, double others) noexcept nogil:
    """Return the sum of the major clauses from which on the minor ones could lift a document to ``least``."""
    cdef double limit = (least / high - others) * (1 - 1e-6)
    return <float> limit if limit > SMALLEST else <float> SMALLEST


def find_places(
    tuple docs,
    const int64_t[::1] matrix,
    const int64_t[::1] begins,
    const int64_t[::1] ends,
    const int32_t[::1] wanted,
    int64_t[:, ::1] found,
):
    """Find the postings of some documents.

    Args:
        docs: Document numbers of each matrix.
        matrix: Shape (n_rows,); the matrix of each row.
        begins: Shape (n_rows,); where the row begins in its matrix.
        ends: Shape (n_rows,); where it ends.
        wanted: Document numbers, ascending.
        found: Shape (room, 3); filled, row after row, with row, position in ``wanted``, and place.

    Returns:
        How many there are; more than there is room for are counted, not written.
    """
    cdef const int32_t* all_docs[MOST_MATRICES]
    cdef const int32_t[::1] some_docs
    cdef const int32_t* row_docs
    cdef Py_ssize_t number, row, position, place, count = 0
    if len(docs) > MOST_MATRICES:
        raise ValueError(f"at most {MOST_MATRICES} matrices, not {len(docs)}")
    for number in range(len(docs)):
        some_docs = docs[number]
        all_docs[number] = &some_docs[0] if some_docs.shape[0] else NULL
    with nogil:
        for row in range(matrix.shape[0]):
            row_docs = all_docs[matrix[row]]
            place = begins[row]
            for position in range(wanted.shape[0]):
                place = seek(row_docs, place, ends[row], wanted[position])
                while place < ends[row] and row_docs[place] == wanted[position]:
                    if count < found.shape[0]:
                        found[count, 0], found[count, 1], found[count, 2] = row, position, place
                    count += 1
                    place += 1
    return count


def count_documents(list parts, uint8_t[::1] passes):
    """Count the documents that any row has.

    Args:
        parts: As for ``best_documents``.
        passes: Shape (n_docs,); 1 for documents that count, and afterwards 0 for those that were counted.
    """
    cdef Py_ssize_t term, place, count = 0
    cdef Impacts impacts
    cdef tuple part, row
    for part in parts:
        for row in <list> part[0]:
            impacts, term = <Impacts> row[0], row[1]
            with nogil:
                for place in range(impacts.indptr[term], impacts.indptr[term + 1]):
                    count += passes[impacts.docs[place]]
                    passes[impacts.docs[place]] = 0
    return count
