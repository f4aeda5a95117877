//! Who is called.

use contend_base::Idx;
use contend_ir::{Body, CallGraph, FuncKind, Target};
use contend_types::ObjId;

use crate::world::Program;

/// The callees of each call in function `main`, by name, in order.
fn callees_in_main(source: &str) -> Vec<String> {
    let program = Program::new(&[source]);
    let graph = CallGraph::new(&program.world, &program.bodies);
    let name = |object: ObjId| program.world.name(object).to_string();
    let is_main = |body: &&Body| match body.funcs[0].kind {
        FuncKind::Declared(object) => name(object) == "main",
        _ => false,
    };
    let at = program
        .bodies
        .iter()
        .position(|body| is_main(&body))
        .expect("there is a main");
    let text = |target: Target| match target {
        Target::Declared(object) => name(object),
        Target::Literal { func, .. } => format!("func#{}", func.index()),
    };
    (0..program.bodies[at].calls.len())
        .map(|call| {
            let callees = graph.callees(at, Idx::new(call)).into_iter().map(text);
            callees.collect::<Vec<_>>().join(" ")
        })
        .collect()
}

#[test]
fn interfaces_lead_to_types_that_become_interfaces() {
    let callees = callees_in_main(
        "package a
        type animal interface { sound() }
        type dog struct{}
        func (dog) sound() {}
        type cat struct{ dog }
        type stone struct{}
        func (*stone) sound() {}
        func hear(a animal) {}
        func main() {
            hear(&cat{})
            var s stone
            s.sound()
            var a animal
            a.sound()
        }",
    );
    assert_eq!(callees, ["hear", "sound", "sound"]);
}

#[test]
fn function_values_are_followed() {
    let callees = callees_in_main(
        "package a
        type server struct { handle func() }
        func one() {}
        func two() {}
        func run(f func()) { g = f }
        var g func()
        func pick() func() { return two }
        func main() {
            f := one
            f()
            s := server{handle: two}
            s.handle()
            run(func() {})
            g()
            pick()()
            all := []func(){one, two}
            all[0]()
            for _, each := range all { each() }
        }",
    );
    let expected = [
        "one", "two", "run", "func#1", "pick", "two", "one two", "one two",
    ];
    assert_eq!(callees, expected);
}

#[test]
fn method_values_and_generics_have_their_declaration() {
    let callees = callees_in_main(
        "package a
        type list[T any] struct{}
        func (l *list[T]) add(x T) {}
        func each[T any](f func(T)) {}
        func main() {
            var l list[int]
            add := l.add
            add(1)
            each(l.add)
            each[int](add)
            (*list[int]).add(&l, 2)
        }",
    );
    assert_eq!(callees, ["add", "each", "each", "add"]);
}
