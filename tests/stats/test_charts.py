import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from stats import wording
from stats.charts.columns import Column, column_chart, even_steps
from stats.charts.palette import PALETTES
from stats.charts.tips import Tip
from stats.charts.treemap import HUES, Part, fitting, prefix_of, treemap, wrapped


def columns(*pairs):
    return [
        Column(f"11-{day:02}", hits, clean, Tip(f"day {day}")) for day, (hits, clean) in enumerate(pairs, 1)
    ]


def part(code, hits):
    return Part(code, code, f"{hits}%", hits, Tip(code))


class TestColumnChart:
    def test_heights_are_proportions(self):
        chart = column_chart(columns((10, 30), (5, 15)))
        first, second = chart.bars

        assert first.clean_height == pytest.approx(3 * first.hits_height, abs=0.1)
        assert first.hits_height == pytest.approx(2 * second.hits_height, abs=0.1)

    def test_what_hit_stands_on_the_floor_and_the_rest_on_top(self):
        chart = column_chart(columns((10, 30)))
        (bar,) = chart.bars

        assert bar.hits_y + bar.hits_height == pytest.approx(chart.floor, abs=0.1)
        assert bar.clean_y + bar.clean_height == pytest.approx(bar.hits_y, abs=0.1)
        assert bar.clean_y >= chart.top

    def test_columns_stay_inside_and_apart(self):
        chart = column_chart(columns(*[(1, 2)] * 62))

        edges = [(bar.x, bar.x + bar.width) for bar in chart.bars]
        assert edges[0][0] >= chart.left and edges[-1][1] <= chart.right
        assert all(end < start for (_x, end), (start, _y) in zip(edges, edges[1:], strict=False))

    def test_names_do_not_touch_and_the_last_is_there(self):
        chart = column_chart(columns(*[(1, 2)] * 62))

        gaps = [right.at - left.at for left, right in zip(chart.names, chart.names[1:], strict=False)]
        assert min(gaps) > 40
        assert chart.names[-1].text == "11-62"

    def test_the_period_before_is_marked_on_the_same_scale(self):
        chart = column_chart([Column("a", 10, 30, Tip("a"), before=80), Column("b", 1, 1, Tip("b"))])
        first, second = chart.bars

        assert chart.is_compared and second.before_y is None
        tall = first.hits_height + first.clean_height
        assert chart.floor - first.before_y == pytest.approx(2 * tall, abs=0.1)
        assert first.before_y >= chart.top
        assert first.area_x <= first.mark_from < first.x
        assert first.x + first.width < first.mark_to <= first.area_x + first.area_width + 0.01

    def test_of_nothing_is_an_empty_frame(self):
        assert column_chart([]).bars == []
        assert column_chart(columns((0, 0))).bars[0].hits_height == 0

    @pytest.mark.parametrize(
        "most, steps",
        [(0, [0, 1]), (1, [0, 1]), (4, [0, 1, 2, 3, 4]), (40, [0, 10, 20, 30, 40]), (41, [0, 20, 40, 60])],
    )
    def test_levels_are_round_numbers(self, most, steps):
        assert even_steps(most) == steps


