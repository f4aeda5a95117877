//! `contend explain --interactive`: the terminal around the view of groups.

use std::io;

use anyhow::Context;
use contend_explain::{Browser, Key, Next};
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// Shows `browser` until the user leaves. Keys come from the terminal, also where standard input is
/// a file.
pub(super) fn run(browser: &mut Browser) -> anyhow::Result<()> {
    ratatui::run(|terminal| -> io::Result<()> {
        loop {
            terminal.draw(|frame| browser.draw(frame))?;
            // Everything else, a new size above all, is drawn and no more.
            if let Event::Key(event) = event::read()?
                && let Some(key) = key(event)
                && browser.press(key) == Next::Leave
            {
                return Ok(());
            }
        }
    })
    .context("using the terminal")
}

fn key(event: KeyEvent) -> Option<Key> {
    // Windows tells of releases too.
    if event.kind == KeyEventKind::Release {
        return None;
    }
    Some(match event.code {
        KeyCode::Char(c) if event.modifiers.contains(KeyModifiers::CONTROL) => Key::Control(c),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        _ => return None,
    })
}
