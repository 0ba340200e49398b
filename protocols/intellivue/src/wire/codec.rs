//! How every layout of this format is read and written: packed, big-endian, lengths counted after
//! themselves, lists as count, length, items.
//!
//! Reading is nom over slices; writing appends to a [`Writer`], which also just counts.

use nom::bytes::complete::take;
use nom::number::complete::{be_i16, be_u8, be_u16, be_u32};
use nom::{IResult, Parser};

use super::error::{Fail, Problem, WireError};

/// What a parser returns: the rest of the enclosing bytes and the value.
pub(crate) type Out<'a, T> = IResult<&'a [u8], T, Fail<'a>>;

/// Something with one layout on the wire.
pub(crate) trait Wire<'a>: Sized {
    /// Reads one from the head of `input`.
    fn parse(input: &'a [u8]) -> Out<'a, Self>;
    /// Appends it.
    fn emit(&self, out: &mut Writer);
}

/// Where layouts are written to.
pub(crate) struct Writer {
    /// `None` while only counting.
    bytes: Option<Vec<u8>>,
    len: usize,
    error: Option<WireError>,
}

impl Writer {
    /// Emits `value` into bytes.
    pub(crate) fn bytes_of<'a>(value: &impl Wire<'a>) -> Result<Vec<u8>, WireError> {
        let mut out = Writer { bytes: Some(Vec::new()), len: 0, error: None };
        value.emit(&mut out);
        match out.error {
            Some(error) => Err(error),
            None => Ok(out.bytes.unwrap_or_default()),
        }
    }

    /// How many bytes `value` takes.
    pub(crate) fn len_of<'a>(value: &impl Wire<'a>) -> usize {
        let mut out = Writer { bytes: None, len: 0, error: None };
        value.emit(&mut out);
        out.len
    }

    pub(crate) fn put(&mut self, bytes: &[u8]) {
        self.len += bytes.len();
        if let Some(out) = &mut self.bytes {
            out.extend_from_slice(bytes);
        }
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.put(&[value]);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.put(&value.to_be_bytes());
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.put(&value.to_be_bytes());
    }

    /// A count or length word; remembers the first one that does not fit.
    pub(crate) fn size(&mut self, value: usize, field: &'static str) {
        let word = u16::try_from(value).unwrap_or_else(|_| {
            self.refuse(field);
            u16::MAX
        });
        self.u16(word);
    }

    /// The message cannot be written: `field` is too long.
    pub(crate) fn refuse(&mut self, field: &'static str) {
        let error = WireError { offset: self.len, field, problem: Problem::TooLong };
        self.error.get_or_insert(error);
    }

    /// A length word and what `body` writes after it.
    pub(crate) fn counted(&mut self, field: &'static str, body: impl FnOnce(&mut Writer)) {
        let at = self.len;
        self.u16(0);
        body(self);
        let length = self.len - at - 2;
        match u16::try_from(length) {
            Ok(word) => {
                let patch = self.bytes.as_mut().and_then(|bytes| bytes.get_mut(at..at + 2));
                if let Some(place) = patch {
                    place.copy_from_slice(&word.to_be_bytes());
                }
            }
            Err(_) => self.refuse(field),
        }
    }
}

/// Runs `parser`; an error without a name gets this one.
pub(crate) fn field<'a, T>(
    name: &'static str,
    parser: impl Fn(&'a [u8]) -> Out<'a, T>,
) -> impl Fn(&'a [u8]) -> Out<'a, T> {
    move |input| parser(input).map_err(|error| error.map(|fail| fail.or_field(name)))
}

/// Runs `parser` over the whole of `input`; a rest is an error.
pub(crate) fn whole<'a, T>(
    name: &'static str,
    input: &'a [u8],
    parser: impl Fn(&'a [u8]) -> Out<'a, T>,
) -> Result<T, nom::Err<Fail<'a>>> {
    match field(name, parser)(input)? {
        ([], value) => Ok(value),
        (rest, _) => Err(nom::Err::Error(Fail::new(rest, name, Problem::Leftover))),
    }
}

/// The error of a public `parse`, as an offset into `input`.
pub(crate) fn place<'a>(error: nom::Err<Fail<'a>>, input: &'a [u8]) -> WireError {
    match error {
        nom::Err::Error(fail) | nom::Err::Failure(fail) => fail.within(input),
        // Complete parsers never ask for more; the answer would be the same.
        nom::Err::Incomplete(_) => Fail::new(input, "message", Problem::Truncated).within(input),
    }
}

/// A length word and that many bytes.
pub(crate) fn counted(input: &[u8]) -> Out<'_, &[u8]> {
    let (input, length) = field("length", be_u16::<&[u8], Fail>)(input)?;
    take(length).parse(input)
}

/// A length word and `parser` over exactly that many bytes.
pub(crate) fn within<'a, T>(
    name: &'static str,
    parser: impl Fn(&'a [u8]) -> Out<'a, T>,
) -> impl Fn(&'a [u8]) -> Out<'a, T> {
    move |input| {
        let (rest, body) = field(name, counted)(input)?;
        Ok((rest, whole(name, body, &parser)?))
    }
}

/// Everything that is left of the enclosing bytes.
pub(crate) fn rest(input: &[u8]) -> Out<'_, &[u8]> {
    Ok((&[], input))
}

