//! Nothing committed names a machine: no path of one, no host that packages come from.

use super::TextFile;

/// Hosts that serve packages, in halves so that this file does not name them either.
const HOSTS: [(&str, &str); 8] = [
    ("proxy", "golang.org"),
    ("sum", "golang.org"),
    ("index", "crates.io"),
    ("static", "crates.io"),
    ("pypi", "org"),
    ("files", "pythonhosted.org"),
    ("registry", "npmjs.org"),
    ("deb", "debian.org"),
];

/// Cargo writes where each package came from, and means the registry by its well-known name.
const EXEMPT: [&str; 1] = ["Cargo.lock"];

/// The paths of this machine that would tell where a file was written: its home and this checkout.
pub(super) fn of_this_machine() -> Vec<String> {
    let mut words = vec![format!("{}/", crate::workspace::root().display())];
    if let Some(home) = std::env::var_os("HOME") {
        words.push(format!("{}/", home.to_string_lossy()));
    }
    // A home at the root of the file system would make a word that every path contains.
    words.retain(|word| 2 < word.len());
    words
}

/// Breaches in all committed text.
pub(super) fn check(files: &[TextFile], machine: &[String]) -> Vec<String> {
    let hosts = HOSTS.map(|(label, domain)| format!("{label}.{domain}"));
    let mut breaches = Vec::new();
    for file in files {
        if EXEMPT.iter().any(|exempt| file.path.as_os_str() == *exempt) {
            continue;
        }
        for (index, line) in file.text.lines().enumerate() {
            for word in hosts
                .iter()
                .chain(machine)
                .filter(|word| line.contains(word.as_str()))
            {
                let (path, line) = (file.path.display(), index + 1);
                breaches.push(format!(
                    "{path}:{line}: `{word}` belongs to a machine, not in here"
                ));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn a_path_of_this_machine_or_a_package_host_is_found() {
        let machine = vec!["/home/somebody/".to_owned()];
        let text = format!("fine\nGOPROXY=https://{}.golang.org\n", "proxy");
        assert_eq!(check(&[file("docs/a.md", &text)], &machine).len(), 1);
        let found = check(&[file("a.txt", "see /home/somebody/x\n")], &machine);
        assert!(found[0].starts_with("a.txt:1: `/home/somebody/`"));
        assert!(check(&[file("Cargo.lock", &text)], &machine).is_empty());
    }

    #[test]
    fn this_file_passes_its_own_check() {
        let own = file("xtask/src/tidy/words.rs", include_str!("words.rs"));
        assert!(check(&[own], &[]).is_empty());
    }
}
