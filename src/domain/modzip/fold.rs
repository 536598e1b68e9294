//! Which names differ in case only.
//!
//! Go compares the names of files in a module under Unicode simple case folding, of the Unicode version it was built
//! with. The standard library of Rust has no folding, so the pairs stand here: those of Unicode 15.0.0, as in Go 1.21
//! to 1.26.

use std::borrow::Cow;

/// Returns a text that two names have in common exactly if they are equal under simple case folding.
///
/// Bytes that are not UTF-8 count as U+FFFD, as in Go.
pub(super) fn fold(name: &[u8]) -> Cow<'_, [u8]> {
    if !name
        .iter()
        .any(|byte| !byte.is_ascii() || byte.is_ascii_uppercase())
    {
        return Cow::Borrowed(name);
    }
    let mut folded = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        folded.extend(chunk.valid().chars().map(fold_char));
        // Go reads every byte that fits nowhere as one replacement character.
        folded.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Cow::Owned(folded.into_bytes())
}

fn fold_char(c: char) -> char {
    let code = u32::from(c);
    let after = FOLDED.partition_point(|&(first, ..)| first <= code);
    let Some(&(first, last, step, distance)) = after.checked_sub(1).map(|at| &FOLDED[at]) else {
        return c;
    };
    if last < code || !(code - first).is_multiple_of(step) {
        return c;
    }
    code.checked_add_signed(distance)
        .and_then(char::from_u32)
        .expect("the table leads to characters")
}

