//! The lines of .gitattributes that name the merge driver. See gitattributes(5).

/// The name that git knows the driver by.
pub const DRIVER: &str = "modsmith";

/// The files that the driver merges.
pub const FILES: [&str; 4] = ["go.mod", "go.sum", "go.work", "go.work.sum"];

/// Returns the file with a line for each of [`FILES`]; none where they are all there and count.
pub fn install(text: &str) -> Option<String> {
    let missing: Vec<&str> = FILES
        .into_iter()
        .filter(|file| !counts(text, file))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let mut text = text.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for file in missing {
        text.push_str(&line(file));
        text.push('\n');
    }
    Some(text)
}

/// Returns the file without these lines; none where there are none.
pub fn uninstall(text: &str) -> Option<String> {
    let is_ours = |text: &str| FILES.iter().any(|file| text.trim_end() == line(file));
    if !text.lines().any(is_ours) {
        return None;
    }
    let kept = text.split_inclusive('\n').filter(|text| !is_ours(text));
    Some(kept.collect())
}

fn line(file: &str) -> String {
    format!("{file} merge={DRIVER}")
}

/// Reports whether the last line about the merge of a file names the driver.
fn counts(text: &str, file: &str) -> bool {
    let words =
        |line: &str| -> Vec<String> { line.split_whitespace().map(str::to_owned).collect() };
    let is_about = |words: &Vec<String>| {
        words.first().is_some_and(|pattern| pattern == file)
            && words[1..].iter().any(|word| {
                let name = word.trim_start_matches(['-', '!']);
                name.split('=').next() == Some("merge") || name == "binary"
            })
    };
    let last = text.lines().map(words).rfind(is_about);
    last.is_some_and(|words| words.contains(&format!("merge={DRIVER}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_once_and_go() {
        let all = install("").unwrap();
        assert_eq!(
            all,
            "go.mod merge=modsmith\ngo.sum merge=modsmith\ngo.work merge=modsmith\ngo.work.sum merge=modsmith\n"
        );
        assert_eq!(install(&all), None);
        assert_eq!(uninstall(&all).as_deref(), Some(""));
        assert_eq!(uninstall("*.go text\n"), None);
        let mixed = install("*.go text").unwrap();
        assert_eq!(uninstall(&mixed).as_deref(), Some("*.go text\n"));
    }

    #[test]
    fn a_later_line_that_says_something_else_is_answered() {
        let union = "go.mod merge=modsmith\ngo.sum merge=modsmith\ngo.work merge=modsmith\ngo.work.sum merge=modsmith\ngo.sum merge=union\n";
        let mended = install(union).unwrap();
        assert_eq!(mended, format!("{union}go.sum merge=modsmith\n"));
        assert_eq!(install(&mended), None);
        assert_eq!(install("go.sum text\n").unwrap().lines().count(), 5);
    }
}
