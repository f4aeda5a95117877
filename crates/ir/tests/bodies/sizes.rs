//! Long and deep functions: linear in time, bounded in stack.

use std::fmt::Write as _;

use crate::world::Program;

/// On a thread with the stack that worker threads have.
fn on_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(test);
    thread
        .expect("a thread starts")
        .join()
        .expect("no panic, no overflow");
}

#[test]
fn a_long_table_has_few_instructions() {
    let mut source = String::from("package a\nvar t = map[string][]int{\n");
    for line in 0..50_000 {
        let _ = writeln!(source, "\t\"key{line}\": {{{line}, 2, 3}},");
    }
    source.push_str("}\n");
    let program = Program::new(&[&source]);
    let instrs = program.bodies[0].funcs[0].instrs.len();
    assert!(instrs < 2 * 50_000 + 10, "{instrs}");
}

#[test]
fn a_long_function_is_lowered_whole() {
    let mut source = String::from("package a\nfunc f(m map[int]int) {\n");
    for line in 0..50_000 {
        let _ = writeln!(source, "\tm[{line}] = {line}");
    }
    source.push_str("}\n");
    let program = Program::new(&[&source]);
    let func = &program.bodies[0].funcs[0];
    assert_eq!((func.instrs.len(), func.is_cut), (100_000, false));
}

#[test]
fn long_chains_need_no_stack() {
    on_small_stack(|| {
        let sum = vec!["x"; 5_000].join(" + ");
        let all = vec!["b"; 5_000].join(" && ");
        let mut chain = String::new();
        for at in 0..5_000 {
            let _ = write!(chain, "if x == {at} {{ x++ }} else ");
        }
        let source = format!(
            "package a\nfunc f(x int, b bool) {{\n_ = {sum}\n_ = {all}\n{chain} {{}}\n}}\n"
        );
        let program = Program::new(&[&source]);
        assert!(!program.bodies[0].funcs[0].is_cut);
    });
}

#[test]
fn what_is_nested_too_deep_is_cut() {
    on_small_stack(|| {
        let (open, close) = ("f(".repeat(900), ")".repeat(900));
        let source = format!("package a\nfunc f(x int) int {{ return {open}x{close} }}\n");
        let program = Program::new(&[&source]);
        assert!(program.bodies[0].funcs[0].is_cut);
    });
}
