from __future__ import annotations

import json
from pathlib import Path

import faqsearch


def test_related_entries_are_shown_as_hits_of_a_search(invoke, faq: Path) -> None:
    result = invoke("related", "return-1", "--faq", faq, "-k", 1)
    lines = [line.rstrip() for line in result.stdout.splitlines()]
    assert (result.exit_code, result.stderr) == (0, "")
    assert lines[0].startswith("「返品の送料は誰が払いますか」に関連するFAQ 3件中1件")
    assert lines[2 if not lines[1] else 3].startswith(" 1  ########  ")
    assert "ship-1" in result.stdout
    assert "一致: " in result.stdout


def test_json_is_the_result(invoke, faq: Path) -> None:
    result = invoke("related", "return-1", "--faq", faq, "--audience", "operator", "--json")
    document = json.loads(result.stdout)
    expected = faqsearch.load(faq).related("return-1", audience="operator")
    assert [(hit["id"], hit["score"]) for hit in document["hits"]] == [
        (hit.id, hit.score) for hit in expected.hits
    ]
    assert document["hits"][0]["id"] == "return-ops"
    assert (document["total"], document["audience"]) == (expected.total, "operator")


def test_without_related_entries_it_says_so(invoke, faq: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.csv"
    alone.write_text("id,question,answer\na,送料,無料。\n", encoding="utf-8")
    assert invoke("related", "a", "--faq", alone).stdout.split()[:2] == ["「送料」に関連するFAQ", "0件"]


def test_an_entry_that_the_audience_may_not_see_is_an_error(invoke, faq: Path) -> None:
    hidden = invoke("related", "return-ops", "--faq", faq)
    missing = invoke("related", "nothing", "--faq", faq)
    assert (hidden.exit_code, hidden.stdout) == (missing.exit_code, "")
    assert hidden.exit_code != 0
    assert hidden.stderr.replace("return-ops", "nothing") == missing.stderr
