//! Values of constants.

use num_bigint::BigInt;
use num_rational::BigRational;

mod arithmetic;
mod literal;
mod represent;

pub use represent::NotRepresentable;

/// A constant value, exact as the Go specification asks.
#[derive(Clone, PartialEq, Debug)]
pub enum Constant {
    /// Could not be computed.
    Unknown,
    Bool(bool),
    /// Bytes, since Go strings need not be UTF-8.
    String(std::sync::Arc<[u8]>),
    Int(i64),
    /// Integers that do not fit in 64 bits.
    BigInt(Box<BigInt>),
    Float(Box<BigRational>),
    /// Real and imaginary part.
    Complex(Box<(BigRational, BigRational)>),
}

#[cfg(test)]
mod tests {
    use contend_syntax::ast::{BinaryOp, Literal, UnaryOp};

    use super::*;
    use crate::{Basic, Sizes};

    fn int(text: &str) -> Constant {
        Constant::of_literal(Literal::Int, text.as_bytes())
    }

    fn float(text: &str) -> Constant {
        Constant::of_literal(Literal::Float, text.as_bytes())
    }

    fn shl(value: &Constant, count: u64) -> Constant {
        Constant::shift(BinaryOp::ShiftLeft, value, count)
    }

    #[test]
    fn all_forms_of_integers() {
        let texts = ["42", "4_2", "052", "0o52", "0O5_2", "0x2A", "0b10_1010"];
        assert!(texts.iter().all(|text| int(text) == Constant::Int(42)));
        assert_eq!(int("0"), Constant::Int(0));
        assert_eq!(int("9223372036854775808"), shl(&Constant::Int(1), 63));
        assert_eq!(int("0x"), Constant::Unknown);
    }

    #[test]
    fn all_forms_of_floats() {
        for (text, value) in [
            ("1.5", 1.5),
            (".25", 0.25),
            ("1e3", 1000.0),
            ("1_0.5E-1", 1.05),
            ("0x1p-2", 0.25),
            ("0x.8p1", 1.0),
            ("0X_1FFFP-16", 0.124_984_741_210_937_5),
            ("0.", 0.0),
        ] {
            assert_eq!(float(text).as_f64(), Some(value), "{text}");
        }
        assert_eq!(float("1e400000000"), Constant::Unknown);
        let imaginary = |text: &str| Constant::of_literal(Literal::Imaginary, text.as_bytes());
        assert_eq!(imaginary("010i").imaginary().as_i64(), Some(10));
        assert_eq!(imaginary("0x10i").imaginary().as_i64(), Some(16));
        assert_eq!(imaginary("1.5i").imaginary().as_f64(), Some(1.5));
    }

