//! Text in a drawing: escaped, measured and shortened.

/// The most columns of a label.
const MAX_COLUMNS: usize = 44;

/// Returns text for XML: markup is escaped, and what XML or a careful reader cannot take is replaced.
pub(in crate::render) fn escape(text: &str) -> String {
    let is_plain =
        |byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'');
    // Most texts are names; to look at all bytes takes less than to stop at the first.
    if text.bytes().fold(true, |all, byte| all & is_plain(byte)) {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ if is_harmful(letter) => escaped.push('\u{fffd}'),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// Reports whether a character is one that XML forbids, or one that changes the direction of the text around it.
pub(in crate::render) fn is_harmful(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(letter, '\u{fffe}' | '\u{ffff}')
}

/// Returns how many columns a text takes in a font of equal widths.
pub(in crate::render) fn columns(text: &str) -> usize {
    text.chars()
        .map(|letter| 1 + usize::from(is_wide(letter)))
        .sum()
}

/// Leaves out the middle of a text that is too long for a label.
pub(in crate::render) fn shortened(text: &str) -> String {
    if columns(text) <= MAX_COLUMNS {
        return text.to_owned();
    }
    let take = |letters: &mut dyn Iterator<Item = char>, room: usize| {
        let mut taken = Vec::new();
        let mut used = 0;
        for letter in letters {
            used += 1 + usize::from(is_wide(letter));
            if room < used {
                break;
            }
            taken.push(letter);
        }
        taken
    };
    let head = take(&mut text.chars(), MAX_COLUMNS / 2 - 3);
    let tail = take(&mut text.chars().rev(), MAX_COLUMNS / 2 + 2);
    head.into_iter()
        .chain(['…'])
        .chain(tail.into_iter().rev())
        .collect()
}

/// Returns a number with commas between groups of three digits.
pub(in crate::render) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if 0 < at && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns `1 module`, `2 modules`.
pub(in crate::render) fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

fn is_wide(letter: char) -> bool {
    matches!(letter,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_text() {
        assert_eq!(escape("a<b>&\"c\"'"), "a&lt;b&gt;&amp;&quot;c&quot;&#39;");
        assert_eq!(
            escape("a\u{0}b\u{202e}c\u{ffff}\n"),
            "a\u{fffd}b\u{fffd}c\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn long_names_lose_their_middle() {
        let long = format!("example.com/{}/end", "x".repeat(60));
        let short = shortened(&long);
        assert!(
            short.starts_with("example.com/") && short.ends_with("/end"),
            "{short}"
        );
        assert!(columns(&short) <= MAX_COLUMNS);
        let wide = shortened(&"漢".repeat(60));
        assert!(columns(&wide) <= MAX_COLUMNS, "{wide}");
        assert_eq!(shortened("example.com/a"), "example.com/a");
    }

    #[test]
    fn numbers_are_read_in_groups() {
        assert_eq!(
            [0, 999, 1_000, 25_305, 1_234_567].map(grouped),
            ["0", "999", "1,000", "25,305", "1,234,567"]
        );
        assert_eq!(counted(1, "module"), "1 module");
        assert_eq!(counted(2, "module"), "2 modules");
    }
}
