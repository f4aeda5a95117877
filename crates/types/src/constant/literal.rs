//! Constants from the text of literals.

use contend_syntax::ast::Literal;
use contend_syntax::literal::{rune_value, unquote};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};

use super::Constant;

/// Exponents beyond this (in decimal or binary digits) are not computed: the exact value would
/// take longer than anybody waits.
const MAX_EXPONENT: i64 = 40_000;

impl Constant {
    /// The value of a literal; unknown where it is broken.
    pub fn of_literal(kind: Literal, text: &[u8]) -> Self {
        let value = match kind {
            Literal::String => unquote(text).map(|bytes| Self::String(bytes.as_ref().into())),
            Literal::Rune => rune_value(text).map(|rune| Self::Int(i64::from(rune))),
            Literal::Int => int_literal(text),
            Literal::Float => float_literal(text).map(Self::from_rational),
            Literal::Imaginary => imaginary_literal(text),
        };
        value.unwrap_or(Self::Unknown)
    }
}

/// Digits of an integer without its prefix, and their base.
fn radix(text: &[u8]) -> (&[u8], u32) {
    match text {
        [b'0', b'x' | b'X', digits @ ..] => (digits, 16),
        [b'0', b'b' | b'B', digits @ ..] => (digits, 2),
        [b'0', b'o' | b'O', digits @ ..] => (digits, 8),
        [b'0', digits @ ..] if !digits.is_empty() => (digits, 8),
        _ => (text, 10),
    }
}

fn int_literal(text: &[u8]) -> Option<Constant> {
    let (digits, base) = radix(text);
    let digits: Vec<u8> = digits
        .iter()
        .copied()
        .filter(|&byte| byte != b'_')
        .collect();
    if let Ok(value) = i64::from_str_radix(std::str::from_utf8(&digits).ok()?, base) {
        return Some(Constant::Int(value));
    }
    BigInt::parse_bytes(&digits, base).map(Constant::from_big)
}

/// The value of a float literal, decimal or hexadecimal.
fn float_literal(text: &[u8]) -> Option<BigRational> {
    let text: Vec<u8> = text.iter().copied().filter(|&byte| byte != b'_').collect();
    let (digits, base, mark) = match &*text {
        [b'0', b'x' | b'X', digits @ ..] => (digits, 16, b'p'),
        digits => (digits, 10, b'e'),
    };
    let mark_at = digits
        .iter()
        .position(|byte| byte.to_ascii_lowercase() == mark);
    let (mantissa, exponent) = match mark_at {
        Some(at) => (&digits[..at], &digits[at + 1..]),
        None => (digits, &b"0"[..]),
    };
    let exponent: i64 = std::str::from_utf8(exponent).ok()?.parse().ok()?;
    let point = mantissa
        .iter()
        .position(|&byte| byte == b'.')
        .unwrap_or(mantissa.len());
    let fraction = mantissa.get(point + 1..).unwrap_or_default();
    let whole = [&mantissa[..point], fraction].concat();
    let number = if whole.is_empty() {
        None
    } else {
        BigInt::parse_bytes(&whole, base)
    }?;
    if number.is_zero() {
        return Some(BigRational::zero());
    }
    // Each hexadecimal digit behind the point is four binary ones.
    let (unit, digit_weight) = if base == 16 { (2u32, 4) } else { (10, 1) };
    let scale = exponent.checked_sub(fraction.len() as i64 * digit_weight)?;
    if MAX_EXPONENT < scale.abs() {
        return None;
    }
    let power = BigInt::from(unit).pow(scale.unsigned_abs() as u32);
    Some(if scale < 0 {
        BigRational::new(number, power)
    } else {
        BigRational::new_raw(number * power, BigInt::one())
    })
}

fn imaginary_literal(text: &[u8]) -> Option<Constant> {
    let (_, number) = text.split_last()?;
    let decimal = number
        .iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b'_');
    let part = if decimal {
        // `010i` is ten i for historical reasons: no octal.
        let digits: Vec<u8> = number
            .iter()
            .copied()
            .filter(|&byte| byte != b'_')
            .collect();
        BigRational::from_integer(BigInt::parse_bytes(&digits, 10)?)
    } else if is_prefixed_int(number) {
        int_literal(number)?.as_rational()?
    } else {
        float_literal(number)?
    };
    Some(Constant::Complex(Box::new((BigRational::zero(), part))))
}

fn is_prefixed_int(number: &[u8]) -> bool {
    match number {
        [b'0', b'b' | b'B' | b'o' | b'O', ..] => true,
        [b'0', b'x' | b'X', digits @ ..] => {
            !digits.iter().any(|byte| matches!(byte, b'p' | b'P' | b'.'))
        }
        _ => false,
    }
}
