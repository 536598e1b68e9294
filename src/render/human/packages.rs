//! `graph packages` for people.

use crate::ops::packages::list::{Origin, PackageInfo, Report};
use crate::render::human::style::Styles;

/// Returns a line for each package: its path and its module; below it what is wrong with it.
pub fn render(report: &Report, styles: &Styles) -> String {
    report
        .packages
        .iter()
        .map(|package| lines(package, styles))
        .collect()
}

/// Returns a line for each import.
pub fn imports(report: &Report) -> String {
    let mut text = String::new();
    for package in &report.packages {
        for import in &package.imports {
            text.push_str(&package.path);
            text.push(' ');
            text.push_str(import);
            text.push('\n');
        }
    }
    text
}

fn lines(package: &PackageInfo, styles: &Styles) -> String {
    let mut text = package.path.clone();
    let of = match &package.origin {
        Origin::Main(module) | Origin::Module(module) => module.to_string(),
        Origin::Standard => "std".to_owned(),
        Origin::Unknown => String::new(),
    };
    if !of.is_empty() {
        text.push(' ');
        text.push_str(&of);
    }
    text.push('\n');
    if let Some(error) = &package.error {
        for (position, line) in error.lines().enumerate() {
            let style = styles.error;
            let line = if position == 0 {
                format!("    {style}error:{style:#} {line}\n")
            } else {
                format!("    {line}\n")
            };
            text.push_str(&line);
        }
    }
    text
}
