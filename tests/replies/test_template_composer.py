from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from faqsearch.assist import AskBack, Choice, Decision
from faqsearch.assist.triage import Finding, Label, Triage, Word
from faqsearch.business_hours import SupportDesk
from faqsearch.entry import FaqEntry
from faqsearch.errors import InputError
from faqsearch.replies import Composer, Draft, DraftKind, DraftRequest, TemplateComposer

RequestOf = Callable[..., DraftRequest]
COMPOSER = TemplateComposer()
CALM = Finding(confidence=0.0, words=())


def triage(**findings: Finding) -> Triage:
    found = dict.fromkeys(("urgency", "deadline", "complaint", "distress"), CALM) | findings
    return Triage(category=None, team=None, language=Label(name="ja", confidence=1.0), **found)


def told(*words: str) -> Finding:
    return Finding(confidence=0.9, words=tuple(Word(text=word, start=0, end=len(word)) for word in words))


def test_it_is_a_composer() -> None:
    assert isinstance(COMPOSER, Composer)


def test_an_answer_is_a_whole_letter(request_of: RequestOf, shipping: FaqEntry, desk: SupportDesk) -> None:
    request = request_of(
        "送料はいくらですか", offers=[shipping], customer="山田 花子様", desk=desk, triage=triage()
    )
    draft = COMPOSER.compose(request)
    assert draft == Draft(
        subject="お問い合わせの件",
        body="""山田 花子 様

このたびはお問い合わせいただき、ありがとうございます。
見本商店 お客様係でございます。

「送料はいくらですか」についてご案内いたします。

全国一律550円です。5,000円以上のお買い上げで送料無料になります。［設定］で確かめられます。

詳しくは、こちらのページをご覧ください。
https://shop.example/faq/ship-1

ご不明な点がございましたら、どうぞお気軽にお問い合わせください。

見本商店 お客様係
support@example.com
""",
        kind=DraftKind.ANSWER,
        citations=("ship-1",),
    )


def test_without_a_desk_nobody_signs_and_nothing_is_promised(
    request_of: RequestOf, shipping: FaqEntry
) -> None:
    answer = COMPOSER.compose(request_of(offers=[shipping]))
    assert answer.body.startswith(
        "お客様\n\nこのたびはお問い合わせいただき、ありがとうございます。\n\n「送料は"
    )
    assert answer.body.endswith("お気軽にお問い合わせください。\n")
    handed_over = COMPOSER.compose(request_of(decision=Decision.HAND_OVER))
    assert "までにご返信" not in handed_over.body


def test_choices_come_with_links_or_the_beginning_of_the_answer(
    request_of: RequestOf, shipping: FaqEntry, returns: FaqEntry
) -> None:
    draft = COMPOSER.compose(request_of(decision=Decision.CHOOSE, offers=[shipping, returns]))
    assert (
        "・送料はいくらですか\n  https://shop.example/faq/ship-1\n"
        "・返品できますか\n  到着から7日以内にご連絡ください。電話は0120-111-222です。\n"
    ) in draft.body
    assert (draft.kind, draft.citations) == (DraftKind.CHOICES, ("ship-1", "return-1"))


def test_a_question_back_lists_its_choices(
    request_of: RequestOf, shipping: FaqEntry, returns: FaqEntry
) -> None:
    ask = AskBack(
        text="次のどれに当てはまりますか。",
        choices=(
            Choice(label="会員の方", entry_id="return-1"),
            Choice(label="ゲストの方", entry_id="ship-1"),
        ),
    )
    request = request_of(decision=Decision.ASK_BACK, offers=[shipping, returns], ask=ask)
    draft = COMPOSER.compose(request)
    assert "次のどれに当てはまりますか。\n\n1. 会員の方\n2. ゲストの方\n   https://shop" in draft.body
    assert (draft.kind, draft.citations) == (DraftKind.QUESTION, ("return-1", "ship-1"))


def test_a_hand_over_promises_a_reply_and_names_who_is_there_now(
    request_of: RequestOf, shipping: FaqEntry, desk: SupportDesk
) -> None:
    request = request_of(decision=Decision.HAND_OVER, candidates=[shipping], desk=desk)
    draft = COMPOSER.compose(request)
    assert "11月24日（火）16時30分までにご返信いたします。" in draft.body
    assert "・お電話 0120-000-000（本日21時まで）\n・チャット（本日18時まで）" in draft.body
    assert "送料" not in draft.body
    near = "近いFAQ（確信が持てないため、回答には使っていません）: 「送料はいくらですか」（ship-1）"
    assert (draft.kind, draft.citations, draft.notes) == (DraftKind.HAND_OVER, (), (near,))


