from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.dialogue import Choice, DialogueState, Line, Outcome, Said, Say
from faqsearch.dialogue.cleaning import MAX_TEXT
from faqsearch.dialogue.state import MAX_LINES, MAX_TRANSCRIPT, MAX_TURNS, ChoiceKind
from faqsearch.dialogue.state_json import MAX_STATE
from faqsearch.entry import JAPAN
from faqsearch.errors import InputError

STATE = DialogueState(
    at=dt.datetime(2026, 12, 1, 12, tzinfo=JAPAN),
    turns=2,
    unresolved=1,
    question="送料は\n海外",
    topic="ship-fee",
    shown=("ship-fee",),
    tried=("ship-fee", "日本語の番号"),
    outcome=Outcome.ANSWER,
    choices=(
        Choice(kind=ChoiceKind.YES, label="はい"),
        Choice(kind=ChoiceKind.ENTRY, label="海外へ", entry_id="ship-abroad"),
    ),
    lines=(
        Line(customer='「"送料"は」'),
        Line(bot=(Said(say=Say.PART, entry_id="ship-fee", start=3, end=9),)),
        Line(),
    ),
    opened=1,
)


def changed(**fields: Any) -> str:
    return json.dumps({**json.loads(STATE.to_json()), **fields}, ensure_ascii=False)


def test_a_state_survives_json() -> None:
    assert DialogueState.from_json(STATE.to_json()) == STATE
    assert DialogueState.from_json(json.dumps(json.loads(STATE.to_json()))) == STATE


def test_the_json_is_one_line_of_readable_japanese() -> None:
    written = STATE.to_json()
    assert "\n" not in written
    assert "海外へ" in written
    assert json.loads(written)["version"] == 1


def test_the_representation_shows_no_word_of_the_customer() -> None:
    assert "送料" not in repr(STATE)


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("version", {"version": 2}),
    ("version", {"version": True}),
    ("version", {"version": "1"}),
    ("at", {"at": "2026-12-01T12:00:00"}),
    ("at", {"at": "yesterday"}),
    ("at", {"at": 5}),
    ("at", {"at": "0001-01-01T00:00:00+09:00"}),
    ("at", {"at": "9999-12-31T23:59:59-09:00"}),
    ("turns", {"turns": MAX_TURNS + 1}),
    ("turns", {"turns": -1}),
    ("turns", {"turns": 1.0}),
    ("turns", {"turns": True}),
    ("unresolved", {"unresolved": 6}),
    ("question", {"question": "あ" * (MAX_TEXT + 1)}),
    ("question", {"question": "a\u200bb"}),
    ("question", {"question": None}),
    ("topic", {"topic": "a b"}),
    ("topic", {"topic": "a\n"}),
    ("topic", {"topic": "a" * 201}),
    ("shown", {"shown": "abc"}),
    ("shown", {"shown": ["a"] * 21}),
    ("tried", {"tried": [1]}),
    ("outcome", {"outcome": "open"}),
    ("outcome", {"outcome": ["answer"]}),
    ("choices", {"choices": [{"kind": "entry", "label": "a", "entry": ""}]}),
    ("choices", {"choices": [{"kind": "yes", "label": "a", "entry": "b"}]}),
    ("choices", {"choices": [{"kind": "yes", "label": "", "entry": ""}]}),
    ("choices", {"choices": [{"kind": "buy", "label": "a", "entry": ""}]}),
    ("choices", {"choices": [{"kind": "yes", "label": "a"}]}),
    ("choices", {"choices": [{"kind": "yes", "label": "a", "entry": ""}] * 2}),
    ("choices", {"choices": [{"kind": "yes", "label": str(n), "entry": ""} for n in range(9)]}),
    ("lines", {"lines": [{"customer": ""}] * (MAX_LINES + 1)}),
    ("lines", {"lines": [{"customer": "あ" * MAX_TEXT}] * (MAX_TRANSCRIPT // MAX_TEXT + 2)}),
    ("lines", {"lines": [{"customer": "a", "bot": []}]}),
    ("lines", {"lines": [{"bot": [{"say": "swear", "entry": "", "start": 0, "end": 0}]}]}),
    ("lines", {"lines": [{"bot": [{"say": "cut", "entry": "", "start": -1, "end": 0}]}]}),
    ("lines", {"lines": [{"bot": [{"say": "cut", "entry": "", "start": 0}]}]}),
    ("lines", {"lines": [{"bot": [{"say": "cut", "entry": "", "start": 0, "end": 0}] * 13}]}),
    ("lines", {"lines": [5]}),
    ("opened", {"opened": 4}),
]


@pytest.mark.parametrize(("field", "fields"), WRONG)
def test_what_no_dialogue_wrote_is_refused_by_the_name_of_its_field(
    field: str, fields: dict[str, Any]
) -> None:
    with pytest.raises(InputError, match=f"^dialogue state, {field}: "):
        DialogueState.from_json(changed(**fields))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "{",
        "[" * 100_000,
        '{"version": 1}',
        changed(extra=1),
        changed()[:-1] + ', "turns": 1}',
        changed().replace('"turns": 2', '"turns": NaN'),
        changed().replace('"turns": 2', f'"turns": {"9" * 5_000}'),
        " " * (MAX_STATE + 1),
        "\ud800",
    ],
)
def test_what_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^dialogue state: "):
        DialogueState.from_json(text)


@pytest.mark.parametrize("value", [None, b"{}", {}, 5])
def test_only_text_is_read(value: Any) -> None:
    with pytest.raises(InputError, match=r"came as .*; give the JSON text of a state"):
        DialogueState.from_json(value)


@pytest.mark.parametrize("field", json.loads(STATE.to_json()))
def test_a_refusal_never_repeats_what_came(field: str) -> None:
    with pytest.raises(InputError) as error:
        DialogueState.from_json(changed(**{field: "ヒミツノコトバ\x00"}))
    assert "ヒミツ" not in str(error.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    ),
    st.sampled_from(list(json.loads(STATE.to_json()))),
)
def test_any_value_of_any_field_is_read_or_refused(value: object, field: str) -> None:
    try:
        state = DialogueState.from_json(changed(**{field: value}))
    except InputError:
        return
    assert DialogueState.from_json(state.to_json()) == state