class TestTreemap:
    def test_areas_are_shares(self):
        tiles = treemap([part("a_b", 60), part("c_d", 30), part("e_f", 10)], width=1000, height=100).tiles

        areas = [tile.width * tile.height for tile in tiles]
        assert areas[0] / sum(areas) == pytest.approx(0.6, abs=0.02)
        assert areas == sorted(areas, reverse=True)

    def test_tiles_lie_inside_and_on_no_other(self):
        tiles = treemap([part(f"p{number}_x", 3 * number) for number in range(1, 41)]).tiles

        for tile in tiles:
            assert tile.x >= 0 and tile.x + tile.width <= 960.01
            assert tile.y >= 0 and tile.y + tile.height <= 300.01
        for one in tiles:
            overlaps = [
                other
                for other in tiles
                if other is not one
                and one.x < other.x + other.width
                and other.x < one.x + one.width
                and one.y < other.y + other.height
                and other.y < one.y + one.height
            ]
            assert overlaps == []

    def test_one_prefix_has_one_colour_by_rank(self):
        shown = treemap([part("pt_to_sites", 30), part("sexual_a", 50), part("pt_to_contact", 40)])

        assert [prefix.name for prefix in shown.prefixes] == ["pt", "sexual"]
        assert {tile.part.code: tile.hue for tile in shown.tiles} == {
            "sexual_a": 2,
            "pt_to_contact": 1,
            "pt_to_sites": 1,
        }

    def test_the_many_rare_prefixes_share_the_last_colour(self):
        shown = treemap([part(f"p{number}_x", 100 - number) for number in range(20)])

        assert max(prefix.hue for prefix in shown.prefixes) == 12
        assert [prefix.hue for prefix in shown.prefixes[11:]] == [12] * 9

    def test_what_has_no_hits_has_no_tile(self):
        assert treemap([part("a_b", 0)]).tiles == []

    @pytest.mark.parametrize(
        "code, prefix", [("pt_to_contact", "pt"), ("customized", "customized"), ("flag_x_lib", "flag")]
    )
    def test_the_prefix_ends_at_the_first_underscore(self, code, prefix):
        assert prefix_of(code) == prefix

    def test_names_are_cut_to_their_tile(self):
        assert fitting("Contact details", 500, 13) == "Contact details"
        assert fitting("Contact details", 60, 13).endswith("…")
        assert fitting("引流到联系方式", 60, 13) == "引流到联…"
        assert fitting("Contact details", 10, 13) == ""

    def test_long_names_take_as_many_lines_as_there_is_room_for(self):
        assert wrapped("Leads to other sites", 64, 13, most=3) == ("Leads to", "other", "sites")
        assert wrapped("Leads to other sites", 60, 13, most=1) == ("Leads…",)
        assert wrapped("引流到联系方式", 60, 13, most=2) == ("引流到联", "系方式")
        assert wrapped("Contact", 20, 13, most=2) == ()
        assert wrapped("Contact details", 500, 13, most=0) == ()

    def test_every_line_stands_inside_its_tile(self):
        parts = [Part(f"p{n}_x", "A name of several words", f"{n}%", n * n, Tip("")) for n in range(1, 40)]

        for tile in treemap(parts).tiles:
            places = [y for _text, y in tile.lines] + ([tile.share_y] if tile.share_text else [])
            assert all(tile.y < y < tile.y + tile.height for y in places)


class TestPalette:
    @pytest.mark.parametrize("theme, css", [("light", ":root"), ("dark", ".dark")])
    def test_files_have_the_colours_of_the_page(self, theme, css):
        sheet = (Path(settings.BASE_DIR) / "stats/static/stats/usage.css").read_text()
        block = re.search(rf"^{re.escape(css)} {{(.*?)}}", sheet, re.DOTALL | re.MULTILINE)[1]
        found = dict(re.findall(r"--usage-(\w+): (#\w+);", block))
        palette = PALETTES[theme]

        assert found == {
            "hits": palette.hits,
            "clean": palette.clean,
            "before": palette.before,
            **{str(rank): colour for rank, colour in enumerate(palette.hues, start=1)},
        }
        assert len(palette.hues) == len(set(palette.hues)) == HUES


class TestWording:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_numbers_are_grouped(self, language):
        with translation.override(language):
            assert wording.count(1234567) == "1,234,567"
            assert wording.percent(0.1234) == "12.3%"

    def test_small_shares_are_not_none(self):
        assert wording.percent(0.0001) == "under 0.1%"
        assert wording.percent(0.0) == "0.0%"
        assert wording.percent(None) == "–"

    def test_a_change_says_its_direction(self):
        assert wording.change(150, 100) == "+50.0%"
        assert wording.change(50, 100) == "−50.0%"
        assert wording.change(5, 0) == ""
