//! Connect indication ("beacon"): what a monitor broadcasts on the network to be found.

use nom::Parser;
use nom::bytes::complete::tag;

use super::attribute::Attribute;
use super::codec::{Out, Wire, Writer, field, within};
use super::types::{ManagedObjectId, RelativeTime};

/// Event type of a connect indication.
const CONNECT_INDICATION: [u8; 2] = [0x0D, 0x17];

/// A connect indication. It has no session header in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beacon<'a> {
    /// Nomenclature version, major.
    pub major: u8,
    /// Nomenclature version, minor.
    pub minor: u8,
    /// 0.
    pub invoke_id: u16,
    /// The monitor, of class [`super::types::ObjectClass::CompositeSingleBedMds`].
    pub object: ManagedObjectId,
    /// When it was sent, or 0.
    pub time: RelativeTime,
    /// Addresses, services, model, versions.
    pub attributes: Vec<Attribute<'a>>,
}

impl<'a> Wire<'a> for Beacon<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let constant =
            |name, bytes: &'static [u8]| field(name, move |input| tag(bytes).parse(input));
        let (input, _) = constant("nomenclature", &[0, 0])(input)?;
        let (input, major) = field("nomenclature major", u8::parse)(input)?;
        let (input, minor) = field("nomenclature minor", u8::parse)(input)?;
        let (input, _) = constant("remote operation type", &[0, 1])(input)?;
        within("remote operation", |input| {
            let (input, invoke_id) = field("invoke id", u16::parse)(input)?;
            let (input, _) = constant("command", &[0, 0])(input)?;
            within("command data", |input| {
                let (input, object) = field("object", ManagedObjectId::parse)(input)?;
                let (input, time) = field("relative time", RelativeTime::parse)(input)?;
                let (input, _) = constant("event type", &CONNECT_INDICATION)(input)?;
                let (rest, attributes) = within("connect indication", Vec::parse)(input)?;
                Ok((rest, Beacon { major, minor, invoke_id, object, time, attributes }))
            })(input)
        })(input)
    }

    fn emit(&self, out: &mut Writer) {
        out.put(&[0, 0, self.major, self.minor, 0, 1]);
        out.counted("remote operation", |out| {
            out.u16(self.invoke_id);
            out.u16(0);
            out.counted("command data", |out| {
                self.object.emit(out);
                self.time.emit(out);
                out.put(&CONNECT_INDICATION);
                out.counted("connect indication", |out| self.attributes.emit(out));
            });
        });
    }
}
