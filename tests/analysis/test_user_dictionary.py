"""An owner's own words: the CSV, the compiler, what becomes of them in a text, what stays on the disk."""

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from faqsearch.analysis import SudachiAnalyzer, UserWord, read_user_words
from faqsearch.analysis.user_dictionary import compile_user_words
from faqsearch.errors import DictionaryError, FormatError, Problem

LONG = "𩸽" * 100
PUNCTUATED = [
    "a,b",
    'say "hi"',
    "back\\slash",
    "x\\u0041y",
    "z\\u{110000}",
    "q\\",
    "#1",
    "'s",
    "ネット 便",
    "100%増量",
]
# One file for most tests: Sudachi takes seconds to compile one, however few its words.
SHOP = (
    "word,reading,normalized\n"
    "クラウド帳簿プロ,くらうどちょうぼぷろ,\n"
    "ＦＡＱサーチ,,\n"
    "あんしん保証ﾊﾟｯｸ,,\n"
    "安心保証パック,,あんしん保証パック\n"
    "リーフ,,\n"
    "返品送料,,\n"
    f"{LONG},,\n"
) + "".join('"{}",,\n'.format(word.replace('"', '""')) for word in PUNCTUATED)


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "words.csv"
    path.write_bytes(text.encode(encoding))
    return path


def problems(path: Path) -> list[tuple[int, str, str]]:
    with pytest.raises(FormatError) as caught:
        read_user_words(path)
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    return [(problem.row, problem.column, problem.message) for problem in caught.value.problems]


# --- One word


def test_a_word_is_normalised_as_texts_are_and_its_reading_is_katakana() -> None:
    word = UserWord(word=" ＦＡＱｻ−ﾁ ", reading="ふぁくｻｰﾁ", normalized="ＦＡＱサーチ")
    assert (word.word, word.reading, word.normalized) == ("faqサーチ", "ファクサーチ", "faqサーチ")


@pytest.mark.parametrize("word", ["", "  ", "\u200b"])
def test_an_empty_word_is_refused(word: str) -> None:
    with pytest.raises(DictionaryError, match="word is empty; write the word as people type it"):
        UserWord(word=word)


@pytest.mark.parametrize("name", ["word", "reading", "normalized"])
@pytest.mark.parametrize(("value", "length"), [("字" * 101, 101), ("二\n行", 3)])
def test_a_long_or_broken_word_is_refused(name: str, value: str, length: int) -> None:
    values = {"word": "語", name: value}
    with pytest.raises(
        DictionaryError, match=rf"{name} came with {length} characters; allowed are up to 100"
    ):
        UserWord(**values)


def test_a_hundred_characters_are_allowed_and_compile(shop: SudachiAnalyzer) -> None:
    assert shop(f"{LONG}の税") == [LONG, "税"]


# --- The file


def test_a_file_gives_its_words_sorted_and_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "word,reading,normalized\nﾈｯﾄ便,ねっとびん,\nあんしん箱,,安心箱\n\n,,\nネット便,ネットビン,\n",
    )
    assert read_user_words(path) == (
        UserWord(word="あんしん箱", normalized="安心箱"),
        UserWord(word="ネット便", reading="ネットビン"),
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_line_ends_and_byte_order_marks_of_every_system_are_read(
    tmp_path: Path, end: str, encoding: str
) -> None:
    path = write(tmp_path, f"normalized,word{end},ネット便{end}", encoding)
    assert read_user_words(str(path)) == (UserWord(word="ネット便"),)


def test_a_header_alone_gives_no_words(tmp_path: Path) -> None:
    path = write(tmp_path, "word\n")
    assert read_user_words(path) == ()
    assert SudachiAnalyzer(path).fingerprint == SudachiAnalyzer().fingerprint


def test_every_problem_is_named_with_row_and_column(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        f'word,reading\nネット便,ネットビン\n,ヨミ\n\n{"字" * 101},{"ア" * 102}\nひとつ\na,b,c\n"二\n行",\n',
    )
    long = "characters; allowed are up to 100, on one line"
    assert problems(path) == [
        (3, "word", "word is empty; write the word as people type it"),
        (5, "word", f"word came with 101 {long}"),
        (5, "reading", f"reading came with 102 {long}"),
        (6, "", "has 1 cells; the header has 2"),
        (7, "", "has 3 cells; the header has 2"),
        (8, "word", f"word came with 3 {long}"),
    ]


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("", []),
        ("surface\nネット便\n", ["surface"]),
        ("reading\nヨミ\n", ["reading"]),
        ("word,pos\nネット便,名詞\n", ["word", "pos"]),
        ("word,word\na,b\n", ["word", "word"]),
    ],
)
def test_a_wrong_header_is_named(tmp_path: Path, text: str, header: list[str]) -> None:
    expected = (
        f"the header came as {header}; allowed are word, reading, normalized, of which word is required"
    )
    assert problems(write(tmp_path, text)) == [(1, "", expected)]


def test_another_encoding_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "word\nネット便\n", "cp932")
    assert problems(path) == [(0, "", "byte 5 is not UTF-8; save the file as UTF-8")]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.csv") == [(0, "", "cannot be read: No such file or directory")]
    with pytest.raises(FormatError, match=r"none\.csv: cannot be read"):
        SudachiAnalyzer(tmp_path / "none.csv")


def test_a_quote_that_never_closes_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, 'word\n"' + "字" * 140_000)
    assert problems(path) == [(0, "", "is not CSV: field larger than field limit (131072); check the quotes")]


