//! When a country rests: public holidays, and the weeks in which nobody is in.
//!
//! What all customers did tells it better ([`crate::portfolio`]); the table speaks where fewer than twenty customers of a
//! country do, and for the days of the current week. Holidays of parts of a country are left out. Countries whose Easter
//! is the Orthodox one are not in the table: for them, as for any other it does not know, [`GENERAL`] holds.

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use crate::time::{Day, Week};

/// An ISO 3166 code, two capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

impl TryFrom<String> for Country {
    type Error = &'static str;
    fn try_from(code: String) -> Result<Self, Self::Error> {
        match *code.as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Self([a, b])),
            _ => Err("a country is written as its two-letter code in capitals: SE"),
        }
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.0.iter().map(|&letter| char::from(letter)).collect()
    }
}

/// Month and day.
type MonthDay = (i8, i8);

/// One country's year.
struct Calendar {
    code: [u8; 2],
    /// Its time zones.
    zones: &'static [&'static str],
    /// Public holidays on the same date every year.
    fixed: &'static [MonthDay],
    /// ... so many days after Easter Sunday.
    after_easter: &'static [i32],
    /// ... on the first such weekday from a date on.
    weekdays: &'static [(Weekday, MonthDay)],
    /// The weeks of summer in which most are away, first and last day.
    summer: (MonthDay, MonthDay),
}

/// What holds where nothing is known of a country: the summer of the north of Europe and no public holidays.
const GENERAL: Calendar = Calendar {
    code: *b"--",
    zones: &[],
    fixed: &[],
    after_easter: &[],
    weekdays: &[],
    summer: ((7, 8), (8, 4)),
};

const fn line(
    code: [u8; 2],
    zones: &'static [&'static str],
    fixed: &'static [MonthDay],
    after_easter: &'static [i32],
    weekdays: &'static [(Weekday, MonthDay)],
    summer: (MonthDay, MonthDay),
) -> Calendar {
    Calendar { code, zones, fixed, after_easter, weekdays, summer }
}

use Weekday::{Friday as Fri, Monday as Mon, Saturday as Sat, Thursday as Thu};

#[rustfmt::skip]
const COUNTRIES: [Calendar; 20] = [
    line(*b"SE", &["Europe/Stockholm"], &[(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)], &[-2, 1, 39], &[(Fri, (6, 19)), (Sat, (6, 20)), (Sat, (10, 31))], ((7, 8), (8, 4))),
    line(*b"NO", &["Europe/Oslo"], &[(1, 1), (5, 1), (5, 17), (12, 25), (12, 26)], &[-6, -5, -4, -3, -2, 1, 39, 50], &[], ((7, 8), (7, 31))),
    line(*b"DK", &["Europe/Copenhagen"], &[(1, 1), (6, 5), (12, 24), (12, 25), (12, 26)], &[-3, -2, 1, 39, 50], &[], ((7, 8), (7, 31))),
    line(*b"FI", &["Europe/Helsinki"], &[(1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26)], &[-2, 1, 39], &[(Fri, (6, 19)), (Sat, (6, 20)), (Sat, (10, 31))], ((7, 1), (7, 31))),
    line(*b"EE", &["Europe/Tallinn"], &[(1, 1), (2, 24), (5, 1), (6, 23), (6, 24), (8, 20), (12, 24), (12, 25), (12, 26)], &[-2], &[], ((7, 1), (7, 31))),
    line(*b"LV", &["Europe/Riga"], &[(1, 1), (5, 1), (5, 4), (6, 23), (6, 24), (11, 18), (12, 24), (12, 25), (12, 26), (12, 31)], &[-2, 1], &[], ((7, 1), (7, 31))),
    line(*b"LT", &["Europe/Vilnius"], &[(1, 1), (2, 16), (3, 11), (5, 1), (6, 24), (7, 6), (8, 15), (11, 1), (11, 2), (12, 24), (12, 25), (12, 26)], &[1], &[], ((7, 8), (8, 4))),
    line(*b"DE", &["Europe/Berlin", "Europe/Busingen"], &[(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)], &[-2, 1, 39, 50], &[], ((7, 29), (8, 18))),
    line(*b"AT", &["Europe/Vienna"], &[(1, 1), (1, 6), (5, 1), (8, 15), (10, 26), (11, 1), (12, 8), (12, 25), (12, 26)], &[1, 39, 50, 60], &[], ((7, 29), (8, 18))),
    line(*b"CH", &["Europe/Zurich"], &[(1, 1), (8, 1), (12, 25), (12, 26)], &[-2, 1, 39, 50], &[], ((7, 15), (8, 8))),
    line(*b"NL", &["Europe/Amsterdam"], &[(1, 1), (4, 27), (12, 25), (12, 26)], &[1, 39, 50], &[], ((7, 22), (8, 15))),
    line(*b"BE", &["Europe/Brussels"], &[(1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25)], &[1, 39, 50], &[], ((7, 8), (8, 4))),
    line(*b"LU", &["Europe/Luxembourg"], &[(1, 1), (5, 1), (5, 9), (6, 23), (8, 15), (11, 1), (12, 25), (12, 26)], &[1, 39, 50], &[], ((7, 29), (8, 18))),
    line(*b"GB", &["Europe/London"], &[(1, 1), (12, 25), (12, 26)], &[-2, 1], &[(Mon, (5, 1)), (Mon, (5, 25)), (Mon, (8, 25))], ((8, 1), (8, 25))),
    line(*b"IE", &["Europe/Dublin"], &[(1, 1), (3, 17), (12, 25), (12, 26)], &[1], &[(Mon, (2, 1)), (Mon, (5, 1)), (Mon, (6, 1)), (Mon, (8, 1)), (Mon, (10, 25))], ((7, 29), (8, 15))),
    line(*b"FR", &["Europe/Paris"], &[(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)], &[1, 39, 50], &[], ((8, 1), (8, 25))),
    line(*b"IT", &["Europe/Rome"], &[(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)], &[1], &[], ((8, 5), (8, 28))),
    line(*b"ES", &["Europe/Madrid"], &[(1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25)], &[-2], &[], ((8, 1), (8, 31))),
    line(*b"PL", &["Europe/Warsaw"], &[(1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 24), (12, 25), (12, 26)], &[1, 60], &[], ((8, 1), (8, 18))),
    line(*b"US", &["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"], &[(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)], &[], &[(Mon, (1, 15)), (Mon, (2, 15)), (Mon, (5, 25)), (Mon, (9, 1)), (Thu, (11, 22))], ((7, 1), (7, 7))),
];

