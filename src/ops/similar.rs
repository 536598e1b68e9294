//! Names that look like one that is not there.

/// Longer names are not compared: nobody mistypes them.
const MAX_LEN: usize = 256;

/// Returns the names of `known` that are nearest to `name`, at most `count`, the shortest first.
///
/// The nearest are those that have `name` as whole elements, such as `golang.org/x/net` for `x/net`;
/// without such, those that differ in the fewest letters.
pub fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>, count: usize) -> Vec<&'k str> {
    if name.is_empty() || MAX_LEN < name.len() {
        return Vec::new();
    }
    let limit = (name.len() / 5).clamp(1, 4);
    let mut found: Vec<(usize, usize, &str)> = known
        .filter(|known| known.len() <= MAX_LEN)
        .filter_map(|known| {
            let distance = if has_elements(known, name) {
                0
            } else {
                distance(name, known, limit)?
            };
            Some((distance, known.len(), known))
        })
        .collect();
    found.sort_unstable();
    let best = found.first().map_or(0, |&(distance, _, _)| distance);
    found.retain(|&(distance, _, _)| distance == best);
    found
        .into_iter()
        .take(count)
        .map(|(_, _, known)| known)
        .collect()
}

/// Reports whether `name` stands in `path` between separators, whatever the case.
fn has_elements(path: &str, name: &str) -> bool {
    let (path, name) = (path.to_lowercase(), name.to_lowercase());
    let ends = |at: usize| {
        let before = path[..at].chars().next_back();
        let after = path[at + name.len()..].chars().next();
        before.is_none_or(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric())
    };
    path.match_indices(&name).any(|(at, _)| ends(at))
}

/// Counts the letters to insert, remove or replace, unless they are more than `limit`.
fn distance(from: &str, to: &str, limit: usize) -> Option<usize> {
    if limit < from.len().abs_diff(to.len()) {
        return None;
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, from) in from.bytes().enumerate() {
        let mut corner = row[0];
        row[0] = line + 1;
        for (column, to) in to.bytes().enumerate() {
            let replaced = corner + usize::from(!from.eq_ignore_ascii_case(&to));
            corner = row[column + 1];
            row[column + 1] = replaced.min(corner + 1).min(row[column] + 1);
        }
    }
    row.last().copied().filter(|&distance| distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expect: &[&str]) {
        let known = [
            "golang.org/x/net",
            "golang.org/x/text",
            "github.com/BurntSushi/toml",
            "gopkg.in/yaml.v3",
            "golang.org/x/exp",
        ];
        assert_eq!(nearest(name, known.into_iter(), 2), expect, "{name}");
    }

    #[test]
    fn finds_what_was_meant() {
        check("golang.org/x/nte", &["golang.org/x/net"]);
        check("x/net", &["golang.org/x/net"]);
        check("golang.org/x", &["golang.org/x/exp", "golang.org/x/net"]);
        check(
            "github.com/burntsushi/toml",
            &["github.com/BurntSushi/toml"],
        );
        check("yaml", &["gopkg.in/yaml.v3"]);
        check("gopkg.in/yaml.v2", &["gopkg.in/yaml.v3"]);
        check("example.com/other", &[]);
        check("", &[]);
        check(&"x".repeat(1000), &[]);
    }
}
