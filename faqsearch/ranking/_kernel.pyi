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
    frequencies: npt.NDArray[np.float64],
    begins: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    idf: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    norms: npt.NDArray[np.float64],
    scores: npt.NDArray[np.float64],
) -> None: ...
def best_documents(
    docs: tuple[npt.NDArray[np.int32], ...],
    values: tuple[npt.NDArray[np.float32], ...],
    blocks: tuple[npt.NDArray[np.float32], ...],
    matrix: npt.NDArray[np.int64],
    begins: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float32],
    most: npt.NDArray[np.float32],
    firsts: npt.NDArray[np.int64],
    worth: npt.NDArray[np.float32],
    k1: npt.NDArray[np.float32],
    passes: npt.NDArray[np.uint8],
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
def count_documents(
    docs: tuple[npt.NDArray[np.int32], ...],
    matrix: npt.NDArray[np.int64],
    begins: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    passes: npt.NDArray[np.uint8],
) -> int: ...
