import pytest

from config import environment


@pytest.fixture(autouse=True)
def no_faults(monkeypatch):
    monkeypatch.setattr(environment, "faults", [])


class TestNumber:
    @pytest.mark.parametrize("text, value", [("7", 7), (" 12 ", 12), ("", 5)])
    def test_reads_a_whole_number_or_the_default(self, monkeypatch, text, value):
        monkeypatch.setenv("ASSAY_X", text)

        assert environment.number("ASSAY_X", 5, most=20) == value
        assert environment.faults == []

    @pytest.mark.parametrize("text", ["seven", "-1", "21", "1.5", "0x10", "٣", "1_0"])
    def test_notes_what_is_no_number_in_range_and_goes_on_with_the_default(self, monkeypatch, text):
        monkeypatch.setenv("ASSAY_X", text)

        assert environment.number("ASSAY_X", 5, most=20) == 5
        assert [name for name, _message in environment.faults] == ["ASSAY_X"]


class TestFlag:
    @pytest.mark.parametrize("text, value", [("1", True), ("Yes", True), ("off", False), ("", False)])
    def test_reads_the_usual_words(self, monkeypatch, text, value):
        monkeypatch.setenv("ASSAY_X", text)

        assert environment.flag("ASSAY_X", default=False) is value

    def test_notes_other_words(self, monkeypatch):
        monkeypatch.setenv("ASSAY_X", "perhaps")

        assert environment.flag("ASSAY_X", default=True) is True
        assert environment.faults == [("ASSAY_X", "is 'perhaps', and must be 1 or 0.")]


class TestText:
    def test_notes_what_is_not_among_the_choices(self, monkeypatch):
        monkeypatch.setenv("ASSAY_X", "yaml")

        assert environment.text("ASSAY_X", "auto", choices=("auto", "json")) == "auto"
        assert environment.faults == [("ASSAY_X", "is 'yaml', and must be one of: auto, json.")]

    def test_words_are_separated_by_commas(self, monkeypatch):
        monkeypatch.setenv("ASSAY_X", " a, ,b ,")

        assert environment.words("ASSAY_X") == ["a", "b"]


class TestDatabase:
    def test_reads_a_server_with_its_options(self):
        read = environment.database("postgresql://me:p%40ss@db.example:6432/assay?sslmode=require")

        assert read == {
            "ENGINE": "config.database",
            "NAME": "assay",
            "USER": "me",
            "PASSWORD": "p@ss",
            "HOST": "db.example",
            "PORT": "6432",
            "OPTIONS": {"sslmode": "require"},
        }
        assert environment.faults == []

    def test_reads_a_unix_socket(self):
        read = environment.database("postgresql:///assay?host=/run/postgresql&user=me")

        assert (read["HOST"], read["USER"], read["NAME"]) == ("/run/postgresql", "me", "assay")

    @pytest.mark.parametrize(
        "url, words",
        [
            ("mysql://db/assay", "must begin with postgresql://"),
            ("postgresql://db:high/assay", "a port that is not a number"),
            ("postgresql://db/assay?sslmod=require", "not known: sslmod"),
        ],
    )
    def test_notes_what_it_cannot_use(self, url, words):
        environment.database(url)

        assert [name for name, message in environment.faults if words in message] == ["DATABASE_URL"]
