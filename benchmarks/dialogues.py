"""Play the scripted dialogues of ``data/dialogues.jsonl`` and report how each of them ended.

    python benchmarks/dialogues.py [--preset lexical] [--out benchmarks/results/dialogues.json] [--show ID]

Each turn goes through the state's JSON, as if another worker took over. What was shown is compared with the
expected entry, where a script names one. A turn of ``{"repeat": [text, n]}`` is the text n times over,
``{"times": [text, n]}`` n turns of it, and ``{"pick": id}`` the number of the choice that shows this entry,
or nothing where it is not offered. A customer whose script is over before the dialogue is says goodbye; how
many dialogues ended without that is counted. The clock stands still on a Tuesday at noon, so that the figures
are the same on any machine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from faqsearch.business_hours import BusinessHours, Contact, ContactKind
from faqsearch.dialogue import Dialogue, DialogueState, Turn
from faqsearch.dialogue.state import MAX_TURNS
from faqsearch.entry import JAPAN
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.store import atomic, read_entries

REPOSITORY: Final = Path(__file__).resolve().parent.parent
SCRIPTS: Final = REPOSITORY / "data/dialogues.jsonl"
NOW: Final = dt.datetime(2026, 12, 1, 12, tzinfo=JAPAN)
WEEKDAYS: Final = BusinessHours.parse({"mon-fri": ["9:00-18:00"]})
CONTACTS: Final = (
    Contact(name="お電話", kind=ContactKind.PHONE, address="0120-000-000", hours=WEEKDAYS),
    Contact(name="メール", kind=ContactKind.MAIL, address="support@example.jp"),
)

GOODBYE: Final = "さようなら"

Script = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """How one script went.

    Attributes:
        id: Of the script.
        kind: ``ordinary`` or ``hostile``.
        outcome: Of the last turn; ``open`` if it had none, ``error`` if a turn raised.
        reason: Of the last hand-over, or empty.
        by_itself: Whether it had ended when the script was over, without a goodbye.
        turns: Number of the customer's turns.
        longest: Most turns in a row without an outcome.
        expected_outcome: What the script expects: ``answer``, ``hand_over`` or ``any``.
        expected_entry: The entry that must come up, if any.
        step: Turn, from 1, on which that entry was shown; None if it never was.
        offered: Turn on which it was shown or could be picked; None if never.
    """

    id: str
    kind: str
    outcome: str
    reason: str
    by_itself: bool
    turns: int
    longest: int
    expected_outcome: str
    expected_entry: str | None
    step: int | None
    offered: int | None

    @property
    def as_expected(self) -> bool:
        """Whether the outcome is one that the script allows."""
        return self.outcome == self.expected_outcome or (
            self.expected_outcome == "any" and self.outcome in ("answer", "hand_over")
        )


def main() -> None:
    """Play everything, print the outcomes, write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--preset", default="lexical")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "benchmarks/results/dialogues.json")
    parser.add_argument("--show", help="print this dialogue and write nothing")
    options = parser.parse_args()
    dialogues = {name: dialogue_of(name, options.preset) for name in ("shop", "saas")}
    scripts = read_scripts()
    if options.show:
        [script] = [script for script in scripts if script["id"] == options.show]
        play(dialogues[script["base"]], script, show=True)
        return
    began = time.perf_counter()
    played = [play(dialogues[script["base"]], script) for script in scripts]
    summary = summarise(played)
    print(json.dumps(summary, ensure_ascii=False, indent=1))
    print(f"{sum(one.turns for one in played)} turns in {time.perf_counter() - began:.1f} s")
    for one in played:
        if not one.as_expected or (one.expected_entry and one.step is None):
            print(one)
    document = {"preset": options.preset, "summary": summary, "dialogues": [asdict(one) for one in played]}
    atomic.write_bytes(options.out, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())


def dialogue_of(name: str, preset: str) -> Dialogue:
    """Return dialogues over a sample base as the public sees it."""
    entries = read_entries(REPOSITORY / "data" / name / "faq.csv")
    base = KnowledgeBase(entries, preset=preset, clock=lambda: NOW)
    base.wait_until_ready()
    return Dialogue(base, contacts=CONTACTS, clock=lambda: NOW)


