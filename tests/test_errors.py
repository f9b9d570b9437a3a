from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType

import pytest

import faqsearch
from faqsearch import errors
from faqsearch.entry import Status
from faqsearch.errors import (
    DictionaryError,
    EncoderError,
    EntryError,
    EntryNotFoundError,
    EvaluationError,
    FaqSearchError,
    FormatError,
    InputError,
    Problem,
    SettingsError,
    VectorsError,
    shown,
)

PROBLEMS = (
    Problem(file="faq.csv", row=0, column="", message="cannot be read"),
    Problem(file="faq.csv", row=3, column="", message="has 2 cells"),
    Problem(file="faq.csv", row=4, column="status", message="came as 'open'"),
)

EXAMPLES: dict[type[FaqSearchError], FaqSearchError] = {
    FaqSearchError: FaqSearchError("something"),
    EntryError: EntryError("url", "came as 'ftp://x'"),
    EntryNotFoundError: EntryNotFoundError("faq-1"),
    InputError: InputError("k came as 0"),
    FormatError: FormatError(PROBLEMS),
    SettingsError: SettingsError("weight came as 0"),
    DictionaryError: DictionaryError("cannot be opened"),
    EncoderError: EncoderError("cannot be made"),
    VectorsError: VectorsError("is not a file of word vectors"),
    EvaluationError: EvaluationError("no judgements"),
}


def public_errors() -> list[type[FaqSearchError]]:
    return [
        value
        for value in vars(errors).values()
        if inspect.isclass(value) and issubclass(value, BaseException) and value.__module__ == errors.__name__
    ]


def library_modules() -> Iterator[ModuleType]:
    for module in pkgutil.walk_packages(faqsearch.__path__, "faqsearch."):
        if module.name != "faqsearch.__main__":
            yield importlib.import_module(module.name)


def test_every_exception_stands_under_the_root() -> None:
    assert all(issubclass(error, FaqSearchError) for error in public_errors())


def test_an_exception_outside_the_errors_module_stays_inside_its_own_module() -> None:
    """What another module defines is caught there and turned into one of the tree; it is never public."""
    others = {
        value
        for module in library_modules()
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, BaseException)
        and value.__module__.startswith("faqsearch.")
        and value.__module__ != errors.__name__
    }
    assert not others & {getattr(faqsearch, name) for name in faqsearch.__all__}
    assert not any(issubclass(other, FaqSearchError) for other in others)


def test_the_tree_in_the_docstring_names_every_exception_once_with_its_parent() -> None:
    docstring = errors.__doc__ or ""
    drawn = re.findall(r"[├└]── (\w+) ", docstring)
    assert "\n    FaqSearchError\n" in docstring
    assert sorted(drawn) == sorted(error.__name__ for error in public_errors() if error is not FaqSearchError)
    assert {error.__bases__[0] for error in public_errors()} == {Exception, FaqSearchError}


def test_every_exception_is_public_and_has_an_example_here() -> None:
    assert set(EXAMPLES) == set(public_errors())
    assert {error.__name__ for error in EXAMPLES} <= set(faqsearch.__all__)


@pytest.mark.parametrize("error", EXAMPLES.values(), ids=lambda error: type(error).__name__)
def test_an_exception_survives_pickling_with_message_and_attributes(error: FaqSearchError) -> None:
    restored = pickle.loads(pickle.dumps(error))
    assert type(restored) is type(error)
    assert str(restored) == str(error)
    assert vars(restored) == vars(error)


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (EntryError, ValueError),
        (EntryNotFoundError, KeyError),
        (InputError, ValueError),
        (FormatError, ValueError),
        (SettingsError, ValueError),
        (EvaluationError, ValueError),
    ],
)
def test_an_exception_is_also_the_builtin_that_callers_expect(
    error: type[FaqSearchError], builtin: type[Exception]
) -> None:
    assert issubclass(error, builtin)


def test_an_entry_error_names_its_field() -> None:
    error = EntryError("url", "came as 'ftp://x'")
    assert (error.field, error.reason, str(error)) == ("url", "came as 'ftp://x'", "url: came as 'ftp://x'")


def test_a_missing_entry_is_named_without_saying_whether_it_is_hidden() -> None:
    error = EntryNotFoundError("faq-1")
    assert error.entry_id == "faq-1"
    assert str(error) == "no entry with id 'faq-1' is visible to this audience"


@pytest.mark.parametrize(
    "entry_id", ["返品-1", "山田の電話番号は", "two words", "x" * 31, "a@b.example", "", "faq-1\n"]
)
def test_an_id_that_may_be_a_customers_text_is_not_repeated(entry_id: str) -> None:
    error = EntryNotFoundError(entry_id)
    assert error.entry_id == entry_id
    assert str(error) == "no entry with this id is visible to this audience"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("fax", "'fax'"),
        ("Faq_1.a:b-c", "'Faq_1.a:b-c'"),
        ("x" * 30, repr("x" * 30)),
        ("x" * 31, "str of length 31"),
        ("two words", "str of length 9"),
        ("ファクス", "str of length 4"),
        ("fax\n", "str of length 4"),
        ("", "str of length 0"),
        (Status.DRAFT, "'draft'"),
        (["fax"], "list of length 1"),
        (b"fax", "bytes of length 3"),
        (None, "NoneType"),
        (5, "int"),
    ],
)
def test_a_value_is_shown_only_if_it_cannot_be_a_sentence(value: object, words: str) -> None:
    assert shown(value) == words


def test_a_format_error_lists_every_problem_with_its_place() -> None:
    error = FormatError(iter(PROBLEMS))
    assert error.problems == PROBLEMS
    assert str(error).splitlines() == [
        "faq.csv: cannot be read",
        "faq.csv, row 3: has 2 cells",
        "faq.csv, row 4, column 'status': came as 'open'",
    ]
