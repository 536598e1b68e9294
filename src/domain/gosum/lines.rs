//! go.sum line by line, for those who judge the file: nothing ends the reading, every line says what it is.
//!
//! See <https://go.dev/ref/mod#go-sum-files>.

use data_encoding::BASE64;

use super::{EMPTY_GO_MOD, EXCERPT, KNOWN, SumKind, marker_of_conflict, split_line, split_version};

/// One line of a go.sum file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawLine {
    /// Counts from one.
    pub number: usize,
    /// The text without its end, cut if it is long.
    pub text: String,
    /// What the line is.
    pub content: Content,
}

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A module, a version and a hash.
    Sum(Sum),
    /// The mark of an unfinished merge, which the go command takes for an ordinary line.
    Conflict(&'static str),
    /// Not three fields: the go command refuses the file.
    Malformed {
        /// How many fields there are.
        fields: usize,
    },
}

/// A module, a version and a hash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sum {
    /// What the hash is of.
    pub key: SumKey,
    /// The hash, with its algorithm.
    pub hash: String,
}

/// What a hash is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SumKey {
    /// The module path.
    pub path: String,
    /// The version, without `/go.mod`.
    pub version: String,
    /// All files, or the go.mod alone.
    pub kind: SumKind,
}

/// What can be said of a hash by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashForm {
    /// `h1:` and a SHA-256.
    Known,
    /// `h1:` and what no SHA-256 looks like: nothing will ever have this hash.
    Impossible,
    /// Another algorithm: the go command takes no notice of the line.
    Unknown,
    /// The hash of an empty go.mod, which old versions of Go wrote by mistake: the go command drops the line.
    Empty,
}

impl Sum {
    /// Says what can be said of the hash by its form.
    pub fn form(&self) -> HashForm {
        if self.hash == EMPTY_GO_MOD {
            return HashForm::Empty;
        }
        let Some(digest) = self.hash.strip_prefix(KNOWN) else {
            return HashForm::Unknown;
        };
        match BASE64.decode(digest.as_bytes()) {
            Ok(bytes) if bytes.len() == 32 => HashForm::Known,
            Ok(_) | Err(_) => HashForm::Impossible,
        }
    }
}

impl SumKey {
    /// Makes a key.
    pub fn new(path: impl Into<String>, version: impl Into<String>, kind: SumKind) -> Self {
        Self {
            path: path.into(),
            version: version.into(),
            kind,
        }
    }

    /// Returns the version as it stands in the line, with `/go.mod` where that is meant.
    pub fn written_version(&self) -> String {
        match self.kind {
            SumKind::Module => self.version.clone(),
            SumKind::GoMod => format!("{}/go.mod", self.version),
        }
    }
}

/// Writes `path@version`, with `/go.mod` where that is meant.
impl std::fmt::Display for SumKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}", self.path, self.written_version())
    }
}

/// Reads all lines but blank ones.
pub fn read_lines(data: &[u8]) -> Vec<RawLine> {
    let text = String::from_utf8_lossy(data);
    let lines = text.split('\n').zip(1..);
    lines
        .filter_map(|(line, number)| {
            let content = content(line)?;
            Some(RawLine {
                number,
                text: line.trim_end().chars().take(EXCERPT).collect(),
                content,
            })
        })
        .collect()
}

fn content(line: &str) -> Option<Content> {
    if let Some(marker) = marker_of_conflict(line) {
        return Some(Content::Conflict(marker));
    }
    match split_line(line) {
        Ok(None) => None,
        Ok(Some([path, version, hash])) => {
            let (version, kind) = split_version(&line[version]);
            Some(Content::Sum(Sum {
                key: SumKey::new(&line[path], version, kind),
                hash: line[hash].to_owned(),
            }))
        }
        Err(fields) => Some(Content::Malformed { fields }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_says_what_it_is() {
        let text = "a v1.0.0 h1:x\r\n\n  \n<<<<<<< HEAD\na v1.0.0/go.mod h9:y\n=======\n>>>>>>> x y\nbad\na b c d";
        let lines = read_lines(text.as_bytes());
        let shown: Vec<_> = lines
            .iter()
            .map(|line| match &line.content {
                Content::Sum(sum) => format!("{}: {} {}", line.number, sum.key, sum.hash),
                Content::Conflict(marker) => format!("{}: {marker}", line.number),
                Content::Malformed { fields } => format!("{}: {fields} fields", line.number),
            })
            .collect();
        let expect = [
            "1: a@v1.0.0 h1:x",
            "4: <<<<<<<",
            "5: a@v1.0.0/go.mod h9:y",
            "6: =======",
            "7: >>>>>>>",
            "8: 1 fields",
            "9: 4 fields",
        ];
        assert_eq!(shown, expect);
        assert_eq!(lines[0].text, "a v1.0.0 h1:x");
    }

    #[track_caller]
    fn check(hash: &str, form: HashForm) {
        let key = SumKey::new("a", "v1.0.0", SumKind::Module);
        let hash = hash.to_owned();
        assert_eq!(Sum { key, hash }.form(), form);
    }

    #[test]
    fn the_form_of_a_hash_tells() {
        check(
            "h1:3fEykkD9k7lYzXqCYrwGAf7iNhbk4yCjHmKBN9td4L0=",
            HashForm::Known,
        );
        check(
            "h1:3fEykkD9k7lYzXqCYrwGAf7iNhbk4yCjHmKBN9td4L0",
            HashForm::Impossible,
        );
        check("h1:", HashForm::Impossible);
        check("h1:AAAA", HashForm::Impossible);
        check(
            "h2:3fEykkD9k7lYzXqCYrwGAf7iNhbk4yCjHmKBN9td4L0=",
            HashForm::Unknown,
        );
        check(EMPTY_GO_MOD, HashForm::Empty);
    }

    #[test]
    fn no_bytes_are_too_bad() {
        assert_eq!(read_lines(b""), []);
        let lines = read_lines(b"\xff \x00 \xfe\n\xff");
        assert_eq!(lines.len(), 2);
    }
}
