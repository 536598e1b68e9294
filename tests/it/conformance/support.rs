//! Reading vectors and reporting what was replayed.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The directory of the corpus.
pub(crate) fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

/// Returns the rows of `vectors/<name>.jsonl`.
pub(crate) fn rows(name: &str) -> Vec<Value> {
    let path = corpus().join("vectors").join(format!("{name}.jsonl"));
    let text =
        std::fs::read_to_string(&path).unwrap_or_else(|err| panic!("{}: {err}", path.display()));
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Returns a string of a vector: plain, or `{"b64": …}` where it is not UTF-8.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => text.as_bytes().to_vec(),
        Value::Object(map) => {
            let text = map["b64"].as_str().expect("an object stands for base64");
            data_encoding::BASE64.decode(text.as_bytes()).unwrap()
        }
        other => panic!("not a string: {other}"),
    }
}

/// Counts rows, collects faults and rows that are left out, and says so on stderr.
pub(crate) struct Tally {
    area: String,
    ran: usize,
    faults: Vec<String>,
    left_out: Vec<(String, usize)>,
}

impl Tally {
    pub(crate) fn new(area: &str) -> Self {
        Self {
            area: area.to_owned(),
            ran: 0,
            faults: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// Compares one answer with the recorded one.
    pub(crate) fn check<T: PartialEq + std::fmt::Debug>(
        &mut self,
        what: impl std::fmt::Display,
        got: &T,
        want: &T,
    ) {
        self.ran += 1;
        if got != want {
            self.faults
                .push(format!("{what}\n     got {got:?}\n    want {want:?}"));
        }
    }

    /// Notes a row that is not replayed, with the reason.
    pub(crate) fn leave_out(&mut self, reason: &str) {
        match self.left_out.iter_mut().find(|(known, _)| known == reason) {
            Some((_, count)) => *count += 1,
            None => self.left_out.push((reason.to_owned(), 1)),
        }
    }

    /// Prints the count and what was left out; fails if any answer differed or nothing ran.
    pub(crate) fn finish(self) {
        // Written to the stream itself: the test harness hides what `eprintln!` says in a passing test.
        let mut stderr = std::io::stderr().lock();
        writeln!(
            stderr,
            "conformance {}: {} answers compared",
            self.area, self.ran
        )
        .unwrap();
        for (reason, count) in &self.left_out {
            writeln!(
                stderr,
                "conformance {}: {count} left out: {reason}",
                self.area
            )
            .unwrap();
        }
        drop(stderr);
        assert!(
            0 < self.ran + self.left_out.len(),
            "{}: nothing ran",
            self.area
        );
        let shown: Vec<_> = self.faults.iter().take(200).cloned().collect();
        assert!(
            self.faults.is_empty(),
            "{}: {} answers differ\n{}",
            self.area,
            self.faults.len(),
            shown.join("\n")
        );
    }
}
