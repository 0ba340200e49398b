//! Error messages (ROER): why a monitor did not do what it was asked.

use super::codec::{Out, Wire, Writer, codes, counted, field, packed, whole};
use super::text::Counted;
use super::types::{ManagedObjectId, ObjectClass};

packed! {
    /// Attributes that could not be read.
    pub struct GetFailure {
        /// The object.
        pub object: ManagedObjectId,
        /// The attributes.
        pub attributes: Vec<UnreadAttribute>,
    }

    /// One attribute that could not be read.
    #[derive(Copy)]
    pub struct UnreadAttribute {
        /// Why.
        pub status: FailureStatus,
        /// Its id.
        pub attribute: u16,
    }

    /// Attributes that could not be set.
    pub struct SetFailure {
        /// The object.
        pub object: ManagedObjectId,
        /// The attributes.
        pub attributes: Vec<UnsetAttribute>,
    }

    /// One attribute that could not be set.
    #[derive(Copy)]
    pub struct UnsetAttribute {
        /// Why.
        pub status: FailureStatus,
        /// The operator.
        pub operator: u16,
        /// Its id.
        pub attribute: u16,
    }

    /// An action that the class does not have.
    #[derive(Copy)]
    pub struct NoSuchAction {
        /// The class.
        pub class: ObjectClass,
        /// The action type.
        pub action: u16,
    }

    /// Something went wrong inside the monitor.
    #[derive(Copy)]
    pub struct ProcessingFailure<'a> {
        /// Its number, usually 0.
        pub id: u16,
        /// Usually empty.
        pub data: Counted<'a>,
    }

    /// An argument that the monitor does not take.
    #[derive(Copy)]
    pub struct InvalidArgument<'a> {
        /// The object.
        pub object: ManagedObjectId,
        /// The action type.
        pub action: u16,
        /// More about it.
        pub data: Counted<'a>,
    }
}

codes! {
    /// Why an attribute could not be read or set.
    pub enum FailureStatus {
        /// Not allowed.
        AccessDenied = 2,
        /// The object does not have it.
        NoSuchAttribute = 5,
        /// The value is wrong.
        InvalidAttributeValue = 6,
        /// It cannot be done.
        InvalidOperation = 24,
        /// The operator is wrong.
        InvalidOperator = 25,
    }
}

/// Why a monitor did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure<'a> {
    /// 0: no such object class.
    NoSuchObjectClass(ObjectClass),
    /// 1: no such object.
    NoSuchObjectInstance(ManagedObjectId),
    /// 2: not allowed.
    AccessDenied,
    /// 7: attributes could not be read.
    Get(GetFailure),
    /// 8: attributes could not be set.
    Set(SetFailure),
    /// 9: no such action.
    NoSuchAction(NoSuchAction),
    /// 10: something went wrong inside the monitor.
    Processing(ProcessingFailure<'a>),
    /// 15: a wrong argument.
    InvalidArgument(InvalidArgument<'a>),
    /// 16: a wrong scope.
    InvalidScope(u32),
    /// 17: a wrong object.
    InvalidObjectInstance(ManagedObjectId),
    /// Another code; or a listed one with other data than the guide says, since no capture has an
    /// error to prove the guide with.
    Unknown {
        /// The code.
        code: u16,
        /// Its data.
        bytes: &'a [u8],
    },
}

impl<'a> Failure<'a> {
    fn of(code: u16, bytes: &'a [u8]) -> Option<Failure<'a>> {
        fn all<'a, T: Wire<'a>>(bytes: &'a [u8]) -> Option<T> {
            whole("error data", bytes, T::parse).ok()
        }
        match code {
            0 => all(bytes).map(Failure::NoSuchObjectClass),
            1 => all(bytes).map(Failure::NoSuchObjectInstance),
            2 => bytes.is_empty().then_some(Failure::AccessDenied),
            7 => all(bytes).map(Failure::Get),
            8 => all(bytes).map(Failure::Set),
            9 => all(bytes).map(Failure::NoSuchAction),
            10 => all(bytes).map(Failure::Processing),
            15 => all(bytes).map(Failure::InvalidArgument),
            16 => all(bytes).map(Failure::InvalidScope),
            17 => all(bytes).map(Failure::InvalidObjectInstance),
            _ => None,
        }
    }

    /// The error code.
    pub fn code(&self) -> u16 {
        match self {
            Failure::NoSuchObjectClass(_) => 0,
            Failure::NoSuchObjectInstance(_) => 1,
            Failure::AccessDenied => 2,
            Failure::Get(_) => 7,
            Failure::Set(_) => 8,
            Failure::NoSuchAction(_) => 9,
            Failure::Processing(_) => 10,
            Failure::InvalidArgument(_) => 15,
            Failure::InvalidScope(_) => 16,
            Failure::InvalidObjectInstance(_) => 17,
            Failure::Unknown { code, .. } => *code,
        }
    }
}

impl<'a> Wire<'a> for Failure<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (input, code) = field("error code", u16::parse)(input)?;
        let (rest, bytes) = field("error data", counted)(input)?;
        Ok((rest, Failure::of(code, bytes).unwrap_or(Failure::Unknown { code, bytes })))
    }

    fn emit(&self, out: &mut Writer) {
        out.u16(self.code());
        out.counted("error data", |out| match self {
            Failure::NoSuchObjectClass(class) => class.emit(out),
            Failure::NoSuchObjectInstance(object) | Failure::InvalidObjectInstance(object) => {
                object.emit(out);
            }
            Failure::AccessDenied => {}
            Failure::Get(failure) => failure.emit(out),
            Failure::Set(failure) => failure.emit(out),
            Failure::NoSuchAction(failure) => failure.emit(out),
            Failure::Processing(failure) => failure.emit(out),
            Failure::InvalidArgument(failure) => failure.emit(out),
            Failure::InvalidScope(scope) => out.u32(*scope),
            Failure::Unknown { bytes, .. } => out.put(bytes),
        });
    }
}