# --- In a text


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SudachiAnalyzer:
    return SudachiAnalyzer(write(tmp_path_factory.mktemp("shop"), SHOP))


def test_without_the_file_a_product_name_falls_apart(analyzer: SudachiAnalyzer) -> None:
    assert analyzer("クラウド帳簿プロの解約") == ["クラウド", "帳簿", "プロ", "解約"]


def test_a_product_name_stays_whole_in_short_and_long_units(shop: SudachiAnalyzer) -> None:
    layers = shop.analyze("クラウド帳簿プロの健康保険証").layers
    assert layers["a"].terms == ["クラウド帳簿プロ", "健康", "保険", "証"]
    assert layers["c"].terms == ["健康保険証"]
    assert (layers["a"].starts[0], layers["a"].ends[0]) == (0, 8)


@pytest.mark.parametrize("text", ["FAQサーチ", "ＦＡＱサーチ", "faqｻｰﾁ", "Faqサ−チ"])
def test_width_and_case_meet_in_file_and_query(shop: SudachiAnalyzer, text: str) -> None:
    assert shop(f"{text}が動かない") == ["faqサーチ", "動く"]


def test_a_normalized_form_joins_spellings(shop: SudachiAnalyzer) -> None:
    assert shop("安心保証パックの料金") == shop("あんしん保証パックの料金") == ["あんしん保証パック", "料金"]


def test_a_word_does_not_cut_through_a_longer_word(shop: SudachiAnalyzer) -> None:
    assert shop("リーフレットを送る") == ["リーフレット", "送る"]
    assert shop("リーフを買う") == ["リーフ", "買う"]


@pytest.mark.parametrize("word", PUNCTUATED)
def test_any_punctuation_in_a_word_is_taken_literally(shop: SudachiAnalyzer, word: str) -> None:
    assert shop(f"これは{word}の解約") == [word, "解約"]


def test_other_texts_are_analysed_as_before(shop: SudachiAnalyzer, analyzer: SudachiAnalyzer) -> None:
    for text in ("健康保険証の再発行", "クラウドの帳簿", "１０，０００円以上"):
        assert shop.analyze(text) == analyzer.analyze(text)


# --- Identity


def test_the_fingerprint_follows_the_words_and_not_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    # It takes no dictionary to tell the fingerprint, and seconds to compile each of these.
    monkeypatch.setattr("faqsearch.analysis.dictionary._tokenizers", SimpleNamespace(get=lambda words: words))
    one, two = UserWord(word="ネット便"), UserWord(word="あんしん箱")
    fingerprints = {
        SudachiAnalyzer(words).fingerprint
        for words in ((), (one,), (two,), (one, two), (UserWord(word="ネット便", normalized="便"),))
    }
    assert len(fingerprints) == 5
    assert SudachiAnalyzer([one, two]).fingerprint == SudachiAnalyzer([two, one, two]).fingerprint
    assert SudachiAnalyzer([one]).fingerprint.rsplit(" ", 1)[1] == "words=1017a6ab0c5b3a35"


def test_words_survive_pickling_without_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, SHOP)
    shop = SudachiAnalyzer(path)
    path.unlink()
    copy = pickle.loads(pickle.dumps(shop))
    assert copy.fingerprint == shop.fingerprint
    assert copy("クラウド帳簿プロ") == ["クラウド帳簿プロ"]


def test_two_dictionaries_live_beside_each_other(
    shop: SudachiAnalyzer, with_own_words: SudachiAnalyzer
) -> None:
    for _ in range(2):
        assert shop("返品送料返品") == ["返品送料", "返品"]
        assert with_own_words("返品送料返品") == ["返品", "送料返品"]


# --- Compiling


def test_a_compile_failure_is_a_dictionary_error(tmp_path: Path) -> None:
    with pytest.raises(DictionaryError, match="Sudachi cannot compile the user dictionary"):
        compile_user_words([UserWord(word="ネット便")], tmp_path / "no folder" / "user.dic")


def test_a_compile_failure_reaches_the_owner_of_the_analyzer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faqsearch.analysis.user_dictionary._CONNECTION", "no number")
    with pytest.raises(DictionaryError, match="Sudachi cannot compile the user dictionary"):
        SudachiAnalyzer([UserWord(word="失敗する言葉")])


@pytest.mark.parametrize("how", ["pass", f"os.kill(os.getpid(), {int(signal.SIGKILL)})"])
def test_no_file_is_left_behind_however_the_process_ends(tmp_path: Path, how: str) -> None:
    code = (
        "import os\n"
        "from faqsearch.analysis import SudachiAnalyzer, UserWord\n"
        "shop = SudachiAnalyzer([UserWord(word='クラウド帳簿プロ')])\n"
        "print(shop('クラウド帳簿プロの解約'), os.listdir(os.environ['TMPDIR']), flush=True)\n"
        f"{how}\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.stdout == "['クラウド帳簿プロ', '解約'] []\n", run.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_problem_reads_with_file_and_row(tmp_path: Path) -> None:
    path = write(tmp_path, "word\nネット便\n\u3000\n")
    with pytest.raises(FormatError) as caught:
        SudachiAnalyzer(path)
    assert caught.value.problems == (
        Problem(
            file=str(path), row=3, column="word", message="word is empty; write the word as people type it"
        ),
    )
    assert str(caught.value).endswith(
        "words.csv, row 3, column 'word': word is empty; write the word as people type it"
    )
