"""The calendar data that ships with the product, and the reader that refuses faulty files."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest

from sanxiang.casework.projections import library
from sanxiang.core.calendar import Calendar, due
from sanxiang.core.values import Period
from sanxiang.store.rulebooks.calendars import load_calendars
from sanxiang.store.rulebooks.yamlfile import RulebookError

FOLDER = Path(__file__).parents[2] / "rulebooks" / "calendar"
DAYS = [date(2019, 1, 1) + timedelta(days=step) for step in range((date(2027, 1, 1) - date(2019, 1, 1)).days)]
# Days off in Xinjiang that are working days elsewhere, counted by hand from the file.
XINJIANG_DAYS = {2019: 4, 2020: 4, 2021: 4, 2022: 4, 2023: 4, 2024: 4, 2025: 4, 2026: 4}

NATIONAL = """\
id: national
name: 全国
law: 某办法
fixed_days:
  - {name: 元旦, day: 01-01}
years:
  - year: 2024
    sources: [某通知]
    days_off:
      - {name: 国庆节, first: 2024-10-01, last: 2024-10-07}
    working: [2024-09-29, 2024-10-12]
"""


@pytest.fixture(scope="module")
def calendars() -> dict[str, Calendar]:
    return load_calendars(FOLDER)


def test_every_day_from_2019_to_2026_agrees_with_two_libraries(calendars: dict[str, Calendar]) -> None:
    national = calendars["national"]
    china = holidays.country_holidays("CN", years=range(2018, 2028))
    assert len(DAYS) == 2922
    ours = {day: national.is_working_day(day) for day in DAYS}
    assert ours == {day: chinese_calendar.is_workday(day) for day in DAYS}
    assert ours == {day: china.is_working_day(day) for day in DAYS}


def test_new_year_reaches_back_into_december(calendars: dict[str, Calendar]) -> None:
    for day in (date(2018, 12, 29), date(2018, 12, 30), date(2018, 12, 31), date(2022, 12, 31)):
        assert calendars["national"].is_working_day(day) == chinese_calendar.is_workday(day)


def test_rules_are_counted_by_an_earlier_calendar_without_being_made_again() -> None:
    rules = library().on("luoyang", date(2026, 1, 5))
    then = rules.calendar.known_on(date(2025, 10, 1))
    assert then is not rules.calendar
    earlier = rules.under(then)
    assert earlier is rules.under(then)
    assert (earlier.calendar, rules.under(rules.calendar).calendar) == (then, rules.calendar)
    assert earlier.acts is rules.acts
    assert earlier.digest == rules.digest


def test_arranged_years_are_settled_and_the_next_is_not(calendars: dict[str, Calendar]) -> None:
    national = calendars["national"]
    assert not any(national.provisional(day) for day in DAYS if day < date(2026, 12, 29))
    assert national.provisional(date(2027, 1, 4))
    assert national.provisional(date(2018, 12, 28))
    assert not national.is_working_day(date(2027, 10, 1))
    assert not national.is_working_day(date(2028, 5, 2))
    assert "国办发明电〔2023〕7号" in national.sources(2024)[0]


def test_xinjiang_has_one_day_and_three_more_each_year(calendars: dict[str, Calendar]) -> None:
    national, xinjiang = calendars["national"], calendars["xinjiang"]
    extra = [day for day in DAYS if national.is_working_day(day) and not xinjiang.is_working_day(day)]
    assert {year: sum(day.year == year for day in extra) for year in XINJIANG_DAYS} == XINJIANG_DAYS
    assert all(xinjiang.provisional(day) for day in extra), "须核定 days must stay provisional"
    assert not any(xinjiang.is_working_day(day) for day in DAYS if not national.is_working_day(day))
    assert not xinjiang.provisional(date(2024, 9, 27))


def test_the_first_example_of_the_product(calendars: dict[str, Calendar]) -> None:
    for name in ("national", "xinjiang"):
        found = due(date(2024, 9, 27), Period.parse("7 working_days"), calendars[name], roll=True)
        assert (found.on, found.provisional) == (date(2024, 10, 12), False)


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("working:", "workings:", "national.yaml:11: 不认识“workings”，是不是“working”？"),
        ("last: 2024", "lst: 2024", "national.yaml:10: 不认识“lst”，是不是“last”？"),
        ("law: 某办法\n", "", "缺“law”"),
        ("year: 2024", 'year: "2024"', "national.yaml:7: “year”应当是整数"),
        ("first: 2024-10-01", "first: 1727712000", "national.yaml:10: "),
        ("first: 2024-10-01", "first: 2024-13-01", "national.yaml:10: "),
        ("last: 2024-10-07", "last: 2024-09-07", "national.yaml:10: “国庆节”的起止日不对"),
        ("last: 2024-10-07", "last: 2034-10-07", "national.yaml:10: “国庆节”的起止日不对"),
        ("year: 2024", "year: 2025", "national.yaml:10: “国庆节”不在 2025 年（或上年12月）"),
        ("2024-09-29", "2024-09-30", "national.yaml:11: 调休上班日 2024-09-30 应当是周六或周日"),
        ("2024-09-29", "2024-10-05", "national.yaml:11: 调休上班日 2024-10-05 应当是周六或周日"),
        ("2024-09-29", "2023-09-30", "national.yaml:11: 调休上班日 2023-09-30 不在 2024 年"),
        ("[某通知]", "[]", "national.yaml:8: 要写明放假安排的文件"),
        ("day: 01-01", "day: 02-30", "national.yaml:5: “02-30”不是每年都有的日子"),
        ("day: 01-01", "day: 02-29", "national.yaml:5: “02-29”不是每年都有的日子"),
        ("day: 01-01", "day: 1-1", "national.yaml:5: “1-1”不是每年都有的日子"),
        ("day: 01-01", "day: 01-01, since: 0", "national.yaml:5: 年份 0 不在 1900 至 2199 之间"),
        ("id: national", "id: nation", "national.yaml:1: “id”应与文件名相同：national"),
        ("id: national", "id: national\nextends: nowhere", "national.yaml:2: 没有可以依附的日历“nowhere”"),
        (
            "last: 2024-10-07}",
            "last: 2024-10-07}\n      - {name: 再放, first: 2024-10-07}",
            ":11: “再放”与前面的放假日重复",
        ),
        ("year: 2024", "year: 3024", "national.yaml:7: 年份 3024 不在 1949 至 2199 之间"),
        ("last: 2024-10-07", "last: 2024-10-07, status: 待核", "“status”不能是“待核”"),
    ],
)
def test_a_faulty_file_is_refused_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in NATIONAL
    with pytest.raises(RulebookError) as fault:
        load_calendars(write(tmp_path, national=NATIONAL.replace(old, new)))
    assert told in str(fault.value)


def test_a_year_stands_once(tmp_path: Path) -> None:
    again = NATIONAL + "  - {year: 2024, sources: [又一通知], days_off: []}\n"
    with pytest.raises(RulebookError, match=r"national\.yaml:12: 2024 年写了两次"):
        load_calendars(write(tmp_path, national=again))


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    region = NATIONAL.replace("id: national", "id: region\nextends: natoinal").replace("name: 全国", "nam: 某地")
    with pytest.raises(RulebookError) as fault:
        load_calendars(write(tmp_path, national=NATIONAL.replace("year: 2024", "yaer: 2024"), region=region))
    assert {problem.file.rpartition("/")[2] for problem in fault.value.problems} == {"national.yaml", "region.yaml"}


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="没有日历文件"):
        load_calendars(tmp_path)


def test_a_year_to_be_confirmed_stays_provisional(tmp_path: Path) -> None:
    text = NATIONAL.replace("year: 2024", "year: 2024\n    status: 须核定")
    national = load_calendars(write(tmp_path, national=text))["national"]
    assert not national.is_working_day(date(2024, 10, 7))
    assert national.provisional(date(2024, 10, 7))


def test_a_region_stands_on_the_country(tmp_path: Path) -> None:
    region = NATIONAL.replace("id: national", "id: region\nextends: national").replace("10-0", "11-0")
    calendars = load_calendars(write(tmp_path, national=NATIONAL, region=region))
    assert not calendars["region"].is_working_day(date(2024, 10, 7))
    assert not calendars["region"].is_working_day(date(2024, 11, 7))
    assert calendars["national"].is_working_day(date(2024, 11, 7))
