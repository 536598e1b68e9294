//! Two texts as a unified diff.

use std::fmt::Write as _;

/// How many equal lines stand around a change.
const CONTEXT: usize = 3;

/// The largest table that is made for finding equal lines; beyond it everything between counts as changed.
const MAX_CELLS: usize = 4_000_000;

/// A line of one text or of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row<'a> {
    Both(&'a str),
    Before(&'a str),
    After(&'a str),
}

/// Returns what must change in `before` to get `after`; empty where they are equal.
///
/// The file is named on both sides, so that `patch -p0` takes it.
pub fn unified(file: &str, before: &[u8], after: &[u8]) -> String {
    let (before, after) = (
        String::from_utf8_lossy(before),
        String::from_utf8_lossy(after),
    );
    let rows = rows(&before, &after);
    let changed: Vec<usize> = (0..rows.len())
        .filter(|at| !matches!(rows[*at], Row::Both(_)))
        .collect();
    if changed.is_empty() {
        return String::new();
    }
    let mut text = format!("--- {file}\n+++ {file}\n");
    let mut from = 0;
    while from < changed.len() {
        let mut to = from;
        while to + 1 < changed.len() && changed[to + 1] - changed[to] <= 2 * CONTEXT + 1 {
            to += 1;
        }
        let start = changed[from].saturating_sub(CONTEXT);
        let end = rows.len().min(changed[to] + CONTEXT + 1);
        hunk(&mut text, &rows, start, end);
        from = to + 1;
    }
    text
}

fn hunk(text: &mut String, rows: &[Row<'_>], start: usize, end: usize) {
    let count =
        |rows: &[Row<'_>], skip: fn(&Row<'_>) -> bool| rows.iter().filter(|row| !skip(row)).count();
    let is_after: fn(&Row<'_>) -> bool = |row| matches!(row, Row::After(_));
    let is_before: fn(&Row<'_>) -> bool = |row| matches!(row, Row::Before(_));
    let range = |skip| {
        let (first, length) = (count(&rows[..start], skip), count(&rows[start..end], skip));
        // An empty range names the line before it.
        let first = if length == 0 { first } else { first + 1 };
        if length == 1 {
            first.to_string()
        } else {
            format!("{first},{length}")
        }
    };
    writeln!(text, "@@ -{} +{} @@", range(is_after), range(is_before))
        .expect("writing to a string");
    for row in &rows[start..end] {
        let (sign, line) = match row {
            Row::Both(line) => (' ', line),
            Row::Before(line) => ('-', line),
            Row::After(line) => ('+', line),
        };
        text.push(sign);
        text.push_str(line);
        if !line.ends_with('\n') {
            text.push_str("\n\\ No newline at end of file\n");
        }
    }
}

fn rows<'a>(before: &'a str, after: &'a str) -> Vec<Row<'a>> {
    let before: Vec<&str> = before.split_inclusive('\n').collect();
    let after: Vec<&str> = after.split_inclusive('\n').collect();
    let shortest = before.len().min(after.len());
    let head = (0..shortest)
        .take_while(|at| before[*at] == after[*at])
        .count();
    let tail = (0..shortest - head)
        .take_while(|at| before[before.len() - 1 - at] == after[after.len() - 1 - at])
        .count();
    let (old, new) = (
        &before[head..before.len() - tail],
        &after[head..after.len() - tail],
    );
    let mut rows: Vec<Row<'_>> = before[..head].iter().map(|line| Row::Both(line)).collect();
    middle(&mut rows, old, new);
    rows.extend(
        before[before.len() - tail..]
            .iter()
            .map(|line| Row::Both(line)),
    );
    rows
}

/// Finds the longest common lines with the table of all pairs of ends.
fn middle<'a>(rows: &mut Vec<Row<'a>>, old: &[&'a str], new: &[&'a str]) {
    let width = new.len() + 1;
    if old.is_empty() || new.is_empty() || MAX_CELLS / width < old.len() + 1 {
        rows.extend(old.iter().map(|line| Row::Before(line)));
        rows.extend(new.iter().map(|line| Row::After(line)));
        return;
    }
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for at in (0..old.len()).rev() {
        for to in (0..new.len()).rev() {
            let cell = at * width + to;
            common[cell] = if old[at] == new[to] {
                common[cell + width + 1] + 1
            } else {
                common[cell + width].max(common[cell + 1])
            };
        }
    }
    let (mut at, mut to) = (0, 0);
    while at < old.len() && to < new.len() {
        let cell = at * width + to;
        if old[at] == new[to] {
            rows.push(Row::Both(old[at]));
            (at, to) = (at + 1, to + 1);
        } else if common[cell + 1] <= common[cell + width] {
            rows.push(Row::Before(old[at]));
            at += 1;
        } else {
            rows.push(Row::After(new[to]));
            to += 1;
        }
    }
    rows.extend(old[at..].iter().map(|line| Row::Before(line)));
    rows.extend(new[to..].iter().map(|line| Row::After(line)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, expect: &str) {
        assert_eq!(unified("f", before.as_bytes(), after.as_bytes()), expect);
    }

    #[test]
    fn shows_changes_with_context() {
        check("a\n", "a\n", "");
        check("", "a\n", "--- f\n+++ f\n@@ -0,0 +1 @@\n+a\n");
        check(
            "a\nb\nc\n",
            "a\nB\nc\n",
            "--- f\n+++ f\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n",
        );
        check(
            "a",
            "a\n",
            "--- f\n+++ f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n",
        );
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";
        let after = "1\n3\n4\n5\n6\n7\n8\n9\n10\n11\n";
        check(
            before,
            after,
            "--- f\n+++ f\n@@ -1,5 +1,4 @@\n 1\n-2\n 3\n 4\n 5\n@@ -8,3 +7,4 @@\n 8\n 9\n 10\n+11\n",
        );
    }
}
