//! Build constraints: `//go:build linux && !cgo` and the older `// +build linux,!cgo`.
//!
//! The grammar and its limits are those of `go/build/constraint`.

/// A boolean expression over build tags.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Constraint {
    // Reverse Polish notation: evaluation needs no recursion, however deep the parentheses were.
    steps: Vec<Step>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Step {
    Tag(Box<str>),
    Not,
    And,
    Or,
}

/// Why a constraint could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConstraintError {
    /// Offset in the text given to [`Constraint::parse`].
    pub offset: usize,
    /// Lower case, no full stop.
    pub message: &'static str,
}

/// What `go/build/constraint` allows, before it calls an expression too large.
const MAX_GO_BUILD: usize = 1000;
const MAX_PLUS_BUILD: usize = 100;

impl Constraint {
    /// Parses a whole comment line, `//go:build ...` or `// +build ...`.
    pub fn parse(line: &str) -> Result<Self, ConstraintError> {
        if let Some(text) = go_build_text(line) {
            let offset = text.as_ptr() as usize - line.as_ptr() as usize;
            let mut parser = Parser {
                text,
                at: 0,
                terms: 0,
                steps: Vec::new(),
            };
            return match parser.parse() {
                Ok(()) => Ok(Self {
                    steps: parser.steps,
                }),
                Err(error) => Err(ConstraintError {
                    offset: error.offset + offset,
                    ..error
                }),
            };
        }
        match plus_build_text(line) {
            Some(text) => Self::parse_plus_build(text),
            None => Err(ConstraintError {
                offset: 0,
                message: "not a build constraint",
            }),
        }
    }

    /// Whether the constraint holds when `tag` says which tags are set.
    pub fn eval(&self, tag: &dyn Fn(&str) -> bool) -> bool {
        self.fold(
            |name| tag(name),
            |value| !value,
            |a, b| a && b,
            |a, b| a || b,
        )
    }

    /// The lowest Go version that every way to satisfy the constraint asks for.
    ///
    /// `linux && go1.22` gives (1, 22), `linux || go1.22` and `!go1.22` give nothing.
    pub fn go_version(&self) -> Option<(u32, u32)> {
        // Each step carries the version of the expression and that of its negation.
        let (version, _) = self.fold(
            |name| (tag_version(name), -1),
            |(yes, no)| (no, yes),
            |a, b| (a.0.max(b.0), a.1.min(b.1)),
            |a, b| (a.0.min(b.0), a.1.max(b.1)),
        );
        u32::try_from(version).ok().map(|minor| (1, minor))
    }

    /// The tags that the constraint names, in order, repeats included.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| match step {
            Step::Tag(name) => Some(&**name),
            _ => None,
        })
    }

    fn fold<T: Copy>(
        &self,
        tag: impl Fn(&str) -> T,
        not: impl Fn(T) -> T,
        and: impl Fn(T, T) -> T,
        or: impl Fn(T, T) -> T,
    ) -> T {
        const PROOF: &str = "the parser writes operands before operators";
        let mut stack: Vec<T> = Vec::new();
        for step in &self.steps {
            let value = match step {
                Step::Tag(name) => tag(name),
                Step::Not => not(stack.pop().expect(PROOF)),
                Step::And | Step::Or => {
                    let right = stack.pop().expect(PROOF);
                    let left = stack.pop().expect(PROOF);
                    if matches!(step, Step::And) {
                        and(left, right)
                    } else {
                        or(left, right)
                    }
                }
            };
            stack.push(value);
        }
        stack.pop().expect(PROOF)
    }

    fn parse_plus_build(text: &str) -> Result<Self, ConstraintError> {
        let mut steps = Vec::new();
        let mut operators = 0;
        for (n_clauses, clause) in text.split_whitespace().enumerate() {
            for (n_literals, literal) in clause.split(',').enumerate() {
                push_plus_literal(&mut steps, literal);
                if n_literals > 0 {
                    steps.push(Step::And);
                    operators += 1;
                }
            }
            if n_clauses > 0 {
                steps.push(Step::Or);
                operators += 1;
            }
            if operators > MAX_PLUS_BUILD {
                let message = "expression too complex for +build lines";
                return Err(ConstraintError { offset: 0, message });
            }
        }
        if steps.is_empty() {
            steps.push(Step::Tag("ignore".into()));
        }
        Ok(Self { steps })
    }
}

