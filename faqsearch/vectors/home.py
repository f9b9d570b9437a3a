"""Where installed word vectors are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import platformdirs

from faqsearch.errors import VectorsError
from faqsearch.vectors.compact import CompactWordVectors

HOME_VARIABLE: Final = "FAQSEARCH_HOME"
"""Names the folder for installed data, instead of the one the operating system proposes."""
FILE_NAME: Final = "words.vectors"


def data_folder() -> Path:
    """Return the folder for installed data: ``FAQSEARCH_HOME`` if set, else the user's data folder.

    It need not exist.
    """
    chosen = os.environ.get(HOME_VARIABLE)
    return Path(chosen).expanduser() if chosen else platformdirs.user_data_path("faqsearch")


def vectors_file(folder: Path | None = None) -> Path:
    """Return the file of installed vectors in a folder, by default :func:`data_folder`."""
    return (data_folder() if folder is None else folder) / FILE_NAME


def installed_vectors() -> CompactWordVectors | None:
    """Open the installed vectors; None if there are none.

    Raises:
        VectorsError: If they are damaged, or of another version.
    """
    path = vectors_file()
    if not path.exists():
        return None
    try:
        return CompactWordVectors(path)
    except VectorsError as error:
        raise VectorsError(
            f"{error}; mend it by `faqsearch vectors install --force`, or `faqsearch vectors remove` it"
        ) from None


def remove_vectors() -> Path | None:
    """Delete the installed vectors; return their file, or None if there was none.

    Raises:
        VectorsError: If the file cannot be deleted.
    """
    path = vectors_file()
    try:
        path.unlink()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise VectorsError(f"{path} cannot be deleted: {error.strerror}") from error
    return path
