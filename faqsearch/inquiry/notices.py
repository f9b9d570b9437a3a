"""What programs write around what people say: notices of chats, exports, networks and scanners.

All are matched against folded text, in linear time: gaps are bounded.
"""

from __future__ import annotations

import re
from typing import Final

_MEDIA: Final = (
    "スタンプ|画像|写真|動画|アルバム|ノート|ファイル|位置情報|通話|不在着信|音声|ボイスメッセージ"
)
_ENGLISH: Final = (
    "rating|priority|department|requester|assignee|agent|visitor|ticket|duration|referrer|tags?|csat"
    "|locale|attachments?|chat id|call[_ ]?id|session id"
    "|privacy policy|newsletter|submitted(?: on| at)?|ip address"
)

PROGRAM_NOTE: Final = re.compile(
    # Chats and their exports.
    r"\b(?:joined|left|entered|ended|transferred|rejoined)\b.{0,20}\b(?:chat|conversation|room)\b"
    r"|^\W{0,4}(?:chat|conversation|transcript|call) (?:started|ended|transcript|closed|log|history)"
    rf"|^(?:{_ENGLISH})\s?[:=#]"
    r"|^(?:ticket|case|チケット) ?#?\d"
    rf"|^\W{{0,3}}(?:{_MEDIA})(?:を送信しました)?\W{{0,3}}$"
    r"|メッセージ(?:の送信)?を(?:取り消|削除)し|グループを作成|友だち(?:に|を)?追加し|ここまで読み|未読メッセージ"
    r"|トーク履歴|(?:保存|出力|エクスポート)日時|チャット履歴|通話時間\s?\d|待ち人数|対応時間\s?\d"
    r"|\d件の返信|^\d+ repl(?:y|ies)|最終返信|^#[^\s#]{1,20}\s{1,3}(?:スレッド|チャンネル)$"
    r"|^[(\[*].{0,24}(?:役に立ち|参考になり|解決し)ましたか"
    r"|^\W{0,4}(?:会話|チャット|通話|録音|メッセージ)(?:が|を|は)?(?:開始|終了)"
    r"|^-{2,}\s?(?:end|begin|start) (?:of )?.{0,30}-*$"
    r"|^[^。?]{1,30} (?:has )?(?:joined|left)[.]?$"
    # Networks.
    r"|^\d{4}[/.-]\d{1,2}[/.-]\d{1,2}(?:\s{1,2}\d{1,2}:\d{2}(?::\d{2})?)?$"
    r"|^\(?\d{1,2}/\d{1,2}\)?$|^(?:引用)?(?:rt|qt) ?@\S{1,30}:|^[^。?]{1,25}@\w{3,20}\s?[·・]\s?.{1,12}$"
    # Forms and scanners.
    r"|^contact form\b|フォーム\s?\d?\s?(?:から|より)の?(?:通知|お知らせ)|^i (?:agree|accept|consent)\b"
    r"|scanned by|no threats"
    r"|配信(?:を|の)?(?:停止|解除)(?:する|を|は|される|をご希望の)?.{0,10}(?:場合|方|こちら)"
    # Call notes.
    r"|音声認識(?:ログ|結果)|書き起こし|文字起こし"
    r"|^(?:伝言|電話|受電|通話)(?:メモ|票|記録)$|^from .{1,10} to .{1,10}$"
    r"|^(?:[^。?☐☑□■✓✔]{0,8}[☐☑□✓✔]\s?[^。?☐☑□■✓✔]{0,12}){2,6}$"
)
"""A line of a program; it may look like a question (役に立ちましたか)."""

REACTIONS: Final = re.compile(r"^(?:[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?\s{0,2}\d{1,3}\s{0,4}){1,8}$")
"""Reactions with their numbers, below a message."""
