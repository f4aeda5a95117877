//! `contend rule`: the pages of the rules, offline.

use std::io::Write;

use contend_finding::RuleMeta;

use crate::args;
use crate::commands::Exit;
use crate::failure::hinted;

pub(crate) fn run(args: &args::Rule, out: &mut dyn Write) -> anyhow::Result<Exit> {
    let Some(word) = &args.rule else {
        for rule in contend_rules::ALL {
            writeln!(
                out,
                "{}  {:<22} {:<8} {}",
                rule.code,
                rule.name,
                rule.severity.to_string(),
                rule.summary
            )?;
        }
        return Ok(Exit::Clean);
    };
    let rule = contend_rules::find(word).ok_or_else(|| unknown(word))?;
    out.write_all(page(rule).as_bytes())?;
    Ok(Exit::Clean)
}

/// A rule's page with its facts below the title.
pub(super) fn page(rule: &RuleMeta) -> String {
    let facts = format!(
        "{} · {} · {} · since {}\n",
        rule.code, rule.severity, rule.group, rule.since
    );
    match rule.doc.split_once('\n') {
        Some((title, rest)) => format!("{title}\n\n{facts}{rest}"),
        None => facts,
    }
}

fn unknown(word: &str) -> anyhow::Error {
    let distance = |rule: &&&RuleMeta| strsim::damerau_levenshtein(rule.name, word);
    let near = contend_rules::ALL
        .iter()
        .min_by_key(distance)
        .filter(|it| distance(it) < 5);
    let help = match near {
        Some(rule) => format!("did you mean `{}`?", rule.name),
        None => "`contend rule --list` names all rules".to_owned(),
    };
    hinted(format!("there is no rule `{word}`"), help)
}
