//! Mindray PDS: what we send, and the kinds of message.
//!
//! HL7 2.3.1, *Patient Data Share Protocol Programmer's Guide* (0010-20-43061-2), of which only the
//! front matter was to be had: messages as clients of real monitors send them. MSH-10 is the kind of a
//! message and not a counter.

use super::mllp;

/// The keep-alive, both ways, once a second.
pub const ECHO: &[u8] = b"MSH|^~\\&|||||||ORU^R01|106|P|2.3.1|\r";

/// Ids in one QRF segment: "fewer than five" (a client written against a uMEC12).
const IDS_PER_QRF: usize = 4;
/// QRD-1 is the time of the query. A session has no date; monitors were asked with fixed ones.
const QUERY_TIME: &str = "20060731145557";

/// Kinds of message, by MSH-10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 101, 103: who the monitor and its patient are.
    Demographics,
    /// 106.
    Echo,
    /// 204: values of a module.
    Periodic,
    /// 205: validity of the values before.
    Validity,
    /// 503: what is measured now and then.
    Aperiodic,
    /// 53: which parameters are in alarm.
    Levels,
    /// 54: all alarms about the patient.
    Physiological,
    /// 56: all alarms about the equipment.
    Technical,
    /// 157: waves.
    Waves,
    /// 1202: answer to a query.
    Answer,
    /// Configuration that says nothing of the patient: 5, 11, 12, 51, 58, 60, 159 and so on.
    Other,
}

impl Kind {
    /// From MSH-10.
    pub fn of(control_id: &str) -> Kind {
        match control_id.trim() {
            "101" | "103" => Kind::Demographics,
            "106" => Kind::Echo,
            "204" => Kind::Periodic,
            "205" => Kind::Validity,
            "503" => Kind::Aperiodic,
            "53" => Kind::Levels,
            "54" => Kind::Physiological,
            "56" => Kind::Technical,
            "157" => Kind::Waves,
            "1202" => Kind::Answer,
            _ => Kind::Other,
        }
    }
}

/// The echo in its frame.
pub fn echo() -> Vec<u8> {
    mllp::wrap(ECHO)
}

/// The query, framed: the parameters and waves listed, both lists of alarms whole.
///
/// `target` is `0&0` for the monitor itself, or `IP&BED` behind a gateway, the address as one number.
/// Lists, because a uMEC12 accepts "all parameters" and then sends none.
pub fn query(target: &str, number: u32, parameters: &[u16], waves: &[u16]) -> Vec<u8> {
    let mut text = format!(
        "MSH|^~\\&|||||||QRY^R02|1203|P|2.3.1\rQRD|{QUERY_TIME}|R|I|Q{number:06}|||||RES\r"
    );
    for (what, ids) in [("1", parameters), ("2", waves)] {
        for ids in ids.chunks(IDS_PER_QRF) {
            let ids: Vec<String> = ids.iter().map(u16::to_string).collect();
            text.push_str(&format!("QRF|MON||||{target}^{what}^1^0^{}\r", ids.join("&")));
        }
    }
    for what in ["3", "4"] {
        text.push_str(&format!("QRF|MON||||{target}^{what}^1^1^\r"));
    }
    mllp::wrap(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_has_small_lists() {
        let bytes = query("0&0", 7, &[101, 102, 151, 160, 161], &[1152]);
        let text = String::from_utf8(bytes).expect("ASCII");
        assert_eq!(
            text,
            "\u{b}MSH|^~\\&|||||||QRY^R02|1203|P|2.3.1\rQRD|20060731145557|R|I|Q000007|||||RES\r\
             QRF|MON||||0&0^1^1^0^101&102&151&160\rQRF|MON||||0&0^1^1^0^161\r\
             QRF|MON||||0&0^2^1^0^1152\rQRF|MON||||0&0^3^1^1^\rQRF|MON||||0&0^4^1^1^\r\u{1c}\r"
        );
    }
}
