"""Personal data is found, ordinary words are not, and only the caller can put it back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqsearch.errors import InputError, SettingsError
from faqsearch.inquiry.personal_numbers import is_card, is_my_number
from faqsearch.inquiry.redaction import PersonalKind, Redactor

REDACTOR = Redactor()


def found(text: str) -> list[tuple[str, str]]:
    return [(span.kind.value, text[span.start : span.end]) for span in REDACTOR.find(text)]


MAIL = """ひだまりマルシェ　ご担当者様

お世話になっております。会員の小山田と申します。
注文番号ＨＭ－２０２６－０４１２３４５の件でご連絡しました。
カードは4242 4242 4242 4242です。
小山田の家に届きません。

――――――――
小山田　美津子（おやまだ みつこ）
〒999-0000 東京都ひなた区ほしぞら町1-2-3 ひだまりハイツ203
電話 ０９０－００００－１２３４
mitsuko@example.jp
"""


def test_a_mail_loses_everything_that_tells_who_wrote_it() -> None:
    assert (
        REDACTOR.redact(MAIL).text
        == """ひだまりマルシェ　ご担当者様

お世話になっております。会員の［氏名1］と申します。
注文番号［管理番号1］の件でご連絡しました。
カードは［カード番号1］です。
［氏名1］の家に届きません。

