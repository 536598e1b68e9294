//! Exceptions that a project makes from a check: for named modules, with a reason and a day on which they end.

/// An exception.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiver {
    /// The rule that is waived; empty where there is only one.
    pub rule: String,
    /// The modules that it is waived for, by name.
    pub modules: Vec<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it counts, as `2027-01-31`.
    pub expires: String,
    /// The file that has it, as people read it.
    pub file: String,
    /// The line there.
    pub line: usize,
}

impl Waiver {
    /// Reports whether the exception counts no more on the day `today`.
    pub fn is_expired(&self, today: &str) -> bool {
        self.expires.as_str() < today
    }

    /// Reports whether every one of these modules is named.
    pub fn covers<'m>(&self, modules: impl IntoIterator<Item = &'m str>) -> bool {
        let mut modules = modules.into_iter();
        modules.all(|module| self.modules.iter().any(|named| named == module))
    }
}

/// Reports whether `text` is a day as `2027-01-31`.
pub fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let in_range = |range: std::ops::Range<usize>, most: u32| {
        let number = text[range].parse().unwrap_or(0);
        (1..=most).contains(&number)
    };
    shape && in_range(5..7, 12) && in_range(8..10, 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        for good in ["2027-01-31", "0001-12-01"] {
            assert!(is_day(good), "{good}");
        }
        for bad in [
            "",
            "2027-1-31",
            "2027-13-01",
            "2027-00-01",
            "2027-01-32",
            "2027/01/31",
            "2027-01-3x",
            "2027-01-311",
        ] {
            assert!(!is_day(bad), "{bad}");
        }
    }

    #[test]
    fn the_last_day_counts_and_every_module_must_be_named() {
        let waiver = Waiver {
            modules: vec!["a".to_owned(), "b".to_owned()],
            expires: "2027-01-31".to_owned(),
            ..Waiver::default()
        };
        assert!(!waiver.is_expired("2027-01-31") && waiver.is_expired("2027-02-01"));
        assert!(waiver.covers(["a", "b"]) && waiver.covers(["b"]) && !waiver.covers(["a", "c"]));
    }
}