/// The expression of a `//go:build` line; `None` where the line is something else.
pub fn go_build_text(line: &str) -> Option<&str> {
    directive_text(line.strip_suffix('\n').unwrap_or(line), |line| {
        line.strip_prefix("//go:build")
    })
}

/// The expression of a `// +build` line; `None` where the line is something else.
pub fn plus_build_text(line: &str) -> Option<&str> {
    directive_text(line.strip_suffix('\n').unwrap_or(line), |line| {
        line.strip_prefix("//")?.trim().strip_prefix("+build")
    })
}

fn directive_text<'a>(
    line: &'a str,
    strip: impl Fn(&'a str) -> Option<&'a str>,
) -> Option<&'a str> {
    if line.contains('\n') {
        return None;
    }
    let rest = strip(line)?.trim_end();
    let text = rest.trim_start();
    // `//go:buildx` is another directive: a space or nothing must follow.
    (text.len() < rest.len() || rest.is_empty()).then_some(text)
}

fn push_plus_literal(steps: &mut Vec<Step>, literal: &str) {
    let ignore = || Step::Tag("ignore".into());
    if literal.starts_with("!!") || literal == "!" {
        steps.push(ignore());
        return;
    }
    let name = literal.strip_prefix('!').unwrap_or(literal);
    let is_tag = !name.is_empty() && name.chars().all(is_tag_char);
    steps.push(if is_tag {
        Step::Tag(name.into())
    } else {
        ignore()
    });
    if literal.starts_with('!') {
        steps.push(Step::Not);
    }
}

fn tag_version(name: &str) -> i64 {
    if name == "go1" {
        return 0;
    }
    // The same rule as Go's: what stands behind the first "go1." counts, if it is a number.
    let Some((_, minor)) = name.split_once("go1.") else {
        return -1;
    };
    minor.parse::<u32>().map_or(-1, i64::from)
}

fn is_tag_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    terms: usize,
    steps: Vec<Step>,
}

/// What waits for its right side: an operator, or a `(` at its offset.
#[derive(Clone, Copy, PartialEq)]
enum Pending {
    Open(usize),
    Or,
    And,
    Not,
}

#[derive(Clone, Copy, PartialEq)]
enum Lexeme<'a> {
    End,
    Open,
    Close,
    Not,
    And,
    Or,
    Tag(&'a str),
}

impl<'a> Parser<'a> {
    /// Operator precedence with an own stack, so that depth costs no recursion.
    fn parse(&mut self) -> Result<(), ConstraintError> {
        let mut pending = Vec::new();
        loop {
            self.operand(&mut pending)?;
            loop {
                let (offset, lexeme) = self.lex()?;
                match lexeme {
                    Lexeme::And => {
                        self.reduce(&mut pending, &[Pending::Not, Pending::And]);
                        pending.push(Pending::And);
                        break;
                    }
                    Lexeme::Or => {
                        self.reduce(&mut pending, &[Pending::Not, Pending::And, Pending::Or]);
                        pending.push(Pending::Or);
                        break;
                    }
                    Lexeme::Close => {
                        self.reduce(&mut pending, &[Pending::Not, Pending::And, Pending::Or]);
                        if pending.pop().is_none() {
                            return Err(error(offset, "unexpected token )"));
                        }
                        self.reduce(&mut pending, &[Pending::Not]);
                    }
                    Lexeme::End => {
                        self.reduce(&mut pending, &[Pending::Not, Pending::And, Pending::Or]);
                        return match pending.pop() {
                            None => Ok(()),
                            Some(Pending::Open(at)) => Err(error(at, "missing close paren")),
                            Some(_) => Err(error(offset, "unexpected end of expression")),
                        };
                    }
                    Lexeme::Tag(_) | Lexeme::Open | Lexeme::Not => {
                        return Err(error(offset, "unexpected token"));
                    }
                }
            }
        }
    }

    /// Reads `!`, `(` and one tag.
    fn operand(&mut self, pending: &mut Vec<Pending>) -> Result<(), ConstraintError> {
        loop {
            let (offset, lexeme) = self.lex()?;
            match lexeme {
                Lexeme::Tag(name) => {
                    self.terms += 1;
                    if self.terms > MAX_GO_BUILD {
                        return Err(error(offset, "build expression too large"));
                    }
                    self.steps.push(Step::Tag(name.into()));
                    self.reduce(pending, &[Pending::Not]);
                    return Ok(());
                }
                Lexeme::Open => pending.push(Pending::Open(offset)),
                Lexeme::Not if pending.last() == Some(&Pending::Not) => {
                    return Err(error(offset, "double negation not allowed"));
                }
                Lexeme::Not => pending.push(Pending::Not),
                Lexeme::End => return Err(error(offset, "unexpected end of expression")),
                Lexeme::Close | Lexeme::And | Lexeme::Or => {
                    return Err(error(offset, "unexpected token"));
                }
            }
        }
    }

