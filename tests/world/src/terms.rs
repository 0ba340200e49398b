//! [`Terms`]: in which words a family's values are compared.
//!
//! A device lists what it sent in the words of its wire, and the board is told in the model's. Mostly
//! these are the same. Where they are not (a clock that the wire does not carry, litres for millilitres,
//! blocks cut elsewhere), both are put into one form here, in the words of the documents and without the
//! tables of the session that is tested.

use vigie_model::Event;
use vigie_sim_device::Sent;

/// One value, or one block of a wave, in terms that both ends share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Which stream.
    pub stream: String,
    /// When, by whatever clock both ends know; 0 where there is none.
    pub tick: u64,
    /// What it says, at most eight signs; a dash: there is no value.
    pub what: String,
    /// It must be told if it arrived. Otherwise it may be: that there is no value is told of a stream
    /// that once had one.
    pub is_certain: bool,
    /// So many samples that nothing tells apart: they are counted, whatever else stands here.
    pub samples: Option<u64>,
}

impl Claim {
    /// What must be told.
    pub fn certain(stream: &str, tick: u64, what: &str) -> Claim {
        let (stream, what) = (stream.to_owned(), what.to_owned());
        Claim { stream, tick, what, is_certain: true, samples: None }
    }

    /// Samples of a wave that is cut elsewhere at either end.
    pub fn counted(stream: &str, samples: u64) -> Claim {
        Claim { samples: Some(samples), ..Claim::certain(stream, 0, "") }
    }

    /// What may be told.
    pub fn possible(stream: &str, tick: u64, what: &str) -> Claim {
        Claim { is_certain: false, ..Claim::certain(stream, tick, what) }
    }
}

/// Puts what the board was told into common terms.
pub type SaidAs = fn(&Event) -> Vec<Claim>;
/// Puts what left a device into common terms: what the device says of it, and the message that held it.
pub type SentAs = Box<dyn FnMut(&Sent, &[u8]) -> Vec<Claim> + Send>;

/// How both ends of a family are compared.
pub struct Terms {
    /// Of what left the device.
    pub sent: SentAs,
    /// Of what the board was told.
    pub said: SaidAs,
}

impl Terms {
    /// Both ends say the same: stream, tick, and the number or how many samples.
    pub fn plain() -> Terms {
        let sent =
            |sent: &Sent, _: &[u8]| vec![Claim::certain(&sent.stream, sent.tick, &sent.what)];
        Terms { sent: Box::new(sent), said: plainly }
    }
}

/// What is said as it stands.
pub fn plainly(event: &Event) -> Vec<Claim> {
    if let Event::Numeric(numeric) = event {
        let tick = numeric.tick.map_or(0, |(_, tick)| tick.0);
        let what = numeric.reading.value().map_or_else(|| "-".into(), |it| it.to_string());
        vec![Claim::certain(numeric.key.vendor.as_str(), tick, &what)]
    } else if let Event::Wave(chunk) = event {
        let what = chunk.samples.len().to_string();
        vec![Claim::certain(chunk.key.vendor.as_str(), chunk.first.0, &what)]
    } else {
        Vec::new()
    }
}
