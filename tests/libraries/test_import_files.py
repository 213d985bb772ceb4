"""Files of words, good ones and those made to hurt."""

import io
import random
import zipfile
from datetime import datetime

import openpyxl
import pytest

from config.errors import PlatformError
from config.tables.csv import csv_bytes
from config.tables.xlsx import xlsx_file
from libraries import imports
from libraries.imports import (
    FileEmpty,
    FileSuspicious,
    FileTooLarge,
    FileTooLong,
    FileUnreadable,
    kind_of,
    read_words,
)


def words(kind: str, data: bytes, **kwargs) -> list[str]:
    return [line.keyword for line in read_words(kind, data, **kwargs)]


def book(*rows) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return target.getvalue()


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return {name: held.read(name) for name in held.namelist()}


class TestText:
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]
    )
    def test_is_read_in_the_encodings_that_people_save(self, encoding):
        assert words("txt", "blue lotus\r\n彩金\r\n\r\n微信".encode(encoding)) == [
            "blue lotus",
            "彩金",
            "微信",
        ]

    def test_keeps_the_numbers_of_its_lines(self):
        assert [line.number for line in read_words("txt", b"a\n\n \nb")] == [1, 4]

    @pytest.mark.parametrize(
        "data", [b"a\0b", b"\xff", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"\xff\xfe\x00"]
    )
    def test_is_refused_if_it_is_no_text(self, data):
        with pytest.raises(FileUnreadable):
            words("txt", data)

    @pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf"])
    def test_is_refused_without_a_word(self, data):
        with pytest.raises(FileEmpty):
            words("txt", data)


class TestCsv:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_may_name_its_columns_in_any_order(self, delimiter):
        text = "\r\n".join(
            delimiter.join(row) for row in (["owner", "Keyword", "expires"], ["Anna", "bad", "2027-01-31"])
        )

        assert read_words("csv", text.encode()) == [(2, "bad", "Anna", "2027-01-31")]

    def test_without_names_has_its_words_in_the_first_column(self):
        assert words("csv", b'"bad, worse",x\nworst') == ["bad, worse", "worst"]

    def test_in_chinese_names_its_columns_too(self):
        assert words("csv", "负责人,关键词\n安娜,彩金".encode("gb18030")) == ["彩金"]

    def test_loses_the_apostrophe_that_an_export_put_there(self):
        data = b"".join(csv_bytes(["keyword"], [["@evil"], ["-x"], ["'tis"]]))

        assert words("csv", data) == ["@evil", "-x", "'tis"]

    @pytest.mark.parametrize("data", [b'"' + b"a" * 200_000, b'a,"b\nc', b",,,\n,,"])
    def test_of_any_shape_is_read_or_refused(self, data):
        try:
            words("csv", data)
        except PlatformError as error:
            assert error.status in (400, 413)


class TestExcel:
    def test_is_read_like_a_table(self):
        data = book(
            ["keyword", "owner", "expires"], ["blue", "Anna", datetime(2027, 1, 31)], [], [2026, None]
        )

        assert read_words("xlsx", data) == [
            (2, "blue", "Anna", "2027-01-31T00:00:00"),
            (4, "2026", "", ""),
        ]

    def test_of_our_own_is_read_back(self):
        data = xlsx_file(["keyword"], [["@evil"], ["彩金"]], sheet_name="words").read()

        assert kind_of("words.bin", data) == "xlsx"
        assert words("xlsx", data) == ["@evil", "彩金"]

    def test_that_lies_about_its_size_is_read_whole(self):
        parts = members_of(book(["keyword"], ["blue"], ["red"]))
        sheet = "xl/worksheets/sheet1.xml"
        parts[sheet] = parts[sheet].replace(b'<dimension ref="A1:A3"', b'<dimension ref="A1:A1"')

        assert words("xlsx", zipped(parts)) == ["blue", "red"]

    def test_with_a_member_that_unpacks_to_a_hundredfold_is_refused_unopened(self, monkeypatch):
        monkeypatch.setattr(imports, "rows_of_sheet", None)
        parts = members_of(book(["a"])) | {"xl/media/bomb.bin": bytes(20 * 2**20)}

        with pytest.raises(FileSuspicious):
            words("xlsx", zipped(parts))

    def test_with_hundreds_of_members_is_refused(self):
        parts = members_of(book(["a"])) | {f"xl/x{number}": b"" for number in range(300)}

        with pytest.raises(FileSuspicious):
            words("xlsx", zipped(parts))

    def test_with_entities_that_grow_is_refused(self):
        entities = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
        bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><worksheet>&a9;</worksheet>'
        parts = members_of(book(["a"])) | {"xl/worksheets/sheet1.xml": bomb.encode()}

        with pytest.raises(FileUnreadable):
            words("xlsx", zipped(parts))

    def test_that_reads_a_file_of_ours_is_refused(self):
        grab = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><worksheet>&f;</worksheet>'
        parts = members_of(book(["a"])) | {"xl/worksheets/sheet1.xml": grab.encode()}

        with pytest.raises(FileUnreadable):
            words("xlsx", zipped(parts))

    def test_of_other_things_is_refused(self):
        for data in (b"PK\x03\x04", b"PK\x03\x04" + bytes(500), zipped({"hello.txt": b"hi"})):
            with pytest.raises(FileUnreadable):
                words("xlsx", data)

    def test_cut_or_changed_anywhere_is_read_or_refused(self):
        whole, dice = book(["keyword"], *[[f"word {number}"] for number in range(50)]), random.Random(7)
        for _try in range(25):
            data = bytearray(whole[: dice.randint(4, len(whole))])
            for _change in range(5):
                data[dice.randrange(4, len(data) + 1) - 1] = dice.randrange(256)
            try:
                words("xlsx", bytes(data))
            except PlatformError as error:
                assert error.status == 400


class TestTooMuch:
    def test_of_lines_is_refused(self):
        data = b"a\n" * 100_001

        with pytest.raises(FileTooLong):
            words("txt", data)
        assert len(words("txt", data, most=10, is_part=True)) == 10

    def test_of_bytes_is_refused(self, settings):
        settings.ASSAY_IMPORT_MAX_BYTES = 1000

        with pytest.raises(FileTooLarge):
            words("txt", b"a" * 1001)
