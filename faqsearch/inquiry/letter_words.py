"""The words of signatures and quotes, and of what programs and companies add to letters.

All are matched against folded text: full-width ASCII is ASCII there, and capitals are small. Patterns have no
nested repetition, and gaps in them are bounded, so that each takes linear time.
"""

from __future__ import annotations

import re
from typing import Final

# --- What programs and companies add

FOOTER: Final = re.compile(
    r"^(?:【?pr】?[:： ]|\[ad\]|広告[:：])|(?:スマホ|スマートフォン|携帯|移動中|外出先|iphone|ipad"
    r"|タブレット)[^。]{0,12}(?:から|より|で)[^。]{0,20}(?:返信|誤字|乱文|短文|簡潔|入力)|(?:スマホ"
    r"|スマートフォン|携帯電話?|iphone|タブレット|パソコン|pc)(?:から|より)(?:の)?送信|^(?:©|\(c\)"
    r"|copyright)|all rights reserved|配信停止|^送信元[:：]|"
    r"^[^。、?]{0,14}(?:スマホ|スマートフォン|携帯|ケータイ|タブレット|端末|iphone|ipad|pc|パソコン)(?:から|より|で送信)[。]?$|"
    r"^[^。?]{1,25}(?:から|より)送信(?:しました|しています|されました|しております)?[。]?$"
    r"|^[^。?]{0,20}アプリから$|(?:返信|メール)は.{0,30}で(?:作成|送信|書)"
    r"|^[^。?]{0,30}メール(?:アプリ)?[」]?(?:から|で)(?:の)?送信(?:しま|され|$)|(?:iphone|ipad|android"
    r"|スマートフォン|スマホ|携帯|galaxy|xperia|huawei|aquos|ドコモ|docomo|mobile|モバイル|yahoo!?メール"
    r"|gmail|outlook|アプリ|フォーム|line|w+indows)[^。]{0,25}(?:から|で|より)(?:自動)?(?:送信|送られ"
    r"|送って|書いて)"
    r"|^sent (?:from|via|with) |^get outlook for|(?:outlook|gmail|メール)[^。]{0,20}を入手|^送信元[:は]"
    r"|^(?:-- )?このメールは.{0,60}(?:から|より)(?:自動)?(?:送信|配信)|yahoo!?メール for|^\[?sent from"
    r"|フォーム(?:から|より)(?:の|自動)?(?:送信|通知|配信)|^this (?:e-?mail|message) was sent (?:from"
    r"|via)|^--\s*sent"
)
DISCLAIMER: Final = re.compile(
    r"機密保持|社外秘|本メールの内容|電子メールの性質|お取り?扱いに(?:は)?ご?注意|legally privileged"
    r"|internet e-?mail|"
    r"(?:この|本)通信|名宛人|意図しない(?:受信|開示)|(?:宛先|受信者|受取人|特定の方)(?:の方)?(?:以外"
    r"|のみ)|privileged|strictly prohibited|any (?:use|disclosure|review)|unauthori[sz]ed (?:use|copying"
    r"|disclosure)|ウイルス ?フリー|(?:複製|転用|転載|開示)[^。]{0,20}(?:控え|禁|遠慮)|"
    r"(?:本|この|当)(?:電子)?(?:e-?)?(?:メール|mail)[^。]{0,60}(?:機密|秘密|秘匿|宛先|宛て先|受信者|名宛"
    r"|添付ファイル|送信専用|個人情報|のみを対象|法的)"
    r"|(?:誤って|誤送|誤受信|あて先の誤り|心当たりのない|お心当たり|宛先が?間違)[^。]{0,50}(?:受信|送信"
    r"|受け取|破棄|削除|場合|方は|連絡)"
    r"|(?:機密|秘密|個人)情報[^。]{0,30}(?:含|記載)[^。]{0,20}(?:場合|可能性|おり|います|ます)"
    r"|第三者(?:への|に)[^。]{0,20}(?:開示|転送|漏|提供)[^。]{0,30}(?:禁|遠慮|お断り|固く)"
    r"|無断(?:で|の|転載|転送|複製|使用)[^。]{0,40}(?:禁|お断り|遠慮)|confidential|intended (?:recipient"
    r"|solely|only)|not the intended|virus-free|ウイルス(?:チェック|スキャン|対策ソフト)[^。]{0,30}(?:済"
    r"|チェック|しました|され)"
    r"|環境(?:保護|への配慮|に配慮)[^。]{0,30}印刷|印刷する前に|before printing"
    r"|(?:please )?notify the sender|delete (?:it|this)"
)

