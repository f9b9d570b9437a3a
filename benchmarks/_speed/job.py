"""Does one job in this process and prints its rows as JSON: ``python -m _speed.job JOB SYSTEM FOLDER``.

Nothing is imported here but what every system needs, so that the memory of a process is that of its system.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from _speed import jobs, whole
from _speed.jobs import Rows

JOBS: Final[dict[str, Callable[[Path, str], Rows]]] = {
    "corpus": jobs.grow_corpus,
    "build": jobs.build,
    "serve": jobs.serve,
    "rank": jobs.rank,
    "base": whole.build_base,
    "search": whole.search_whole,
    "serve whole": whole.serve_whole,
    "open": whole.opening,
    "edit": whole.editing,
}
"""Each takes the folder of a size, with its ``settings.json``, and the name of a system."""


if __name__ == "__main__":
    name, system, folder = sys.argv[1:]
    print(json.dumps(JOBS[name](Path(folder), system), ensure_ascii=False))
