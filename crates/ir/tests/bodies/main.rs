//! What bodies look like: each file of `go/` is lowered and its dump compared with a snapshot.
//!
//! The library that the files import is reduced to what they need and stands in `library/`.

mod calls;
mod sizes;
mod world;

use world::Program;

macro_rules! dumps {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                let source = include_str!(concat!("go/", stringify!($name), ".go"));
                let program = Program::new(&[source]);
                insta::assert_snapshot!(stringify!($name), program.dump());
            }
        )*
    };
}

dumps! {
    assignments
    broken
    channels
    closures
    conditions
    defers
    generics
    loops
    maps
    methods
    package_vars
    places
}
