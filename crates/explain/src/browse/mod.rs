//! The view of groups in a terminal: what it shows, and what each key changes.
//!
//! It knows no terminal: keys come in as [`Key`], and it draws into a frame of ratatui, so that all
//! of it can be tested in memory.

mod draw;
mod edit;

use self::edit::Edit;
use crate::groups::{Crowd, GroupLine, narrowed};
use crate::{Filter, FilterError};

/// A key that means something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Char(char),
    /// Control and a letter.
    Control(char),
    Enter,
    Escape,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
}

/// What follows a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Draw, and wait for the next one.
    Draw,
    /// The user has seen enough.
    Leave,
}

/// By what the groups are put in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Count,
    Age,
    Function,
}

/// What has the keys.
#[derive(Clone, Debug)]
enum Focus {
    Groups,
    /// The expression, with what stood there before.
    Filter {
        before: String,
    },
    /// The stack of the selected group, from this line on.
    Stack {
        from: usize,
    },
    Help,
}

/// Groups of goroutines, narrowed by an expression that can be typed.
#[derive(Debug)]
pub struct Browser {
    title: String,
    crowds: Vec<Crowd>,
    all: usize,
    /// Those who pass the last expression that could be read.
    lines: Vec<GroupLine>,
    edit: Edit,
    error: Option<FilterError>,
    /// Earlier expressions, the last one last.
    history: Vec<String>,
    selected: usize,
    order: Order,
    focus: Focus,
    color: bool,
    /// Rows of the list that were drawn last: a page.
    page: usize,
}

impl Browser {
    /// All groups, or those of `filter`. Without `color`, only bold and reversed text is used.
    pub fn new(title: &str, crowds: Vec<Crowd>, filter: &str, color: bool) -> Self {
        let all = narrowed(&crowds, None);
        let mut browser = Self {
            title: title.to_owned(),
            crowds,
            all: goroutines(&all),
            lines: all,
            edit: Edit::at_end(filter),
            error: None,
            history: Vec::new(),
            selected: 0,
            order: Order::Count,
            focus: Focus::Groups,
            color,
            page: 1,
        };
        browser.narrow();
        browser
    }

    /// The expression that holds now.
    pub fn filter(&self) -> &str {
        self.edit.text()
    }

    /// What a key does.
    pub fn press(&mut self, key: Key) -> Next {
        if key == Key::Control('c') {
            return Next::Leave;
        }
        match &mut self.focus {
            Focus::Groups => return self.in_groups(key),
            Focus::Filter { .. } => self.in_filter(key),
            Focus::Stack { from } => match scrolled(*from, key, self.page) {
                Some(line) => *from = line,
                None => self.focus = Focus::Groups,
            },
            Focus::Help => self.focus = Focus::Groups,
        }
        Next::Draw
    }

    fn in_groups(&mut self, key: Key) -> Next {
        match key {
            Key::Char('q') | Key::Escape => return Next::Leave,
            Key::Char('/') => {
                let before = self.edit.text().to_owned();
                self.edit = Edit::at_end(&before);
                self.focus = Focus::Filter { before };
            }
            Key::Enter if !self.lines.is_empty() => self.focus = Focus::Stack { from: 0 },
            Key::Char('?') => self.focus = Focus::Help,
            Key::Char('o') => {
                self.order = match self.order {
                    Order::Count => Order::Age,
                    Order::Age => Order::Function,
                    Order::Function => Order::Count,
                };
                self.sort();
            }
            Key::Char('u') => {
                if let Some(before) = self.history.pop() {
                    self.edit = Edit::at_end(&before);
                    self.narrow();
                }
            }
            Key::Char('a') => self.replace(""),
            Key::Char(letter @ ('s' | 'f' | 'c' | 'x')) => self.narrow_to_selected(letter),
            Key::Char('k') => self.move_to(scrolled(self.selected, Key::Up, self.page)),
            Key::Char('j') => self.move_to(scrolled(self.selected, Key::Down, self.page)),
            key => self.move_to(scrolled(self.selected, key, self.page)),
        }
        Next::Draw
    }

    fn in_filter(&mut self, key: Key) {
        match (key, &self.focus) {
            (Key::Enter, Focus::Filter { before }) if self.error.is_none() => {
                if before != self.edit.text() {
                    self.history.push(before.clone());
                }
                self.focus = Focus::Groups;
            }
            (Key::Escape, Focus::Filter { before }) => {
                self.edit = Edit::at_end(before);
                self.focus = Focus::Groups;
                self.narrow();
            }
            (key, _) => {
                if self.edit.press(key) {
                    self.narrow();
                }
            }
        }
    }

    /// Adds what the selected group has in common to the expression, or keeps the group out.
    fn narrow_to_selected(&mut self, letter: char) {
        let Some(group) = self.lines.get(self.selected) else {
            return;
        };
        let (field, operator, value) = match letter {
            's' => ("state", "==", &group.state),
            'c' => ("creator", "==", &group.creator),
            'x' => ("top", "!=", &group.function),
            _ => ("top", "==", &group.function),
        };
        let test = format!("{field}{operator}\"{}\"", value.replace('"', "\\\""));
        let filter = match self.edit.text().trim() {
            "" => test,
            // `&&` binds closer than what may stand there.
            now if now.contains("||") => format!("({now}) && {test}"),
            now => format!("{now} && {test}"),
        };
        self.replace(&filter);
    }

    fn replace(&mut self, filter: &str) {
        if filter != self.edit.text() {
            self.history.push(self.edit.text().to_owned());
            self.edit = Edit::at_end(filter);
            self.narrow();
        }
    }

    /// Applies the expression. While it cannot be read, the groups stay as they are.
    fn narrow(&mut self) {
        let text = self.edit.text();
        let filter = match text.trim() {
            "" => Ok(None),
            _ => Filter::parse(text).map(Some),
        };
        match filter {
            Ok(filter) => {
                self.error = None;
                self.lines = narrowed(&self.crowds, filter.as_ref());
                self.selected = 0;
                self.sort();
            }
            Err(error) => self.error = Some(error),
        }
    }

    fn sort(&mut self) {
        match self.order {
            Order::Count => self.lines.sort_by_key(|it| std::cmp::Reverse(it.count)),
            Order::Age => self.lines.sort_by_key(|it| std::cmp::Reverse(it.minutes.1)),
            Order::Function => self.lines.sort_by(|a, b| a.function.cmp(&b.function)),
        }
    }

    fn move_to(&mut self, line: Option<usize>) {
        if let Some(line) = line {
            self.selected = line.min(self.lines.len().saturating_sub(1));
        }
    }
}

fn goroutines(lines: &[GroupLine]) -> usize {
    lines.iter().fold(0, |sum, it| sum.saturating_add(it.count))
}

/// The line after a key that moves; `None` if it is none. The end is the caller's to know.
fn scrolled(line: usize, key: Key, page: usize) -> Option<usize> {
    Some(match key {
        Key::Up => line.saturating_sub(1),
        Key::Down => line.saturating_add(1),
        Key::PageUp => line.saturating_sub(page),
        Key::PageDown => line.saturating_add(page),
        Key::Home => 0,
        Key::End => usize::MAX,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
