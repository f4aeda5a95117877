//! A line of text under a cursor.

use super::Key;

/// A line that is typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Edit {
    text: String,
    /// In bytes, between two characters.
    cursor: usize,
}

impl Edit {
    pub(super) fn at_end(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            cursor: text.len(),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What stands in front of the cursor.
    pub(super) fn head(&self) -> &str {
        &self.text[..self.cursor]
    }

    /// What a key does; true if the text is another one now.
    pub(super) fn press(&mut self, key: Key) -> bool {
        let before = self.text.len();
        let previous = self.head().chars().next_back().map_or(0, char::len_utf8);
        let next = self.text[self.cursor..].chars().next();
        let next = next.map_or(0, char::len_utf8);
        match key {
            Key::Char(c) => {
                self.text.insert(self.cursor, c);
                self.cursor += c.len_utf8();
            }
            Key::Backspace => self.cut(self.cursor - previous, self.cursor),
            Key::Delete => self.cut(self.cursor, self.cursor + next),
            Key::Control('u') => self.cut(0, self.cursor),
            Key::Control('w') => {
                let words = self.head().trim_end();
                let start = words.rfind(' ').map_or(0, |at| at + 1);
                self.cut(start, self.cursor);
            }
            Key::Left => self.cursor -= previous,
            Key::Right => self.cursor += next,
            Key::Home | Key::Control('a') => self.cursor = 0,
            Key::End | Key::Control('e') => self.cursor = self.text.len(),
            _ => {}
        }
        before != self.text.len()
    }

    fn cut(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_several_bytes_are_moved_over_and_cut_as_one() {
        let mut edit = Edit::at_end("top~\"é\"");
        edit.press(Key::Left);
        assert!(edit.press(Key::Backspace));
        assert_eq!(edit.text(), "top~\"\"");
        assert!(edit.press(Key::Char('ß')) && !edit.press(Key::Right));
        assert_eq!((edit.text(), edit.head()), ("top~\"ß\"", "top~\"ß\""));
        assert!(!edit.press(Key::Delete) && !edit.press(Key::Home));
        assert!(!edit.press(Key::Backspace) && edit.press(Key::Delete));
        assert_eq!(edit.text(), "op~\"ß\"");
    }

    #[test]
    fn words_and_the_whole_are_cut() {
        let mut edit = Edit::at_end("age>1m && id==1");
        edit.press(Key::Control('w'));
        assert_eq!(edit.text(), "age>1m && ");
        edit.press(Key::Control('w'));
        assert_eq!(edit.text(), "age>1m ");
        edit.press(Key::Control('u'));
        assert_eq!(edit.text(), "");
        assert!(!edit.press(Key::Control('w')));
    }
}
