//! Build constraints: the lines `//go:build …` and `// +build …`, and which Go version they ask for.
//!
//! See <https://pkg.go.dev/cmd/go#hdr-Build_constraints>.

use std::fmt;

use thiserror::Error;

use crate::domain::module::letters::{is_digit, is_letter};

/// The most tags and parentheses of an expression, as in Go.
const MAX_SIZE: usize = 1000;
/// The most operators of a `// +build` line, as in Go.
const MAX_OLD_SIZE: usize = 100;

/// An expression over build tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// One tag.
    Tag(String),
    /// `!x`.
    Not(Box<Self>),
    /// `x && y`.
    And(Box<Self>, Box<Self>),
    /// `x || y`.
    Or(Box<Self>, Box<Self>),
}

/// Why a line is no build constraint.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConstraintError {
    /// It does not begin as one.
    #[error("not a build constraint")]
    NotConstraint,
    /// There are too many operators for the old form.
    #[error("expression too complex for // +build lines")]
    TooComplex,
    /// There are too many tags and parentheses.
    #[error("build expression too large")]
    TooLarge,
    /// `!!x`.
    #[error("double negation not allowed")]
    DoubleNegation,
    /// A parenthesis is not closed.
    #[error("missing close paren")]
    MissingParen,
    /// A tag is missing at the end.
    #[error("unexpected end of expression")]
    UnexpectedEnd,
    /// Something stands where it cannot stand.
    #[error("unexpected token {0}")]
    UnexpectedToken(String),
    /// A character has no place in an expression.
    #[error("invalid syntax at {0}")]
    InvalidSyntax(char),
}

/// How a build constraint is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `//go:build`.
    GoBuild,
    /// `// +build`.
    PlusBuild,
}

impl Expr {
    /// Evaluates the expression; `is_set` tells of each tag whether it is there.
    pub fn eval(&self, is_set: &mut impl FnMut(&str) -> bool) -> bool {
        match self {
            Self::Tag(tag) => is_set(tag),
            Self::Not(x) => !x.eval(is_set),
            // Both sides are always evaluated, so that whoever listens hears of every tag.
            Self::And(x, y) => x.eval(is_set) & y.eval(is_set),
            Self::Or(x, y) => x.eval(is_set) | y.eval(is_set),
        }
    }

    /// Returns the Go release without which the expression cannot hold, as `go1.22`; none where it can without.
    pub fn go_version(&self) -> Option<String> {
        match self.min_release(false) {
            release if release < 0 => None,
            0 => Some("go1".to_owned()),
            release => Some(format!("go1.{release}")),
        }
    }

    fn min_release(&self, negated: bool) -> i64 {
        match self {
            Self::Not(x) => x.min_release(!negated),
            Self::And(x, y) | Self::Or(x, y) => {
                let (x_release, y_release) = (x.min_release(negated), y.min_release(negated));
                if matches!(self, Self::And(..)) == negated {
                    x_release.min(y_release)
                } else {
                    x_release.max(y_release)
                }
            }
            Self::Tag(_) if negated => -1,
            Self::Tag(tag) if tag == "go1" => 0,
            Self::Tag(tag) => tag
                .split_once("go1.")
                .and_then(|(_, release)| release.parse().ok())
                .unwrap_or(-1),
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operand = |x: &Self, f: &mut fmt::Formatter<'_>, bare: bool| {
            if bare {
                write!(f, "{x}")
            } else {
                write!(f, "({x})")
            }
        };
        match self {
            Self::Tag(tag) => f.write_str(tag),
            Self::Not(x) => {
                f.write_str("!")?;
                operand(x, f, !matches!(**x, Self::And(..) | Self::Or(..)))
            }
            Self::And(x, y) => {
                operand(x, f, !matches!(**x, Self::Or(..)))?;
                f.write_str(" && ")?;
                operand(y, f, !matches!(**y, Self::Or(..)))
            }
            Self::Or(x, y) => {
                operand(x, f, !matches!(**x, Self::And(..)))?;
                f.write_str(" || ")?;
                operand(y, f, !matches!(**y, Self::And(..)))
            }
        }
    }
}

/// Returns the form of a line that begins as a build constraint, right or wrong, and the expression in it.
pub fn split(line: &str) -> Option<(Form, &str)> {
    let line = line.strip_suffix('\n').unwrap_or(line);
    if line.contains('\n') {
        return None;
    }
    if let Some(rest) = line.strip_prefix("//go:build") {
        return expression(rest.trim_end()).map(|text| (Form::GoBuild, text));
    }
    let rest = line.strip_prefix("//")?.trim().strip_prefix("+build")?;
    expression(rest).map(|text| (Form::PlusBuild, text))
}

/// What follows the keyword must be separated from it.
fn expression(rest: &str) -> Option<&str> {
    let text = rest.trim();
    (rest.is_empty() || text.len() < rest.len()).then_some(text)
}

/// Reads a line of either form.
pub fn parse(line: &str) -> Result<Expr, ConstraintError> {
    match split(line) {
        Some((Form::GoBuild, text)) => parse_go_build(text),
        Some((Form::PlusBuild, text)) => parse_plus_build(text),
        None => Err(ConstraintError::NotConstraint),
    }
}

fn parse_go_build(text: &str) -> Result<Expr, ConstraintError> {
    let mut parser = Parser {
        rest: text,
        token: Token::End,
        size: 0,
    };
    let expr = parser.or()?;
    match parser.token {
        Token::End => Ok(expr),
        token => Err(ConstraintError::UnexpectedToken(token.to_string())),
    }
}

