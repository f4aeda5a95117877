//! From the text of an expression to its tree.

use regex_lite::Regex;

use super::{Compare, FilterError, Node, NumberField, TextField, TextTest};

/// Parentheses and `!` inside each other; people write two or three.
const DEPTH: usize = 64;

const FIELDS: [&str; 10] = [
    "state", "func", "top", "file", "creator", "label", "source", "age", "count", "id",
];

pub(super) fn parse(text: &str) -> Result<Node, FilterError> {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
    };
    let root = parser.or()?;
    parser.blanks();
    if parser.rest().is_empty() {
        Ok(root)
    } else {
        Err(parser.error(parser.at, "`&&` or `||` was expected"))
    }
}

struct Parser<'t> {
    text: &'t str,
    /// In bytes.
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn or(&mut self) -> Result<Node, FilterError> {
        self.list("||", Self::and, Node::Or)
    }

    fn and(&mut self) -> Result<Node, FilterError> {
        self.list("&&", Self::not, Node::And)
    }

    fn list(
        &mut self,
        between: &str,
        part: fn(&mut Self) -> Result<Node, FilterError>,
        join: fn(Vec<Node>) -> Node,
    ) -> Result<Node, FilterError> {
        let first = part(self)?;
        let mut all = vec![first];
        while self.takes(between) {
            all.push(part(self)?);
        }
        Ok(match all.len() {
            1 => all.swap_remove(0),
            _ => join(all),
        })
    }

    fn not(&mut self) -> Result<Node, FilterError> {
        self.blanks();
        let start = self.at;
        let negated = self.takes("!");
        if !negated && !self.takes("(") {
            return self.test();
        }
        self.depth += 1;
        if DEPTH < self.depth {
            return Err(self.error(start, "too many `(` and `!` inside each other"));
        }
        let inner = if negated {
            Node::Not(Box::new(self.not()?))
        } else {
            let inner = self.or()?;
            if !self.takes(")") {
                return Err(self.error(self.at, "`)` was expected"));
            }
            inner
        };
        self.depth -= 1;
        Ok(inner)
    }

    fn test(&mut self) -> Result<Node, FilterError> {
        let start = self.at;
        let name = self.name();
        if name.is_empty() {
            return Err(self.error(start, "a field, `!` or `(` was expected"));
        }
        match (text_field(name), number_field(name)) {
            (Some(field), _) => self.text_test(name, field),
            (_, Some(field)) => self.number_test(name, field),
            (None, None) => Err(self.error(start, &no_field(name))),
        }
    }

    fn text_test(&mut self, name: &str, field: TextField) -> Result<Node, FilterError> {
        let (operator, at) = self.operator()?;
        let negated = operator.starts_with('!');
        let is_regex = operator.ends_with('~');
        if !is_regex && operator != "==" && operator != "!=" {
            let message = format!("`{name}` is a text; it takes ==, !=, ~ and !~");
            return Err(self.error(at, &message));
        }
        self.blanks();
        let at = self.at;
        let value = match self.quoted() {
            Some(value) => value,
            None if self.rest().starts_with('"') => {
                return Err(self.error(at, "this text does not end"));
            }
            None => {
                let message = format!("`{name}` is compared with a text in quotes: \"...\"");
                return Err(self.error(at, &message));
            }
        };
        let test = if is_regex {
            let regex = Regex::new(&value).map_err(|error| {
                let message = format!("this is no regular expression: {error}");
                self.error(at, &message)
            })?;
            TextTest::Matches(regex)
        } else {
            TextTest::Is(value)
        };
        Ok(negate(Node::Text(field, test), negated))
    }

    fn number_test(&mut self, name: &str, field: NumberField) -> Result<Node, FilterError> {
        let (operator, at) = self.operator()?;
        let (compare, negated) = match operator {
            "==" => (Compare::Equal, false),
            "!=" => (Compare::Equal, true),
            "<" => (Compare::Less, false),
            "<=" => (Compare::LessOrEqual, false),
            ">" => (Compare::LessOrEqual, true),
            ">=" => (Compare::Less, true),
            _ => {
                let message = format!("`{name}` is a number; it takes ==, !=, <, <=, > and >=");
                return Err(self.error(at, &message));
            }
        };
        self.blanks();
        let at = self.at;
        let word = self.name();
        let value = if field == NumberField::Age {
            minutes(word).ok_or("a time is a number with s, m, h or d: 90s, 10m, 2h".to_owned())
        } else {
            let number = word.parse().ok();
            number.ok_or_else(|| format!("`{name}` is compared with a number"))
        };
        match value {
            Ok(value) => Ok(negate(Node::Number(field, compare, value), negated)),
            Err(message) => Err(self.error(at, &message)),
        }
    }

    /// The operator, and where it stands.
    fn operator(&mut self) -> Result<(&'static str, usize), FilterError> {
        self.blanks();
        let at = self.at;
        // Longer ones first.
        for operator in ["==", "!=", "!~", "<=", ">=", "<", ">", "~"] {
            if self.takes(operator) {
                return Ok((operator, at));
            }
        }
        let message = "an operator was expected: ==, !=, <, <=, >, >=, ~ or !~";
        Err(self.error(at, message))
    }

    /// Letters, digits and what keys of labels have besides.
    fn name(&mut self) -> &'t str {
        self.blanks();
        let rest = self.rest();
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
        let length = rest.find(|c| !inside(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// A text in quotes; `\"` stands for a quote, other backslashes are kept for expressions.
    fn quoted(&mut self) -> Option<String> {
        let inner = self.rest().strip_prefix('"')?;
        let mut text = String::new();
        let mut chars = inner.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 2;
                    return Some(text);
                }
                '\\' if chars.next_if(|(_, next)| *next == '"').is_some() => text.push('"'),
                other => text.push(other),
            }
        }
        None
    }

    fn takes(&mut self, token: &str) -> bool {
        self.blanks();
        let found = self.rest().starts_with(token);
        self.at += if found { token.len() } else { 0 };
        found
    }

    fn blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn error(&self, at: usize, message: &str) -> FilterError {
        FilterError {
            text: self.text.to_owned(),
            column: self.text[..at].chars().count(),
            message: message.to_owned(),
        }
    }
}

