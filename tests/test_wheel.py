"""The wheel, installed with its core dependencies only into an empty environment, works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import faqsearch

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow

SEARCH = """
import json
import faqsearch
base = faqsearch.load(faqsearch.sample_path("shop"))
suggestion = base.suggest("返品したいんだけど送料ってこっち持ち？")
print(json.dumps({
    "file": faqsearch.__file__,
    "version": faqsearch.__version__,
    "sample": str(faqsearch.sample_path("shop")),
    "hits": [[hit.id, hit.score] for hit in base.search("返品の送料").hits],
    "confidence": suggestion.confidence,
    "presets": faqsearch.preset_names(),
    "saas": len(faqsearch.load(faqsearch.sample_path("saas")).entries()),
}))
"""


def run(
    *command: object, cwd: Path, check: bool = True, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a program outside the checkout, without this environment's packages."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "COV_", "VIRTUAL_"))
    }
    environment |= {"PYTHONIOENCODING": "utf-8", **variables}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=900,
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def build(folder: Path, **variables: str) -> Path:
    command = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    run(*command, cwd=folder, **variables)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel as a user would, so that a dependency it does not declare is missing."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    # The same dictionary as here, so that results can be compared; everything else as the wheel declares it.
    same = folder / "constraints.txt"
    same.write_text("".join(f"{name}=={version(name)}\n" for name in ("sudachipy", "sudachidict-core")))
    pip = (sys.executable, "-m", "pip", "--python", programs / "python")
    run(*pip, "install", "--quiet", "--no-compile", "--constraint", same, wheel, cwd=folder)
    return programs


def test_the_wheel_holds_everything_that_is_read_at_run_time(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "faqsearch").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert package <= names
    assert {
        "faqsearch/py.typed",
        "faqsearch/presets/lexical.toml",
        "faqsearch/assist/confidence.json",
        "faqsearch/web/templates/search.html.j2",
        *(
            f"faqsearch/sample_data/{name}/{file}"
            for name in ("shop", "saas")
            for file in ("faq.csv", "inquiries.jsonl")
        ),
    } <= names


def test_without_a_compiler_the_wheel_is_the_same_less_the_compiled_loops(
    wheel: Path, tmp_path: Path
) -> None:
    plain = build(tmp_path, CC="false")
    assert plain.name == f"faqsearch-{faqsearch.__version__}-py3-none-any.whl"
    compiled, pure = (set(zipfile.ZipFile(path).namelist()) for path in (wheel, plain))
    (kernel,) = compiled - pure
    assert kernel.startswith("faqsearch/ranking/_kernel.")
    assert pure < compiled


def test_the_wheel_holds_nothing_but_the_package(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"faqsearch", f"faqsearch-{faqsearch.__version__}.dist-info"}


def test_the_installed_library_finds_what_the_checkout_finds(programs: Path, tmp_path: Path) -> None:
    found: dict[str, Any] = json.loads(run(programs / "python", "-c", SEARCH, cwd=tmp_path).stdout)
    installed = Path(found["file"]).parent
    assert programs.parent in installed.parents
    assert Path(found["sample"]) == installed / "sample_data" / "shop" / "faq.csv"
    assert (installed / "py.typed").is_file()
    assert found["version"] == faqsearch.__version__
    assert found["presets"] == list(faqsearch.preset_names())
    assert found["saas"] >= 120

    base = faqsearch.load(faqsearch.sample_path("shop"))
    hits = base.search("返品の送料").hits
    assert [entry_id for entry_id, _ in found["hits"]] == [hit.id for hit in hits]
    assert [score for _, score in found["hits"]] == pytest.approx([hit.score for hit in hits])
    suggestion = base.suggest("返品したいんだけど送料ってこっち持ち？")
    assert found["confidence"] == pytest.approx(suggestion.confidence)


@pytest.mark.parametrize("command", [["faqsearch", "demo"], ["python", "-m", "faqsearch"]], ids=" ".join)
def test_without_its_extra_the_command_line_says_in_one_line_what_to_install(
    programs: Path, tmp_path: Path, command: list[str]
) -> None:
    done = run(programs / command[0], *command[1:], cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == 'faqsearch: the command line is not installed; run: pip install "faqsearch[cli]"\n'
