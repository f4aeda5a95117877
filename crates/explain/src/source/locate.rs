//! The line of a dump in the source: which thing was used there, and whether the source is the one
//! that crashed.

use contend_base::FileId;
use contend_diagnose::{Diagnosis, Site, SiteRole};
use contend_rules::{Deed, FunctionPlace, Holder, Thing, Use};

use super::question::deeds;
use super::{Joined, Source};

/// What the dump says that was done to a map.
fn deed_of(site: &Site, diagnosis: &Diagnosis) -> Option<Deed> {
    match site.role {
        SiteRole::Write => Some(Deed::Writes),
        SiteRole::Read if diagnosis.fault().id == "map-iterate-write" => Some(Deed::Iterates),
        SiteRole::Read => Some(Deed::Reads),
        _ => None,
    }
}

fn word(deed: Deed) -> &'static str {
    match deed {
        Deed::Iterates => "iterates over",
        other => other.word(),
    }
}

/// The use of any other thing than a map that the dump names. Deferred calls run at the end of their
/// function and not at their line: the only thing of a kind is meant.
pub(super) fn locate_thing<'s>(
    way: &[Site],
    diagnosis: &Diagnosis,
    source: &Source<'s>,
    joined: &mut Joined,
) -> Option<&'s Use> {
    let wanted = deeds(diagnosis);
    let mut known = false;
    for site in way {
        let Some(function) = function_of(site, source) else {
            continue;
        };
        known = true;
        let inside: Vec<&Use> = uses_in(function, source)
            .filter(|it| wanted.contains(&it.deed))
            .collect();
        let at_line = inside.iter().filter(|it| line_of(it, source) == site.line);
        if let Some(found) = at_line.max_by_key(|it| is_set_elsewhere(it, source)) {
            return Some(found);
        }
        let mut holders: Vec<Holder> = inside.iter().map(|it| it.holder).collect();
        holders.sort_unstable();
        holders.dedup();
        let is_deferred = |it: &&&Use| {
            matches!(
                it.deed,
                Deed::Dones | Deed::Unlocks | Deed::ReadUnlocks | Deed::Closes
            )
        };
        if let ([_], Some(found)) = (&holders[..], inside.iter().find(is_deferred)) {
            return Some(found);
        }
    }
    let first = way.first()?;
    joined.notes.push(if known {
        format!(
            "Nothing of the kind is used at {}:{} in this source: it comes out of a call, or the \
             source is another version than the one that crashed.",
            last_part(&first.file),
            first.line
        )
    } else {
        format!(
            "`{}` is not in this source: another module, or another version.",
            first.function
        )
    });
    None
}

/// True for what is set somewhere else, too: what is nil at a line is not what was made there.
fn is_set_elsewhere(it: &Use, source: &Source<'_>) -> bool {
    let mut others = source.uses.iter();
    others.any(|other| other.is_of(it) && other.deed.changes() && other.location != it.location)
}

/// The map that a library was handed on the way to the crash, in the innermost code that is not a
/// library's; what is written elsewhere is the likeliest.
pub(super) fn locate_handed<'s>(way: &[Site], source: &Source<'s>) -> Option<&'s Use> {
    way.iter().find_map(|site| {
        let function = function_of(site, source)?;
        let is_likely = |it: &&&Use| is_set_elsewhere(it, source);
        let at_line: Vec<&Use> = uses_in(function, source)
            .filter(|it| line_of(it, source) == site.line)
            .collect();
        let near = || {
            // The value may have been put together on the lines above.
            let handed = uses_in(function, source).filter(|it| it.deed == Deed::Hands);
            let above: Vec<&Use> = handed
                .filter(|it| line_of(it, source) <= site.line)
                .collect();
            above.iter().rev().find(is_likely).copied()
        };
        let used = |it: &&&Use| is_likely(it) && it.through.is_some();
        let found = at_line
            .iter()
            .find(used)
            .or_else(|| at_line.iter().find(is_likely));
        found.copied().or_else(near)
    })
}

/// True if a thing is handed on at a line of the way.
pub(super) fn is_handed(thing: &Use, way: &[Site], source: &Source<'_>) -> bool {
    way.iter().any(|site| {
        function_of(site, source).is_some_and(|function| {
            uses_in(function, source).any(|it| {
                it.deed == Deed::Hands && it.is_of(thing) && line_of(it, source) == site.line
            })
        })
    })
}

/// The function that a frame is in.
pub(super) fn function_of<'s>(site: &Site, source: &Source<'s>) -> Option<&'s FunctionPlace> {
    let fit = |it: &FunctionPlace| tail(&site.file, &source.files.get(it.location.file).path);
    let functions = source.functions.iter();
    let same = functions.filter(|it| same_function(&site.function, &it.name));
    let inlined = || {
        let functions = source.functions.iter();
        functions.filter(|it| 0 < fit(it) && is_inlined_literal(&site.function, &it.name))
    };
    same.max_by_key(|it| fit(it))
        .or_else(|| inlined().max_by_key(|it| fit(it)))
}

