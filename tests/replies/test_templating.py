from __future__ import annotations

import sys
from pathlib import Path

import pytest

from faqsearch.errors import SettingsError
from faqsearch.replies import TemplateComposer
from faqsearch.replies.templating import NAMES, Templates


def folder(tmp_path: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (tmp_path / f"{name}.txt.j2").write_text(text, encoding="utf-8")
    return tmp_path


def test_an_owners_template_stands_in_for_one_and_the_others_ship(tmp_path: Path) -> None:
    own = Templates(folder(tmp_path, closing="またどうぞ。\n{{ name }}\n"))
    assert own.render("closing", {"name": "店"}) == "またどうぞ。\n店"
    assert own.render("salutation", {"addressee": "お客様"}) == "お客様"


def test_own_templates_may_include_each_other(tmp_path: Path) -> None:
    own = Templates(folder(tmp_path, closing='{% include "_end.txt.j2" %}', _end="おわり"))
    assert own.render("closing", {}) == "おわり"


def test_what_is_printed_is_never_run_and_never_escaped() -> None:
    evil = "{{ 7 * 7 }}{% for x in y %}<b>&amp;</b>{# no #}"
    assert Templates().render("salutation", {"addressee": evil}) == evil


def test_a_syntax_error_names_file_and_line(tmp_path: Path) -> None:
    path = folder(tmp_path, closing="一行目\n{% if %}\n")
    with pytest.raises(SettingsError) as raised:
        Templates(path)
    assert str(raised.value).startswith(f"template {path / 'closing.txt.j2'}, line 2: ")


def test_a_misspelt_variable_names_file_and_line_before_any_customer_writes(tmp_path: Path) -> None:
    path = folder(tmp_path, salutation="{# 宛名 #}\n\n{{ adressee }}")
    with pytest.raises(SettingsError) as raised:
        TemplateComposer(path)
    expected = f"template {path / 'salutation.txt.j2'}, line 3: 'adressee' is undefined"
    assert str(raised.value) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ customer.__class__.__mro__ }}", "access to attribute '__class__' of 'str' object is unsafe."),
        ("{{ faqs.append(1) }}", "access to attribute 'append' of 'list' object is unsafe."),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{% for i in range(9999) %}xx{% endfor %}", "writes more than 10,000 characters"),
        ("{% for i in range(999999999) %}{% endfor %}", "OverflowError"),
        ("{{ {}[customer] }}", "UndefinedError"),
        ('{% include "../../secret.txt" %}', "includes str of length 16, which does not exist"),
        ("{{ open('/etc/passwd').read() }}", "'open' is undefined"),
    ],
)
def test_a_template_that_reaches_out_fails_without_naming_the_customer(
    tmp_path: Path, text: str, reason: str
) -> None:
    templates = Templates(folder(tmp_path, closing=text))
    with pytest.raises(SettingsError) as raised:
        templates.render("closing", {"customer": "山田 花子", "faqs": []})
    assert "closing.txt.j2" in str(raised.value)
    assert str(raised.value).endswith(reason)
    assert raised.value.__context__ is None


def test_a_file_that_would_never_be_used_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path, anwser="x")
    with pytest.raises(SettingsError) as raised:
        Templates(path)
    assert str(raised.value).startswith(
        f"template {path / 'anwser.txt.j2'} is never used; the templates are "
    )
    assert all(name in str(raised.value) for name in NAMES)


def test_a_file_of_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "closing.txt.j2").write_bytes("終わり".encode("cp932"))
    with pytest.raises(SettingsError) as raised:
        Templates(tmp_path)
    assert str(raised.value) == f"template {tmp_path / 'closing.txt.j2'}: is not UTF-8; save it as UTF-8"


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none is no folder"):
        Templates(tmp_path / "none")


def test_a_template_that_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "closing.txt.j2").symlink_to(tmp_path / "gone")
    with pytest.raises(SettingsError, match=r"closing\.txt\.j2 is no file"):
        Templates(tmp_path)


def test_a_template_that_cannot_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = folder(tmp_path, closing="x")
    monkeypatch.setattr("jinja2.FileSystemLoader.get_source", refused)
    with pytest.raises(SettingsError, match=r"cannot be read: Permission denied"):
        Templates(path)


def test_without_jinja_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(SettingsError, match=r"faqsearch\[replies\]"):
        TemplateComposer()