def read_scripts(path: Path = SCRIPTS) -> list[Script]:
    """Read the scripts."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def texts_of(line: Any, turn: Turn) -> Iterator[str]:
    """Yield what the customer says for one line of a script, given the bot's last turn."""
    if isinstance(line, str):
        yield line
    elif "repeat" in line:
        text, count = line["repeat"]
        yield text * count
    elif "times" in line:
        text, count = line["times"]
        yield from (text for _ in range(count))
    else:
        ids = [choice.entry_id for choice in turn.choices]
        if line["pick"] in ids:
            yield str(ids.index(line["pick"]) + 1)


def play(dialogue: Dialogue, script: Script, *, show: bool = False) -> Played:
    """Play one script from the greeting to its last turn."""
    player = _Player(dialogue, script["expect"]["entry"], show=show)
    try:
        for line in script["turns"]:
            for text in texts_of(line, player.turn):
                player.say(text)
        by_itself = player.turn.outcome is not None
        if not by_itself:
            player.say(GOODBYE)
        outcome = player.turn.outcome.value if player.turn.outcome else "open"
    except Exception as error:  # noqa: BLE001 - whatever is raised is what is being counted
        outcome, player.reason, by_itself = "error", type(error).__name__, False
    return Played(
        id=script["id"],
        kind=script["kind"],
        outcome=outcome,
        reason=player.reason if outcome in ("hand_over", "error") else "",
        by_itself=by_itself,
        turns=player.count,
        longest=player.longest,
        expected_outcome=script["expect"]["outcome"],
        expected_entry=player.expected,
        step=player.step,
        offered=player.offered,
    )


class _Player:
    """Says one text after the other and keeps count."""

    def __init__(self, dialogue: Dialogue, expected: str | None, *, show: bool) -> None:
        self.turn = dialogue.start()
        self.expected = expected
        self.reason = ""
        self.count = self.longest = self._streak = 0
        self.step: int | None = None
        self.offered: int | None = None
        self._dialogue, self._show = dialogue, show

    def say(self, text: str) -> None:
        """Say one thing; the state goes through JSON, as between two workers."""
        self.turn = turn = self._dialogue.reply(DialogueState.from_json(self.turn.state.to_json()), text)
        self.count += 1
        if self._show:
            _print(text, turn)
        shown = {message.entry_id for message in turn.messages}
        if self.expected in shown and self.step is None:
            self.step = self.count
        if self.expected in shown | {choice.entry_id for choice in turn.choices} and self.offered is None:
            self.offered = self.count
        self._streak = 0 if turn.outcome else self._streak + 1
        self.longest = max(self.longest, self._streak)
        self.reason = turn.hand_over.reason.value if turn.hand_over else self.reason


def summarise(played: list[Played]) -> dict[str, Any]:
    """Count outcomes, reasons and how soon the expected entries came up."""
    named = [one for one in played if one.kind == "ordinary" and one.expected_entry]
    steps = Counter(one.step for one in named if one.step)
    within = {f"by_turn_{last}": sum(steps[step] for step in steps if step <= last) for last in (1, 2, 3)}
    return {
        "dialogues": len(played),
        "hostile": sum(one.kind == "hostile" for one in played),
        "outcomes": dict(sorted(Counter(one.outcome for one in played).items())),
        "reasons": dict(sorted(Counter(one.reason for one in played if one.reason).items())),
        "ended_by_themselves": sum(one.by_itself for one in played),
        "as_expected": sum(one.as_expected for one in played),
        "longest_without_outcome": max(one.longest for one in played),
        "most_turns_allowed": MAX_TURNS,
        "expected_entry": {
            "named": len(named),
            "shown": sum(one.step is not None for one in named),
            "shown_or_offered": sum(one.offered is not None for one in named),
            **within,
        },
    }


def _print(text: str, turn: Turn) -> None:
    print(f"> {text[:100]}")
    for message in turn.messages:
        print("   ", message.text[:200].replace("\n", "\n    "))
    for number, choice in enumerate(turn.choices, start=1):
        print(f"      {number}. {choice.label}")
    print(f"    = {turn.outcome} {turn.hand_over.reason if turn.hand_over else ''}")


if __name__ == "__main__":
    main()