――――――――
［氏名2］（［氏名3］）
〒［郵便番号1］ ［住所1］
電話 ［電話番号1］
［メール1］
"""
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("佐々木です。よろしくお願いします。", "佐々木"),
        ("私は鈴木一郎といいます", "鈴木一郎"),
        ("株式会社やまびこ商店の高橋でございます。", "高橋"),
        ("株式会社こだま印刷の西です。", "西"),
        ("お名前：斎藤　恵美子", "斎藤　恵美子"),
        ("【お名前】\nながおか ゆき", "ながおか ゆき"),
        ("■フリガナ：カミジョウ ヒカル", "カミジョウ ヒカル"),
        ("Name: Nguyen Thi Hoa", "Nguyen Thi Hoa"),
        ("森様からのご入電", "森"),
        ("伊藤さんに電話しました", "伊藤"),
        ("担当：宮下\n用件：返品", "宮下"),
        ("オペレーター高木：かしこまりました", "高木"),
        ("10:23 木下　動きません", "木下"),
        ("平田> 至急お願いします", "平田"),
        ("対応済み（記：平井）", "平井"),
        ("返事をください。\n\n有働 スミエ", "有働 スミエ"),
        ("返事をください。\n\nさつき", "さつき"),
        ("有限会社みどり鉄工　中尾 勝利\n", "中尾 勝利"),
        ("よろしくお願いします。真鍋", "真鍋"),
        ("熨斗に「山根」と入れてください", "山根"),
        ("山本太郎で登録しています", "山本太郎"),
        ("My name is John Smith and I live abroad.", "John Smith"),
        ("Please help.\n\nBest regards,\nDaniel Weber", "Daniel Weber"),
        ("Please help.\n\nLinh\nlinh@example.com", "Linh"),
        ("Tôi tên là Nguyễn Văn An.", "Nguyễn Văn An."),
        ("我叫王伟。", "王伟"),
        ("저는 김민수입니다.", "김민수"),
        ("--\nYoshioka Takumi", "Yoshioka Takumi"),
        ("Kevin 小林", "Kevin 小林"),
        ("はじめまして、りこです。", "りこ"),
        ("みどり会社の有働です。", "有働"),
        ("10:23 はるさん\nはい", "はる"),
        ("★りこ\nはい\n★りこ\nいいえ", "りこ"),
        ("りこ: はい\nりこ: いいえ", "りこ"),
        ("りこ 18:02\nはい", "りこ"),
        ("9:13 AM Agent Mori: Hello", "Mori"),
        ("りこさんが入室しました", "りこ"),
        ("相手：ミヤケ", "ミヤケ"),
        ("氏名：王 偉", "王 偉"),
        ("会計は髙橋です。", "髙橋"),
        ("有働 静江 / 株式会社みどり / 経理部", "有働 静江"),
        ("ます。\n\n有働静江", "有働静江"),
        ("みどり株式会社\n経理課　有働\n電話 03-0000-1111", "有働"),
        ("担当：丸山へ引き継ぎ", "丸山"),
        ("竹下実です", "竹下実"),
        ("竹下 実と申します", "竹下 実"),
        ("千葉です。よろしく", "千葉"),
        ("宮沢賢治で予約", "宮沢賢治"),
        ("窓口の関さんに聞きました", "関"),
        ("チャットのあおきさん", "あおき"),
        ("先日林さんに聞いた", "林"),
        ("ゆーすけのゆーじさん", "ゆーじ"),
        ("轟様に以前お世話になりました", "轟"),
        ("鵜飼部長\n承認が止まっています", "鵜飼"),
        ("グエン・ヴァン・アン様の登録", "グエン・ヴァン・アン"),
        ("お名前：ジョン・スミス", "ジョン・スミス"),
        ("服部 花子です", "服部 花子"),
        ("妻の千鶴が注文しました", "千鶴"),
        ("姉のみどりが登録", "みどり"),
        ("次男のりょうたが使います", "りょうた"),
        ("息子（陽翔）の分", "陽翔"),
        ("弟（翼・小3）", "翼"),
        ("妻（ゆき）が使います", "ゆき"),
        ("父仙石 勝名義の口座", "仙石 勝"),
        ("先日辞めた鎌倉のアカウント", "鎌倉"),
        ("社員の六車と小金井の有給", "小金井"),
        ("六車と小金井です", "六車"),
        ("通訳の東海林、千葉の二名", "千葉"),
        ("窓口の関とかいう人", "関"),
        ("小早川と名乗る男性", "小早川"),
        ("以前の担当は古城でした", "古城"),
        ("熨斗に「林」と入れて", "林"),
        ("こちら坪井。電話がつながりません", "坪井"),
        ("吉見宛の荷物", "吉見"),
        ("氏名小早川 保", "小早川 保"),
        ("倉本@札幌です", "倉本"),
        ("りんりん@ママ\nまだですか", "りんりん"),
        ("ヒロシ @hiroshi0000\n落ちます", "@hiroshi0000"),
        ("たまき🌸 クーポンが使えない", "たまき"),
        ("yuki_m 12:01\nまだ", "yuki_m"),
        ("【西浦】まだですか", "西浦"),
        ("サクラダです。間違えました", "サクラダ"),
        ("先ほどの本郷です", "本郷"),
        ("お疲れさまです。情シス沖田です", "沖田"),
        ("もしもし寒河江ですけど", "寒河江"),
        ("ます。\n\nまりも✿", "まりも"),
        ("ます。\n\n法務部柏葉", "柏葉"),
        ("ます。\n\nさおり\\(^o^)/", "さおり"),
        ("ます。\n\nジョン・ミラー", "ジョン・ミラー"),
        ("ます。\n\n山のパン工房 一色", "一色"),
        ("届きません。たけし", "たけし"),
        ("FROM：来島", "来島"),
        ("オペレーターみなみ：はい", "みなみ"),
    ],
)
def test_names_are_found_where_the_text_shows_them_to_be_names(text: str, name: str) -> None:
    assert ("name", name) in found(text)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("tel:09012345678", [("phone", "09012345678")]),
        ("(03) 1234-5678", [("phone", "(03) 1234-5678")]),
        ("03(1234)5678", [("phone", "03(1234)5678")]),
        ("090ー1234ー5678", [("phone", "090ー1234ー5678")]),
        ("090 1234 5678", [("phone", "090 1234 5678")]),
        ("+81 3-1234-5678", [("phone", "+81 3-1234-5678")]),
        ("電話 1234-5678", [("phone", "1234-5678")]),
        ("hanako＠example.jp", [("email", "hanako＠example.jp")]),
        ("a.b+c@mail.example.co.jp。", [("email", "a.b+c@mail.example.co.jp")]),
        ("hanako(at)example.jp", [("email", "hanako(at)example.jp")]),
        ("４１１１－１１１１－１１１１－１１１１", [("card", "４１１１－１１１１－１１１１－１１１１")]),
        ("3782 822463 10005", [("card", "3782 822463 10005")]),
        ("4111 1111 1111 1111 09/27", [("card", "4111 1111 1111 1111")]),
        ("1234 5678 9018", [("my_number", "1234 5678 9018")]),
        ("マイナンバーは234567890129", [("my_number", "234567890129")]),
        ("999-0001 東京都ひなた区", [("postcode", "999-0001")]),
        ("郵便番号 9990001", [("postcode", "9990001")]),
        ("大阪市北区梅田二丁目四番九号に", [("address", "大阪市北区梅田二丁目四番九号")]),
        ("横浜市青葉区ほしの丘1-2-3です", [("address", "横浜市青葉区ほしの丘1-2-3")]),
        (
            "福岡県架空市天神1-1 ACEビル8階 総務",
            [("address", "福岡県架空市天神1-1 ACEビル8階")],
        ),
        ("届け先は ひだまり町1-22 コーポ光203 です", [("address", "ひだまり町1-22 コーポ光203")]),
        ("1-2-3 Hidamari, Shibuya-ku, Tokyo", [("address", "1-2-3 Hidamari, Shibuya-ku, Tokyo")]),
        ("TW-0048812の件", [("order", "TW-0048812")]),
        ("249-1234567-1234567", [("order", "249-1234567-1234567")]),
        ("会員番号：10023456", [("order", "10023456")]),
    ],
)
def test_every_way_of_writing_is_found_to_its_ends(text: str, pieces: list[tuple[str, str]]) -> None:
    assert found(text) == pieces


@pytest.mark.parametrize(
    "text",
    [
        "仕様と様子と同様と多様な皆様",
        "お疲れ様です。ご担当者様、お客様窓口",
        "店員さんとお客さんがたくさんいました",
        "おかげさまで届きました",
        "送料は無料です。東京です。これは試作品です。",
        "WH-1000XM5とRTX-4090とISO-27001の違い",
        "iPhone 15 Pro Max 256GB",
        "JAN 4901234567894",
        "1234-5678-9012",
        "2026-11-22 10:30:00 と 2026年11月22日",
        "価格は100-2000円、3-4日で届きます",
        "東京都で3日かかりますか。大阪市内の店で2-3日",
        "千葉県の山武市に住んでいます",
        "会員ランクは「ふたば」です",
        "・チャット（年中無休9:00〜21:00）",
        "お名前：匿名",
        "妻の実家と夫の会社、母の介護。妻（専業主婦）と夫（会社員）",
        "部下の印。弊社の規定。息子の学校。担当は誰ですか。名義は法人です。",
        "2営業日前までに、営業部長の承認",
        "一様に遅い。どの様な。神様に祈る。お客様にご案内",
        "本店の東口と南館の前です。母さんとお隣さん。看板屋さん。",
        "まだ届きません。まだ",
        "セール🎉 始まりましたか",
        "@hidamari_marche こんばんは！",
        "公式さんこんにちは @hidamari_marche",
        "もう引き取りに行くんですけど",
        "福井県へ送れますか。宮崎はどうですか。",
        "承認者：部長\n代理：なし",
        "です。\n・チャット（年中無休）",
        "エラー: 403\n結果: 失敗",
        "Best Regards",
        "9:12 AM",
        "4111 1111 1111 1112",
        "",
    ],
)
def test_ordinary_words_and_numbers_stay(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("返金先の口座番号は1234567です", "返金先の口座番号は［管理番号1］です"),
        ("普通口座　７６５４３２１", "普通口座　［管理番号1］"),
        ("渋谷支店 普通 1234567", "渋谷支店 普通 ［管理番号1］"),
        ("LINE IDはtaro_99です", "LINE IDは［管理番号1］です"),
        ("LINEのID: @hanako-x", "LINEのID: ［管理番号1］"),
        ("口座振替で1000000円払いました", "口座振替で1000000円払いました"),
        ("普通1000000円かかる", "普通1000000円かかる"),
        ("LINE ID連携の方法", "LINE ID連携の方法"),
    ],
)
def test_bank_accounts_and_messenger_ids_are_found_after_the_words_that_announce_them(
    text: str, hidden: str
) -> None:
    assert REDACTOR.redact(text).text == hidden


def test_the_tail_of_a_long_line_is_no_signature() -> None:
    assert found("追加の発注につきまして、" * 8 + "承認で一時増枠\n次") == []


def test_names_known_from_elsewhere_are_found_wherever_they_stand() -> None:
    text = "ゆうまの分です。有働凪で登録しました。凪 有働とも。"
    assert REDACTOR.redact(text).text.startswith("ゆうまの分です。有働凪で")
    spans = REDACTOR.find(text, ["有働 凪 <nagi@example.jp>"])
    assert [text[span.start : span.end] for span in spans] == ["有働凪", "凪 有働"]
    # Three kana may be any word.
    assert REDACTOR.redact(text, names=["ゆうま"]).text.startswith("ゆうまの分です。")
    assert REDACTOR.find("経理部です", ["経理部 <a@example.jp>"]) == ()


@pytest.mark.parametrize("names", ["有働", [3]])
def test_names_that_are_no_sequence_of_strings_are_refused(names: object) -> None:
    with pytest.raises(InputError, match="sequence of strings"):
        REDACTOR.find("", names)  # type: ignore[arg-type]


def test_own_patterns_of_order_ids_take_the_place_of_the_shipped_ones() -> None:
    own = Redactor(order_ids=[r"ZX\d{4}"])
    text = "ＺＸ１２３４とHM-2026-0412345"
    assert [(span.kind, text[span.start : span.end]) for span in own.find(text)] == [
        (PersonalKind.ORDER, "ＺＸ１２３４")
    ]


@pytest.mark.parametrize("patterns", ["HM-.*", ["("], [3]])
def test_patterns_that_are_none_are_refused(patterns: object) -> None:
    with pytest.raises(SettingsError, match="order_ids"):
        Redactor(order_ids=patterns)  # type: ignore[arg-type]


def test_the_same_words_get_the_same_number_and_others_another() -> None:
    redacted = REDACTOR.redact("a@example.jp, b@example.jp, a@example.jp")
    assert redacted.text == "［メール1］, ［メール2］, ［メール1］"
    assert dict(redacted.originals) == {"［メール1］": "a@example.jp", "［メール2］": "b@example.jp"}


def test_placeholders_that_a_customer_wrote_stay_theirs() -> None:
    text = "［メール1］とa@example.jp"
    redacted = REDACTOR.redact(text)
    assert redacted.text == "［メール1］と［メール2］"
    assert redacted.restore(redacted.text) == text


def test_an_edited_draft_can_be_restored() -> None:
    redacted = REDACTOR.redact("佐々木です。")
    assert redacted.restore("［氏名1］様、［氏名7］") == "佐々木様、［氏名7］"


def test_what_is_removed_leaves_no_placeholder() -> None:
    assert REDACTOR.remove("佐々木です。返品したい") == "です。返品したい"
    assert REDACTOR.remove(" 返品したい ") == " 返品したい "


def test_repr_shows_nothing_personal() -> None:
    shown = repr(REDACTOR.redact(MAIL))
    assert "小山田" not in shown
    assert "4242" not in shown
    assert "example.jp" not in shown


def test_originals_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        REDACTOR.redact("a@example.jp").originals["［メール1］"] = "b"  # type: ignore[index]


@pytest.mark.parametrize("method", [REDACTOR.find, REDACTOR.redact, REDACTOR.redact("").restore])
def test_what_is_no_string_is_refused(method) -> None:
    with pytest.raises(InputError, match="text came as bytes; give a string"):
        method(b"a@example.jp")


def test_check_digits() -> None:
    assert is_card("4111111111111111")
    assert is_card("4222222222222")
    assert not is_card("4111111111111112")
    assert not is_card("0000000000000000")
    assert not is_card("411111111111")
    assert is_my_number("123456789018")
    assert not is_my_number("123456789012")
    assert not is_my_number("12345678901")
    assert not is_my_number("111111111111")


def test_threads_share_a_redactor() -> None:
    with ThreadPoolExecutor(4) as pool:
        texts = list(pool.map(lambda _: REDACTOR.redact(MAIL).text, range(16)))
    assert set(texts) == {REDACTOR.redact(MAIL).text}


PIECES = (
    "山田 様 さん 佐藤花子 林 と申します です 。 、 ー - -- 090-1234-5678 ０３ 1 12 1234 4111 "
    "1111 〒 999-0001 東京都 ひなた区 1-2-3 丁目 番地 お名前 ： "
    "氏名 ［氏名1］ ［ ］ 氏名1 ［電話番号2］ 担当 （ ） 「 」 > @ a@b.jp example.com "
    "AB-12345678 注文番号 +81 John Smith 10:23 : ます 記 名前は ゆき 千葉 誠 "
    "\ud800 \ufffc マイナンバー ｶﾅ"
).split()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, " ", "\n", "　"]), max_size=14).map("".join) | st.text(max_size=60))
def test_redaction_is_reversible_idempotent_and_its_spans_are_inside_the_text(text: str) -> None:
    redacted = REDACTOR.redact(text)
    assert redacted.restore(redacted.text) == text
    position = 0
    for span in redacted.spans:
        assert position <= span.start < span.end <= len(text)
        position = span.end
    again = REDACTOR.redact(redacted.text)
    assert (again.text, again.spans) == (redacted.text, ())
