//! Roles of text; what they look like is decided here alone.

use anstyle::{AnsiColor, Style};

/// A style for each role that text can have.
#[derive(Clone, Copy, Debug, Default)]
pub struct Styles {
    /// The word `error:`.
    pub error: Style,
    /// The word `warning:`.
    pub warning: Style,
    /// The word `hint:`.
    pub hint: Style,
    /// Line numbers, bars and other frames.
    pub frame: Style,
    /// A module path.
    pub module: Style,
    /// A version.
    pub version: Style,
    /// What is less important than the text around it.
    pub faint: Style,
    /// A name, such as that of a variable.
    pub name: Style,
}

impl Styles {
    /// Returns the styles for a stream that is coloured or not.
    pub const fn new(color: bool) -> Self {
        if color {
            Self::colored()
        } else {
            Self::plain()
        }
    }

    /// Text as it is.
    pub const fn plain() -> Self {
        let none = Style::new();
        Self {
            error: none,
            warning: none,
            hint: none,
            frame: none,
            module: none,
            version: none,
            faint: none,
            name: none,
        }
    }

    const fn colored() -> Self {
        Self {
            error: AnsiColor::Red.on_default().bold(),
            warning: AnsiColor::Yellow.on_default().bold(),
            hint: AnsiColor::Cyan.on_default().bold(),
            frame: AnsiColor::Blue.on_default(),
            module: Style::new().bold(),
            version: AnsiColor::Green.on_default(),
            faint: Style::new().dimmed(),
            name: Style::new().bold(),
        }
    }
}