def test_outside_opening_times_it_says_so(request_of: RequestOf, desk: SupportDesk) -> None:
    sunday = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    draft = COMPOSER.compose(request_of(decision=Decision.HAND_OVER, desk=desk, now=sunday))
    assert "ただいま営業時間外のため、11月24日（火）17時までにご返信いたします。" in draft.body
    assert "お急ぎのときは" not in draft.body  # 21:00 in Japan: the phone has just closed
    assert draft.notes == ("該当しそうなFAQはありません。",)


def test_several_questions_are_answered_one_by_one(
    request_of: RequestOf, shipping: FaqEntry, returns: FaqEntry
) -> None:
    questions = [
        ("営業所は海外にもありますか？", Decision.HAND_OVER, []),
        ("送料はいくらですか？", Decision.ANSWER, [shipping]),
        ("返品できますか？", Decision.ANSWER, [returns]),
    ]
    draft = COMPOSER.compose(request_of(decision=Decision.CHOOSE, offers=[shipping], questions=questions))
    places = [
        draft.body.index(piece)
        for piece in (
            "■ ご質問1：送料はいくらですか？\n\n「送料",
            "■ ご質問2：返品できますか？\n\n「返品",
            "次のご質問は、担当者が確認のうえ、あらためてご連絡いたします。\n・営業所は海外にもありますか？",
        )
    ]
    assert places == sorted(places)
    assert (draft.kind, draft.citations) == (DraftKind.HAND_OVER, ("ship-1", "return-1"))


def test_a_complaint_is_met_with_an_apology_and_told_to_the_operator(
    request_of: RequestOf, shipping: FaqEntry
) -> None:
    found = triage(
        complaint=told("ひどい"), urgency=told("至急", "早く"), deadline=Finding(confidence=1.0, words=())
    )
    draft = COMPOSER.compose(request_of(offers=[shipping], triage=found))
    assert "誠に申し訳ございません。" in draft.body
    assert draft.notes == (
        "急ぎの言葉: 「至急」、「早く」",
        "期限の言葉があります。",
        "苦情の言葉: 「ひどい」",
    )
    calm = COMPOSER.compose(request_of(offers=[shipping], triage=triage()))
    assert "申し訳" not in calm.body


def test_distress_is_met_with_sympathy(request_of: RequestOf, shipping: FaqEntry) -> None:
    draft = COMPOSER.compose(request_of(offers=[shipping], triage=triage(distress=told("困って"))))
    assert "お困りのところ、ご不便をおかけしております。" in draft.body


def test_another_language_is_told_to_the_operator(request_of: RequestOf, shipping: FaqEntry) -> None:
    english = replace(triage(), language=Label(name="en", confidence=0.9))
    draft = COMPOSER.compose(request_of(offers=[shipping], triage=english))
    assert draft.notes == ("お問い合わせは日本語ではないようです（en）。",)


def mail(subject: str, body: str = "送料はいくらですか") -> str:
    head = f"From: 山田 花子 <hanako@example.jp>\nTo: s@example.com\nSubject: {subject}"
    return f"{head}\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("送料の件", "Re: 送料の件"),
        ("Re: RE: ＲＥ：送料", "Re: 送料"),
        ("=?utf-8?b?6YCB5paZDQpCY2M6IGFAZXhhbXBsZS5jb20=?=", "Re: 送料 Bcc: a@example.com"),
        ("x" * 400, "Re: " + "x" * 149 + "…"),
    ],
)
def test_a_subject_is_answered_on_one_line(
    request_of: RequestOf, shipping: FaqEntry, subject: str, expected: str
) -> None:
    draft = COMPOSER.compose(request_of(offers=[shipping], raw=mail(subject).encode()))
    assert draft.subject == expected
    assert draft.body.startswith("山田 花子 様\n")


def test_an_owners_subject_stays_on_one_line_too(
    request_of: RequestOf, shipping: FaqEntry, tmp_path: Path
) -> None:
    (tmp_path / "subject.txt.j2").write_text("一\n\n二: {{ kind }}\n" + "長" * 300, encoding="utf-8")
    draft = TemplateComposer(tmp_path).compose(request_of(offers=[shipping]))
    assert draft.subject.startswith("一 二: answer 長")
    assert (len(draft.subject), draft.subject[-1]) == (200, "…")


