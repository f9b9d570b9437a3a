from __future__ import annotations

import pytest

from faqsearch.inquiry.markup import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("返品<br>できますか", "返品\nできますか"),
        ("<div>一</div><div><br></div><div>二</div>", "一\n\n二"),
        ("<p>一</p><p>二</p>", "一\n\n二"),
        ("<p>一</p>\n\n\n<p>  二\n 三 </p>", "一\n\n二 三"),
        ("<b>太</b><i>字</i>", "太字"),
        ("&lt;a&gt;&amp;&nbsp;&#12354;", "<a>& あ"),
        ("<style>p{}</style><script>x<y</script><title>題</title>本文", "本文"),
        ("<!-- 隠す --><p>見える</p>", "見える"),
        ('<div style="color:#fff; Display: none"><div>隠す</div>隠す</div>見える', "見える"),
        ("<span style='visibility:hidden'>隠す<br></span>見える", "見える"),
        ('<td style="font-size:0px;">隠す</td><p style="font-size:0.9em">見える</p>', "見える"),
        ('<p hidden>隠す</p><p class="not hidden so">見える</p>', "見える"),
        ('<input type="hidden" value="隠す"><br hidden>見える', "見える"),
        ('<div style="display:none">終わらない<p>見える', "終わらない\n\n見える"),
        ("<ul><li>一<li>二</ul>", "・一\n・二"),
        ("<table><tr><td>一</td><td>二</td></tr><tr><td>三</td></tr></table>", "一 二\n三"),
        ("<blockquote>前の<br>返事</blockquote>新しい", "> 前の\n> 返事\n\n新しい"),
        ("<blockquote>一<blockquote>二</blockquote></blockquote>", "> 一\n\n>> 二"),
        ("一<hr>二", "一\n----------\n二"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("3 < 4 かつ 5 > 4", "3 < 4 かつ 5 > 4"),
        ("一<二", "一<二"),
        ("<p", ""),
        ("終わらない<!-- 注", "終わらない"),
        ("<script>終わらない", ""),
        ("<title>終わらない", "終わらない"),
        ("</p></blockquote>一", "一"),
        ("<img src=x>一<IMG SRC='y'/>", "一"),
        ("", ""),
    ],
)
def test_html_becomes_the_lines_a_reader_sees(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_quotes_are_marked_eight_deep_at_most() -> None:
    assert html_to_text("<blockquote>" * 50 + "深い") == ">" * 8 + " 深い"
