//! `mod vendor --check` for people.

use std::fmt::Write as _;

use crate::ops::vendor::{Difference, Plan};
use crate::render::human::style::Styles;

/// Returns a line for each file that differs or would change beside the directory; nothing where none does.
pub fn differences(plan: &Plan, differences: &[Difference], styles: &Styles) -> String {
    let mut text = String::new();
    let mut line = |what: &str, path: &str| {
        let style = styles.error;
        writeln!(text, "{style}{what:8}{style:#}{path}").expect("a string takes all");
    };
    for file in plan.beside() {
        line("changed", file);
    }
    for difference in differences {
        line(
            difference.kind.name(),
            &format!("{}/{}", plan.shown, difference.path),
        );
    }
    text
}
