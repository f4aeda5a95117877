//! Logs of old versions of public modules that were driven until they died, and of services of our
//! own: the first verdict must be right and name what the label names.

#![expect(clippy::disallowed_methods, reason = "the logs are a folder of files")]

use std::fs;
use std::path::Path;

use contend_explain::Explanation;

#[test]
fn the_first_screen_of_every_trial_names_the_fault_and_the_code_of_the_user() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/trials");
    let labels = fs::read_to_string(folder.join("labels.tsv")).unwrap();
    let mut wrong = Vec::new();
    let mut trials = 0;
    for label in labels.lines().filter(|line| !line.starts_with('#')) {
        let [name, classes, function] = label.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{label}");
        };
        trials += 1;
        let logs: Vec<Vec<u8>> = ["log.txt", "second.txt"]
            .iter()
            .filter_map(|file| fs::read(folder.join(name).join(file)).ok())
            .collect();
        let texts = logs.iter().map(|log| (name, log.as_slice()));
        let explanation = Explanation::of_texts(texts);
        let Some(first) = explanation.diagnoses.first() else {
            wrong.push(format!("{name}: nothing"));
            continue;
        };
        let right = classes.split(' ').any(|class| class == first.class.id);
        let named = first.headline.contains(function)
            || first
                .sites
                .iter()
                .any(|site| site.function.contains(function));
        if !right || !named {
            wrong.push(format!("{name}: {}: {}", first.class.id, first.headline));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(10 <= trials, "only {trials} trials");
}