fn negate(node: Node, negated: bool) -> Node {
    if negated {
        Node::Not(Box::new(node))
    } else {
        node
    }
}

fn text_field(name: &str) -> Option<TextField> {
    Some(match name {
        "state" => TextField::State,
        "func" => TextField::Func,
        "top" => TextField::Top,
        "file" => TextField::File,
        "creator" => TextField::Creator,
        "label" => TextField::AnyLabel,
        "source" => TextField::Source,
        _ => TextField::Label(name.strip_prefix("label.")?.to_owned()),
    })
}

fn number_field(name: &str) -> Option<NumberField> {
    match name {
        "age" => Some(NumberField::Age),
        "count" => Some(NumberField::Count),
        "id" => Some(NumberField::Id),
        _ => None,
    }
}

/// Dumps count whole minutes, so seconds are rounded up: what is older than 90 s shows 2 minutes.
fn minutes(word: &str) -> Option<u64> {
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number: u64 = word[..digits].parse().ok()?;
    match &word[digits..] {
        "s" => Some(number.div_ceil(60)),
        "" | "m" => Some(number),
        "h" => number.checked_mul(60),
        "d" => number.checked_mul(24 * 60),
        _ => None,
    }
}

fn no_field(name: &str) -> String {
    let alike = |field: &&&str| field.starts_with(name) || name.starts_with(**field);
    match FIELDS.iter().find(alike) {
        Some(field) => format!("there is no field `{name}`; did you mean `{field}`?"),
        None => format!(
            "there is no field `{name}`; fields are {}",
            FIELDS.join(", ")
        ),
    }
}