    #[test]
    fn runes_and_strings() {
        let rune = |text: &str| Constant::of_literal(Literal::Rune, text.as_bytes()).as_i64();
        assert_eq!(rune("'a'"), Some(97));
        assert_eq!(rune(r"'\n'"), Some(10));
        assert_eq!(rune(r"'\u00e9'"), Some(0xe9));
        let text = Constant::of_literal(Literal::String, br#""a\xff""#);
        assert_eq!(text.as_bytes(), Some(&b"a\xff"[..]));
        assert_eq!(
            Constant::Int(0x20ac).to_character(),
            Constant::string("€".as_bytes())
        );
        assert_eq!(
            Constant::Int(-1).to_character(),
            Constant::string("\u{fffd}".as_bytes())
        );
    }

    #[test]
    fn integers_grow_beyond_64_bits() {
        let large = shl(&Constant::Int(1), 100);
        let one_less = Constant::binary(BinaryOp::Subtract, &large, &Constant::Int(1), true);
        assert_eq!(one_less.bit_len(), Some(100));
        let back = Constant::shift(BinaryOp::ShiftRight, &large, 98);
        assert_eq!(back, Constant::Int(4));
        let least = Constant::Int(i64::MIN);
        let negated = Constant::unary(UnaryOp::Minus, &least, None);
        assert_eq!(negated, shl(&Constant::Int(1), 63));
        assert_eq!(Constant::unary(UnaryOp::Minus, &negated, None), least);
        assert_eq!(shl(&Constant::Int(1), u64::MAX), Constant::Unknown);
    }

    #[test]
    fn division_follows_the_kind() {
        let (seven, two) = (Constant::Int(-7), Constant::Int(2));
        assert_eq!(
            Constant::binary(BinaryOp::Divide, &seven, &two, true),
            Constant::Int(-3)
        );
        assert_eq!(
            Constant::binary(BinaryOp::Remainder, &seven, &two, true),
            Constant::Int(-1)
        );
        let half = Constant::binary(BinaryOp::Divide, &seven, &two, false);
        assert_eq!(half.as_f64(), Some(-3.5));
        let zero = Constant::Int(0);
        assert_eq!(
            Constant::binary(BinaryOp::Divide, &seven, &zero, true),
            Constant::Unknown
        );
    }

    #[test]
    fn complement_depends_on_the_width() {
        let one = Constant::Int(1);
        assert_eq!(
            Constant::unary(UnaryOp::Complement, &one, None),
            Constant::Int(-2)
        );
        assert_eq!(
            Constant::unary(UnaryOp::Complement, &one, Some(8)),
            Constant::Int(254)
        );
    }

    #[test]
    fn comparisons_mix_kinds() {
        let half = float("0.5");
        assert_eq!(
            Constant::compare(BinaryOp::Less, &half, &Constant::Int(1)),
            Some(true)
        );
        let whole = float("2.0");
        assert_eq!(
            Constant::compare(BinaryOp::Equal, &whole, &Constant::Int(2)),
            Some(true)
        );
        let text = Constant::string(b"a");
        assert_eq!(
            Constant::compare(BinaryOp::Less, &text, &Constant::Int(1)),
            None
        );
    }

    #[test]
    fn what_fits_in_a_type() {
        let sizes = Sizes::for_arch("amd64");
        let fits = |value: &Constant, basic| value.represent(basic, &sizes).is_ok();
        assert!(fits(&Constant::Int(255), Basic::Uint8));
        assert!(!fits(&Constant::Int(256), Basic::Uint8));
        assert!(!fits(&Constant::Int(-1), Basic::Uint8));
        assert!(fits(&Constant::Int(-128), Basic::Int8));
        assert!(!fits(&Constant::Int(128), Basic::Int8));
        assert!(!fits(&Constant::Int(-129), Basic::Int8));
        assert!(fits(&int("18446744073709551615"), Basic::Uint64));
        assert!(fits(&float("3.0"), Basic::Int));
        assert_eq!(
            float("3.5").represent(Basic::Int, &sizes),
            Err(NotRepresentable::Truncated)
        );
        assert!(fits(&float("1e38"), Basic::Float32));
        assert!(!fits(&float("1e39"), Basic::Float32));
        assert!(!fits(&Constant::string(b""), Basic::Int));
        let arm = Sizes::for_arch("arm");
        assert!(Constant::Int(1 << 40).represent(Basic::Int, &arm).is_err());
    }

    #[test]
    fn floats_are_rounded_to_their_precision() {
        let sizes = Sizes::default();
        for (text, single, double) in [
            ("0.1", f64::from(0.1f32), 0.1),
            ("16777217.0", 16_777_216.0, 16_777_217.0),
            ("1e-45", f64::from(1e-45_f32), 1e-45),
            ("4.9e-324", 0.0, 4.9e-324),
            ("3.4028235e38", f64::from(f32::MAX), 3.402_823_5e38),
        ] {
            let rounded = |basic| {
                float(text)
                    .represent(basic, &sizes)
                    .expect("in range")
                    .as_f64()
            };
            assert_eq!(rounded(Basic::Float32), Some(single), "{text}");
            assert_eq!(rounded(Basic::Float64), Some(double), "{text}");
        }
        assert_eq!(float("1.7976931348623157e308").as_f64(), Some(f64::MAX));
        assert_eq!(float("1.8e308").as_f64(), None);
    }
}
