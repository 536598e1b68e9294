//! Two lists of names with values, compared: what was added, removed or changed.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What became of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Only the second list has it.
    Added,
    /// Only the first list has it.
    Removed,
    /// The second list has a higher value.
    Upgraded,
    /// The second list has a lower value.
    Downgraded,
}

/// A name whose value differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<'a, K, V> {
    /// The name.
    pub name: &'a K,
    /// Its value in the first list.
    pub before: Option<&'a V>,
    /// Its value in the second list.
    pub after: Option<&'a V>,
    /// What became of it.
    pub kind: Kind,
}

/// Compares two lists; `order` tells which of two values of one name is higher. Values that are of one height and yet
/// differ count as upgraded.
pub fn changes<'a, K: Ord, V: PartialEq>(
    before: &'a BTreeMap<K, V>,
    after: &'a BTreeMap<K, V>,
    order: impl Fn(&K, &V, &V) -> Ordering,
) -> Vec<Change<'a, K, V>> {
    let mut names: BTreeMap<&K, (Option<&V>, Option<&V>)> = BTreeMap::new();
    for (name, value) in before {
        names.entry(name).or_default().0 = Some(value);
    }
    for (name, value) in after {
        names.entry(name).or_default().1 = Some(value);
    }
    let change = |(name, (before, after)): (&'a K, (Option<&'a V>, Option<&'a V>))| {
        let kind = match (before, after) {
            (Some(_), None) => Kind::Removed,
            (Some(a), Some(b)) if a == b => return None,
            (Some(a), Some(b)) if order(name, b, a) == Ordering::Less => Kind::Downgraded,
            (Some(_), Some(_)) => Kind::Upgraded,
            (None, _) => Kind::Added,
        };
        Some(Change {
            name,
            before,
            after,
            kind,
        })
    };
    names.into_iter().filter_map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> BTreeMap<&str, u32> {
        let pairs = text
            .split_whitespace()
            .map(|word| word.split_once('=').unwrap());
        pairs
            .map(|(name, value)| (name, value.parse().unwrap()))
            .collect()
    }

    #[track_caller]
    fn check(before: &str, after: &str, expect: &[(&str, Kind)]) {
        let (before, after) = (list(before), list(after));
        let found = changes(&before, &after, |_, a, b| a.cmp(b));
        let found: Vec<_> = found
            .iter()
            .map(|change| (*change.name, change.kind))
            .collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn each_kind() {
        check("", "", &[]);
        check("a=1 b=2", "a=1 b=2", &[]);
        check("a=1", "", &[("a", Kind::Removed)]);
        check(
            "b=2 c=3 d=4",
            "a=1 c=2 d=5 b=2",
            &[
                ("a", Kind::Added),
                ("c", Kind::Downgraded),
                ("d", Kind::Upgraded),
            ],
        );
    }
}