/// A week of which so many days rest counts half.
const DAYS_OF_REST: usize = 3;

impl Country {
    /// The country of an IANA time zone, where the table knows it.
    pub fn of_zone(zone: &str) -> Option<Self> {
        COUNTRIES.iter().find(|country| country.zones.contains(&zone)).map(|country| Self(country.code))
    }

    /// Whether the table knows it.
    pub(crate) fn is_known(self) -> bool {
        COUNTRIES.iter().any(|country| country.code == self.0)
    }
}

fn calendar(country: Option<Country>) -> &'static Calendar {
    let known = country.and_then(|country| COUNTRIES.iter().find(|known| known.code == country.0));
    known.unwrap_or(&GENERAL)
}

/// How much of a normal week a country's calendar leaves, in thousandths: half where it is away, else a fifth less for each
/// public holiday that falls on a working day.
pub(crate) fn week_of(country: Option<Country>, week: Week) -> i32 {
    let calendar = calendar(country);
    let monday = week.monday().date();
    let days = || std::iter::successors(Some(monday), |date| date.tomorrow().ok()).take(7);
    if days().filter(|date| calendar.is_away(*date)).count() >= DAYS_OF_REST {
        return 500;
    }
    let holidays =
        days().take(5).filter(|date| calendar.is_holiday(*date)).fold(0, |holidays, _| holidays + 1);
    1_000 - 200 * holidays
}

/// Whether nothing is to be expected of a day: a public holiday, or a day when the country is away.
pub fn rests(country: Option<Country>, day: Day) -> bool {
    let (calendar, date) = (calendar(country), day.date());
    calendar.is_holiday(date) || calendar.is_away(date)
}

impl Calendar {
    fn is_holiday(&self, date: Date) -> bool {
        let is_first = |(weekday, from): &(Weekday, MonthDay)| {
            let from = Date::new(date.year(), from.0, from.1);
            date.weekday() == *weekday && from.is_ok_and(|from| (0..7).contains(&(date - from).get_days()))
        };
        self.fixed.contains(&(date.month(), date.day()))
            || after_easter(date).is_some_and(|days| self.after_easter.contains(&days))
            || self.weekdays.iter().any(is_first)
    }

