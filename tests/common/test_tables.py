"""How a file is to be read is found in its content, also in two rows."""

from pathlib import Path

import pytest
import xlsxwriter

from common.errors import DomainError
from common.tables import DELIMITERS, Layout, read_table, sniff
from common.tables.layout import ENCODINGS

HEADER = "Email,Name,Company\n"


def put(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def cells_of(path: Path, **chosen: object) -> list[list[str]]:
    return [cells for _number, cells in read_table(path, sniff(path, chosen=chosen))]


WESTERN = [
    "José Muñoz,Café de la Gare", "Jürgen Müller,Müller & Söhne", "João Conceição,Pão", "Åsa Öberg,Sjö",
    "Søren Ærø,Fjord", "Élodie Lefèvre,Hôtel", "MÜLLER,Spätzle", "Niccolò,Forlì",
]  # fmt: skip


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("words", WESTERN)
def test_western_words_are_read_in_the_encoding_they_are_in(tmp_path: Path, words: str, encoding: str) -> None:
    path = put(tmp_path / "a.csv", f"{HEADER}a@x.test,{words}\n", encoding)
    assert cells_of(path) == [["a@x.test", *words.split(",")]]


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1252", "Aoife O’Brien,Spring – “early” bird"), ("cp1252", "€5000,x"), ("cp1250", "Łukasz Wiśniewski,Łódź"),
        ("cp1250", "Jiří Dvořák,Plzeň"), ("cp1250", "Łukasz Wiśniewski,Żółta Łódź"), ("iso8859_2", "Žaneta,Ústí"),
        ("iso8859_2", "Małgorzata Dąbrowska,Gdańsk"), ("utf-32", "Zoë,Łódź"),
        ("cp1251", "Иван Петров,ООО «Ромашка»"), ("cp1251", "МОСКВА,Юрий"),
        ("gb18030", "李伟,北京示例科技有限公司"), ("gb18030", "王芳,2026年3月1日"),
        ("cp932", "山田太郎,株式会社サンプル"), ("cp932", "佐藤はなこ,東京都"),
        ("utf-16-le", "李伟,北京"), ("utf-8", "李伟,Ромашка"),
    ],
)  # fmt: skip
def test_words_of_other_scripts_too(tmp_path: Path, encoding: str, words: str) -> None:
    path = put(tmp_path / "a.csv", f"{HEADER}a@x.test,{words}\n", encoding)
    assert cells_of(path) == [["a@x.test", *words.split(",")]]


def test_what_was_found_wrongly_can_be_chosen(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", "Email,Név\na@x.test,Szűcs\n", "cp1250")
    assert cells_of(path, encoding="cp1250") == [["a@x.test", "Szűcs"]]
    with pytest.raises(DomainError) as refused:
        sniff(path, chosen={"encoding": "ebcdic"})
    assert refused.value.code == "no_such_choice"


@pytest.mark.parametrize("delimiter", list(DELIMITERS))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, end: str) -> None:
    rows = [["Email", "Name", "Price"], ["a@x.test", "Müller & Söhne", "1.5"], ["b@x.test", "Bob", "2.5"]]
    path = put(tmp_path / "a.csv", end.join(delimiter.join(row) for row in rows))
    assert sniff(path).delimiter == delimiter
    assert cells_of(path) == rows[1:]


