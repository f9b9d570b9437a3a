"""Words by which names of persons are told from what stands in their place."""

from __future__ import annotations

import re
from typing import Final

PREFECTURES: Final = frozenset(
    "東京 大阪 京都 北海道 沖縄 愛知 兵庫 広島 新潟 静岡 埼玉 神奈川 熊本 鹿児島 青森 岩手 栃木 "
    "群馬 鳥取 島根 愛媛 佐賀".split()
)
"""Places that are hardly ever surnames."""
NOBODY: Final = frozenset(
    "お客様名 一 彼 この その あの どの 事業者 パート 役職 "
    "おじ おばあ おじい おかあ おとう おにい おねえ おまわり おくさ おく だんな むすめ むすこ "
    "おいしゃ うさぎ みんな あかちゃ おきゃく きゃく これ それ あれ どれ はい いいえ そう どう "
    "こう ここ そこ "
    "様 女 男 女性 男性 氏名 名前 お名前 ご氏名 フリガナ ふりがな 名義 仕 商品仕 先 届け先 "
    "お届け先 依頼主 ご依頼主 送り主 中小企業 各企業 取引企業 客 お客 皆 みな 皆々 担当 担当者 "
    "責任者 御社 貴社 弊社 当社 会社 各位 店 店舗 店長 店員 社長 部長 課長 係長 係 主任 室長 "
    "院長 園長 校長 会長 代表 "
    "代表者 サポート 窓口 センター 事務局 事務 主人 奥 旦那 子 お子 母 父 お母 お父 お嬢 嬢 神 "
    "王 仏 殿 ユーザー 利用者 患者 会員 管理者 同 多 模 異 有 "
    "他 何 疲れ お疲れ 苦労 ご苦労 世話 馳走 ご馳走 沢山 たく 業者 配達 配達員 運転手 ドライバー "
    "大家 隣 先方 相手 取引先 仕入先 顧客 得意 お得意 宛名 "
    "法人 企業 学校 病院 郵便 郵便局 宅配 宅急便 ヤマト 佐川 メーカー ショップ ストア マルシェ "
    "スタッフ オペレーター ゲスト 匿名 匿名希望 本人 ご本人 家族 "
    "友人 友達 知人 息子 娘 妻 夫 兄 姉 弟 妹 孫 爺 婆 爺さん 婆さん おじい おばあ お爺 お婆 "
    "おじ おば 赤 赤ちゃん 奥様 一同 関係者 受取人 贈り主 注文者 申請者 承認者 "
    "上司 部下 社員 従業員 職員 先輩 後輩 新人 税理士 弁護士 社労士 先生 医者 看護師 看護師長 市 "
    "区 町 村 県 国 役所 警察 不明 未定 未記入 なし 無し 非公開 省略 希望 "
    "東京 大阪 京都 名古屋 札幌 横浜 神戸 北海道 沖縄 日本 アメリカ 中国 韓国 台湾 英国 ベトナム "
    "ブラジル カナダ 以上 以下 別 別紙 必須 任意 確認 返品 交換 交換希望 "
    "必要 可能 不可 可 有 無 済 未 注文 問合せ 問い合わせ 質問 回答 返信 返答 連絡 電話 携帯 "
    "自宅 勤務先 住所 様子 件 用件 内容 対応 受付 営業 経理 総務 人事 開発 企画 製造 情報 "
    "おかげ お陰 おつかれ おひとり お一人 一人 ひとり ふたり おふたり お二人 みなみな なに "
    "どちら どなた ごくろう ".split()
)
"""Words that stand before a title, a label's colon or です and name nobody."""
NO_SIGNATURE: Final = frozenset(
    "かしこ サポート それで あと では また また、 はい いいえ どうぞ よろしく すみません "
    "ありがとう メモ メール ファックス それと さて まず ほか".split()
)
"""Words that stand alone on the last lines and name nobody."""
NO_NAME: Final = frozenset(
    "見方 大和 日向 若葉 三越 高島 伊勢 日立 富士 東芝 松下 山崎 竹田 家里 秋山 今日 明日 本日 "
    "小春 千歳 美人 和光 青山 銀河 大丸 光一 正月 一人 万年".split()
)
"""Names by the dictionary that are more often shops, products and other words."""
ROLES: Final = frozenset(
    "user bot agent operator visitor guest customer support staff system ai cs op sv sys am pm in "
    "out admin ok ng re fw id tel fax mail error info ゲスト お客様 お客さま 客 ユーザー 訪問者 "
    "ビジター オペレーター オペレータ ボット チャットボット サポート スタッフ システム 自動応答 "
    "自動 自動返信 担当 担当者 係 係員 受付 店 店員 質問 回答 件名 日時 本文 内容 用件 対応 結果 "
    "備考 住所 電話 携帯 会社 会社名 部署 氏名 名前 お名前 要望 状況 経緯 商品 注文 注文番号 "
    "番号 種別 種類 カテゴリ 環境 端末 機種 ブラウザ バージョン エラー メモ 宛先 差出人 送信日時 "
    "日付 時刻 "
    "はい いいえ ん あと では それ これ 私 わたし 僕 自分 あなた 本人 相手 折返し 折返 連絡先 "
    "希望 温度感 申出 例 注 追記 返信 メール url http https 客服 温度感 けさ 店長 社長 部長 課長 "
    "主任".split()
)
"""Who speaks in a chat without a name, and labels that look alike."""
BUSINESS: Final = frozenset(
    "商店 鉄工 塗装 建設 設計 工業 農園 電機 製菓 酒造 運送 歯科 医院 米店 書店 薬局 産業 物産 "
    "食品 印刷 会計 税務 法務 精機 水産 青果 牧場 写真 不動 旅館 家具 工房 自動 石材".split()
)
"""What follows a surname in the name of a business."""
ORGANISATION: Final = re.compile(
    r"(?:株式会社|有限会社|合同会社|法人|\(株\)|㈱|\(有\)|事務所|商店|商会|工業|工務店|製作所|運輸"
    r"|物流|会社|センター|グループ|チーム|デスク|カンパニー|サービス|クリニック|病院|医院|学園|情シス|オーナー|"
    r"学校"
    r"|幼稚園|保育園|企業|団体|組合|協会|大学|高校|銀行|百貨店|架空|"
    r"[部課室係店局院園所社会寺校](?:室|係)?$|経理|総務|人事|労務|情報|広報|営業|庶務|管理|"
    r"システム|企画|開発|購買|担当|責任者|主任|係長|課長|部長|次長|室長|社長|専務|常務|取締役|代表"
    r"|理事長?|事務長|園長|院長"
    r"|所長|店長|支店長|マネージャー|リーダー|主査|主幹|会長|税理士|弁護士|社労士)"
)
"""What tells an organisation, a part of one, or a post in it."""
GIVEN_TOO: Final = frozenset("サクラ さくら ひかり のぞみ こだま みどり まこと あおい".split())
"""Given names that are more often other words where they stand alone."""
GIVEN_END: Final = re.compile(
    "[子美香奈恵代江枝乃菜花華音羽郎朗太介助輔彦雄夫男斗也哉樹輝翔志司治史士平吉蔵之仁亮涼凛蓮湊"
    "陽葵凪結咲莉桜楓愛希真佑祐悠優裕由実穂帆歩渚澪静薫馨忍巌茂勇豊豪剛隆孝明昭晃光"
    "宏浩博弘正誠修武進清勝洋健徹哲聡智望昇稔努慎律怜玲瑞瑠璃絵里衣紀季貴喜典規則信伸晴春夏秋冬雪"
    "月星空海陸颯蒼碧]$"
)
"""Characters that given names end with."""
ROMAJI: Final = re.compile(
    r"(?i)(?:(?:[kgsztdnhbpmr]?y?|sh|ch|ts|j|f|w|kk|tt|ss|pp|tch)(?:[aiueo]h?|ou)|n(?![aiueo])|m(?=[bp]))+"
)
"""A Japanese name in Latin letters."""
SHAPES: Final = str.maketrans("髙﨑邊邉齊齋德濵濱澤廣國瀨眞惠榮栁𠮷", "高崎辺辺斉斎徳浜浜沢広国瀬真恵栄柳吉")
"""Other shapes of a character, to the one that dictionaries have."""
HAN_NAME: Final = re.compile(
    r"[一-龥々〆ヶ﨑髙𠮷]{1,3} (?:[一-龥々]{1,3}|[ぁ-ん]{2,4}|[ァ-ヴー]{2,4}|[一-龥ぁ-んァ-ヴ]{2,3})"
)
"""A short surname and given name, parted by a space."""
RELATIVES: Final = frozenset(
    "妻 夫 嫁 婿 主人 家内 旦那 父 父親 母 母親 息子 娘 長男 次男 三男 長女 次女 三女 祖父 祖母 義父 義母 "
    "義兄 義姉 義弟 義妹 兄 姉 弟 妹 孫 甥 姪 双子 いとこ 従兄弟 叔父 叔母 伯父 伯母 彼 彼氏 彼女 婚約者 "
    "子供 子ども パパ ママ おじいちゃん おばあちゃん".split()
)
"""Words for somebody of the family."""
