//! The encoding below `profile.proto`: numbered fields, each a varint or a run of bytes.

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// An integer; signed ones are in two's complement.
    Varint(u64),
    /// A string, a record, or packed integers.
    Bytes(&'a [u8]),
    /// Eight or four bytes, which no field of a profile uses.
    Fixed,
}

/// The record ends inside a field, or the field's type is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cut;

/// The fields of one record in order. Ends after the first [`Cut`].
#[derive(Clone, Debug)]
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(crate) fn of(record: &'a [u8]) -> Self {
        Self { rest: record }
    }

    fn field(&mut self) -> Result<(u64, Value<'a>), Cut> {
        let key = varint(&mut self.rest)?;
        let value = match key & 7 {
            0 => Value::Varint(varint(&mut self.rest)?),
            1 => self.skip(8)?,
            2 => {
                let len = varint(&mut self.rest)?;
                Value::Bytes(self.bytes(len)?)
            }
            5 => self.skip(4)?,
            _ => return Err(Cut),
        };
        Ok((key >> 3, value))
    }

    fn skip(&mut self, len: u64) -> Result<Value<'a>, Cut> {
        self.bytes(len).map(|_| Value::Fixed)
    }

    fn bytes(&mut self, len: u64) -> Result<&'a [u8], Cut> {
        let len = usize::try_from(len).map_err(|_| Cut)?;
        let (head, rest) = self.rest.split_at_checked(len).ok_or(Cut)?;
        self.rest = rest;
        Ok(head)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), Cut>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

/// Takes a varint from the front of `bytes`.
pub(crate) fn varint(bytes: &mut &[u8]) -> Result<u64, Cut> {
    let mut value = 0;
    for (n, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * n);
        if byte & 0x80 == 0 {
            *bytes = &bytes[n + 1..];
            return Ok(value);
        }
    }
    Err(Cut)
}

/// Appends `value`.
pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while 0x80 <= value {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends an integer field, unless it is zero, which is what an absent field means.
pub(crate) fn put_number(out: &mut Vec<u8>, field: u64, value: u64) {
    if value != 0 {
        put_varint(out, field << 3);
        put_varint(out, value);
    }
}

/// Appends a string or record.
pub(crate) fn put_bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    put_varint(out, field << 3 | 2);
    put_varint(out, value.len() as u64);
    out.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_ends_early_gives_the_fields_before_it() {
        let mut record = Vec::new();
        put_number(&mut record, 3, 300);
        put_bytes(&mut record, 2, b"main");
        let whole: Vec<_> = Fields::of(&record).collect();
        assert_eq!(
            whole,
            [
                Ok((3, Value::Varint(300))),
                Ok((2, Value::Bytes(&b"main"[..])))
            ]
        );
        let cut: Vec<_> = Fields::of(&record[..record.len() - 1]).collect();
        assert_eq!(cut, [Ok((3, Value::Varint(300))), Err(Cut)]);
    }

    #[test]
    fn a_varint_has_at_most_ten_bytes() {
        assert_eq!(varint(&mut &[0xff; 20][..]), Err(Cut));
        let mut out = Vec::new();
        put_varint(&mut out, u64::MAX);
        assert_eq!((out.len(), varint(&mut &out[..])), (10, Ok(u64::MAX)));
    }
}
