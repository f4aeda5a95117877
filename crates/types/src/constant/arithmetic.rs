//! Operations on constants. Where a result cannot be told it is unknown.

use std::cmp::Ordering;

use contend_syntax::ast::{BinaryOp, UnaryOp};
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::Constant;

/// Fractions with larger parts than this many bits are rounded, to [`PRECISION`] bits.
const MAX_BITS: u64 = 4096;

/// The mantissa of rounded fractions, as in Go's compiler.
const PRECISION: i64 = 512;

/// Integers with more bits than this are not computed.
const MAX_INT_BITS: u64 = 16_384;

impl Constant {
    pub(crate) fn from_big(value: BigInt) -> Self {
        match value.to_i64() {
            Some(small) => Self::Int(small),
            None if MAX_INT_BITS < value.bits() => Self::Unknown,
            None => Self::BigInt(Box::new(value)),
        }
    }

    /// A number that is a fraction at heart, also where its value is whole.
    pub(crate) fn from_rational(value: BigRational) -> Self {
        Self::Float(Box::new(rounded(value)))
    }

    pub(crate) fn from_parts(real: BigRational, imaginary: BigRational) -> Self {
        Self::Complex(Box::new((rounded(real), rounded(imaginary))))
    }

    /// A string constant.
    pub fn string(bytes: &[u8]) -> Self {
        Self::String(bytes.into())
    }

