//! Who imports whom, as the go command writes it into errors.

use crate::domain::packages::{PackageId, Packages};

/// Returns a shortest chain of imports to a package, as the go command writes it into errors.
pub fn stack(packages: &Packages, id: PackageId) -> String {
    let chain = packages.chain(id);
    let mut text = String::new();
    for (position, &at) in chain.iter().enumerate() {
        text.push_str(packages.path(at));
        let suffix = if packages.is_test(at) { ".test" } else { "" };
        text.push_str(suffix);
        match chain.get(position + 1) {
            None => {}
            Some(&next) if packages.tested(next) == Some(at) => text.push_str(" tested by\n\t"),
            Some(_) => text.push_str(" imports\n\t"),
        }
    }
    text
}