def test_a_decimal_comma_is_no_delimiter(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", "Name;Price;Size\nAnn;1,5;2,5\nBob;2,5;3,5\n")
    assert (sniff(path).delimiter, cells_of(path)[0]) == (";", ["Ann", "1,5", "2,5"])


def test_the_number_of_a_row_is_that_of_a_spreadsheet(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", 'sep=;\n\nEmail;Note\na@x.test;"two\nlines"\n;\nb@x.test;one\n')
    layout = sniff(path)
    assert (layout.header_row, layout.rows) == (3, 2)
    assert list(read_table(path, layout)) == [(4, ["a@x.test", "two\nlines"]), (6, ["b@x.test", "one"])]


def test_title_lines_above_the_header_are_passed_over_and_told(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", "Leads of the fair\nMade on 2026-03-01\n\nEmail,Name,Company\na@x.test,Ann,Org\n")
    layout = sniff(path)
    assert (layout.headers, layout.header_row, layout.rows) == (("Email", "Name", "Company"), 4, 1)
    assert len(layout.warnings) == 1


def test_without_a_header_the_columns_are_named_by_what_they_hold(tmp_path: Path) -> None:
    path = put(
        tmp_path / "a.csv", "a@x.test,Ann,+44 20 7946 0018,2026-03-01\nb@x.test,Bob,+44 20 7946 0019,2026-03-02\n"
    )
    layout = sniff(path)
    assert (layout.headers, layout.header_row, layout.rows) == (("E-mail", "Column 2", "Phone", "Date"), None, 2)
    assert sniff(path, chosen={"header_row": 1}).headers[1] == "Ann"


FOOTERS = [
    "\n\nTotal: 2 records\nConfidential Information - Do Not Distribute\n\nMade for you by Ines\n",
    "Grand Totals (2 records)\n", "\n\x1a", "\x00\x00\x00", "\n,,\n",
]  # fmt: skip


@pytest.mark.parametrize("footer", FOOTERS)
def test_lines_below_the_table_are_none_of_its_rows(tmp_path: Path, footer: str) -> None:
    path = put(tmp_path / "a.csv", f"{HEADER}a@x.test,Ann,Org\nb@x.test,Bob,Org\n{footer}")
    layout = sniff(path)
    assert (layout.rows, [number for number, _cells in read_table(path, layout)]) == (2, [2, 3])
    assert ("“Total: 2 records”" in " ".join(layout.warnings)) == ("Total:" in footer)


@pytest.mark.parametrize("row", ["Total,,300", "17", "c@x.test", "Cat Lee"])
def test_what_may_be_a_row_is_one(tmp_path: Path, row: str) -> None:
    assert sniff(put(tmp_path / "a.csv", f"{HEADER}a@x.test,Ann,Org\n{row}\n")).rows == 2
    assert sniff(put(tmp_path / "a.csv", f"{HEADER}a@x.test,Ann,Org\n\n{row}\nb@x.test,Bob,Org\n")).rows == 3


def test_a_row_that_groups_the_columns_is_not_their_names(tmp_path: Path) -> None:
    groups, names = "Contact,,Organisation,,\n", "Name,Email,Company,Country,Employees\n"
    layout = sniff(put(tmp_path / "a.csv", f"{groups}{names}Ann,a@x.test,Org,Spain,12\n"))
    assert (layout.header_row, layout.headers[1], layout.rows) == (2, "Email", 1)
    assert sniff(put(tmp_path / "a.csv", f"{names}Ann,,,,\nBob,b@x.test,Org,Spain,12\n")).header_row == 1


def test_columns_that_hold_nothing_need_no_name(tmp_path: Path) -> None:
    layout = sniff(put(tmp_path / "a.csv", ",Email,Name,,\n,a@x.test,Ann,,\n,b@x.test,Bob,,\n"))
    assert (layout.headers, layout.warnings) == (("Column 1", "Email", "Name"), ())


@pytest.mark.parametrize(
    "text",
    [
        'Email, Name, Company\na@x.test, "Lee, Ann", "Org, Inc."\n',
        "'Email','Name','Company'\n'a@x.test','Lee, Ann','Org, Inc.'\n",
        'Email,Name,Company\na@x.test,"Lee, Ann","Org, Inc."\nb@x.test,"Bob \\"B\\", jr","C:\\\\x"\n',
        "sep=\t\nEmail\tName\tCompany\na@x.test\tLee, Ann\tOrg, Inc.\n",
    ],
)
def test_quotation_marks_and_delimiters_as_some_write_them(tmp_path: Path, text: str) -> None:
    path = put(tmp_path / "a.csv", text)
    rows = cells_of(path)
    assert (rows[0], sniff(path).warnings) == (["a@x.test", "Lee, Ann", "Org, Inc."], ())
    assert rows[1:] in ([], [["b@x.test", 'Bob "B", jr', "C:\\x"]])


def test_rows_of_another_encoding_leave_the_others_as_they_are(tmp_path: Path) -> None:
    path = put(
        tmp_path / "a.csv", HEADER.encode() + "a@x.test,José,Café\n".encode() + "b@x.test,Bø,Å\n".encode("cp1252")
    )
    rows = cells_of(path)
    assert rows[0] == ["a@x.test", "José", "Café"]
    assert "\udcf8" in rows[1][1]


def test_headers_are_each_there_once(tmp_path: Path) -> None:
    layout = sniff(put(tmp_path / "a.csv", "Email,Email,,Name , name\na@x.test,b,c,d,e\n"))
    assert layout.headers == ("Email", "Email (2)", "Column 3", "Name", "name (2)")
    assert len(layout.warnings) == 1


def test_lines_quoted_as_a_whole_are_cut(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", '"Email,Name"\n"a@x.test,""Ann, Dr."""\nb@x.test,Bob\n')
    assert cells_of(path) == [["a@x.test", "Ann, Dr."], ["b@x.test", "Bob"]]


@pytest.mark.parametrize("later", ["b@x.test,Bob\n" * 10, 'b@x.test,"Bob, jr"\n' * 10, "b@x.test,Bob\n" * 20_000])
def test_an_open_quotation_mark_is_named_by_its_line(tmp_path: Path, later: str) -> None:
    path = put(tmp_path / "a.csv", "Email,Name\n" + "a@x.test,Ann\n" * 300 + 'c@x.test,"Cat\n' + later)
    with pytest.raises(DomainError, match="line 302") as refused:
        sniff(path)
    assert refused.value.code == "unclosed_quote"
    assert sniff(path, chosen={"quote": ""}).rows > 300


def test_a_layout_is_kept_as_json(tmp_path: Path) -> None:
    layout = sniff(put(tmp_path / "a.csv", "Email,,Name\na@x.test,,Ann\n"))
    assert Layout.from_json(layout.as_json()) == layout


@pytest.mark.parametrize("first", ['"one, two\nthree, four"', '"a,\rb"', '"Leads, of\nthe fair"\nEmail,Name'])
def test_a_text_over_several_lines_is_no_row_in_quotation_marks(tmp_path: Path, first: str) -> None:
    assert sniff(put(tmp_path / "a.csv", f"{first}\na@x.test,Ann\nb@x.test,Bob\n")).rows >= 2


def test_a_few_wrong_bytes_leave_the_file_in_utf_8(tmp_path: Path) -> None:
    lines = "b@x.test,Jörg\n".encode() * 50 + "c@x.test,Jürgen\n".encode("cp1252")
    path = put(tmp_path / "a.csv", b"Email,Name\n" + lines)
    rows = cells_of(path)
    assert (sniff(path).encoding, rows[0][1]) == ("utf-8", "Jörg")
    assert "\udcfc" in rows[-1][1]


@pytest.mark.parametrize("encoding", list(ENCODINGS))
@pytest.mark.parametrize("odd", [b"0", b"\x00", b"\xd8", b"\x81", b"\xff", b"\x00\xdc"], ids=bytes.hex)
def test_half_a_character_is_a_row_to_refuse_and_no_fault(tmp_path: Path, encoding: str, odd: bytes) -> None:
    path = put(tmp_path / "a.csv", f"{HEADER}a@x.test,Ann,X\n".encode(encoding) + odd)
    assert cells_of(path, encoding=encoding)[0][0] == "a@x.test"


def test_nul_bytes_that_look_like_sixteen_bits(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", b"first_name,0\x00,first_name,0\x00\r\n")
    assert all("\udc0a" in "".join(cells) for cells in cells_of(path))


def test_a_sheet_of_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Empty")
        for name in ("Fair", "Web"):
            sheet = book.add_worksheet(name)
            sheet.write_row(3, 1, ["email", "employees", "ok"])
            sheet.write_row(4, 1, [f"{name}@x.test", 250, True])
    layout = sniff(path)
    assert (layout.sheet, layout.sheets, layout.header_row, layout.rows) == ("Fair", ("Empty", "Fair", "Web"), 4, 1)
    assert list(read_table(path, layout)) == [(5, ["Fair@x.test", "250", "TRUE"])]
    web = sniff(path, chosen={"sheet": "Web"})
    assert list(read_table(path, web)) == [(5, ["Web@x.test", "250", "TRUE"])]


def test_covers_notes_and_hidden_sheets_are_no_tables(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Lists").write_column(0, 0, ["Country", "Spain", "2026-01-01"])
        book.worksheets()[0].very_hidden()
        book.add_worksheet("Cover").write_column(0, 0, ["Leads of the fair", "Ask Ines"])
        book.add_worksheet("Leads").write_row(0, 0, ["Email", "Name"])
        book.worksheets()[2].write_row(1, 0, ["ann@x.test", "Ann"])
        book.worksheets()[2].activate()
    layout = sniff(path)
    assert (layout.sheet, layout.sheets, layout.rows) == ("Leads", ("Cover", "Leads", "Lists"), 1)
    assert list(read_table(path, layout)) == [(2, ["ann@x.test", "Ann"])]