    pub fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The bytes of a string.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::String(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The value as an integer, if it is one that fits; fractions and complex numbers that are
    /// whole count.
    pub fn as_i64(&self) -> Option<i64> {
        match self.to_int() {
            Self::Int(value) => Some(value),
            _ => None,
        }
    }

    /// Like [`Constant::as_i64`] for unsigned values.
    pub fn as_u64(&self) -> Option<u64> {
        match self.to_int() {
            Self::Int(value) => u64::try_from(value).ok(),
            Self::BigInt(value) => value.to_u64(),
            _ => None,
        }
    }

    pub(crate) fn as_big(&self) -> Option<BigInt> {
        match self {
            Self::Int(value) => Some(BigInt::from(*value)),
            Self::BigInt(value) => Some((**value).clone()),
            _ => None,
        }
    }

    pub(crate) fn as_rational(&self) -> Option<BigRational> {
        match self {
            Self::Float(value) => Some((**value).clone()),
            Self::Complex(parts) if parts.1.is_zero() => Some(parts.0.clone()),
            Self::Int(_) | Self::BigInt(_) => self.as_big().map(BigRational::from_integer),
            _ => None,
        }
    }

    fn as_complex(&self) -> Option<(BigRational, BigRational)> {
        match self {
            Self::Complex(parts) => Some((**parts).clone()),
            _ => Some((self.as_rational()?, BigRational::zero())),
        }
    }

    /// The nearest `f64` of a real number.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(value) => Some(*value as f64),
            _ => self
                .as_rational()
                .and_then(|value| super::represent::nearest_f64(&value)),
        }
    }

    /// The number as an integer constant; unknown if it is not whole.
    pub fn to_int(&self) -> Self {
        match self {
            Self::Int(_) | Self::BigInt(_) => self.clone(),
            _ => match self.as_rational() {
                Some(value) if value.is_integer() => Self::from_big(value.to_integer()),
                _ => Self::Unknown,
            },
        }
    }

    /// The number as a fraction; unknown for complex numbers with an imaginary part.
    pub fn to_float(&self) -> Self {
        self.as_rational()
            .map_or(Self::Unknown, Self::from_rational)
    }

    /// The number as a complex one.
    pub fn to_complex(&self) -> Self {
        self.as_complex()
            .map_or(Self::Unknown, |(re, im)| Self::from_parts(re, im))
    }

    /// The real part of a number.
    pub fn real(&self) -> Self {
        match self {
            Self::Complex(parts) => Self::from_rational(parts.0.clone()),
            _ => self.clone(),
        }
    }

    /// The imaginary part of a number.
    pub fn imaginary(&self) -> Self {
        match self {
            Self::Complex(parts) => Self::from_rational(parts.1.clone()),
            Self::Int(_) | Self::BigInt(_) | Self::Float(_) => Self::Int(0),
            _ => Self::Unknown,
        }
    }

    /// `complex(real, imaginary)`.
    pub fn complex(real: &Self, imaginary: &Self) -> Self {
        match (real.as_rational(), imaginary.as_rational()) {
            (Some(real), Some(imaginary)) => Self::from_parts(real, imaginary),
            _ => Self::Unknown,
        }
    }

    /// -1, 0 or 1 for real numbers; for complex ones 0 only if both parts are.
    pub fn sign(&self) -> Option<i32> {
        match self {
            Self::Int(value) => Some(value.signum() as i32),
            Self::BigInt(value) => Some(if value.is_negative() { -1 } else { 1 }),
            Self::Float(value) => Some(sign_of(value)),
            Self::Complex(parts) => Some(sign_of(&parts.0) | sign_of(&parts.1)),
            _ => None,
        }
    }

    /// How many bits the absolute value of an integer takes.
    pub fn bit_len(&self) -> Option<u64> {
        self.as_big().map(|value| value.bits())
    }

    /// `string(value)` of an integer: the character as UTF-8.
    pub fn to_character(&self) -> Self {
        let Some(_) = self.as_big() else {
            return Self::Unknown;
        };
        let code = self.as_i64().and_then(|value| u32::try_from(value).ok());
        let c = code
            .and_then(char::from_u32)
            .unwrap_or(char::REPLACEMENT_CHARACTER);
        Self::string(c.encode_utf8(&mut [0; 4]).as_bytes())
    }

    /// `op value`. For `^` of an unsigned type `unsigned_bits` says how wide it is.
    pub fn unary(op: UnaryOp, value: &Self, unsigned_bits: Option<u32>) -> Self {
        match (op, value) {
            (UnaryOp::Not, Self::Bool(value)) => Self::Bool(!value),
            (UnaryOp::Plus, value) if value.sign().is_some() => value.clone(),
            (UnaryOp::Minus, value) => negated(value),
            (UnaryOp::Complement, value) => {
                let Some(big) = value.as_big() else {
                    return Self::Unknown;
                };
                let flipped = -big - BigInt::one();
                match unsigned_bits {
                    Some(bits) => Self::from_big(flipped.mod_floor(&(BigInt::one() << bits))),
                    None => Self::from_big(flipped),
                }
            }
            _ => Self::Unknown,
        }
    }

    /// `x op y` for arithmetic, bits, logic and the joining of strings. `whole` asks for integer
    /// division; division by zero is unknown.
    pub fn binary(op: BinaryOp, x: &Self, y: &Self, whole: bool) -> Self {
        match (x, y) {
            (Self::Bool(x), Self::Bool(y)) => match op {
                BinaryOp::LogicalAnd => Self::Bool(*x && *y),
                BinaryOp::LogicalOr => Self::Bool(*x || *y),
                _ => Self::Unknown,
            },
            (Self::String(x), Self::String(y)) if op == BinaryOp::Add => {
                Self::String([&**x, &**y].concat().into())
            }
            (Self::Int(x), Self::Int(y)) => small_ints(op, *x, *y, whole),
            (Self::Complex(_), _) | (_, Self::Complex(_)) => complexes(op, x, y),
            (Self::Float(_), _) | (_, Self::Float(_)) => rationals(op, x, y),
            _ => big_ints(op, x, y, whole),
        }
    }

    /// `value << count` or `value >> count` of an integer.
    pub fn shift(op: BinaryOp, value: &Self, count: u64) -> Self {
        let Some(big) = value.to_int().as_big() else {
            return Self::Unknown;
        };
        if op == BinaryOp::ShiftRight {
            let count = count.min(big.bits() + 1);
            return Self::from_big(big >> count);
        }
        if big.is_zero() {
            return Self::Int(0);
        }
        if MAX_INT_BITS < count.saturating_add(big.bits()) {
            return Self::Unknown;
        }
        Self::from_big(big << count)
    }

    /// `x op y` for comparisons; `None` where the two cannot be compared.
    pub fn compare(op: BinaryOp, x: &Self, y: &Self) -> Option<bool> {
        let order = match (x, y) {
            (Self::Bool(x), Self::Bool(y)) => return equality(op, x == y),
            (Self::String(x), Self::String(y)) => x.cmp(y),
            (Self::Int(x), Self::Int(y)) => x.cmp(y),
            (Self::Complex(_), _) | (_, Self::Complex(_)) => {
                return equality(op, x.as_complex()? == y.as_complex()?);
            }
            (Self::Float(_), _) | (_, Self::Float(_)) => x.as_rational()?.cmp(&y.as_rational()?),
            _ => x.as_big()?.cmp(&y.as_big()?),
        };
        match op {
            BinaryOp::Less => Some(order == Ordering::Less),
            BinaryOp::LessEqual => Some(order != Ordering::Greater),
            BinaryOp::Greater => Some(order == Ordering::Greater),
            BinaryOp::GreaterEqual => Some(order != Ordering::Less),
            _ => equality(op, order == Ordering::Equal),
        }
    }
}

