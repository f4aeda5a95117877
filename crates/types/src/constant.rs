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
