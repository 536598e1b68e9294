//! Two texts as a unified diff, as the go command shows what would change: `go mod tidy -diff`, `gofmt -d`.
//!
//! Lines that occur once in each text anchor the comparison: as many of them as possible are matched in rising order, and
//! each match grows over the equal lines around it. What lies between has changed.

use std::collections::HashMap;

/// How many equal lines stand around a change.
const CONTEXT: usize = 3;

/// Equal lines: where they begin in both texts, and how many they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Run {
    before: usize,
    after: usize,
    length: usize,
}

/// Returns what must change in `before` to get `after`; empty where they are equal.
pub fn unified(before_name: &str, before: &[u8], after_name: &str, after: &[u8]) -> Vec<u8> {
    if before == after {
        return Vec::new();
    }
    let (before, after) = (lines(before), lines(after));
    let runs = runs(&before, &after);
    let mut out = format!("diff {before_name} {after_name}\n--- {before_name}\n+++ {after_name}\n")
        .into_bytes();
    let mut first = 0;
    while first + 1 < runs.len() {
        // Changes with few equal lines between them share a hunk.
        let last = (first + 1..runs.len() - 1)
            .find(|&at| runs[at].length >= 2 * CONTEXT)
            .unwrap_or(runs.len() - 1);
        hunk(&mut out, &before, &after, &runs[first..=last]);
        first = last;
    }
    out
}

/// Writes the changes between runs of equal lines.
fn hunk(out: &mut Vec<u8>, before: &[&[u8]], after: &[&[u8]], runs: &[Run]) {
    let (Some(first), Some(last)) = (runs.first(), runs.last()) else {
        return;
    };
    let leading = first.length.min(CONTEXT);
    let start = (
        first.before + first.length - leading,
        first.after + first.length - leading,
    );
    let trailing = last.length.min(CONTEXT);
    let range = |start: usize, end: usize| {
        let first = if end > start { start + 1 } else { start };
        format!("{first},{}", end - start)
    };
    let header = format!(
        "@@ -{} +{} @@\n",
        range(start.0, last.before + trailing),
        range(start.1, last.after + trailing)
    );
    out.extend_from_slice(header.as_bytes());
    write(out, b' ', &before[start.0..start.0 + leading]);
    for pair in runs.windows(2) {
        let (run, next) = (pair[0], pair[1]);
        write(out, b'-', &before[run.before + run.length..next.before]);
        write(out, b'+', &after[run.after + run.length..next.after]);
        let equal = if next == *last { trailing } else { next.length };
        write(out, b' ', &before[next.before..next.before + equal]);
    }
}

fn write(out: &mut Vec<u8>, sign: u8, lines: &[&[u8]]) {
    for line in lines {
        out.push(sign);
        out.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            out.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

/// Returns the equal parts of both texts, with a change between each two; the first and the last one may be empty.
fn runs(before: &[&[u8]], after: &[&[u8]]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut done = (0, 0);
    let end = (before.len(), after.len());
    for (at_before, at_after) in std::iter::once((0, 0))
        .chain(anchors(before, after))
        .chain([end])
    {
        if at_before < done.0 {
            continue;
        }
        let back = before[done.0..at_before].iter().rev();
        let back = back.zip(after[done.1..at_after].iter().rev());
        let back = back.take_while(|(left, right)| left == right).count();
        let on = before[at_before..].iter().zip(&after[at_after..]);
        let on = on.take_while(|(left, right)| left == right).count();
        let run = Run {
            before: at_before - back,
            after: at_after - back,
            length: back + on,
        };
        done = (at_before + on, at_after + on);
        runs.push(run);
        if done == end {
            break;
        }
    }
    runs
}

/// Returns the positions of lines that each text has once, as many as rise on both sides.
fn anchors(before: &[&[u8]], after: &[&[u8]]) -> Vec<(usize, usize)> {
    let mut counts: HashMap<&[u8], (usize, usize, usize)> = HashMap::new();
    for line in before {
        counts.entry(line).or_default().0 += 1;
    }
    for (at, line) in after.iter().enumerate() {
        let count = counts.entry(line).or_default();
        count.1 += 1;
        count.2 = at;
    }
    let unique = before.iter().enumerate().filter_map(|(at, line)| {
        let &(once, also_once, position) = counts.get(line)?;
        (once == 1 && also_once == 1).then_some((at, position))
    });
    let unique: Vec<_> = unique.collect();
    // The lowest position at which a rising chain of each length ends.
    let mut ends: Vec<usize> = Vec::new();
    let mut lengths = Vec::with_capacity(unique.len());
    for &(_, position) in &unique {
        let shorter = ends.partition_point(|&end| end < position);
        match ends.get_mut(shorter) {
            Some(end) => *end = position,
            None => ends.push(position),
        }
        lengths.push(shorter + 1);
    }
    let mut wanted = ends.len();
    let mut chain = Vec::with_capacity(wanted);
    for (pair, length) in unique.iter().zip(&lengths).rev() {
        if *length == wanted {
            chain.push(*pair);
            wanted -= 1;
        }
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, expect: &str) {
        let diff = unified("a", before.as_bytes(), "b", after.as_bytes());
        let diff = String::from_utf8(diff).unwrap();
        let rest = diff
            .strip_prefix("diff a b\n--- a\n+++ b\n")
            .unwrap_or(&diff);
        assert_eq!(rest, expect);
    }

    #[test]
    fn equal_texts_have_no_diff() {
        check("x\ny\n", "x\ny\n", "");
        check("", "", "");
    }

    #[test]
    fn changes_stand_between_three_equal_lines() {
        check(
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
            "1\n2\n3\n4\n5x\n6\n7\n8\n9\n",
            "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+5x\n 6\n 7\n 8\n",
        );
        check("", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n");
        check("a\n", "", "@@ -1,1 +0,0 @@\n-a\n");
    }

    #[test]
    fn near_changes_share_a_hunk() {
        let text = |first: &str, second: &str, between: usize| {
            let equal = ["0\n", "1\n", "2\n", "3\n", "4\n", "5\n"][..between].concat();
            format!("{first}\n{equal}{second}\n")
        };
        check(
            &text("a", "b", 5),
            &text("x", "y", 5),
            "@@ -1,7 +1,7 @@\n-a\n+x\n 0\n 1\n 2\n 3\n 4\n-b\n+y\n",
        );
        check(
            &text("a", "b", 6),
            &text("x", "y", 6),
            "@@ -1,4 +1,4 @@\n-a\n+x\n 0\n 1\n 2\n@@ -5,4 +5,4 @@\n 3\n 4\n 5\n-b\n+y\n",
        );
    }

    #[test]
    fn lines_that_are_not_unique_anchor_nothing() {
        check(
            "}\n\na\n}\n",
            "}\n\nb\n}\n\na\n}\n",
            "@@ -1,4 +1,7 @@\n }\n \n+b\n+}\n+\n a\n }\n",
        );
    }

    #[test]
    fn a_missing_newline_is_told() {
        check(
            "a\nb",
            "a\nb\n",
            "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n",
        );
    }
}
