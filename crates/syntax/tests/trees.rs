//! Small sources and the trees they give.

use contend_syntax::{dump::dump, parse};

/// `source` stands in a file of package p, `expected` is the dump without the package line.
#[track_caller]
fn check(source: &str, expected: &str) {
    let text = format!("package p\n{source}\n");
    let parsed = parse(text.as_bytes());
    assert_eq!(parsed.errors, [], "{source}");
    let found = dump(&parsed.tree, text.as_bytes());
    let found = found
        .split_once('\n')
        .map_or("", |(_, rest)| rest)
        .trim_end();
    // The expected text is indented as the code around it.
    let lines: Vec<&str> = expected
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let indent = lines
        .iter()
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let expected: Vec<&str> = lines.iter().map(|line| &line[indent..]).collect();
    assert_eq!(found, expected.join("\n"), "{source}\n{found}");
}

/// Like [`check`] for the value of a variable; the first three lines are left out.
#[track_caller]
fn check_expr(source: &str, expected: &str) {
    let indented: Vec<String> = expected.lines().map(|line| format!("    {line}")).collect();
    let indent = expected.lines().find(|line| !line.trim().is_empty());
    let indent = indent.map_or(0, |line| line.len() - line.trim_start().len());
    let pad = " ".repeat(indent);
    let head = format!("{pad}var\n{pad}  spec iota=0\n{pad}    name _\n");
    check(
        &format!("var _ = {source}"),
        &format!("{head}{}", indented.join("\n")),
    );
}

#[test]
fn operators_bind_by_strength_and_to_the_left() {
    check_expr(
        "a || b && c == d + e*f - g",
        "
        binary LogicalOr
          a
          binary LogicalAnd
            b
            binary Equal
              c
              binary Subtract
                binary Add
                  d
                  binary Multiply
                    e
                    f
                g
        ",
    );
    check_expr(
        "-*p.x &^ <-c",
        "
        binary AndNot
          unary Minus
            *
              .x
                p
          unary Receive
            c
        ",
    );
}

#[test]
fn operands_take_what_stands_behind_them() {
    check_expr(
        "f[int](a...)[1:2:3].(T).m",
        "
        .m
          .(T)
            slice
              call...
                index
                  f
                  int
                a
              int 1
              int 2
              int 3
            T
        ",
    );
    check_expr(
        "map[string][]T{\"a\": {1, x: 2}}",
        "
        composite
          map
            string
            []T
              T
          key: value
            string \"a\"
            composite
              int 1
              key: value
                x
                int 2
        ",
    );
    check_expr(
        "func(a, b int, c ...T) (r T, err error) { return }",
        "
        func literal
          signature [0] (2) (2)
            field
              name a
              name b
              int
            field
              name c
              ...
                T
            field
              name r
              T
            field
              name err
              error
          block
            return
        ",
    );
}

#[test]
fn arrows_belong_to_channel_types() {
    check_expr(
        "(<-chan chan<- int)(<-c)",
        "
        call
          paren
            <-chan
              chan<-
                int
          unary Receive
            c
        ",
    );
    // In an expression the first arrow is an operator until the type behind it is known.
    check_expr(
        "(<-chan<- chan int)(nil)",
        "
        call
          paren
            <-chan
              <-chan
                int
          nil
        ",
    );
}

#[test]
fn brackets_behind_a_type_name() {
    check(
        "type T [n]int",
        "
        type
          spec
            name T
            [n]T
              n
              int
    ",
    );
    check(
        "type T [n * m]int",
        "
        type
          spec
            name T
            [n]T
              binary Multiply
                n
                m
              int
    ",
    );
    check(
        "type T[P *C,] []P",
        "
        type
          spec
            name T
            field
              name P
              *
                C
            []T
              P
    ",
    );
    check(
        "type T[P *C|~int, Q (D)] struct{}",
        "
        type
          spec
            name T
            field
              name P
              binary Or
                *
                  C
                unary Tilde
                  int
            field
              name Q
              paren
                D
            struct
    ",
    );
    check(
        "type A[P any] = map[P]B[P]",
        "
        type
          alias
            name A
            field
              name P
              any
            map
              P
              index
                B
                P
    ",
    );
}

#[test]
fn fields_and_parameters() {
    check(
        "type S struct { a, b [n]int; E[T]; *p.F; G `tag` }",
        "
        type
          spec
            name S
            struct
              field
                name a
                name b
                [n]T
                  n
                  int
              field
                index
                  E
                  T
              field
                *
                  .F
                    p
              field
                G
                string `tag`
    ",
    );
    check(
        "type I interface { m(int, T[P], ...S) error; ~int | p.X; E }",
        "
        type
          spec
            name I
            interface
              field
                name m
                func type
                  signature [0] (3) (1)
                    field
                      int
                    field
                      index
                        T
                        P
                    field
                      ...
                        S
                    field
                      error
              field
                binary Or
                  unary Tilde
                    int
                  .X
                    p
              field
                E
    ",
    );
}

#[test]
fn methods_may_have_type_parameters() {
    check(
        "func (r *R[K]) M[P any](p [2]P) P { return new(42) }",
        "
        method
          field
            name r
            *
              index
                R
                K
          name M
          signature [1] (1) (1)
            field
              name P
              any
            field
              name p
              [n]T
                int 2
                P
            field
              P
          block
            return
              call
                new
                int 42
    ",
    );
}

#[test]
fn headers_of_control_clauses() {
    check(
        "func f() { if x := y; x == (T{}) { a() } else if z { } else { } }",
        "
        func
          name f
          signature [0] (0) (0)
          block
            if
              assign Define (1)
                x
                y
              binary Equal
                x
                paren
                  composite
                    T
              block
                expression
                  call
                    a
              if
                z
                block
                block
    ",
    );
    check(
        "func f() { L: for i := range 10 { continue L }; for range f { }; for ; ; { } }",
        "
        func
          name f
          signature [0] (0) (0)
          block
            labeled
              name L
              range :=
                i
                int 10
                block
                  continue
                    name L
            range
              f
              block
            for
              block
    ",
    );
    check(
        "func f() { switch y := x.(type) { case int, []T: default: } }",
        "
        func
          name f
          signature [0] (0) (0)
          block
            type switch
              name y
              .(type)
                x
              clause
                int
                []T
                  T
              clause
    ",
    );
    check(
        "func f() { select { case v, ok := <-c: case c <- 1: default: } }",
        "
        func
          name f
          signature [0] (0) (0)
          block
            select
              clause
                assign Define (2)
                  v
                  ok
                  unary Receive
                    c
              clause
                send
                  c
                  int 1
              clause
    ",
    );
}
