//! Counts as a table: how many of the faults were found, how many of the sound twins were reported.

/// What was counted over one group of programs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) faulty: usize,
    pub(super) found: usize,
    pub(super) sound: usize,
    pub(super) reported: usize,
}

impl Tally {
    pub(super) fn add(&mut self, other: Tally) {
        self.faulty += other.faulty;
        self.found += other.found;
        self.sound += other.sound;
        self.reported += other.reported;
    }
}

/// Prints a row for each group and one for all of them.
pub(super) fn print(title: &str, group: &str, rows: &[(String, Tally)]) {
    let mut total = Tally::default();
    println!("{title}\n");
    println!("| {group} | races | found | | sound | reported | |");
    println!("|---|---|---|---|---|---|---|");
    for (name, tally) in rows {
        println!("{}", row(name, *tally));
        total.add(*tally);
    }
    println!("{}", row("all", total));
}

fn row(name: &str, tally: Tally) -> String {
    let Tally {
        faulty,
        found,
        sound,
        reported,
    } = tally;
    let (recall, wrong) = (percent(found, faulty), percent(reported, sound));
    format!("| {name} | {faulty} | {found} | {recall} | {sound} | {reported} | {wrong} |")
}

/// A share with one digit behind the point.
pub(super) fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    // Tenths, rounded to the nearest.
    let tenths = (part * 1000 + whole / 2) / whole;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_and_nothing_of_nothing_has_none() {
        assert_eq!(percent(2, 3), "66.7 %");
        assert_eq!(percent(3, 3), "100.0 %");
        assert_eq!(percent(0, 0), "-");
    }
}
