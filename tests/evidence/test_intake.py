"""What is taken in, what is refused, and in which words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from evidence.pdf_files import pdf_of
from merestone.errors import MerestoneError
from merestone.evidence import add_paths, documents_of_file
from merestone.evidence.formats import json_lines, plain_text, spreadsheet, web_page
from merestone.evidence.intake import check


def refusal(path: Path) -> MerestoneError:
    with pytest.raises(MerestoneError) as caught:
        check(path)
    return caught.value


def put(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


BAD = {
    "empty.txt": (b"", "M303"),
    "blank.txt": (b" \n\n\t", "M320"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "M305"),
    "cyrillic.txt": ("Заявление".encode("cp1251"), "M306"),
    "notepad.txt": ("Statement".encode("utf-16"), "M306"),
    "page.html": (b"<html><body><script>" + b"document.write('fire');" * 10_000 + b"</script></body></html>", "M311"),
    "letter.docx": (b"PK\x03\x04", "M307"),
    "encrypted.pdf": (pdf_of("Fire was opened.", password="secret"), "M308"),
    "scan.pdf": (pdf_of("", ""), "M309"),
    "cut.pdf": (pdf_of("Fire was opened.")[:200], "M310"),
    "no.pdf": (b"this is not a PDF", "M310"),
    "bad.jsonl": (b'{"id": "a", "text": "Fire."}\n{"id": "b", "text": \n', "M321"),
    "list.jsonl": (b"[1, 2]\n", "M321"),
    "no-text.jsonl": (b'{"id": "a"}\n', "M312"),
    "number.jsonl": (b'{"id": 7, "text": "Fire."}\n', "M312"),
    "climbs.jsonl": (b'{"id": "../../etc/passwd", "text": "Fire."}\n', "M312"),
    "twice.jsonl": (b'{"id": "a", "text": "Fire."}\n{"id": "a", "text": "Other."}\n', "M312"),
    "day.jsonl": (b'{"text": "Fire.", "published": "2023-02-30"}\n', "M312"),
    "code.jsonl": (b'{"text": "Fire.", "publisher": "the ministry"}\n', "M312"),
    "script.jsonl": (b'{"text": "Fire.", "source_url": "javascript:alert(1)"}\n', "M312"),
    "surrogate.jsonl": (b'{"text": "\\ud800"}\n', "M321"),
    "heading.csv": (b"date,words\n2022-09-13,Fire.\n", "M313"),
    "only-heading.csv": (b"text,title\n", "M320"),
    "long-row.csv": (b"text,title\nFire.,One,Two\n", "M312"),
    "open-quote.csv": (b'text\n"Fire.\n', "M321"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_one_sentence_that_names_it(folder: Path, name: str):
    content, code = BAD[name]
    path = put(folder, name, content)
    error = refusal(path)
    assert error.code == code
    assert name in str(error)
    assert "\n" not in str(error)


def test_invalid_utf8_names_the_byte_and_the_way_out(folder: Path):
    error = refusal(put(folder, "a.txt", b"fire \xff fire"))
    assert "byte 5" in str(error)
    assert "iconv" in str(error)


def test_a_bad_line_of_a_list_is_named(folder: Path):
    assert "line 3" in str(refusal(put(folder, "a.jsonl", '{"text": "A."}\n\n{"text": ""}\n')))
    assert "line 4" in str(refusal(put(folder, "a.csv", 'text,published\n"A\nB",2022-09-13\nC,13.9.2022\n')))


def test_the_heading_error_names_the_accepted_columns(folder: Path):
    error = refusal(put(folder, "a.csv", "words\nFire.\n"))
    assert "id, title, publisher, published, language, genre, source_url, text" in str(error)


def test_a_text_of_200_mb_is_refused_without_being_read(folder: Path, monkeypatch: pytest.MonkeyPatch):
    path = folder / "huge.txt"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    monkeypatch.setattr(Path, "open", lambda *args, **kwargs: pytest.fail("it was opened"))
    assert refusal(path).code == "M304"


def test_missing_files_folders_and_pipes_are_refused(folder: Path):
    assert refusal(folder / "gone.txt").code == "M101"
    assert refusal(folder).code == "M319"
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.txt")
        assert refusal(folder / "pipe.txt").code == "M314"


# ---- text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")))
def test_text_keeps_every_character(text: str):
    kept = text.removeprefix("\ufeff")
    if kept.strip():
        (part,) = plain_text.parts(text.encode(), "a.txt")
        assert part.text == kept
    else:
        with pytest.raises(MerestoneError, match="holds no text"):
            plain_text.parts(text.encode(), "a.txt")


def test_a_byte_order_mark_is_no_part_of_the_text_and_line_ends_become_newlines():
    (part,) = plain_text.parts(b"\xef\xbb\xbfOne\r\nTwo\rThree\n", "a.txt")
    assert part.text == "One\nTwo\nThree\n"


def test_markdown_is_kept_and_its_heading_is_the_title(folder: Path):
    (document,) = documents_of_file(put(folder, "s.md", "\n## Statement of the *Ministry*\n\nFire was opened.\n"))
    assert document.text == "\n## Statement of the *Ministry*\n\nFire was opened.\n"
    assert document.title == "Statement of the *Ministry*"
    span = next(p.span for p in document.provenance if p.field == "title")
    assert span is not None
    assert document.text[span[0] : span[1]] == document.title


# ---- HTML

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>Statement | Ministry</title>
<meta property="og:title" content="Statement on fire"><meta property="og:site_name" content="OSCE Special Monitoring Mission">
<meta property="article:published_time" content="2022-09-13T10:00:00Z">
<link rel="canonical" href="https://example.org/1"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Statement on fire</h1><script>var secret = "stolen";</script>
<p onclick="steal()">Units opened fire at Sotk on 13 September, and the fire continued into the following day.</p>
<p>Two settlements were damaged &amp; one road was closed, as the mission's patrol was able to observe.</p>
<style>p { color: red }</style></article></body></html>"""