/// Words are alternatives, what commas join must hold together; what is no tag stands for one that is never set.
fn parse_plus_build(text: &str) -> Result<Expr, ConstraintError> {
    let mut size = 0;
    let mut all: Option<Expr> = None;
    for clause in text.split_whitespace() {
        let mut together: Option<Expr> = None;
        for literal in clause.split(',') {
            let literal = old_literal(literal);
            together = Some(match together {
                None => literal,
                Some(x) => {
                    size += 1;
                    Expr::And(Box::new(x), Box::new(literal))
                }
            });
            if size > MAX_OLD_SIZE {
                return Err(ConstraintError::TooComplex);
            }
        }
        all = match (all, together) {
            (Some(x), Some(y)) => {
                size += 1;
                Some(Expr::Or(Box::new(x), Box::new(y)))
            }
            (x, y) => x.or(y),
        };
        if size > MAX_OLD_SIZE {
            return Err(ConstraintError::TooComplex);
        }
    }
    Ok(all.unwrap_or_else(never))
}

fn old_literal(literal: &str) -> Expr {
    if literal.starts_with("!!") || literal == "!" {
        return never();
    }
    let (name, negated) = match literal.strip_prefix('!') {
        Some(name) => (name, true),
        None => (literal, false),
    };
    let tag = if !name.is_empty() && name.chars().all(is_tag_char) {
        Expr::Tag(name.to_owned())
    } else {
        never()
    };
    if negated {
        Expr::Not(Box::new(tag))
    } else {
        tag
    }
}

fn never() -> Expr {
    Expr::Tag("ignore".to_owned())
}

/// Reports whether a character may be part of a build tag.
pub(super) fn is_tag_char(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || c == '_'
        || c == '.'
        || (!c.is_ascii() && (is_letter(c) || is_digit(c)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    End,
    And,
    Or,
    Not,
    Open,
    Close,
    Tag(&'a str),
}

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::End => "",
            Self::And => "&&",
            Self::Or => "||",
            Self::Not => "!",
            Self::Open => "(",
            Self::Close => ")",
            Self::Tag(tag) => tag,
        })
    }
}

/// Takes an expression apart; between calls the next token is already read.
struct Parser<'a> {
    rest: &'a str,
    token: Token<'a>,
    size: usize,
}

impl Parser<'_> {
    /// Reads alternatives. It calls itself for each parenthesis, whose number is limited.
    fn or(&mut self) -> Result<Expr, ConstraintError> {
        let mut any: Option<Expr> = None;
        loop {
            let mut all = self.operand()?;
            while self.token == Token::And {
                all = Expr::And(Box::new(all), Box::new(self.operand()?));
            }
            let expr = match any {
                None => all,
                Some(x) => Expr::Or(Box::new(x), Box::new(all)),
            };
            if self.token != Token::Or {
                return Ok(expr);
            }
            any = Some(expr);
        }
    }

    fn operand(&mut self) -> Result<Expr, ConstraintError> {
        self.size += 1;
        if self.size > MAX_SIZE {
            return Err(ConstraintError::TooLarge);
        }
        self.advance()?;
        if self.token != Token::Not {
            return self.atom();
        }
        self.advance()?;
        if self.token == Token::Not {
            return Err(ConstraintError::DoubleNegation);
        }
        Ok(Expr::Not(Box::new(self.atom()?)))
    }

    fn atom(&mut self) -> Result<Expr, ConstraintError> {
        match self.token {
            Token::Tag(tag) => {
                self.advance()?;
                Ok(Expr::Tag(tag.to_owned()))
            }
            Token::Open => {
                let expr = self.or().map_err(|error| match error {
                    ConstraintError::UnexpectedEnd => ConstraintError::MissingParen,
                    error => error,
                })?;
                if self.token != Token::Close {
                    return Err(ConstraintError::MissingParen);
                }
                self.advance()?;
                Ok(expr)
            }
            Token::End => Err(ConstraintError::UnexpectedEnd),
            token => Err(ConstraintError::UnexpectedToken(token.to_string())),
        }
    }

    fn advance(&mut self) -> Result<(), ConstraintError> {
        let text = self.rest.trim_start_matches([' ', '\t']);
        let Some(first) = text.chars().next() else {
            (self.rest, self.token) = ("", Token::End);
            return Ok(());
        };
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '!' => (Token::Not, 1),
            '&' if text.starts_with("&&") => (Token::And, 2),
            '|' if text.starts_with("||") => (Token::Or, 2),
            _ => {
                let length = text.find(|c| !is_tag_char(c)).unwrap_or(text.len());
                if length == 0 {
                    return Err(ConstraintError::InvalidSyntax(first));
                }
                (Token::Tag(&text[..length]), length)
            }
        };
        (self.rest, self.token) = (&text[length..], token);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expect: &str) {
        let got = parse(line).map_or_else(|error| format!("error: {error}"), |x| x.to_string());
        assert_eq!(got, expect);
    }

    #[test]
    fn reads_both_forms() {
        check("//go:build a && (b || !c)", "a && (b || !c)");
        check("// +build a,!b c", "(a && !b) || c");
        check("// +build", "ignore");
        check("//go:buildx", "error: not a build constraint");
        check("//go:build", "error: unexpected end of expression");
        check("//go:build (a", "error: missing close paren");
        check("//go:build a b", "error: unexpected token b");
        check("//go:build a & b", "error: invalid syntax at &");
        check("//go:build é٣", "é٣");
    }

    #[test]
    fn bounds_the_depth() {
        let deep = |count: usize| format!("//go:build {}a{}", "(".repeat(count), ")".repeat(count));
        assert!(parse(&deep(999)).is_ok());
        assert_eq!(parse(&deep(1000)), Err(ConstraintError::TooLarge));
        let wide = format!("// +build {}", "a ".repeat(102));
        assert_eq!(parse(&wide), Err(ConstraintError::TooComplex));
    }
}