POST_NOTE: Final = re.compile(
    r"^返信先[:]|^\d[\d,.万]*\s?件の(?:表示|返信|いいね|リポスト|リツイート|引用|ブックマーク)"
    r"|^(?:いいね|リツイート|リポスト|ブックマーク|返信|replying to|via )!?[\s:：]*[\d@]|^さん(?:に返信"
    r"|がリツイート)|^[^ ]{1,20}さんに返信|^via |^(?:午前|午後)?\d{1,2}:\d{2}\s?[·・・]\s?\d{4}年"
)
"""What a network adds to a post."""

# --- Quotes

QUOTE_MARK: Final = re.compile(r"^\s{0,3}(?:>|&gt;)|^[a-z]{2,4}>(?=\s|$)")
QUOTE_INTRO: Final = re.compile(
    r"^\s*(?:on .{5,120}wrote:?\s*$"
    r"|.{0,15}\d{4}[年/.-]\s?\d{1,2}[月/.-]\s?\d{1,2}日?.{0,60}(?:<[^<>]{3,80}>|のメッセージ|さんは"
    r"|さんが|wrote|書き|のメール)[^。]{0,30}[:：]?\s*$"
    r"|\d{1,2}月\d{1,2}日.{0,40}(?:さんは|さんが|<[^<>]{3,80}>).{0,20}[:：]\s*$|.{1,60}さん(?:は"
    r"|が)(?:書きました|次のように|以下のように).{0,10}$|le .{5,80}a écrit)"
)
QUOTE_WORD: Final = re.compile(
    r"original (?:message|appointment)|forwarded (?:message|by)|reply message|quoted|previous message"
    r"|引用|元の?(?:メール|メッセージ)|オリジナルメッセージ|前回(?:の|いただ|頂)|前の(?:メール|やり)"
    r"|以前の(?:メール|やり|お?問|ご?回答|ご?返信)|これまでの|過去の(?:メール|やり|お?問)"
    r"|履歴|\d日付|(?:貴社|御社|そちら)(?:から)?の?(?:メール|ご?回答|ご?返信)|(?:いただいた|頂いた|届いた|受け取った|もらった)(?:メール|ご?回答|ご?返信|お?返事|ご?連絡"
    r"|ご?案内)|受信(?:した)?メール|転送|返信元|返信メール|ご?返信内容|先日の(?:メール|ご?回答|ご?返信)"
    r"|やり(?:と|取)り|最初の(?:メール|お?問)|当初の"
)
"""What a rule with words on it says above a quote."""
QUOTE_NOTICE: Final = re.compile(
    r"^\s*(?:以下|下記|↓|▼)(?:は|が|に|、)?[^。?]{0,16}(?:引用|前回|いただいた|頂いた|転送|やり取り"
    r"|やりとり|元のメール|過去)[^。?]{0,16}[。:]?$|^\s*begin forwarded message:"
)
QUOTE_END: Final = re.compile(
    r"^\s*[-=─━*_~]{2,}\s?(?:引用|転送)?(?:は|、)?(?:ここまで|終わ?り)\s?[-=─━*_~]*\s*$|(?:引用(?:は|、)?ここまで|ここまで(?:が)?(?:引用|転送)|以上[、,]?(?:引用|転送)|引用終わ?り"
    r"|end of (?:forwarded|quoted))"
)
MAIL_FIELD: Final = re.compile(
    r"^\s*[*【\[]?(from|sent|to|cc|bcc|subject|date|reply-to|差出人|送信者|発信者|発信元|送り主|送信元"
    r"|送信日時|送信日|送信|受信日時|日時|日付|宛先|宛て先|あて先|件名|題名|タイトル"
    r"|表題)[\]】*]?\s?[:：]\s?\*?\s*"
)
SUBJECT_FIELDS: Final = frozenset("subject 件名 題名 タイトル 表題".split())
SUBJECT_PREFIX: Final = re.compile(
    r"^(?:\s*(?:re|fw|fwd|返信|転送|ｒｅ|回答)\s?(?:\[\d+\])?\s?[:：]"
    r"|\s*\[(?=[0-9_.-]{0,19}[a-z])[a-z0-9_.-]{2,20}[ :]\d{1,8}\])+\s*"
)
"""What programs put before a subject: Re:, [list 123]; a time in brackets is none."""
EMPTY_SUBJECT: Final = re.compile(
    r"^[【\[(]?(?:ご?質問|お?問い?合わ?せ|お?問合せ|ご?相談|お願い|おねがい|お尋ね|教えてください"
    r"|教えて下さい|はじめまして|初めまして|こんにちは|お世話になっております|お世話になります|無題"
    r"|no ?subject|件名なし|問い合わせフォームより|至急|【至急】|大至急|緊急|急ぎ|重要|ご?連絡|ご?確認"
    r"|サポート|help|question|inquiry)"
    r"(?:です|があります|がございます|の件|について|いたします|致します|します|したいです|ください"
    r"|事項)?[】\])。!]*$"
)
SENT_SUBJECT: Final = re.compile(
    r"ありがとうございま|お知らせ|ご案内|ご回答|【回答】|完了|自動返信|受付(?:け)?(?:いたし|しま)|承りま"
    r"|ご購入|発送|メールマガジン|newsletter"
)

