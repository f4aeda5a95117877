//! How the view looks.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Cell, Clear, Paragraph, Row, Table, TableState, Wrap};

use super::{Browser, Focus, Order, goroutines};
use crate::GroupLine;

/// Below so many rows the stack has no place beside the list; Enter shows it.
const ROWS_FOR_BOTH: u16 = 14;

const HELP: &str = "\
/      type an expression; Enter keeps it, Esc goes back
s f c  only the state, the function, the creator of the selected group
x      without the function of the selected group
u      back to the expression before      a  all groups again
o      order: count, age, function
Enter  the whole stack                    q  leave

state func top file creator source label label.KEY
       == != ~ !~ \"text\"      ~ takes a regular expression
age count id
       == != < <= > >= number    age: 90s 10m 2h 1d
&& || ! ( )

state==\"chan receive\" && age>10m && !(creator~\"^net/http\")";

impl Browser {
    /// Draws into all of `frame`.
    pub fn draw(&mut self, frame: &mut Frame<'_>) {
        let [head, filter, error, body, foot] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Length(u16::from(self.error.is_some())),
            Constraint::Min(1),
            Constraint::Length(1),
        ])
        .areas(frame.area());
        self.draw_head(frame, head);
        self.draw_filter(frame, filter, error);
        match self.focus {
            Focus::Stack { from } => {
                let from = self.draw_stack(frame, body, from);
                self.focus = Focus::Stack { from };
                self.page = usize::from(body.height.saturating_sub(2)).max(1);
            }
            _ if body.height < ROWS_FOR_BOTH => self.draw_groups(frame, body),
            _ => {
                let parts = [Constraint::Fill(3), Constraint::Fill(2)];
                let [groups, stack] = Layout::vertical(parts).areas(body);
                self.draw_groups(frame, groups);
                self.draw_stack(frame, stack, self.near_user_code(stack.height));
            }
        }
        self.draw_foot(frame, foot);
        if matches!(self.focus, Focus::Help) {
            self.draw_help(frame, body);
        }
    }

    fn draw_head(&self, frame: &mut Frame<'_>, area: Rect) {
        let shown = goroutines(&self.lines);
        let (n, s) = (self.lines.len(), plural(self.lines.len()));
        let counts = match self.all {
            all if all == shown => format!("{n} group{s}, {all} goroutine{}", plural(all)),
            all => format!("{n} group{s}, {shown} of {all} goroutines"),
        };
        let parts = [
            Constraint::Fill(1),
            Constraint::Length(counts.chars().count() as u16),
        ];
        let [left, right] = Layout::horizontal(parts).spacing(1).areas(area);
        let title = Line::styled(&self.title, Modifier::BOLD);
        frame.render_widget(title, left);
        frame.render_widget(Line::raw(counts), right);
    }

    fn draw_filter(&self, frame: &mut Frame<'_>, area: Rect, below: Rect) {
        let typing = matches!(self.focus, Focus::Filter { .. });
        let label = Span::styled("filter ", self.ink(Color::Cyan));
        let text = match self.edit.text() {
            "" if !typing => Span::styled("none; / to type one", Modifier::DIM),
            text => Span::raw(text),
        };
        // A long expression moves along, so that the cursor stays in sight.
        let column = Span::raw(self.edit.head()).width() as u16;
        let offset = if typing {
            (column + 8).saturating_sub(area.width)
        } else {
            0
        };
        let line = Paragraph::new(Line::from(vec![label, text]));
        frame.render_widget(line.scroll((0, offset)), area);
        if typing {
            let x = (area.x + 7 + column).saturating_sub(offset);
            frame.set_cursor_position(Position::new(x, area.y));
        }
        if let Some(error) = &self.error {
            // Under the character that could not be read.
            let column = (7 + error.column).saturating_sub(usize::from(offset));
            let first = error.message.lines().next().unwrap_or_default();
            let room = usize::from(below.width).saturating_sub(first.chars().count() + 2);
            let line = format!("{:width$}^ {first}", "", width = column.min(room));
            frame.render_widget(Line::styled(line, self.ink(Color::Red)), below);
        }
    }

    fn draw_groups(&mut self, frame: &mut Frame<'_>, area: Rect) {
        let mark = |order: Order| if self.order == order { "▾" } else { "" };
        let heads = [
            format!("{:>7}", format!("count{}", mark(Order::Count))),
            "state".to_owned(),
            format!("age{}", mark(Order::Age)),
            format!("function{}", mark(Order::Function)),
            "place".to_owned(),
        ];
        let state = widest(&self.lines, |it| it.state.len()).clamp(5, 24);
        let function = widest(&self.lines, |it| it.function.chars().count());
        // What the other columns and four gaps leave is shared.
        let room = usize::from(area.width).saturating_sub(7 + state + 8 + 4);
        let function = function.clamp(8, (room * 3 / 5).max(8));
        let widths = [7, state as u16, 8, function as u16];
        let widths = widths.map(Constraint::Length);
        let place = room.saturating_sub(function);
        let rows = self.lines.iter().map(|it| row(it, function, place));
        let table = Table::new(rows, widths.into_iter().chain([Constraint::Fill(1)]))
            .header(Row::new(heads).style(Modifier::BOLD))
            .row_highlight_style(Modifier::REVERSED);
        let mut state = TableState::default().with_selected(Some(self.selected));
        self.page = usize::from(area.height.saturating_sub(1)).max(1);
        if self.lines.is_empty() {
            let text = "no goroutine passes; u goes back, a shows all";
            frame.render_widget(Line::raw(text), area);
        } else {
            frame.render_stateful_widget(table, area, &mut state);
        }
    }

    /// Draws the stack from a line on; gives the line that it could begin with.
    fn draw_stack(&self, frame: &mut Frame<'_>, area: Rect, from: usize) -> usize {
        let block = Block::new().borders(Borders::TOP);
        let Some(group) = self.lines.get(self.selected) else {
            frame.render_widget(block, area);
            return 0;
        };
        let title = match (group.example, group.count) {
            (0, _) => format!(" {} ", group.source),
            (id, 1) => format!(" goroutine {id}, {} ", group.source),
            (id, n) => format!(" goroutine {id} and {} more, {} ", n - 1, group.source),
        };
        let lines = self.stack_lines(group);
        let height = usize::from(area.height.saturating_sub(1));
        let from = from.min(lines.len().saturating_sub(height));
        let text = Paragraph::new(lines).block(block.title(title));
        frame.render_widget(text.scroll((from as u16, 0)), area);
        from
    }

    /// The line of the stack from which on the user's function stands in so many rows.
    fn near_user_code(&self, height: u16) -> usize {
        let Some(group) = self.lines.get(self.selected) else {
            return 0;
        };
        let mut stack = group.stack.iter();
        let at = stack.position(|(name, _)| *name == group.function);
        (at.unwrap_or(0) + 4).saturating_sub(usize::from(height))
    }

    fn stack_lines<'a>(&self, group: &'a GroupLine) -> Vec<Line<'a>> {
        let function = widest(&group.stack, |it| it.0.chars().count()).min(60);
        let mut lines = Vec::new();
        if !group.labels.is_empty() {
            let labels = group.labels.iter().map(|(k, v)| format!("{k}={v:?}"));
            lines.push(Line::raw(format!(
                "labels {}",
                labels.collect::<Vec<_>>().join(", ")
            )));
        }
        for (name, place) in &group.stack {
            let style = if *name == group.function {
                Style::new().add_modifier(Modifier::BOLD)
            } else {
                Style::new()
            };
            let name = Span::styled(format!("{name:function$}  "), style);
            lines.push(Line::from(vec![name, Span::raw(place)]));
        }
        if !group.creator.is_empty() {
            let label = Span::styled("started by ", self.ink(Color::Cyan));
            lines.push(Line::from(vec![label, Span::raw(&group.creator)]));
        }
        lines
    }

    fn draw_foot(&self, frame: &mut Frame<'_>, area: Rect) {
        let text = match self.focus {
            Focus::Groups => {
                "/ filter  s state  f function  c creator  x without  u back  a all  o order  Enter stack  ? help  q quit"
            }
            Focus::Filter { .. } => {
                "Enter keep  Esc back  state func top file creator source label.KEY age count id"
            }
            Focus::Stack { .. } => "↑ ↓ scroll  any other key: back",
            Focus::Help => "any key: back",
        };
        frame.render_widget(Line::styled(text, Modifier::DIM), area);
    }

    fn draw_help(&self, frame: &mut Frame<'_>, body: Rect) {
        let (width, height) = (70, HELP.lines().count() as u16 + 2);
        let area = body.centered(Constraint::Max(width), Constraint::Max(height));
        frame.render_widget(Clear, area);
        let block = Block::bordered().border_style(self.ink(Color::Cyan));
        let text = Paragraph::new(HELP).wrap(Wrap { trim: false });
        frame.render_widget(text.block(block), area);
    }

    fn ink(&self, color: Color) -> Style {
        if self.color {
            Style::new().fg(color)
        } else {
            Style::new().add_modifier(Modifier::BOLD)
        }
    }
}

fn row(group: &GroupLine, function: usize, place: usize) -> Row<'_> {
    let age = match group.minutes {
        (_, 0) => String::new(),
        (young, old) if young == old => format!("{old}m"),
        (young, old) => format!("{young}-{old}m"),
    };
    Row::new([
        Cell::from(format!("{:>7}", group.count)),
        Cell::from(group.state.as_str()),
        Cell::from(age),
        Cell::from(ending(&group.function, function)),
        Cell::from(ending(&group.place, place)),
    ])
}

/// The last characters: ends of names and paths tell more than their starts.
fn ending(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let rest = text.chars().skip(length - width.saturating_sub(1));
    std::iter::once('…').chain(rest).collect()
}

fn widest<T>(all: &[T], width: impl Fn(&T) -> usize) -> usize {
    all.iter().map(width).max().unwrap_or(0)
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}
