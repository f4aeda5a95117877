//! Sections of documentation that a command writes.

use std::fs;

use anyhow::Context as _;

use crate::workspace;

/// Puts `body` in place of what stands under `## title` in the page, or at its end.
pub(super) fn replace_section(page: &str, title: &str, body: &str) -> anyhow::Result<()> {
    let path = workspace::root().join(page);
    let old = fs::read_to_string(&path).with_context(|| format!("reading {page}"))?;
    fs::write(&path, replaced(&old, title, body))?;
    println!("wrote {page}");
    Ok(())
}

fn replaced(page: &str, title: &str, body: &str) -> String {
    let heading = format!("## {title}");
    let (mut before, mut after, mut state) = (String::new(), String::new(), 0);
    for line in page.lines() {
        if line == heading {
            state = 1;
        } else if state == 1 && line.starts_with("## ") {
            state = 2;
        }
        let part = match state {
            0 => &mut before,
            1 => continue,
            _ => &mut after,
        };
        part.push_str(line);
        part.push('\n');
    }
    let text = format!(
        "{}\n\n{heading}\n\n{}\n\n{}",
        before.trim_end(),
        body.trim_end(),
        after
    );
    format!("{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_section_changes() {
        let page = "# Page\n\n## One\n\nold\n\n## Two\n\ntext\n";
        let new = replaced(page, "One", "new");
        assert_eq!(new, "# Page\n\n## One\n\nnew\n\n## Two\n\ntext\n");
        assert_eq!(replaced(&new, "One", "new"), new);
        assert_eq!(replaced("# Page\n", "One", "a"), "# Page\n\n## One\n\na\n");
    }
}
