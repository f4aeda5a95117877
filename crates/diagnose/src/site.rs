//! Sites and words for members of a snapshot.

use contend_dumps::{Document, Frame};
use contend_sched::{Snapshot, package_of};

use crate::{Site, SiteRole};

pub(crate) fn of_frame(
    document: &Document<'_>,
    role: SiteRole,
    frame: &Frame,
    goroutines: usize,
    example: u64,
) -> Site {
    Site {
        role,
        function: document.name(frame.func).into_owned(),
        file: frame
            .file
            .map_or_else(String::new, |file| document.name(file).into_owned()),
        line: frame.line,
        goroutines,
        example,
    }
}

/// The place of [`frame`].
pub(crate) fn of_member(
    snapshot: &Snapshot<'_>,
    role: SiteRole,
    member: u32,
    goroutines: usize,
) -> Option<Site> {
    let frame = frame(snapshot, member)?;
    let id = id(snapshot, member);
    Some(of_frame(snapshot.document, role, frame, goroutines, id))
}

/// What is named where a place of a member is asked for.
pub(crate) fn frame<'d>(snapshot: &Snapshot<'d>, member: u32) -> Option<&'d Frame> {
    snapshot.telling_frame(member)
}

/// A dependency: the module of the code of a frame and its version, as their place in the module
/// cache or in a build with -trimpath says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dependency {
    pub(crate) module: String,
    pub(crate) version: String,
}

/// The dependency that the innermost code of a member belongs to, and the code of another module
/// that called it; `None` if the innermost code is no dependency's.
pub(crate) fn dependency(
    snapshot: &Snapshot<'_>,
    member: u32,
    goroutines: usize,
) -> Option<(Dependency, Option<Site>)> {
    let document = snapshot.document;
    let module = |frame: &Frame| dependency_of(&document.name(frame.file?));
    let inner = module(snapshot.user_frame(member)?)?;
    let caller = snapshot
        .user_frames(member)
        .find(|frame| module(frame).as_ref() != Some(&inner));
    let id = snapshot.members[member as usize].goroutine.id;
    let site = caller.map(|frame| of_frame(document, SiteRole::Called, frame, goroutines, id));
    Some((inner, site))
}

/// The innermost code of a member that is no dependency's, if a dependency's code stands above it.
pub(crate) fn own_caller(snapshot: &Snapshot<'_>, member: u32) -> Option<Site> {
    let document = snapshot.document;
    let is_own = |frame: &&Frame| {
        let file = frame.file.map(|file| document.name(file));
        file.is_some_and(|file| dependency_of(&file).is_none())
    };
    let own = snapshot.user_frames(member).position(|it| is_own(&it))?;
    let frame = snapshot.user_frames(member).nth(own)?;
    let id = id(snapshot, member);
    (0 < own).then(|| of_frame(document, SiteRole::Called, frame, 1, id))
}

/// The dependency that has called the innermost code of a member back, and the written code that
/// had called the dependency; `None` if none has.
pub(crate) fn calling_back(snapshot: &Snapshot<'_>, member: u32) -> Option<(Dependency, Site)> {
    let document = snapshot.document;
    let module = |frame: &Frame| dependency_of(&document.name(frame.file?));
    let outer = || snapshot.user_frames(member).skip(1);
    let dependency = module(outer().next()?)?;
    let caller = outer().find(|frame| module(frame).as_ref() != Some(&dependency))?;
    let id = id(snapshot, member);
    let site = of_frame(document, SiteRole::Called, caller, 1, id);
    Some((dependency, site))
}

/// Adds `site`, or counts it where it stands already; at most eight places.
pub(crate) fn add(sites: &mut Vec<Site>, site: Site) {
    const MOST: usize = 8;
    let same = sites.iter().position(|known| {
        known.role == site.role
            && known.function == site.function
            && known.file == site.file
            && known.line == site.line
    });
    match same {
        Some(slot) => sites[slot].goroutines += 1,
        None if sites.len() < MOST => sites.push(site),
        None => {}
    }
}

/// `github.com/a/b` and `v1.2.0` of `/go/pkg/mod/github.com/a/b@v1.2.0/c/d.go`.
fn dependency_of(file: &str) -> Option<Dependency> {
    let (path, rest) = file.split_once("@v")?;
    let path = path.rsplit_once("/pkg/mod/").map_or(path, |(_, path)| path);
    let version = rest.split(['/', '\\']).next()?;
    // The module cache writes capitals as `!` and the small letter.
    let mut module = String::with_capacity(path.len());
    let mut capital = false;
    for c in path.chars() {
        if c == '!' {
            capital = true;
        } else {
            module.push(if capital { c.to_ascii_uppercase() } else { c });
            capital = false;
        }
    }
    Some(Dependency {
        module,
        version: format!("v{version}"),
    })
}