/// First and last of a range of characters, the step in it, and how far away the character is that stands for all
/// that are equal: the lowest one, but `a` to `z` for the letters of ASCII. Ascending.
#[rustfmt::skip]
const FOLDED: &[(u32, u32, u32, i32)] = &[
    (0x041, 0x05a, 1, 32), (0x0e0, 0x0f6, 1, -32), (0x0f8, 0x0fe, 1, -32), (0x0101, 0x012f, 2, -1),
    (0x0133, 0x0137, 2, -1), (0x013a, 0x0148, 2, -1), (0x014b, 0x0177, 2, -1), (0x0178, 0x0178, 1, -121),
    (0x017a, 0x017e, 2, -1), (0x017f, 0x017f, 1, -268), (0x0183, 0x0185, 2, -1), (0x0188, 0x0188, 1, -1),
    (0x018c, 0x018c, 1, -1), (0x0192, 0x0192, 1, -1), (0x0199, 0x0199, 1, -1), (0x01a1, 0x01a5, 2, -1),
    (0x01a8, 0x01a8, 1, -1), (0x01ad, 0x01ad, 1, -1), (0x01b0, 0x01b0, 1, -1), (0x01b4, 0x01b6, 2, -1),
    (0x01b9, 0x01b9, 1, -1), (0x01bd, 0x01bd, 1, -1), (0x01c5, 0x01c5, 1, -1), (0x01c6, 0x01c6, 1, -2),
    (0x01c8, 0x01c8, 1, -1), (0x01c9, 0x01c9, 1, -2), (0x01cb, 0x01cb, 1, -1), (0x01cc, 0x01cc, 1, -2),
    (0x01ce, 0x01dc, 2, -1), (0x01dd, 0x01dd, 1, -79), (0x01df, 0x01ef, 2, -1), (0x01f2, 0x01f2, 1, -1),
    (0x01f3, 0x01f3, 1, -2), (0x01f5, 0x01f5, 1, -1), (0x01f6, 0x01f6, 1, -97), (0x01f7, 0x01f7, 1, -56),
    (0x01f9, 0x021f, 2, -1), (0x0220, 0x0220, 1, -130), (0x0223, 0x0233, 2, -1), (0x023c, 0x023c, 1, -1),
    (0x023d, 0x023d, 1, -163), (0x0242, 0x0242, 1, -1), (0x0243, 0x0243, 1, -195), (0x0247, 0x024f, 2, -1),
    (0x0253, 0x0253, 1, -210), (0x0254, 0x0254, 1, -206), (0x0256, 0x0257, 1, -205), (0x0259, 0x0259, 1, -202),
    (0x025b, 0x025b, 1, -203), (0x0260, 0x0260, 1, -205), (0x0263, 0x0263, 1, -207), (0x0268, 0x0268, 1, -209),
    (0x0269, 0x0269, 1, -211), (0x026f, 0x026f, 1, -211), (0x0272, 0x0272, 1, -213), (0x0275, 0x0275, 1, -214),
    (0x0280, 0x0280, 1, -218), (0x0283, 0x0283, 1, -218), (0x0288, 0x0288, 1, -218), (0x0289, 0x0289, 1, -69),
    (0x028a, 0x028b, 1, -217), (0x028c, 0x028c, 1, -71), (0x0292, 0x0292, 1, -219), (0x0371, 0x0373, 2, -1),
    (0x0377, 0x0377, 1, -1), (0x0399, 0x0399, 1, -84), (0x039c, 0x039c, 1, -743), (0x03ac, 0x03ac, 1, -38),
    (0x03ad, 0x03af, 1, -37), (0x03b1, 0x03b8, 1, -32), (0x03b9, 0x03b9, 1, -116), (0x03ba, 0x03bb, 1, -32),
    (0x03bc, 0x03bc, 1, -775), (0x03bd, 0x03c1, 1, -32), (0x03c2, 0x03c2, 1, -31), (0x03c3, 0x03cb, 1, -32),
    (0x03cc, 0x03cc, 1, -64), (0x03cd, 0x03ce, 1, -63), (0x03d0, 0x03d0, 1, -62), (0x03d1, 0x03d1, 1, -57),
    (0x03d5, 0x03d5, 1, -47), (0x03d6, 0x03d6, 1, -54), (0x03d7, 0x03d7, 1, -8), (0x03d9, 0x03ef, 2, -1),
    (0x03f0, 0x03f0, 1, -86), (0x03f1, 0x03f1, 1, -80), (0x03f3, 0x03f3, 1, -116), (0x03f4, 0x03f4, 1, -92),
    (0x03f5, 0x03f5, 1, -96), (0x03f8, 0x03f8, 1, -1), (0x03f9, 0x03f9, 1, -7), (0x03fb, 0x03fb, 1, -1),
    (0x03fd, 0x03ff, 1, -130), (0x0430, 0x044f, 1, -32), (0x0450, 0x045f, 1, -80), (0x0461, 0x0481, 2, -1),
    (0x048b, 0x04bf, 2, -1), (0x04c2, 0x04ce, 2, -1), (0x04cf, 0x04cf, 1, -15), (0x04d1, 0x052f, 2, -1),
    (0x0561, 0x0586, 1, -48), (0x13f8, 0x13fd, 1, -8), (0x1c80, 0x1c80, 1, -6254), (0x1c81, 0x1c81, 1, -6253),
    (0x1c82, 0x1c82, 1, -6244), (0x1c83, 0x1c84, 1, -6242), (0x1c85, 0x1c85, 1, -6243), (0x1c86, 0x1c86, 1, -6236),
    (0x1c87, 0x1c87, 1, -6181), (0x1c90, 0x1cba, 1, -3008), (0x1cbd, 0x1cbf, 1, -3008), (0x1e01, 0x1e95, 2, -1),
    (0x1e9b, 0x1e9b, 1, -59), (0x1e9e, 0x1e9e, 1, -7615), (0x1ea1, 0x1eff, 2, -1), (0x1f08, 0x1f0f, 1, -8),
    (0x1f18, 0x1f1d, 1, -8), (0x1f28, 0x1f2f, 1, -8), (0x1f38, 0x1f3f, 1, -8), (0x1f48, 0x1f4d, 1, -8),
    (0x1f59, 0x1f5f, 2, -8), (0x1f68, 0x1f6f, 1, -8), (0x1f88, 0x1f8f, 1, -8), (0x1f98, 0x1f9f, 1, -8),
    (0x1fa8, 0x1faf, 1, -8), (0x1fb8, 0x1fb9, 1, -8), (0x1fba, 0x1fbb, 1, -74), (0x1fbc, 0x1fbc, 1, -9),
    (0x1fbe, 0x1fbe, 1, -7289), (0x1fc8, 0x1fcb, 1, -86), (0x1fcc, 0x1fcc, 1, -9), (0x1fd8, 0x1fd9, 1, -8),
    (0x1fda, 0x1fdb, 1, -100), (0x1fe8, 0x1fe9, 1, -8), (0x1fea, 0x1feb, 1, -112), (0x1fec, 0x1fec, 1, -7),
    (0x1ff8, 0x1ff9, 1, -128), (0x1ffa, 0x1ffb, 1, -126), (0x1ffc, 0x1ffc, 1, -9), (0x2126, 0x2126, 1, -7549),
    (0x212a, 0x212a, 1, -8383), (0x212b, 0x212b, 1, -8294), (0x214e, 0x214e, 1, -28), (0x2170, 0x217f, 1, -16),
    (0x2184, 0x2184, 1, -1), (0x24d0, 0x24e9, 1, -26), (0x2c30, 0x2c5f, 1, -48), (0x2c61, 0x2c61, 1, -1),
    (0x2c62, 0x2c62, 1, -10743), (0x2c63, 0x2c63, 1, -3814), (0x2c64, 0x2c64, 1, -10727), (0x2c65, 0x2c65, 1, -10795),
    (0x2c66, 0x2c66, 1, -10792), (0x2c68, 0x2c6c, 2, -1), (0x2c6d, 0x2c6d, 1, -10780), (0x2c6e, 0x2c6e, 1, -10749),
    (0x2c6f, 0x2c6f, 1, -10783), (0x2c70, 0x2c70, 1, -10782), (0x2c73, 0x2c73, 1, -1), (0x2c76, 0x2c76, 1, -1),
    (0x2c7e, 0x2c7f, 1, -10815), (0x2c81, 0x2ce3, 2, -1), (0x2cec, 0x2cee, 2, -1), (0x2cf3, 0x2cf3, 1, -1),
    (0x2d00, 0x2d25, 1, -7264), (0x2d27, 0x2d27, 1, -7264), (0x2d2d, 0x2d2d, 1, -7264), (0xa641, 0xa649, 2, -1),
    (0xa64a, 0xa64a, 1, -35266), (0xa64b, 0xa64b, 1, -35267), (0xa64d, 0xa66d, 2, -1), (0xa681, 0xa69b, 2, -1),
    (0xa723, 0xa72f, 2, -1), (0xa733, 0xa76f, 2, -1), (0xa77a, 0xa77c, 2, -1), (0xa77d, 0xa77d, 1, -35332),
    (0xa77f, 0xa787, 2, -1), (0xa78c, 0xa78c, 1, -1), (0xa78d, 0xa78d, 1, -42280), (0xa791, 0xa793, 2, -1),
    (0xa797, 0xa7a9, 2, -1), (0xa7aa, 0xa7aa, 1, -42308), (0xa7ab, 0xa7ab, 1, -42319), (0xa7ac, 0xa7ac, 1, -42315),
    (0xa7ad, 0xa7ad, 1, -42305), (0xa7ae, 0xa7ae, 1, -42308), (0xa7b0, 0xa7b0, 1, -42258),
    (0xa7b1, 0xa7b1, 1, -42282), (0xa7b2, 0xa7b2, 1, -42261), (0xa7b5, 0xa7c3, 2, -1), (0xa7c4, 0xa7c4, 1, -48),
    (0xa7c5, 0xa7c5, 1, -42307), (0xa7c6, 0xa7c6, 1, -35384), (0xa7c8, 0xa7ca, 2, -1), (0xa7d1, 0xa7d1, 1, -1),
    (0xa7d7, 0xa7d9, 2, -1), (0xa7f6, 0xa7f6, 1, -1), (0xab53, 0xab53, 1, -928), (0xab70, 0xabbf, 1, -38864),
    (0xff41, 0xff5a, 1, -32), (0x10428, 0x1044f, 1, -40), (0x104d8, 0x104fb, 1, -40), (0x10597, 0x105a1, 1, -39),
    (0x105a3, 0x105b1, 1, -39), (0x105b3, 0x105b9, 1, -39), (0x105bb, 0x105bc, 1, -39), (0x10cc0, 0x10cf2, 1, -64),
    (0x118c0, 0x118df, 1, -32), (0x16e60, 0x16e7f, 1, -32), (0x1e922, 0x1e943, 1, -34),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &str, b: &str, equal: bool) {
        assert_eq!(
            fold(a.as_bytes()) == fold(b.as_bytes()),
            equal,
            "{a} and {b}"
        );
    }

    #[test]
    fn equal_but_for_case() {
        check("a/b.go", "A/B.go", true);
        check("k.go", "K.go", true);
        check("k.go", "\u{212a}.go", true);
        check("s", "\u{17f}", true);
        check("\u{e9}", "\u{c9}", true);
        check("\u{b5}", "\u{3bc}", true);
        check("\u{df}", "\u{1e9e}", true);
        check("\u{df}", "ss", false);
        check("\u{130}", "i", false);
        check("\u{1c4}", "\u{1c5}", true);
        check("\u{10400}", "\u{10428}", true);
    }

    #[test]
    fn bytes_that_are_no_text() {
        assert_eq!(fold(b"\xff"), fold(b"\xfe"));
        assert_ne!(fold(b"\xff"), fold(b"\xff\xff"));
    }

    #[test]
    fn the_table_is_in_order() {
        for pair in FOLDED.windows(2) {
            assert!(pair[0].1 < pair[1].0 || pair[0].2 > 1, "{pair:?}");
        }
        for &(first, last, step, _) in FOLDED {
            for code in (first..=last).step_by(step as usize) {
                let c = char::from_u32(code).unwrap();
                assert_eq!(fold_char(fold_char(c)), fold_char(c), "{c:?}");
                assert_ne!(fold_char(c), c);
            }
        }
    }
}
