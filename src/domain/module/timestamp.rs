//! Times of commits: seconds since 1970, as RFC 3339 text and as the digits in a pseudo-version.
//!
//! Go keeps commit times to the second in UTC, so a count of seconds says it all.

use std::fmt;

/// A moment in UTC, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const SECONDS_PER_DAY: i64 = 86_400;

impl Timestamp {
    /// The zero time of Go, the start of the year 1; it stands for "no time".
    pub const ZERO: Self = Self(-62_135_596_800);

    /// Wraps seconds since the start of 1970.
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Returns the seconds since the start of 1970.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 text such as `2006-01-02T15:04:05Z`, with any offset; fractions of a second are cut off.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        if bytes.len() < 20 || !text.is_ascii() || marks.iter().any(|&(at, mark)| bytes[at] != mark)
        {
            return None;
        }
        let digits = [
            &text[..4],
            &text[5..7],
            &text[8..10],
            &text[11..13],
            &text[14..16],
            &text[17..19],
        ]
        .concat();
        let local = Self::parse_digits(&digits)?;
        let rest = match text[19..].strip_prefix('.') {
            None => &text[19..],
            Some(fraction) => {
                let rest =
                    fraction.trim_start_matches(|character: char| character.is_ascii_digit());
                if rest.len() == fraction.len() {
                    return None;
                }
                rest
            }
        };
        Some(Self(local.0 - parse_offset(rest)?))
    }

    /// Reads the fourteen digits `yyyymmddhhmmss` of a pseudo-version; none if there is no such time.
    pub fn parse_digits(text: &str) -> Option<Self> {
        if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().ok();
        let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
        let (hour, minute, second) = (number(8..10)?, number(10..12)?, number(12..14)?);
        if !(1..=12).contains(&month) || day < 1 || days_in_month(year, month) < day {
            return None;
        }
        if 23 < hour || 59 < minute || 59 < second {
            return None;
        }
        Some(Self(
            days_from_civil(year, month, day) * SECONDS_PER_DAY
                + hour * 3_600
                + minute * 60
                + second,
        ))
    }

    /// Returns the digits `yyyymmddhhmmss` that a pseudo-version contains.
    pub fn digits(self) -> String {
        let (year, month, day) = civil_from_days(self.0.div_euclid(SECONDS_PER_DAY));
        let second = self.0.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}")
    }
}

/// RFC 3339 in UTC, such as `2006-01-02T15:04:05Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0.div_euclid(SECONDS_PER_DAY));
        let second = self.0.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

/// Reads `Z`, `+05:30` or `-08:00` as seconds.
fn parse_offset(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    if hours.len() != 2
        || minutes.len() != 2
        || !rest
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b':')
    {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counts the days since 1970-01-01; years begin in March here, so that the leap day is the last one.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The reverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(seconds: i64, expect: &str) {
        let time = Timestamp::from_unix(seconds);
        assert_eq!(time.to_string(), expect);
        assert_eq!(Timestamp::parse_rfc3339(expect), Some(time));
        assert_eq!(Timestamp::parse_digits(&time.digits()), Some(time));
    }

    #[test]
    fn writes_and_reads() {
        check(0, "1970-01-01T00:00:00Z");
        check(-1, "1969-12-31T23:59:59Z");
        check(1_136_214_245, "2006-01-02T15:04:05Z");
        check(951_782_400, "2000-02-29T00:00:00Z");
        check(Timestamp::ZERO.unix(), "0001-01-01T00:00:00Z");
        check(253_402_300_799, "9999-12-31T23:59:59Z");
    }

    #[test]
    fn reads_offsets_and_cuts_fractions() {
        let time = Timestamp::parse_rfc3339("2021-12-31T18:29:59Z");
        assert_eq!(Timestamp::parse_rfc3339("2021-12-31T23:59:59+05:30"), time);
        assert_eq!(
            Timestamp::parse_rfc3339("2021-12-31T18:29:59.999999999Z"),
            time
        );
        assert_eq!(Timestamp::parse_rfc3339("2021-12-31T18:29:59.Z"), None);
        assert_eq!(Timestamp::parse_rfc3339("2021-12-31T18:29:59"), None);
    }

    #[test]
    fn refuses_days_that_do_not_exist() {
        for text in [
            "20230229000000",
            "20230001000000",
            "20231301000000",
            "20230431000000",
            "20230101240000",
        ] {
            assert_eq!(Timestamp::parse_digits(text), None, "{text}");
        }
    }

    #[test]
    fn survives_extreme_seconds() {
        Timestamp::from_unix(i64::MAX).digits();
        Timestamp::from_unix(i64::MIN).digits();
    }
}