def test_a_page_gives_its_text_and_what_it_says_of_itself():
    (part,) = web_page.parts(PAGE.encode(), "a.html")
    assert "Units opened fire at Sotk" in part.text
    assert "damaged & one road" in part.text
    assert not any(word in part.text for word in ("secret", "steal", "color", "<"))
    assert part.title == "Statement on fire"
    assert part.published == "2022-09-13"
    assert part.source_url == "https://example.org/1"
    assert part.language == "en-GB"


@pytest.mark.parametrize("depth", [300, 30_000])
def test_a_page_nested_without_end_still_gives_all_its_text(depth: int):
    page = (
        "<p>Before it.</p>"
        + "<div>" * depth
        + "<p>Deep inside.</p>"
        + "</div>" * depth
        + "<script>x()</script><p>After it.</p>"
    )
    (part,) = web_page.parts(page.encode(), "a.html")
    assert part.text == "Before it.\nDeep inside.\nAfter it."


def test_a_page_of_very_many_elements_still_gives_all_its_text():
    (part,) = web_page.parts(b"<html lang=en><title>Long</title>" + b"<p>Fire." * 50_000, "a.html")
    assert part.text == "\n".join(["Fire."] * 50_000)
    assert (part.title, part.language) == ("Long", "en")


def test_a_short_page_and_a_page_in_a_declared_encoding_are_read():
    assert web_page.parts(b"<p>Fire.</p>", "a.html")[0].text == "Fire."
    page = '<html><head><meta charset="windows-1251"></head><body><p>Огонь открыт.</p></body></html>'.encode("cp1251")
    assert web_page.parts(page, "a.html")[0].text == "Огонь открыт."


@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<div>", "<script>", "</script>", "<!--", "-->", "<![CDATA[", "x", "&#0;", "<a b='", "\0"]
        )
    )
)
def test_no_markup_however_broken_gets_a_script_through(pieces: list[str]):
    markup = "<p>Fire was opened.</p><script>sentinel()</script>" + "".join(pieces)
    event("binary" if "\0" in markup else "text")
    if "\0" in markup:
        with pytest.raises(MerestoneError):
            web_page.parts(markup.encode(), "a.html")
    else:
        (part,) = web_page.parts(markup.encode(), "a.html")
        assert "sentinel" not in part.text
        assert "Fire was opened." in part.text


# ---- PDF