/// Who called the function that a member is in, in code that the user has written.
pub(crate) fn caller(snapshot: &Snapshot<'_>, member: u32) -> Option<Site> {
    let own = snapshot.user_frame(member)?;
    let mut frames = snapshot.user_frames(member).skip_while(|it| *it != own);
    let document = snapshot.document;
    let caller = frames.find(|frame| {
        let is_written = !document.name(frame.func).contains(".gowrap");
        is_written && frame.func != own.func
    })?;
    let id = id(snapshot, member);
    Some(of_frame(document, SiteRole::Called, caller, 1, id))
}

/// The written code that a member came through, the innermost first.
pub(crate) fn way(snapshot: &Snapshot<'_>, member: u32) -> Vec<Site> {
    const MOST: usize = 32;
    let id = id(snapshot, member);
    let frames = snapshot.user_frames(member).take(MOST);
    frames
        .map(|frame| of_frame(snapshot.document, SiteRole::Called, frame, 1, id))
        .collect()
}

/// Where a member was started; where a library did that for somebody who asked it, who that was.
pub(crate) fn of_creator(snapshot: &Snapshot<'_>, member: u32, goroutines: usize) -> Option<Site> {
    let document = snapshot.document;
    let goroutine = snapshot.members[member as usize].goroutine;
    let creator = &goroutine.creator.as_ref()?.frame;
    let role = SiteRole::Started;
    let starter = of_frame(document, role, creator, goroutines, goroutine.id);
    Some(asked_for(snapshot, member, &starter).unwrap_or(starter))
}

/// What a goroutine runs that was started by a method `Go` or by a timer is mostly a literal: the
/// function around it has asked for the goroutine. Where in it, the dump does not say.
fn asked_for(snapshot: &Snapshot<'_>, member: u32, starter: &Site) -> Option<Site> {
    let method = starter.function.rsplit('.').next()?;
    let is_timer = starter.function == "time.goFunc"; // of time.AfterFunc
    if !matches!(method, "Go" | "TryGo") && !is_timer {
        return None;
    }
    let document = snapshot.document;
    let is_own =
        |frame: &&Frame| package_of(&document.name(frame.func)) != package_of(&starter.function);
    let literal = snapshot.user_frames(member).filter(is_own).last()?;
    let name = document.name(literal.func);
    let around = function_around(&name)?;
    let file = literal.file.map(|it| document.name(it).into_owned());
    Some(Site {
        function: around.to_owned(),
        file: file.unwrap_or_default(),
        line: 0,
        ..starter.clone()
    })
}

/// `main.run` of `main.run.func1`, `main.run.func2.1` and `main.run.gowrap1`; `None` for a function
/// that is no literal.
fn function_around(literal: &str) -> Option<&str> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_of_literal = |part: &str| {
        let marks = ["func", "gowrap", "deferwrap"];
        is_number(part)
            || marks
                .iter()
                .any(|it| part.strip_prefix(it).is_some_and(is_number))
    };
    let mut around = literal;
    while let Some((rest, part)) = around.rsplit_once('.')
        && is_of_literal(part)
    {
        around = rest;
    }
    (around.len() < literal.len()).then_some(around)
}

/// `main.run` of a member, for sentences.
pub(crate) fn function(snapshot: &Snapshot<'_>, member: u32) -> String {
    frame(snapshot, member).map_or_else(
        || "an unknown function".to_owned(),
        |frame| snapshot.document.name(frame.func).into_owned(),
    )
}

/// `1 goroutine`, `3 goroutines`.
pub(crate) fn count(n: usize, word: &str) -> String {
    if n == 1 {
        format!("1 {word}")
    } else {
        format!("{n} {word}s")
    }
}

/// `1 goroutine waits`, `3 goroutines wait`.
pub(crate) fn waiters(n: usize) -> String {
    let verb = if n == 1 { "waits" } else { "wait" };
    format!("{} {verb}", count(n, "goroutine"))
}

/// The number of a member's goroutine.
pub(crate) fn id(snapshot: &Snapshot<'_>, member: u32) -> u64 {
    snapshot.members[member as usize].goroutine.id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_around_a_literal_is_known_by_its_name() {
        for (literal, around) in [
            ("main.run.func1", Some("main.run")),
            ("a/b.(*T).m.func2.1", Some("a/b.(*T).m")),
            ("main.run.gowrap3", Some("main.run")),
            ("main.run.gowrap3.func1", Some("main.run")),
            ("main.function", None),
            ("main.(*T).m-fm", None),
        ] {
            assert_eq!(function_around(literal), around, "{literal}");
        }
    }

    #[test]
    fn dependencies_are_read_from_both_kinds_of_paths() {
        let of = |file| dependency_of(file).map(|d| format!("{} {}", d.module, d.version));
        assert_eq!(
            of("/go/pkg/mod/github.com/!burnt!sushi/toml@v0.3.1/decode.go").as_deref(),
            Some("github.com/BurntSushi/toml v0.3.1")
        );
        assert_eq!(
            of("github.com/spf13/viper@v1.4.0/viper.go").as_deref(),
            Some("github.com/spf13/viper v1.4.0")
        );
        assert_eq!(of("/src/app/main.go"), None);
    }
}
