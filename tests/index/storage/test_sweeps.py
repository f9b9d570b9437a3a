"""The sweeps of benchmarks/index_sweeps.py in small; ``FAQSEARCH_SWEEPS`` holds other arguments for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "index_sweeps.py"
SMALL = "--kills 100 --flips 40 --truncations 15 --seconds 3"


def test_kills_damage_and_readers_beside_writers_never_lead_to_a_wrong_answer() -> None:
    arguments = os.environ.get("FAQSEARCH_SWEEPS", SMALL).split()
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    run = subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    sweeps = {found["sweep"]: found for found in map(json.loads, run.stdout.splitlines())}
    assert list(sweeps) == ["kill", "damage", "one writer", "two writers"]
    assert sweeps["kill"]["points"] >= 300
    assert sweeps["kill"]["kills"] >= 100
    assert sweeps["damage"]["files"] == 5  # pointer, manifest, a segment for each audience, entries
    assert sweeps["damage"]["damages"] >= 5 * 50
    assert sweeps["one writer"]["readers"] == 4
    assert sweeps["one writer"]["generations"] > 3
