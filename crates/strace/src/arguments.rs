//! Arguments of a call, as text.

/// The arguments, split at commas that stand in no string, bracket or structure.
pub(crate) fn split(args: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut quoted, mut escaped) = (0, 0_u32, false, false);
    for (at, byte) in args.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(args[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    let last = args[start..].trim();
    if !last.is_empty() {
        parts.push(last);
    }
    parts
}

/// `7<TCP:[..]>`: the number and what it is, which is empty without `-y`.
pub(crate) fn descriptor(arg: &str) -> Option<(i32, &str)> {
    let digits = arg.bytes().take_while(u8::is_ascii_digit).count();
    let number = arg[..digits].parse().ok()?;
    let rest = &arg[digits..];
    if rest.is_empty() {
        return Some((number, ""));
    }
    Some((number, rest.strip_prefix('<')?.strip_suffix('>')?))
}

/// The text of a string argument, escapes and all.
pub(crate) fn string(arg: &str) -> Option<&str> {
    arg.trim_end_matches('.')
        .strip_prefix('"')?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_in_strings_and_structures_split_nothing() {
        let parts = split(r#"7<UNIX:[1->2,"/a"]>, {a=1, b=[2, 3]}, "x\", y", 4"#);
        assert_eq!(parts.len(), 4);
        assert_eq!(descriptor(parts[0]), Some((7, r#"UNIX:[1->2,"/a"]"#)));
        assert_eq!(string(parts[2]), Some(r#"x\", y"#));
        assert_eq!(string(r#""cut"..."#), Some("cut"));
        assert_eq!(descriptor("0x7f"), None);
        assert!(split("").is_empty());
    }
}
