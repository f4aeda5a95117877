//! One dump, with each goroutine's wait worked out and equal stacks put together.

use std::hash::{Hash as _, Hasher as _};

use contend_dumps::{Document, Dump, Frame, Goroutine, Headline, HeadlineKind};
use rustc_hash::{FxHashMap, FxHasher};

use crate::{Role, Roles, Waiting};

/// One goroutine of a snapshot.
#[derive(Clone, Debug)]
pub struct Member<'d> {
    /// What was printed.
    pub goroutine: &'d Goroutine,
    /// What it does.
    pub waiting: Waiting,
    /// The slot of the innermost frame of the user's code in its stack; `None` if there is none.
    /// Of a goroutine that panicked, deferred functions that ran since do not count.
    pub user: Option<u32>,
}

/// Goroutines that stand at the same place for the same reason.
#[derive(Clone, Debug)]
pub struct Group {
    /// Slots of [`Snapshot::members`], in the order of the dump.
    pub members: Vec<u32>,
    /// What they do.
    pub waiting: Waiting,
    /// The longest wait in minutes.
    pub oldest: u32,
    /// The shortest wait in minutes.
    pub youngest: u32,
}

/// A dump as a model.
#[derive(Debug)]
pub struct Snapshot<'d> {
    /// What it was read from.
    pub document: &'d Document<'d>,
    /// Which of its dumps.
    pub dump: &'d Dump,
    /// The role of each function.
    pub roles: &'d Roles,
    /// All goroutines, in the order of the dump.
    pub members: Vec<Member<'d>>,
    /// Equal goroutines together, the largest group first.
    pub groups: Vec<Group>,
}

impl<'d> Snapshot<'d> {
    /// The model of `dump`, which is one of `document`, as are the roles.
    pub fn of(document: &'d Document<'d>, roles: &'d Roles, dump: &'d Dump) -> Self {
        let goroutines = &document.goroutines[dump.goroutines.as_usize()];
        let panicked = panicked(document, dump);
        let members: Vec<_> = goroutines
            .iter()
            .map(|goroutine| member(document, roles, goroutine, panicked))
            .collect();
        let groups = groups(document, &members);
        Self {
            document,
            dump,
            roles,
            members,
            groups,
        }
    }

    /// The stack of a member.
    pub fn stack(&self, member: u32) -> &'d [Frame] {
        let goroutine = self.members[member as usize].goroutine;
        self.document.stack(goroutine.frames)
    }

    /// The innermost frame of the user's code.
    pub fn user_frame(&self, member: u32) -> Option<&'d Frame> {
        let slot = self.members[member as usize].user?;
        self.stack(member).get(slot as usize)
    }

    /// The innermost frame of the user's code. Where there is none, what tells most of the library:
    /// the innermost frame of what runs, the function that it was started with of what waits.
    pub fn telling_frame(&self, member: u32) -> Option<&'d Frame> {
        let stack = self.stack(member);
        let tells = |frame: &&Frame| {
            let name = self.document.name_bytes(frame.func);
            !name.starts_with(b"runtime.") && name != b"panic"
        };
        let library = || match self.members[member as usize].waiting {
            Waiting::Running => stack.iter().find(tells),
            _ => stack.iter().rfind(tells),
        };
        let user = self.user_frame(member);
        user.or_else(library).or_else(|| stack.first())
    }

    /// The frames of the user's code, innermost first.
    pub fn user_frames(&self, member: u32) -> impl Iterator<Item = &'d Frame> + '_ {
        let first = self.members[member as usize].user;
        let first = first.map_or(usize::MAX, |slot| slot as usize);
        self.stack(member)
            .iter()
            .skip(first)
            .filter(|frame| self.roles.get(frame.func) == Role::User)
    }

    /// The outermost frame of the function that a `sync.Once` runs for a member; `None` for those
    /// who run none, or only wait for one.
    pub fn once_function(&self, member: u32) -> Option<&'d Frame> {
        let stack = self.stack(member);
        let first = self.members[member as usize].user? as usize;
        let is = |role: Role| move |frame: &Frame| self.roles.get(frame.func) == role;
        let once = first + stack[first..].iter().position(is(Role::Once))?;
        stack[..once].iter().rfind(|frame| is(Role::User)(frame))
    }

    /// True if the stack has a function with this role.
    pub fn passes(&self, member: u32, role: Role) -> bool {
        self.stack(member)
            .iter()
            .any(|frame| self.roles.get(frame.func) == role)
    }

    /// True for goroutines that the runtime keeps for itself.
    pub fn is_system(&self, member: u32) -> bool {
        let member = &self.members[member as usize];
        member.goroutine.is_scheduler()
            || member.waiting == Waiting::Idle
            || member.user.is_none() && self.starts_in_runtime(member.goroutine)
    }

    fn starts_in_runtime(&self, goroutine: &Goroutine) -> bool {
        goroutine.creator.as_ref().is_some_and(|creator| {
            self.document
                .name_bytes(creator.frame.func)
                .starts_with(b"runtime.")
        })
    }
}