fn equality(op: BinaryOp, equal: bool) -> Option<bool> {
    match op {
        BinaryOp::Equal => Some(equal),
        BinaryOp::NotEqual => Some(!equal),
        _ => None,
    }
}

fn sign_of(value: &BigRational) -> i32 {
    match value.numer().sign() {
        Sign::Minus => -1,
        Sign::NoSign => 0,
        Sign::Plus => 1,
    }
}

fn negated(value: &Constant) -> Constant {
    match value {
        Constant::Int(value) => match value.checked_neg() {
            Some(value) => Constant::Int(value),
            None => Constant::from_big(-BigInt::from(*value)),
        },
        Constant::BigInt(value) => Constant::from_big(-(**value).clone()),
        Constant::Float(value) => Constant::from_rational(-(**value).clone()),
        Constant::Complex(parts) => Constant::from_parts(-parts.0.clone(), -parts.1.clone()),
        _ => Constant::Unknown,
    }
}

fn small_ints(op: BinaryOp, x: i64, y: i64, whole: bool) -> Constant {
    let result = match op {
        BinaryOp::Add => x.checked_add(y),
        BinaryOp::Subtract => x.checked_sub(y),
        BinaryOp::Multiply => x.checked_mul(y),
        BinaryOp::Divide if whole => x.checked_div(y),
        BinaryOp::Remainder => x.checked_rem(y),
        BinaryOp::And => Some(x & y),
        BinaryOp::Or => Some(x | y),
        BinaryOp::Xor => Some(x ^ y),
        BinaryOp::AndNot => Some(x & !y),
        _ => None,
    };
    match result {
        Some(value) => Constant::Int(value),
        None => big_ints(op, &Constant::Int(x), &Constant::Int(y), whole),
    }
}

fn big_ints(op: BinaryOp, x: &Constant, y: &Constant, whole: bool) -> Constant {
    let (Some(a), Some(b)) = (x.as_big(), y.as_big()) else {
        return Constant::Unknown;
    };
    let divides = matches!(op, BinaryOp::Divide | BinaryOp::Remainder);
    if divides && b.is_zero() {
        return Constant::Unknown;
    }
    let value = match op {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::Divide if whole => a / b,
        BinaryOp::Divide => return Constant::from_rational(BigRational::new(a, b)),
        BinaryOp::Remainder => a % b,
        BinaryOp::And => a & b,
        BinaryOp::Or => a | b,
        BinaryOp::Xor => a ^ b,
        BinaryOp::AndNot => &a & !b,
        _ => return Constant::Unknown,
    };
    Constant::from_big(value)
}

fn rationals(op: BinaryOp, x: &Constant, y: &Constant) -> Constant {
    let (Some(a), Some(b)) = (x.as_rational(), y.as_rational()) else {
        return Constant::Unknown;
    };
    match op {
        BinaryOp::Add => Constant::from_rational(a + b),
        BinaryOp::Subtract => Constant::from_rational(a - b),
        BinaryOp::Multiply => Constant::from_rational(a * b),
        BinaryOp::Divide if !b.is_zero() => Constant::from_rational(a / b),
        _ => Constant::Unknown,
    }
}

fn complexes(op: BinaryOp, left: &Constant, right: &Constant) -> Constant {
    let (Some((a, b)), Some((re, im))) = (left.as_complex(), right.as_complex()) else {
        return Constant::Unknown;
    };
    match op {
        BinaryOp::Add => Constant::from_parts(a + re, b + im),
        BinaryOp::Subtract => Constant::from_parts(a - re, b - im),
        BinaryOp::Multiply => Constant::from_parts(&a * &re - &b * &im, &b * &re + &a * &im),
        BinaryOp::Divide => {
            let size = &re * &re + &im * &im;
            if size.is_zero() {
                return Constant::Unknown;
            }
            Constant::from_parts((&a * &re + &b * &im) / &size, (&b * &re - &a * &im) / &size)
        }
        _ => Constant::Unknown,
    }
}

/// Keeps fractions small enough to compute with: an exact one stays if it is short, a long one
/// keeps its leading bits.
fn rounded(value: BigRational) -> BigRational {
    let (n, d) = (value.numer().bits(), value.denom().bits());
    if n <= MAX_BITS && d <= MAX_BITS {
        return value;
    }
    let shift = PRECISION - (n as i64 - d as i64);
    let scaled = if 0 <= shift {
        (value.numer() << shift.unsigned_abs()) / value.denom()
    } else {
        value.numer() / (value.denom() << shift.unsigned_abs())
    };
    if 0 <= shift {
        BigRational::new(scaled, BigInt::one() << shift.unsigned_abs())
    } else {
        BigRational::from_integer(scaled << shift.unsigned_abs())
    }
}