# --- Signatures

CONTACT: Final = re.compile(
    r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}\.[a-z.-]{2,60}|https?://|www\.|(?:tel|fax|電話|携帯|mobile"
    r"|phone|☎|℡|ファクス|ファックス|直通|内線|代表|フリーダイヤル)[^a-z]{0,6}\d|\+\d{1,3}[- ]\(?\d|〒"
    r"|\(?0\d{1,4}[)\-( ]{1,2}\d{1,4}[)\-( ]{1,2}\d{3,4}|^\s*0[789]0\d{8}\s*$"
    r"|(?:^|\s)\d{3}-\d{4}(?:\s|$)|[都道府県].{1,12}[市区郡町村].{0,30}\d|(?:^"
    r"|[\s:])[^\s。?]{1,8}[市区郡].{0,20}\d+-\d+"
)
COMPANY: Final = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|\(株\)|\(有\)|㈱|㈲|(?:社団|財団|医療|学校|福祉|npo|一般"
    r"|宗教)法人|協同組合|事務所|商店$|co\.,? ?ltd|\binc\b|k\.k\.|corporation|\bllc\b"
)
DEPARTMENT: Final = re.compile(
    r"(?:部|課|室|係|局|科|グループ|チーム|センター|担当|本部|支店|営業所|事業所|店|工場|商会|商事"
    r"|工業)(?:\s|$|[一-龥]{1,3}[\s])|代表取締役|社長|室長|部長|課長|主任|係長|店長|マネージャ|取締役"
    r"|事務長|院長|理事|総務|経理|人事|営業"
)
NAME_FIELD: Final = re.compile(
    r"^(?:氏名|名前|お名前|会員メール|会員番号|会員id|住所|連絡先|メール|e-?mail|mail|差出人|担当|所属"
    r"|部署|会社名?|ユーザー?id|アカウント|会社コード)\s?[:： ]"
)
PERSON: Final = re.compile(
    r"^(?:[一-龥々髙﨑]{2,6}|[一-龥々髙﨑]{1,4} {1,8}[一-龥々ぁ-んァ-ヶー]{1,6}"
    r"|[ァ-ヶー]{2,6} {1,3}[ァ-ヶー]{2,6}|[ぁ-ん]{2,5} {1,3}[ぁ-ん]{2,5}"
    r"|[a-z]{2,12}\.? [a-z]{2,14})(?: ?[((].{1,24}[))])?(?: ?(?:より|拝|です|でした))?$"
)
SHORT_NAME: Final = re.compile(
    r"^(?:[ぁ-んァ-ヶー]{2,8}|[a-z]{2,12}|[a-z]\s?[.・]\s?[a-z]\.?)(?:\s?\([^()]{1,20}\))?(?:より|拝|でした)?$"
)
POSTSCRIPT: Final = re.compile(r"^(?:追伸|p\.?s\.?|ps|追記|二伸)")