/// True if a panic is why the goroutines were printed.
fn panicked(document: &Document<'_>, dump: &Dump) -> bool {
    let mut headlines = document.headlines[dump.headlines.as_usize()].iter();
    let is_fatal = |it: &Headline| it.kind == HeadlineKind::Fatal;
    let is_panic = |it: &Headline| matches!(it.kind, HeadlineKind::Panic | HeadlineKind::HttpPanic);
    // A program that recovers a panic may log the stack alone.
    headlines.len() == 0 || !headlines.clone().any(is_fatal) && headlines.any(is_panic)
}

fn member<'d>(
    document: &'d Document<'_>,
    roles: &Roles,
    goroutine: &'d Goroutine,
    panicked: bool,
) -> Member<'d> {
    let stack = document.stack(goroutine.frames);
    let runs = document.name_bytes(goroutine.state) == b"running";
    let panic = |frame: &Frame| document.name_bytes(frame.func) == b"panic";
    let first = if panicked && runs {
        stack.iter().rposition(panic).unwrap_or(0)
    } else {
        0
    };
    let inner = |from: usize| {
        let mut frames = stack.iter().enumerate().skip(from);
        frames.find(|(_, frame)| roles.get(frame.func) == Role::User)
    };
    let user = inner(first).or_else(|| inner(0));
    let user = user.map(|(slot, _)| slot as u32);
    let telling = || {
        let library = &stack[..user.map_or(stack.len(), |slot| slot as usize)];
        let mut roles = library.iter().map(|frame| roles.get(frame.func));
        // The outermost says most: a write lock takes a mutex inside.
        roles.rfind(|role| {
            matches!(
                role,
                Role::MutexLock | Role::WriteLock | Role::ReadLock | Role::GroupWait | Role::Once
            )
        })
    };
    Member {
        goroutine,
        waiting: Waiting::of(document.name_bytes(goroutine.state), telling),
        user,
    }
}

/// Puts goroutines with equal states, stacks and creators together. Arguments, offsets and minutes
/// do not count.
fn groups(document: &Document<'_>, members: &[Member<'_>]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut by_hash: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
    for (slot, member) in members.iter().enumerate() {
        let candidates = by_hash.entry(hash_of(document, member)).or_default();
        let known = candidates.iter().copied().find(|group| {
            let first = groups[*group as usize].members[0];
            alike(document, member, &members[first as usize])
        });
        let minutes = member.goroutine.wait_minutes;
        if let Some(group) = known {
            let group = &mut groups[group as usize];
            group.members.push(slot as u32);
            group.oldest = group.oldest.max(minutes);
            group.youngest = group.youngest.min(minutes);
        } else {
            candidates.push(groups.len() as u32);
            groups.push(Group {
                members: vec![slot as u32],
                waiting: member.waiting,
                oldest: minutes,
                youngest: minutes,
            });
        }
    }
    groups.sort_by_key(|group| (std::cmp::Reverse(group.members.len()), group.members[0]));
    groups
}

fn hash_of(document: &Document<'_>, member: &Member<'_>) -> u64 {
    let mut hasher = FxHasher::default();
    member.goroutine.state.hash(&mut hasher);
    for frame in document.stack(member.goroutine.frames) {
        frame.func.hash(&mut hasher);
        frame.line.hash(&mut hasher);
    }
    let creator = member.goroutine.creator.as_ref();
    creator.map(|creator| creator.frame.func).hash(&mut hasher);
    hasher.finish()
}

fn alike(document: &Document<'_>, a: &Member<'_>, b: &Member<'_>) -> bool {
    let place = |frame: &Frame| (frame.func, frame.file, frame.line);
    let creator = |member: &Member<'_>| member.goroutine.creator.map(|c| place(&c.frame));
    let (left, right) = (
        document.stack(a.goroutine.frames),
        document.stack(b.goroutine.frames),
    );
    a.goroutine.state == b.goroutine.state
        && left.len() == right.len()
        && creator(a) == creator(b)
        && left.iter().map(place).eq(right.iter().map(place))
}