    /// Writes out the waiting operators, as long as they are among `these`.
    fn reduce(&mut self, pending: &mut Vec<Pending>, these: &[Pending]) {
        while let Some(top) = pending.last().filter(|top| these.contains(top)) {
            self.steps.push(match top {
                Pending::Not => Step::Not,
                Pending::And => Step::And,
                _ => Step::Or,
            });
            pending.pop();
        }
    }

    fn lex(&mut self) -> Result<(usize, Lexeme<'a>), ConstraintError> {
        let rest = self.text[self.at..].trim_start_matches([' ', '\t']);
        let start = self.text.len() - rest.len();
        let (len, lexeme) = match rest.as_bytes() {
            [] => (0, Lexeme::End),
            [b'(', ..] => (1, Lexeme::Open),
            [b')', ..] => (1, Lexeme::Close),
            [b'!', ..] => (1, Lexeme::Not),
            [b'&', b'&', ..] => (2, Lexeme::And),
            [b'|', b'|', ..] => (2, Lexeme::Or),
            _ => {
                let len = rest.find(|c| !is_tag_char(c)).unwrap_or(rest.len());
                if len == 0 {
                    return Err(error(start, "invalid character"));
                }
                (len, Lexeme::Tag(&rest[..len]))
            }
        };
        self.at = start + len;
        Ok((start, lexeme))
    }
}

fn error(offset: usize, message: &'static str) -> ConstraintError {
    ConstraintError { offset, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(line: &str, tags: &[&str]) -> bool {
        Constraint::parse(line)
            .expect("valid constraint")
            .eval(&|tag| tags.contains(&tag))
    }

    #[test]
    fn go_build_lines_bind_as_in_go() {
        let line = "//go:build linux && !cgo || (darwin && (amd64 || arm64))";
        assert!(holds(line, &["linux"]));
        assert!(!holds(line, &["linux", "cgo"]));
        assert!(holds(line, &["darwin", "arm64"]));
        assert!(!holds(line, &["darwin"]));
        assert!(holds("//go:build !(a && b)", &["a"]));
        assert!(!holds("//go:build !(a || b) && c", &["b", "c"]));
        assert!(holds("//go:build\ta || b && c\n", &["a"]));
    }

    #[test]
    fn plus_build_lines_are_or_of_and() {
        let line = "// +build linux,!cgo darwin";
        assert!(holds(line, &["linux"]));
        assert!(!holds(line, &["linux", "cgo"]));
        assert!(holds(line, &["darwin", "cgo"]));
        assert!(holds("//+build !!x", &["ignore"]));
        assert!(!holds("// +build", &[]));
    }

    #[test]
    fn broken_lines_are_errors() {
        for line in [
            "//go:build",
            "//go:build a &",
            "//go:build a b",
            "//go:build (a",
            "//go:build a)",
            "//go:build !!a",
            "//go:build && a",
            "//go:build a &&",
            "//go:build ()",
            "//go:buildx a",
            "// build a",
            "//go:build a\nb",
        ] {
            assert!(Constraint::parse(line).is_err(), "{line}");
        }
        let deep = format!("//go:build {}a", "(".repeat(100_000));
        assert_eq!(
            Constraint::parse(&deep).map_err(|e| e.message),
            Err("missing close paren")
        );
    }

    #[test]
    fn implied_versions_are_those_of_go() {
        for (text, version) in [
            ("linux && go1.22", Some((1, 22))),
            ("(linux && go1.22) || (windows && go1.20)", Some((1, 20))),
            ("linux", None),
            ("linux || (windows && go1.22)", None),
            ("!go1.22", None),
            ("!!go1.22", None),
            ("!(linux || !go1.21)", Some((1, 21))),
            ("(linux && !linux && go1.20) || go1.21", Some((1, 20))),
            ("go1", Some((1, 0))),
        ] {
            let constraint = Constraint::parse(&format!("//go:build {text}"));
            assert_eq!(
                constraint.ok().and_then(|it| it.go_version()),
                version,
                "{text}"
            );
        }
    }
}
