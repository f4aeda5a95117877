use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::*;
use crate::{Explanation, Input, Listing};

const DUMP: &str = "\
goroutine 1 [semacquire, 12 minutes]:
sync.runtime_Semacquire(0xc000010000)
	/go/src/runtime/sema.go:71 +0x25
main.main()
	/src/main.go:9 +0x1d

goroutine 7 [chan receive, 12 minutes]:
main.worker(0xc000020000)
	/src/work.go:20 +0x1d
created by main.main in goroutine 1
	/src/main.go:7 +0x1d

goroutine 8 [chan receive, 3 minutes]:
main.worker(0xc000020000)
	/src/work.go:20 +0x1d
created by main.main in goroutine 1
	/src/main.go:7 +0x1d

goroutine 9 [chan send]:
main.produce(0xc000020000)
	/src/work.go:40 +0x1d
created by main.start in goroutine 1
	/src/main.go:8 +0x1d
";

fn browser(filter: &str) -> Browser {
    let input = Input {
        name: "dump.txt".to_owned(),
        size: None,
        reader: Box::new(DUMP.as_bytes()),
    };
    let (explanation, errors) = Explanation::of_inputs([input], Listing::Every);
    assert!(errors.is_empty());
    Browser::new("dump.txt", explanation.crowds, filter, false)
}

fn screen(browser: &mut Browser, width: u16, height: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| browser.draw(frame)).unwrap();
    let rows = terminal.backend().to_string();
    let rows = rows.lines().map(|row| row.trim_matches('"').trim_end());
    rows.collect::<Vec<_>>().join("\n")
}

fn typed(browser: &mut Browser, text: &str) {
    for c in text.chars() {
        assert_eq!(browser.press(Key::Char(c)), Next::Draw);
    }
}

fn shown(browser: &Browser) -> Vec<(usize, &str)> {
    let lines = browser.lines.iter();
    lines.map(|it| (it.count, it.function.as_str())).collect()
}

#[test]
fn the_first_screen_has_groups_and_the_stack_of_the_first() {
    let screen = screen(&mut browser(""), 90, 24);
    assert!(screen.starts_with("dump.txt"), "{screen}");
    assert!(screen.contains("3 groups, 4 goroutines"), "{screen}");
    assert!(
        screen.contains("      2 chan receive 3-12m    main.worker  /src/work.go:20"),
        "{screen}"
    );
    assert!(screen.contains("goroutine 7 and 1 more"), "{screen}");
    assert!(screen.contains("started by main.main"), "{screen}");
}

#[test]
fn an_expression_narrows_while_it_is_typed() {
    let mut browser = browser("");
    typed(&mut browser, "/age>10m");
    assert_eq!(shown(&browser), [(1, "main.worker"), (1, "main.main")]);
    typed(&mut browser, " && top~\"wor");
    // Not readable yet: what was found before stays, and the reason is shown.
    assert_eq!(browser.lines.len(), 2);
    let now = screen(&mut browser, 90, 24);
    assert!(now.contains("^ this text does not end"), "{now}");
    assert_eq!(browser.press(Key::Enter), Next::Draw);
    assert!(matches!(browser.focus, Focus::Filter { .. }));
    typed(&mut browser, "k\"");
    assert_eq!(shown(&browser), [(1, "main.worker")]);
    browser.press(Key::Enter);
    let now = screen(&mut browser, 90, 24);
    assert!(now.contains("1 group, 1 of 4 goroutines"), "{now}");
    browser.press(Key::Char('u'));
    assert_eq!((browser.filter(), browser.lines.len()), ("", 3));
}

#[test]
fn escape_brings_the_expression_before_back() {
    let mut browser = browser("state==\"chan send\"");
    assert_eq!(shown(&browser), [(1, "main.produce")]);
    browser.press(Key::Char('/'));
    browser.press(Key::Control('u'));
    assert_eq!(browser.lines.len(), 3);
    browser.press(Key::Escape);
    assert_eq!(browser.filter(), "state==\"chan send\"");
    assert_eq!(browser.lines.len(), 1);
    assert_eq!(browser.press(Key::Escape), Next::Leave);
}

#[test]
fn the_selected_group_narrows_by_what_it_has() {
    let mut browser = browser("age>1m || id==9");
    browser.press(Key::Char('x'));
    assert_eq!(
        browser.filter(),
        "(age>1m || id==9) && top!=\"main.worker\""
    );
    assert_eq!(shown(&browser), [(1, "main.main"), (1, "main.produce")]);
    browser.press(Key::Down);
    browser.press(Key::Char('c'));
    assert_eq!(shown(&browser), [(1, "main.produce")]);
    browser.press(Key::Char('a'));
    assert_eq!(browser.lines.len(), 3);
    browser.press(Key::Char('u'));
    assert_eq!(shown(&browser), [(1, "main.produce")]);
}

#[test]
fn selection_and_order_stay_inside_the_list() {
    let mut browser = browser("");
    for key in [Key::End, Key::Down, Key::PageDown] {
        browser.press(key);
    }
    assert_eq!(browser.selected, 2);
    browser.press(Key::Char('o'));
    assert_eq!(shown(&browser)[2], (1, "main.produce"));
    browser.press(Key::Char('o'));
    assert_eq!(shown(&browser)[0], (1, "main.main"));
    browser.press(Key::Enter);
    let now = screen(&mut browser, 90, 24);
    assert!(!now.contains("count"), "{now}");
    browser.press(Key::Escape);
    assert!(matches!(browser.focus, Focus::Groups));
}

#[test]
fn no_terminal_is_too_small() {
    let mut browser = browser("top~\"(");
    for keys in ["", "?", "x/"] {
        typed(&mut browser, keys);
        for size in [(1, 1), (3, 2), (10, 5), (20, 16), (200, 3)] {
            screen(&mut browser, size.0, size.1);
        }
    }
}