fn uses_in<'s>(
    function: &FunctionPlace,
    source: &Source<'s>,
) -> impl Iterator<Item = &'s Use> + use<'s> {
    let own = function.location;
    source
        .uses
        .iter()
        .filter(move |it| it.location.file == own.file && own.span.contains(it.location.span.start))
}

fn line_of(it: &Use, source: &Source<'_>) -> u32 {
    let file = source.files.get(it.location.file);
    file.line_column(it.location.span.start).line
}

/// The use of a map that a site of the dump names. Says what does not fit.
pub(super) fn locate<'s>(
    site: &Site,
    diagnosis: &Diagnosis,
    source: &Source<'s>,
    joined: &mut Joined,
) -> Option<&'s Use> {
    let wanted = deed_of(site, diagnosis);
    let fits = |it: &&&Use| wanted.is_none_or(|deed| it.deed == deed);
    let Some(function) = function_of(site, source) else {
        return renamed(site, source, joined);
    };
    let file = source.files.get(function.location.file);
    let inside: Vec<&Use> = uses_in(function, source)
        .filter(|it| it.thing == Thing::Map && it.deed != Deed::Hands)
        .collect();
    let here: Vec<&Use> = inside
        .iter()
        .copied()
        .filter(|it| line_of(it, source) == site.line)
        .collect();
    let moved = tail(&site.file, &file.path) == 0;
    // A use in a call of a library, `json.Marshal(m)`, does not look like what it does.
    let other_deed = here.iter().find(fits).is_none() && inside.iter().any(|it| fits(&it));
    // A line may touch two maps: a write is what kills.
    let writes = wanted == Some(Deed::Writes);
    if let Some(found) = here
        .iter()
        .copied()
        .min_by_key(|it| (it.deed == Deed::Writes) != writes)
        && !moved
        && !other_deed
    {
        return Some(here.iter().find(fits).copied().unwrap_or(found));
    }
    let place = format!("{}:{}", (source.show)(&file.path), site.line);
    let first = file.line_column(function.location.span.start).line;
    let last = file.line_column(function.location.span.end).line;
    let text = line_text(source, function.location.file, site.line);
    let name = &site.function;
    joined.is_drifted = moved || !inside.is_empty();
    joined.notes.push(if moved {
        format!(
            "The source is not the version that crashed: `{name}` was in `{}`, here it is in `{}`.",
            last_part(&site.file),
            (source.show)(&file.path)
        )
    } else if !(first..=last).contains(&site.line) {
        joined.is_drifted = true;
        format!(
            "The source is not the version that crashed: {place} is not in `{name}`, which is at \
             lines {first} to {last}."
        )
    } else if inside.is_empty() {
        format!(
            "No map is used at {place} itself (`{text}`): it comes out of a call, or the source \
             is another version than the one that crashed."
        )
    } else {
        let deed = wanted.map_or("uses", word);
        format!(
            "The source is probably not the version that crashed: {place} {deed} no map (`{text}`)."
        )
    });
    let alike: Vec<&Use> = inside.iter().filter(fits).copied().collect();
    let (deed, candidates) = match wanted {
        Some(deed) if !alike.is_empty() => (word(deed), alike),
        _ => ("uses", inside),
    };
    let mut owners: Vec<(Holder, u8)> = candidates.iter().map(|it| (it.holder, it.depth)).collect();
    owners.sort_unstable();
    owners.dedup();
    if owners.len() != 1 {
        return None;
    }
    joined
        .notes
        .push(format!("Taken instead: the only map that `{name}` {deed}."));
    candidates.first().copied()
}

/// The use at the line that the dump names, in a function with another name.
fn renamed<'s>(site: &Site, source: &Source<'s>, joined: &mut Joined) -> Option<&'s Use> {
    let mut note = format!(
        "`{}` is not in this source: another module, or another version.",
        site.function
    );
    let at_line = |it: &&Use| line_of(it, source) == site.line && it.deed != Deed::Hands;
    // The name of the file alone says little: every program has a main.go.
    let same_path = |it: &&Use| 1 < tail(&site.file, &source.files.get(it.location.file).path);
    let found = source.uses.iter().filter(same_path).find(at_line);
    if let Some(found) = found {
        joined.is_drifted = true;
        note = format!(
            "{note} Taken instead: the same line of the same file, in `{}`.",
            found.function
        );
    }
    joined.notes.push(note);
    found
}

