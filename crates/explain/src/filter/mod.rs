//! Expressions that narrow down the goroutines of a dump: `state=="chan receive" && age>10m`.
//!
//! ```text
//! or      = and { "||" and }
//! and     = not { "&&" not }
//! not     = "!" not | "(" or ")" | test
//! test    = FIELD OPERATOR VALUE
//! ```
//!
//! Fields with texts: `state`, `func` (any function of the stack), `top` (the innermost function
//! of the user's code), `file` (any file of the stack), `creator`, `label` (any value),
//! `label.KEY`, `source`. They take `==`, `!=`, `~` and `!~`, the latter two with a regular
//! expression that may match anywhere. Fields with numbers: `age` (`90s`, `10m`, `2h`, `1d`; plain
//! numbers are minutes), `count` (of its group) and `id`; they take the six comparisons.

mod parse;

use std::fmt;

use regex_lite::Regex;

/// An expression over goroutines.
#[derive(Clone, Debug)]
pub struct Filter {
    root: Node,
}

/// Why a filter could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// The expression.
    pub text: String,
    /// Where in it, in characters from 0.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            text,
            column,
            message,
        } = self;
        write!(f, "{message}\n  {text}\n  {:column$}^", "")
    }
}

impl std::error::Error for FilterError {}

#[derive(Clone, Debug)]
enum Node {
    Or(Vec<Node>),
    And(Vec<Node>),
    Not(Box<Node>),
    Text(TextField, TextTest),
    Number(NumberField, Compare, u64),
}

/// A field whose values are texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TextField {
    State,
    Func,
    Top,
    File,
    Creator,
    /// Any label.
    AnyLabel,
    Label(String),
    Source,
}

/// A field that is a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberField {
    /// Minutes.
    Age,
    Count,
    Id,
}

#[derive(Clone, Debug)]
enum TextTest {
    Is(String),
    Matches(Regex),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compare {
    Equal,
    Less,
    LessOrEqual,
}

/// What an expression is about: one goroutine, or one stack of a profile.
pub(crate) trait Subject {
    /// True if one of the values of `field` passes `test`.
    fn any(&self, field: &TextField, test: &dyn Fn(&str) -> bool) -> bool;
    /// The value of `field`.
    fn number(&self, field: NumberField) -> u64;
}

impl Filter {
    /// Reads an expression.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse::parse(text).map(|root| Self { root })
    }

    pub(crate) fn matches(&self, subject: &dyn Subject) -> bool {
        self.root.matches(subject)
    }
}

impl Node {
    fn matches(&self, subject: &dyn Subject) -> bool {
        match self {
            Self::Or(parts) => parts.iter().any(|part| part.matches(subject)),
            Self::And(parts) => parts.iter().all(|part| part.matches(subject)),
            Self::Not(inner) => !inner.matches(subject),
            Self::Text(field, TextTest::Is(wanted)) => subject.any(field, &|text| text == wanted),
            Self::Text(field, TextTest::Matches(regex)) => {
                subject.any(field, &|text| regex.is_match(text))
            }
            Self::Number(field, compare, bound) => {
                let value = subject.number(*field);
                match compare {
                    Compare::Equal => value == *bound,
                    Compare::Less => value < *bound,
                    Compare::LessOrEqual => value <= *bound,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct One;

    impl Subject for One {
        fn any(&self, field: &TextField, test: &dyn Fn(&str) -> bool) -> bool {
            let values: &[&str] = match field {
                TextField::State => &["chan receive"],
                TextField::Func => &["runtime.chanrecv1", "main.(*Pool).worker"],
                TextField::Top => &["main.(*Pool).worker"],
                TextField::File => &["/src/pool.go"],
                TextField::Creator => &["main.start"],
                TextField::AnyLabel => &["acme", "7"],
                TextField::Label(key) if key == "tenant" => &["acme"],
                TextField::Label(_) => &[],
                TextField::Source => &["dump.txt"],
            };
            values.iter().any(|value| test(value))
        }

        fn number(&self, field: NumberField) -> u64 {
            match field {
                NumberField::Age => 12,
                NumberField::Count => 300,
                NumberField::Id => 41,
            }
        }
    }

    #[test]
    fn expressions_hold_or_do_not() {
        for (text, wanted) in [
            (r#"state=="chan receive" && age>10m && func~"worker""#, true),
            (r#"state == "chan send" || count >= 300"#, true),
            (r#"state=="chan send" || count>300 && id==41"#, false),
            (
                r#"!(func~"^main\." && top!="main.x") || file!~"pool""#,
                false,
            ),
            (
                r#"label.tenant=="acme" && label=="7" && label.x!="y""#,
                true,
            ),
            (r"age<1h && age<=12 && age>90s && age!=2d", true),
            (r#"creator=="main.start" && !(id<41) && !!(id<42)"#, true),
            (r#"source~"\.txt$""#, true),
        ] {
            let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(filter.matches(&One), wanted, "{text}");
        }
    }

    #[test]
    fn errors_point_at_the_column() {
        for (text, column, message) in [
            ("", 0, "a field, `!` or `(` was expected"),
            (
                "stat==\"x\"",
                0,
                "there is no field `stat`; did you mean `state`?",
            ),
            (
                "state==chan",
                7,
                "`state` is compared with a text in quotes",
            ),
            (
                "state>\"x\"",
                5,
                "`state` is a text; it takes ==, !=, ~ and !~",
            ),
            (
                "age~\"x\"",
                3,
                "`age` is a number; it takes ==, !=, <, <=, > and >=",
            ),
            ("age>10y", 4, "a time is a number with s, m, h or d"),
            ("count>\"x\"", 6, "`count` is compared with a number"),
            ("func~\"(\"", 5, "this is no regular expression"),
            ("func~\"x", 5, "this text does not end"),
            ("(id==1", 6, "`)` was expected"),
            ("id==1 id==2", 6, "`&&` or `||` was expected"),
            ("id==1 & id==2", 6, "`&&` or `||` was expected"),
            (
                "id",
                2,
                "an operator was expected: ==, !=, <, <=, >, >=, ~ or !~",
            ),
        ] {
            let error = Filter::parse(text).unwrap_err();
            assert_eq!(error.column, column, "{text}: {}", error.message);
            assert!(error.message.starts_with(message), "{}", error.message);
        }
        let error = Filter::parse("id==1 && stat==\"x\"")
            .unwrap_err()
            .to_string();
        let lines: Vec<&str> = error.lines().skip(1).collect();
        assert_eq!(lines, ["  id==1 && stat==\"x\"", "           ^"]);
    }

    #[test]
    fn a_deep_expression_is_refused() {
        let text = "!".repeat(10_000) + "(id==1)";
        assert!(Filter::parse(&text).is_err());
    }
}
