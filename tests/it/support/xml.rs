//! Just enough of XML to see that a document is well formed.

/// Checks that tags match, attributes are quoted, and nothing that is markup stands in text; returns the names of the
/// elements in order.
#[track_caller]
pub(crate) fn check(document: &str) -> Vec<String> {
    let forbidden = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
    assert!(!document.contains(forbidden), "a control character");
    let mut names = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let mut rest = document;
    while let Some(at) = rest.find('<') {
        check_text(&rest[..at]);
        let end = end_of_tag(&rest[at..]);
        let tag = &rest[at + 1..at + end];
        rest = &rest[at + end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "</{name}> closes nothing");
            continue;
        }
        let (body, closed) = match tag.strip_suffix('/') {
            Some(body) => (body, true),
            None => (tag, false),
        };
        let (name, attributes) = body.split_once([' ', '\n']).unwrap_or((body, ""));
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        assert!(!name.is_empty() && name.chars().all(is_name), "<{tag}>");
        check_attributes(attributes);
        names.push(name.to_owned());
        if !closed {
            open.push(name);
        }
    }
    assert_eq!(rest.trim(), "", "text after the last element");
    assert!(open.is_empty(), "not closed: {open:?}");
    names
}

/// Returns where a tag ends: at the first `>` outside of quotes.
fn end_of_tag(tag: &str) -> usize {
    let mut quoted = false;
    for (at, letter) in tag.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '>' if !quoted => return at,
            _ => {}
        }
    }
    panic!("a tag without an end: {tag:.60}");
}

fn check_attributes(mut rest: &str) {
    let mut names = Vec::new();
    while !rest.trim().is_empty() {
        let (name, value) = rest.trim_start().split_once("=\"").expect("name=\"value\"");
        let (value, after) = value.split_once('"').expect("a closing quote");
        assert!(!value.contains('<'), "{value}");
        assert!(!names.contains(&name), "{name} twice");
        check_text(value);
        names.push(name);
        rest = after;
    }
}

fn check_text(text: &str) {
    assert!(!text.contains("]]>"));
    for after in text.split('&').skip(1) {
        let known = ["amp;", "lt;", "gt;", "quot;", "#39;"];
        assert!(
            known.iter().any(|entity| after.starts_with(entity)),
            "&{after:.20}"
        );
    }
}