    /// Christmas to Epiphany, Maundy Thursday to Easter Monday, and the summer.
    fn is_away(&self, date: Date) -> bool {
        let day = (date.month(), date.day());
        matches!(day, (12, 23..=31) | (1, 1..=6))
            || (self.summer.0..=self.summer.1).contains(&day)
            || after_easter(date).is_some_and(|days| (-3..=1).contains(&days))
    }
}

/// Days after Easter Sunday of the same year; before it when negative. None where no holiday depends on it.
fn after_easter(date: Date) -> Option<i32> {
    if !(3..=6).contains(&date.month()) {
        return None;
    }
    easter(date.year()).map(|sunday| (date - sunday).get_days())
}

/// Easter Sunday, by the rule of Meeus, Jones and Butcher.
fn easter(year: i16) -> Option<Date> {
    let year_of_moon = i32::from(year) % 19;
    let (century, of_century) = (i32::from(year) / 100, i32::from(year) % 100);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let moon = (19 * year_of_moon + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - moon - of_century % 4) % 7;
    let late = (year_of_moon + 11 * moon + 22 * weekday) / 451;
    let place = moon + weekday - 7 * late + 114;
    Date::new(year, i8::try_from(place / 31).ok()?, i8::try_from(place % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;

    fn day(text: &str) -> Day {
        Day::of(text.parse::<Date>().unwrap().to_zoned(TimeZone::UTC).unwrap().timestamp())
    }

    /// None for a code that is empty.
    fn country(code: &str) -> Option<Country> {
        (!code.is_empty()).then(|| Country::try_from(code.to_owned()).unwrap())
    }

    /// The public holidays from Monday to Friday of a year.
    fn holidays(code: &str, year: i16) -> String {
        let days = date(year, 1, 1).series(jiff::ToSpan::days(1)).take_while(|day| day.year() == year);
        let calendar = calendar(country(code));
        let working = days.filter(|day| day.weekday().to_monday_zero_offset() < 5);
        let dates: Vec<String> = working
            .filter(|day| calendar.is_holiday(*day))
            .map(|day| day.strftime("%-d.%-m.").to_string())
            .collect();
        dates.join(" ")
    }

    #[test]
    fn easter_is_when_it_is() {
        let sundays = [
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2038, 4, 25),
        ];
        for (year, month, day) in sundays {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
    }

    #[test]
    fn each_country_has_its_own_holidays() {
        assert_eq!(holidays("SE", 2026), "1.1. 6.1. 3.4. 6.4. 1.5. 14.5. 19.6. 24.12. 25.12. 31.12.");
        assert_eq!(holidays("DE", 2026), "1.1. 3.4. 6.4. 1.5. 14.5. 25.5. 25.12.");
        assert_eq!(holidays("GB", 2026), "1.1. 3.4. 6.4. 4.5. 25.5. 31.8. 25.12.");
        assert_eq!(holidays("US", 2026), "1.1. 19.1. 16.2. 25.5. 19.6. 7.9. 11.11. 26.11. 25.12.");
    }

    #[test]
    fn a_week_counts_what_the_country_leaves_of_it() {
        let told = |code: &str, date: &str| week_of(country(code), day(date).week());
        // A week in July, one in August, Ascension, Easter, Christmas, an ordinary one, midsummer.
        let weeks = [
            "2026-07-15",
            "2026-08-12",
            "2026-05-14",
            "2026-04-02",
            "2026-12-30",
            "2026-10-14",
            "2026-06-19",
        ];
        let told = |code: &str| weeks.map(|date| told(code, date));
        assert_eq!(told("SE"), [500, 1_000, 800, 500, 500, 1_000, 800]);
        assert_eq!(told("DE"), [1_000, 500, 800, 500, 500, 1_000, 1_000]);
        assert_eq!(told("IT"), [1_000, 500, 1_000, 500, 500, 1_000, 1_000]);
        assert_eq!(told(""), [500, 1_000, 1_000, 500, 500, 1_000, 1_000]);
        assert_eq!(told("GR"), told(""), "nobody's guess");
    }

    #[test]
    fn a_time_zone_tells_the_country_where_it_has_one() {
        assert_eq!(Country::of_zone("Europe/Stockholm"), country("SE"));
        assert_eq!(Country::of_zone("Europe/Athens"), None);
        assert!(country("SE").unwrap().is_known() && !country("GR").unwrap().is_known());
        assert!(Country::try_from("se".to_owned()).is_err() && Country::try_from("SWE".to_owned()).is_err());
    }
}