/// A line that started the goroutine and starts none in this source.
pub(super) fn unlike_start(diagnosis: &Diagnosis, source: &Source<'_>) -> Option<String> {
    let site = diagnosis
        .sites
        .iter()
        .find(|it| it.role == SiteRole::Started && 0 < it.line)?;
    let fit = |it: &FunctionPlace| tail(&site.file, &source.files.get(it.location.file).path);
    let same = |it: &&FunctionPlace| same_function(&site.function, &it.name) && 0 < fit(it);
    let best = source.functions.iter().filter(same).map(fit).max()?;
    let mut all = source
        .functions
        .iter()
        .filter(|it| same(it) && fit(it) == best);
    let (Some(function), None) = (all.next(), all.next()) else {
        return None; // a module may have several programs
    };
    let file = source.files.get(function.location.file);
    let text = line_text(source, function.location.file, site.line);
    let starts = ["go ", "Go(", "Func(", "}("]
        .iter()
        .any(|it| text.contains(it));
    (!starts).then(|| {
        format!(
            "The source is probably not the version that crashed: no goroutine starts at {}:{} \
             (`{text}`), where this one did.",
            (source.show)(&file.path),
            site.line
        )
    })
}

pub(super) fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn line_text(source: &Source<'_>, file: FileId, line: u32) -> String {
    let file = source.files.get(file);
    let bytes = file.slice(file.line_span(line));
    let text = String::from_utf8_lossy(bytes).trim().replace('`', "'");
    text.chars().take(80).collect()
}

/// True if a function of a dump is the declared function `name`, or a literal inside it. The
/// package of the main program is called `main` in dumps.
pub(super) fn same_function(dumped: &str, name: &str) -> bool {
    let dumped = without_type_arguments(dumped);
    let (package, rest) = split(&dumped);
    let (own_package, own) = split(name);
    let same_package = package == own_package || package == "main";
    let literal = rest.strip_prefix(own).is_some_and(|tail| {
        [".func", ".gowrap", ".deferwrap", "-range"]
            .iter()
            .any(|start| tail.starts_with(start))
    });
    same_package && (rest == own || literal)
}

/// True if a function of a dump is a literal of the declared function `name` that the compiler has
/// put into another one, of any package: `main.main.(*T).m.func2` of `example.com/shop.(*T).m`.
fn is_inlined_literal(dumped: &str, name: &str) -> bool {
    let dumped = without_type_arguments(dumped);
    let (_, own) = split(name);
    let Some(at) = dumped.rfind(".func") else {
        return false;
    };
    dumped[..at]
        .strip_suffix(own)
        .is_some_and(|outer| outer.ends_with('.') && !split(outer).1.is_empty())
}

/// The import path, and the rest of a name.
fn split(name: &str) -> (&str, &str) {
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    match name[slash..].find('.') {
        Some(dot) => (&name[..slash + dot], &name[slash + dot + 1..]),
        None => ("", name),
    }
}

fn without_type_arguments(name: &str) -> String {
    name.replace("[...]", "")
}

/// How many of the last parts of two paths are equal.
pub(super) fn tail(a: &str, b: &str) -> usize {
    let parts =
        |path: &str| -> Vec<String> { path.rsplit(['/', '\\']).map(str::to_owned).collect() };
    let (a, b) = (parts(a), parts(b));
    a.iter().zip(&b).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_dumps_are_found_by_their_declared_names() {
        for (dumped, name) in [
            ("main.(*counter).add", "example.com/shop/cmd.(*counter).add"),
            ("example.com/a/b.Get", "example.com/a/b.Get"),
            ("main.run.func1.2", "example.com/shop.run"),
            ("example.com/a.Set[...]", "example.com/a.Set"),
        ] {
            assert!(same_function(dumped, name), "{dumped}");
        }
        assert!(!same_function("main.running", "example.com/shop.run"));
        assert!(!same_function("example.com/b.Get", "example.com/a.Get"));
    }

    #[test]
    fn literals_of_inlined_functions_are_found() {
        for (dumped, name) in [
            (
                "main.main.(*mailer).send.func2",
                "example.com/m.(*mailer).send",
            ),
            ("main.main.deep.plain.func9", "example.com/m.plain"),
            ("main.main.Start.func6", "example.com/m/sub.Start"),
            ("main.main.(*G[...]).gen.func3", "example.com/m.(*G).gen"),
        ] {
            assert!(is_inlined_literal(dumped, name), "{dumped}");
            assert!(!same_function(dumped, name), "{dumped}");
        }
        assert!(!is_inlined_literal(
            "main.plain.func1",
            "example.com/m.plain"
        ));
        assert!(!is_inlined_literal(
            "main.main.explain.func1",
            "example.com/m.plain"
        ));
    }

    #[test]
    fn paths_are_compared_from_their_ends() {
        assert_eq!(
            tail("/build/app/store/map.go", "/home/x/app/store/map.go"),
            3
        );
        assert_eq!(tail("C:\\app\\main.go", "/src/app/main.go"), 2);
        assert_eq!(tail("a.go", "b.go"), 0);
    }
}