def test_what_the_customer_wrote_is_printed_and_never_run(
    request_of: RequestOf, shipping: FaqEntry, returns: FaqEntry
) -> None:
    evil = "{{ 7*7 }}{% set x = 1 %}送料は？"
    questions = [(evil, Decision.ANSWER, [shipping]), ("返品は？", Decision.HAND_OVER, [returns])]
    draft = COMPOSER.compose(
        request_of(evil, offers=[shipping], questions=questions, raw=mail("{{ 6*6 }}", evil))
    )
    assert f"■ ご質問1：{evil}" in draft.body
    assert draft.subject == "Re: {{ 6*6 }}"
    assert "49" not in draft.body


def test_the_answer_of_an_entry_is_never_run(request_of: RequestOf, shipping: FaqEntry) -> None:
    entry = replace(shipping, answer="{{ 7*7 }} と書きます。")
    assert "{{ 7*7 }} と書きます。" in COMPOSER.compose(request_of(offers=[entry])).body


def test_a_chat_is_not_signed(request_of: RequestOf, shipping: FaqEntry, desk: SupportDesk) -> None:
    draft = COMPOSER.compose(request_of(offers=[shipping], desk=desk, channel="chat"))
    assert "support@example.com" not in draft.body


def test_an_acknowledgement_repeats_nothing_of_the_inquiry_and_no_entry(
    request_of: RequestOf, shipping: FaqEntry, desk: SupportDesk
) -> None:
    raw = mail("買って https://evil.example", "https://evil.example をどうぞ。送料は？")
    draft = COMPOSER.acknowledge(request_of(offers=[shipping], raw=raw, desk=desk))
    assert draft == Draft(
        subject="【自動返信】お問い合わせを受け付けました",
        body="""山田 花子 様

このたびはお問い合わせいただき、ありがとうございます。
見本商店 お客様係でございます。

お問い合わせを受け付けました。内容を確認し、順にお答えいたします。
11月24日（火）16時30分までにご返信いたします。

このメールは自動でお送りしています。

今しばらくお待ちくださいますよう、お願いいたします。

見本商店 お客様係
support@example.com
""",
        kind=DraftKind.ACKNOWLEDGEMENT,
    )


def test_attachments_are_told_to_the_operator(request_of: RequestOf, shipping: FaqEntry) -> None:
    raw = """From: a@example.jp
To: s@example.com
Subject: q
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

送料は？
--b
Content-Type: image/jpeg; name="pot.jpg"
Content-Disposition: attachment; filename="pot.jpg"

x
--b--
"""
    draft = COMPOSER.compose(request_of(offers=[shipping], raw=raw.encode()))
    assert draft.notes == ("添付ファイル（1件、読んでいません）: 「pot.jpg」",)


def test_long_answers_and_many_questions_are_bounded(request_of: RequestOf, shipping: FaqEntry) -> None:
    entries = [
        replace(
            shipping,
            id=f"long-{n}",
            question="問" * 900,
            answer="答え。" * 9_000,
            url="https://x.example/" + "a" * 5_000,
        )
        for n in range(9)
    ]
    questions = [("質" * 5_000, Decision.ANSWER, [entry]) for entry in entries]
    draft = COMPOSER.compose(request_of(offers=entries, questions=questions))
    assert len(draft.body) < 25_000
    assert len(draft.citations) == 5
    assert "https://" not in draft.body
    chosen = COMPOSER.compose(request_of(decision=Decision.CHOOSE, offers=entries))
    assert len(chosen.body) < 5_000


def test_a_moment_needs_a_time_zone(request_of: RequestOf) -> None:
    with pytest.raises(InputError, match="now came without a time zone"):
        request_of(now=dt.datetime(2026, 11, 20, tzinfo=dt.UTC).replace(tzinfo=None))


def test_a_draft_without_placeholders_is_restored_as_it_is(request_of: RequestOf, shipping: FaqEntry) -> None:
    draft = COMPOSER.compose(request_of(offers=[shipping]))
    assert draft.restored() is draft


def test_questions_that_were_ranked_as_one_are_told_to_the_operator(
    request_of: RequestOf, shipping: FaqEntry
) -> None:
    request = request_of(offers=[shipping])
    reading = request.suggestion.reading
    reading = replace(reading, questions=reading.questions * 3)
    draft = COMPOSER.compose(replace(request, suggestion=replace(request.suggestion, reading=reading)))
    assert draft.notes == ("ご質問が3件あるようです。下書きが答えるのは1件分です。",)
