from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

def add_saturated(
    docs: tuple[npt.NDArray[np.int32], ...],
    frequencies: tuple[npt.NDArray[np.float64], ...],
    matrix: npt.NDArray[np.int64],
    begins: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    words: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float64],
    worth: npt.NDArray[np.float64],
    k1: float,
    scores: npt.NDArray[np.float64],
    joined: npt.NDArray[np.float64],
    touched: npt.NDArray[np.int32],
) -> None: ...
def add_products(
    docs: npt.NDArray[np.int32],
    codes: npt.NDArray[np.unsignedinteger[Any]],
    frequencies: npt.NDArray[np.float64],
    begins: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    idf: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    norms: npt.NDArray[np.float64],
    scores: npt.NDArray[np.float64],
) -> None: ...

Rows: TypeAlias = list[tuple[Any, ...]]
Parts: TypeAlias = list[tuple[Rows, list[tuple[int, float]], float, float]]

class Impacts:
    def __init__(
        self,
        indptr: npt.NDArray[np.int64],
        docs: npt.NDArray[np.int32],
        values: npt.NDArray[np.float32],
        blocks: npt.NDArray[np.float32],
        most: npt.NDArray[np.float32],
    ) -> None: ...

class Vectors(Impacts):
    def __init__(
        self,
        impacts: Impacts,
        codes: npt.NDArray[np.unsignedinteger[Any]],
        frequencies: npt.NDArray[np.float64],
    ) -> None: ...

class Occurrences(Impacts):
    def __init__(
        self,
        impacts: Impacts,
        starts: npt.NDArray[np.int64],
        docs: npt.NDArray[np.int32],
        fields: npt.NDArray[np.uint8],
        frequencies: npt.NDArray[np.unsignedinteger[Any]],
        lengths: npt.NDArray[np.int32],
        weights: npt.NDArray[np.float64],
        averages: npt.NDArray[np.float64],
        b: float,
    ) -> None: ...

def add_saturated_of(
    rows: Rows,
    words: list[tuple[int, float]],
    k1: float,
    wanted: npt.NDArray[np.int32],
    factor: float,
    scores: npt.NDArray[np.float64],
) -> None: ...
def add_products_of(
    rows: Rows,
    wanted: npt.NDArray[np.int32],
    norms: npt.NDArray[np.float64],
    scores: npt.NDArray[np.float64],
) -> None: ...
def best_documents(
    parts: Parts,
    passes: npt.NDArray[np.uint8] | None,
    n_docs: int,
    low: float,
    high: float,
    best: npt.NDArray[np.float64],
    n_best: int,
) -> tuple[bytes, int]: ...
def find_places(
    docs: tuple[npt.NDArray[np.int32], ...],
    matrix: npt.NDArray[np.int64],
    begins: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    wanted: npt.NDArray[np.int32],
    found: npt.NDArray[np.int64],
) -> int: ...
def count_documents(parts: Parts, passes: npt.NDArray[np.uint8]) -> int: ...