/// `count: u16, length: u16, items`; the items fill the length exactly.
impl<'a, T: Wire<'a>> Wire<'a> for Vec<T> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (input, count) = field("list count", u16::parse)(input)?;
        let (rest, mut items) = field("list length", counted)(input)?;
        // Every item takes at least two bytes, so that a lying count reserves little.
        let mut list = Vec::with_capacity(usize::from(count).min(items.len() / 2));
        for _ in 0..count {
            let (next, item) = field("list item", T::parse)(items)?;
            list.push(item);
            items = next;
        }
        if !items.is_empty() {
            return Err(nom::Err::Error(Fail::new(items, "list", Problem::Leftover)));
        }
        Ok((rest, list))
    }

    fn emit(&self, out: &mut Writer) {
        out.size(self.len(), "list count");
        out.counted("list length", |out| {
            for item in self {
                item.emit(out);
            }
        });
    }
}

macro_rules! integers {
    ($($integer:ty: $parser:ident,)*) => {$(
        impl<'a> Wire<'a> for $integer {
            fn parse(input: &'a [u8]) -> Out<'a, Self> {
                $parser(input)
            }

            fn emit(&self, out: &mut Writer) {
                out.put(&self.to_be_bytes());
            }
        }
    )*};
}
integers! { u8: be_u8, u16: be_u16, u32: be_u32, i16: be_i16, }

impl<'a, const N: usize> Wire<'a> for [u8; N] {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        match input.split_first_chunk() {
            Some((bytes, rest)) => Ok((rest, *bytes)),
            None => Err(nom::Err::Error(Fail::new(input, "", Problem::Truncated))),
        }
    }

    fn emit(&self, out: &mut Writer) {
        out.put(self);
    }
}

/// A structure without padding: its fields in wire order are its layout.
macro_rules! packed {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident $(<$life:lifetime>)? {
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name $(<$life>)? {
            $($(#[$field_meta])* pub $field: $type,)*
        }

        $crate::wire::codec::packed!(@wire $name [$($life)?] { $($field: $type,)* });
    )*};
    (@wire $name:ident [] { $($field:ident: $type:ty,)* }) => {
        impl<'a> $crate::wire::codec::Wire<'a> for $name {
            $crate::wire::codec::packed!(@methods { $($field: $type,)* });
        }
    };
    (@wire $name:ident [$life:lifetime] { $($field:ident: $type:ty,)* }) => {
        impl<$life> $crate::wire::codec::Wire<$life> for $name<$life> {
            $crate::wire::codec::packed!(@methods_of $life { $($field: $type,)* });
        }
    };
    (@methods { $($field:ident: $type:ty,)* }) => {
        $crate::wire::codec::packed!(@methods_of 'a { $($field: $type,)* });
    };
    (@methods_of $life:lifetime { $($field:ident: $type:ty,)* }) => {
        fn parse(input: &$life [u8]) -> $crate::wire::codec::Out<$life, Self> {
            $(
                let (input, $field) = $crate::wire::codec::field(
                    stringify!($field),
                    <$type as $crate::wire::codec::Wire>::parse,
                )(input)?;
            )*
            Ok((input, Self { $($field,)* }))
        }

        fn emit(&self, out: &mut $crate::wire::codec::Writer) {
            $(self.$field.emit(out);)*
        }
    };
}
pub(crate) use packed;

/// A 16-bit code; one that nobody listed is data and survives as `Unknown`.
macro_rules! codes {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $value:literal,)*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A code that the document does not list.
            Unknown(u16),
        }

        impl From<u16> for $name {
            fn from(code: u16) -> $name {
                match code {
                    $($value => $name::$variant,)*
                    _ => $name::Unknown(code),
                }
            }
        }

        impl From<$name> for u16 {
            fn from(code: $name) -> u16 {
                match code {
                    $($name::$variant => $value,)*
                    $name::Unknown(code) => code,
                }
            }
        }

        impl<'a> $crate::wire::codec::Wire<'a> for $name {
            fn parse(input: &'a [u8]) -> $crate::wire::codec::Out<'a, Self> {
                let (rest, code) = u16::parse(input)?;
                Ok((rest, $name::from(code)))
            }

            fn emit(&self, out: &mut $crate::wire::codec::Writer) {
                out.u16(u16::from(*self));
            }
        }
    )*};
}
pub(crate) use codes;

/// A word of single bits; bits that nobody listed stay in it.
macro_rules! bits {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident($int:ty) {
            $($(#[$bit_meta:meta])* $bit:ident = $value:literal,)*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub $int);

        impl $name {
            $($(#[$bit_meta])* pub const $bit: $name = $name($value);)*

            /// Whether all bits of `bits` are set.
            pub const fn has(self, bits: $name) -> bool {
                self.0 & bits.0 == bits.0
            }
        }

        impl std::ops::BitOr for $name {
            type Output = $name;

            fn bitor(self, other: $name) -> $name {
                $name(self.0 | other.0)
            }
        }

        impl<'a> $crate::wire::codec::Wire<'a> for $name {
            fn parse(input: &'a [u8]) -> $crate::wire::codec::Out<'a, Self> {
                let (rest, bits) = <$int>::parse(input)?;
                Ok((rest, $name(bits)))
            }

            fn emit(&self, out: &mut $crate::wire::codec::Writer) {
                self.0.emit(out);
            }
        }
    )*};
}
pub(crate) use bits;
