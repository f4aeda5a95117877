//! Prose on lines of a width.

/// Breaks `text` at spaces into lines of at most `width` characters; the first starts with
/// `first`, the others with as many spaces.
pub(crate) fn wrapped(text: &str, first: &str, width: usize) -> String {
    let indent = first.chars().count();
    let mut out = first.to_owned();
    let mut column = indent;
    for (i, word) in text.split(' ').enumerate() {
        let len = word.chars().count();
        if 0 < i {
            if width < column + 1 + len && indent < column {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', indent));
                column = indent;
            } else {
                out.push(' ');
                column += 1;
            }
        }
        out.push_str(word);
        column += len;
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hang_below_the_first_word() {
        assert_eq!(wrapped("aa bb cc", "- ", 8), "- aa bb\n  cc\n");
    }
}
