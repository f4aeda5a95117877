//! What the names of functions say by convention about when they run.

/// Functions that are called before a value is used, by the names that Go programs give them.
/// Who calls an exported method, and when, is not to be seen; for others ownership tells.
pub fn is_setup_name(name: &str) -> bool {
    let words = [
        "New",
        "new",
        "Make",
        "make",
        "init",
        "Init",
        "setup",
        "Setup",
        "SetUp",
        "Open",
        "With",
        "with",
        "main",
        "Must",
        "build",
        "Build",
        "Parse",
        "parse",
        "Provision",
        "provision",
        "Unmarshal",
        "unmarshal",
        "Decode",
        "decode",
        "Clone",
        "clone",
        "Copy",
        "DeepCopy",
        "Configure",
        "configure",
    ];
    words.iter().any(|word| name.starts_with(word))
}

/// Exported functions that say how a value is to work: whoever makes the value calls them, mostly before
/// others have it.
pub fn is_configuring_name(name: &str) -> bool {
    let verbs = [
        "Configure",
        "Declare",
        "Define",
        "Init",
        "Install",
        "Override",
        "Parse",
        "Provide",
        "Provision",
        "Register",
        "Set",
        "Setup",
        "Use",
        "With",
    ];
    let goes_on = |rest: &str| rest.starts_with(|it: char| it.is_ascii_lowercase());
    let mut rests = verbs.iter().filter_map(|verb| name.strip_prefix(verb));
    rests.any(|rest| !goes_on(rest))
}

/// Functions that end the life of a value: what they do is usually after everything else.
pub fn is_end_name(name: &str) -> bool {
    let words = [
        "Close", "Stop", "Shutdown", "Wait", "Destroy", "Release", "String", "Reset",
    ];
    words.iter().any(|word| name.starts_with(word))
}

/// Functions after which nobody uses the value, or the program, any more.
pub fn is_last_name(name: &str) -> bool {
    let words = [
        "close", "stop", "shutdown", "destroy", "cleanup", "exit", "teardown", "finish",
    ];
    let name = name.to_ascii_lowercase();
    words.iter().any(|word| name.starts_with(word))
}

/// Functions that begin what others join later: what they write is usually before everything else.
pub fn is_start_name(name: &str) -> bool {
    let words = [
        "start",
        "run",
        "serve",
        "listen",
        "connect",
        "dial",
        "launch",
        "load",
        "register",
        "prepare",
        "open",
        "ensure",
        "repair",
        "setdefaults",
        "from",
    ];
    let name = name.to_ascii_lowercase();
    words.iter().any(|word| name.starts_with(word))
}

/// Methods by which `sort` and `container/heap` work on a value, under the locks of who calls those.
pub fn is_sort_name(name: &str) -> bool {
    matches!(name, "Len" | "Less" | "Swap" | "Push" | "Pop")
}
