//! Every rule that `verify` can find broken.

use super::report::Rule;
use super::{all, binary, cache, explain, module, sum, sumdb, tags, vendor};

/// Returns all rules, sorted by name.
pub fn rules() -> Vec<Rule> {
    let parts = [
        all::RULES,
        binary::RULES,
        cache::RULES,
        explain::RULES,
        module::RULES,
        sum::RULES,
        sumdb::RULES,
        tags::RULES,
        vendor::RULES,
    ];
    let mut rules = parts.concat();
    rules.sort_by_key(|rule| rule.id);
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_plain() {
        let rules = rules();
        for pair in rules.windows(2) {
            assert!(pair[0].id < pair[1].id, "{} twice", pair[1].id);
        }
        for rule in &rules {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(rule.id.chars().all(plain), "{}", rule.id);
        }
    }

    #[test]
    fn every_rule_is_explained() {
        for rule in rules() {
            assert!(!rule.title.is_empty(), "{}", rule.id);
            assert!(
                !rule.title.ends_with('.'),
                "{}: a title is no sentence",
                rule.id
            );
            assert!(rule.help.ends_with('.'), "{}: help is sentences", rule.id);
        }
    }
}
