//! Which constants a type can hold, and how floats are rounded on the way.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::Constant;
use crate::Basic;
use crate::sizes::Sizes;

/// Why a constant does not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotRepresentable {
    /// A fraction where an integer is needed.
    Truncated,
    Overflows,
    /// Another kind of value altogether.
    Mismatch,
}

impl Constant {
    /// The value that a variable of a basic kind holds after `x = value`: floats are rounded to
    /// their precision, whole fractions become integers for integer kinds.
    pub fn represent(&self, basic: Basic, sizes: &Sizes) -> Result<Self, NotRepresentable> {
        if self.is_unknown() || basic == Basic::Invalid {
            return Ok(Self::Unknown);
        }
        if basic.is_integer() {
            return self.represent_int(basic, sizes);
        }
        if basic.is_float() {
            return self.represent_float(basic);
        }
        if basic.is_complex() {
            return self.represent_complex(basic);
        }
        let fits = match self {
            Self::String(_) => basic.is_string(),
            Self::Bool(_) => basic.is_boolean(),
            _ => false,
        };
        if fits {
            Ok(self.clone())
        } else {
            Err(NotRepresentable::Mismatch)
        }
    }

    fn is_number(&self) -> bool {
        self.sign().is_some()
    }

    fn represent_int(&self, basic: Basic, sizes: &Sizes) -> Result<Self, NotRepresentable> {
        if !self.is_number() {
            return Err(NotRepresentable::Mismatch);
        }
        let value = self.to_int();
        let Some(bits) = value.bit_len() else {
            return Err(NotRepresentable::Truncated);
        };
        if basic.is_untyped() {
            // Go's compiler gives up beyond 512 bits.
            return if bits <= 512 {
                Ok(value)
            } else {
                Err(NotRepresentable::Overflows)
            };
        }
        let width = sizes.basic(basic) as u64 * 8;
        let negative = value.sign() == Some(-1);
        let fits = if basic.is_unsigned() {
            !negative && bits <= width
        } else {
            // The least value has one bit more than its absolute value shows: -128 is `1<<7`.
            bits < width || (negative && is_power_of_two(&value) && bits == width)
        };
        if fits {
            Ok(value)
        } else {
            Err(NotRepresentable::Overflows)
        }
    }

    fn represent_float(&self, basic: Basic) -> Result<Self, NotRepresentable> {
        if !self.is_number() {
            return Err(NotRepresentable::Mismatch);
        }
        let value = self.as_rational().ok_or(NotRepresentable::Truncated)?;
        round(&value, basic)
            .map(Self::from_rational)
            .ok_or(NotRepresentable::Overflows)
    }

    fn represent_complex(&self, basic: Basic) -> Result<Self, NotRepresentable> {
        let Self::Complex(parts) = self.to_complex() else {
            return Err(NotRepresentable::Mismatch);
        };
        let half = match basic {
            Basic::Complex64 => Basic::Float32,
            Basic::Complex128 => Basic::Float64,
            _ => Basic::UntypedFloat,
        };
        match (round(&parts.0, half), round(&parts.1, half)) {
            (Some(re), Some(im)) => Ok(Self::from_parts(re, im)),
            _ => Err(NotRepresentable::Overflows),
        }
    }
}

fn is_power_of_two(value: &Constant) -> bool {
    value.as_big().is_some_and(|big| {
        let magnitude = big.magnitude();
        magnitude.trailing_zeros() == Some(magnitude.bits() - 1)
    })
}

fn round(value: &BigRational, basic: Basic) -> Option<BigRational> {
    match basic {
        Basic::Float32 => round_to(value, 24, -149, 128),
        Basic::Float64 => round_to(value, 53, -1074, 1024),
        _ => Some(value.clone()),
    }
}

/// The nearest `f64`; `None` beyond its range.
pub(super) fn nearest_f64(value: &BigRational) -> Option<f64> {
    round(value, Basic::Float64)?.to_f64()
}

/// Rounds to the nearest binary fraction, ties to even, with `precision` bits, no bit below
/// `2^least`, and an absolute value below `2^limit`.
fn round_to(value: &BigRational, precision: i64, least: i64, limit: i64) -> Option<BigRational> {
    if value.is_zero() {
        return Some(BigRational::zero());
    }
    // One digit of the result is worth 2^exponent. The estimate from bit lengths is exact or one
    // too small, which is put right below.
    let (n, d) = (value.numer().bits() as i64, value.denom().bits() as i64);
    let mut exponent = (n - d - precision).max(least);
    let mut digits = scaled(value, exponent);
    if precision < digits.bits() as i64 {
        exponent += 1;
        digits = scaled(value, exponent);
    }
    if limit < digits.bits() as i64 + exponent {
        return None;
    }
    Some(times_power_of_two(digits, exponent))
}

/// `value / 2^exponent` as the nearest integer, ties to even.
fn scaled(value: &BigRational, exponent: i64) -> BigInt {
    let shift = exponent.unsigned_abs();
    let (n, d) = if exponent < 0 {
        (value.numer() << shift, value.denom().clone())
    } else {
        (value.numer().clone(), value.denom() << shift)
    };
    let negative = n.is_negative();
    let (quotient, rest) = num_integer::Integer::div_rem(&n.abs(), &d);
    let double = rest * 2;
    let up = d < double || (double == d && quotient.bit(0));
    let magnitude = if up { quotient + 1 } else { quotient };
    if negative { -magnitude } else { magnitude }
}

fn times_power_of_two(digits: BigInt, exponent: i64) -> BigRational {
    let shift = exponent.unsigned_abs();
    if exponent < 0 {
        BigRational::new(digits, BigInt::one() << shift)
    } else {
        BigRational::from_integer(digits << shift)
    }
}
