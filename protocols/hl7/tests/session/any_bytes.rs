//! Any bytes never panic: the project's form of a fuzz target. One call each: a message, a wave segment,
//! a session of each family over pieces.

use crate::common::{GATEWAYS, fixture, hear, hl7, pds};
use proptest::collection::vec;
use proptest::prelude::*;
use vigie_hl7::wire::charset::Charset;
use vigie_hl7::wire::mllp::wrap;
use vigie_hl7::wire::zmw::{SEGMENT, Zmw};
use vigie_hl7::wire::{Message, ack};
use vigie_session::rng::Rng;
use vigie_session::testkit::damaged;

fn look(bytes: &[u8], charset: Charset) {
    if let Ok(message) = Message::parse(bytes, charset) {
        for segment in message.segments() {
            for number in 0..30 {
                let field = segment.field(number);
                let _ = (field.plain(), field.component(2).subcomponent(2).plain());
            }
        }
        if let Some(code) = ack::answer(&message, ack::Policy::AsAsked, ack::Outcome::Taken) {
            let _ = ack::emit(&message, code, 1);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_read(bytes in vec(any::<u8>(), 0..600)) {
        for charset in [Charset::Utf8, Charset::Latin1, Charset::Gbk] {
            look(&bytes, charset);
            let mut headed = b"MSH|^~\\&|a|b|\rOBX|1|NM|".to_vec();
            headed.extend(&bytes);
            look(&headed, charset);
            let mut other = b"MSH".to_vec();
            other.extend(&bytes);
            look(&other, charset);
        }
        hear(hl7(false), &bytes);
        hear(pds(false), &bytes);
        hear(hl7(false), &wrap(&bytes));
        hear(pds(false), &wrap(&bytes));
        let mut segment = SEGMENT.to_vec();
        segment.extend(bytes.iter().map(|byte| byte | 0x80));
        let _ = Zmw::parse(&segment);
    }

    #[test]
    fn rows_of_any_text_are_read(texts in vec("[ -~]{0,12}", 20), kind in "NM|NA|SN|ST|CWE|TX|") {
        let row = texts.iter().map(String::as_str).collect::<Vec<_>>().join("|");
        for order in ["182777000^m^SCT", "196616^MDC_EVT_ALARM^MDC", "CONTINUOUS WAVEFORM"] {
            let text = format!(
                "MSH|^~\\&|||||20260101||ORU^R01|204|P|2.6\rPV1||I|A^^B\rOBR|1||7|{order}\rOBX|1|{kind}|{row}\r"
            );
            hear(hl7(true), &wrap(text.as_bytes()));
            for id in ["204", "205", "503", "53", "54", "56", "103", "157"] {
                hear(pds(true), &wrap(text.replace("|204|", &format!("|{id}|")).as_bytes()));
            }
        }
    }
}

#[test]
fn damaged_messages_are_read() {
    for seed in 0..300u64 {
        let mut rng = Rng::new(seed);
        for name in GATEWAYS {
            hear(hl7(false), &damaged(&fixture(name), &mut rng));
        }
        hear(pds(false), &damaged(&fixture("mindray_pds"), &mut rng));
    }
}