def test_the_pages_of_a_pdf_are_where_it_says(folder: Path):
    (document,) = documents_of_file(put(folder, "r.pdf", pdf_of("First page.", "", "Third page.")))
    assert len(document.pages) == 3
    assert document.text[document.pages[0] :].startswith("First page.")
    assert document.text[document.pages[2] :] == "Third page."


def test_a_pdf_that_needs_no_password_to_read_is_read(folder: Path):
    (document,) = documents_of_file(put(folder, "r.pdf", pdf_of("Read me.", owner_password="owner")))
    assert document.text == "Read me."


# ---- lists


def test_a_list_gives_each_document_with_its_own_metadata():
    row = (
        '{"id": "d-1", "title": "T", "publisher": "ARM-MFA", "published": "2023-09-13", "genre": "news",'
        ' "text": "A.\\r\\nB.", "claims": []}'
    )
    first, second = json_lines.parts((row + '\n\n{"text": "C."}').encode(), "a.jsonl")
    assert (first.id, first.publisher, first.published, first.genre, first.text) == (
        "d-1",
        "ARM-MFA",
        "2023-09-13",
        "news",
        "A.\nB.",
    )
    assert (second.id, second.text) == (None, "C.")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_may_be_separated_as_spreadsheets_do(delimiter: str):
    rows = [["ID", "Text", "published"], ["a", '"Fire, at; Sotk\n""again"""', "2022-09-13"], ["b", "Quiet.", ""]]
    data = "\r\n".join(delimiter.join(row) for row in rows)
    first, second = spreadsheet.parts(("\ufeff" + data).encode(), "a.csv")
    assert (first.id, first.text, first.published) == ("a", 'Fire, at; Sotk\n"again"', "2022-09-13")
    assert (second.id, second.text, second.published) == ("b", "Quiet.", None)


def test_a_cell_may_hold_a_long_report():
    assert len(spreadsheet.parts(b"text\n" + b"fire " * 100_000, "a.csv")[0].text) == 500_000


# ---- without a case


def test_a_file_outside_a_case_is_named_after_itself(folder: Path):
    (document,) = documents_of_file(put(folder, "statement.txt", "Fire."), source="OSCE-SMM", published="2022-09-13")
    assert (document.id, document.publisher, document.published, document.genre) == (
        "statement", "OSCE-SMM", "2022-09-13", "monitor_report",
    )  # fmt: skip
    ids = [d.id for d in documents_of_file(put(folder, "list.csv", "text\nA.\nB.\n"))]
    assert ids == ["list-0", "list-1"]


def test_what_a_list_says_goes_before_what_is_given_for_all_of_it(folder: Path):
    path = put(folder, "list.csv", "text,publisher\nA.,AZE-MOD\nB.,\n")
    assert [d.publisher for d in documents_of_file(path, source="ARM-MFA")] == ["AZE-MOD", "ARM-MFA"]


# ---- folders


def test_a_folder_is_searched_in_order_and_what_is_not_read_is_reported(case, folder):
    (folder / "b").mkdir()
    put(folder / "b", "two.TXT", "Two.")
    put(folder, "one.md", "One.")
    put(folder, ".hidden.txt", "Hidden.")
    put(folder, "photo.jpg", b"\xff\xd8")
    report = add_paths(case, [folder])
    assert [item.name for item in report.sealed] == ["one.md", "b/two.TXT"]
    assert report.skipped == (folder / "photo.jpg",)
    assert report.refused == ()


def test_a_link_that_leads_out_of_a_folder_is_refused(case, folder, tmp_path: Path):
    secret = put(tmp_path, "secret.txt", "Secret.")
    (tmp_path / "elsewhere").mkdir()
    put(tmp_path / "elsewhere", "other.txt", "Other.")
    put(folder, "own.txt", "Own.")
    (folder / "link.txt").symlink_to(secret)
    (folder / "up").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    report = add_paths(case, [folder])
    assert [item.name for item in report.sealed] == ["own.txt"]
    assert sorted(error.code for error in report.refused) == ["M315", "M315"]


def test_a_folder_without_anything_to_read_and_the_case_itself_are_refused(case, folder):
    put(folder, "photo.jpg", b"\xff\xd8")
    assert [error.code for error in add_paths(case, [folder]).refused] == ["M316"]
    assert [error.code for error in add_paths(case, [case.vault, case.log / "custody.jsonl"]).refused] == ["M317", "M317"]
