//! Acknowledgements: which a message wants, and their bytes.
//!
//! Source: HL7 v2.6, chapter 2, "Processing rules for messages": original mode where MSH-15 and MSH-16
//! are empty, enhanced mode otherwise. What receivers of real senders do: Mindray's eGateway says
//! `AL|NE` and wants `CA`; GE's B40 and Nihon Kohden say `NE|AL` and want `AA`.

use super::Message;

/// An acknowledgement code of MSA-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Application accept.
    Aa,
    /// Application reject.
    Ar,
    /// Commit accept.
    Ca,
    /// Commit reject.
    Cr,
}

impl Code {
    /// As it stands in MSA-1.
    pub const fn as_str(self) -> &'static str {
        match self {
            Code::Aa => "AA",
            Code::Ar => "AR",
            Code::Ca => "CA",
            Code::Cr => "CR",
        }
    }
}

/// What is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// As the message asks.
    #[default]
    AsAsked,
    /// AA to everything: for senders that ask for one thing and wait for another.
    AlwaysAa,
    /// CA to everything.
    AlwaysCa,
    /// Nothing.
    Never,
}

/// How a message was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Read.
    Taken,
    /// Not something that a receiver of results serves: queries.
    Rejected,
}

/// The code that `message` is answered with; `None`: it wants none, or is an answer itself.
pub fn answer(message: &Message<'_>, policy: Policy, outcome: Outcome) -> Option<Code> {
    let is_answer =
        message.kind().0 == "ACK" || message.segments().iter().any(|it| it.name() == "MSA");
    if is_answer {
        return None;
    }
    let (accept, application) = match policy {
        Policy::Never => return None,
        Policy::AlwaysAa => ("", ""),
        Policy::AlwaysCa => ("AL", ""),
        Policy::AsAsked => {
            (message.header().field(15).text().trim(), message.header().field(16).text().trim())
        }
    };
    let wants = |when: &str| match (when, outcome) {
        ("AL", _) | ("SU", Outcome::Taken) | ("ER", Outcome::Rejected) => true,
        (_, Outcome::Taken | Outcome::Rejected) => false,
    };
    if accept.is_empty() && application.is_empty() || !wants(accept) && wants(application) {
        return Some(match outcome {
            Outcome::Taken => Code::Aa,
            Outcome::Rejected => Code::Ar,
        });
    }
    wants(accept).then_some(match outcome {
        Outcome::Taken => Code::Ca,
        Outcome::Rejected => Code::Cr,
    })
}

/// The answer's bytes, without frame. MSH-7 repeats the time of the message: a session has no date
/// of its own, and the sender understands its own. `number` makes MSH-10.
pub fn emit(message: &Message<'_>, code: Code, number: u64) -> Vec<u8> {
    let header = message.header();
    let delimiters = message.delimiters();
    let field = delimiters.field;
    // Copied as they came: they are the sender's own bytes, escapes included.
    let copied = |number: usize| header.field(number).text();
    let version = match copied(12) {
        "" => "2.6",
        version => version,
    };
    let encoding = copied(2);
    let trigger = match message.kind().1 {
        "" => String::new(),
        trigger => format!("{}{trigger}", delimiters.component),
    };
    let fields = [
        "MSH".to_owned(),
        encoding.to_owned(),
        "VIGIE".to_owned(),
        String::new(),
        copied(3).to_owned(),
        copied(4).to_owned(),
        copied(7).to_owned(),
        String::new(),
        format!("ACK{trigger}"),
        format!("V{number}"),
        if copied(11).is_empty() { "P".to_owned() } else { copied(11).to_owned() },
        version.to_owned(),
    ];
    let mut text = fields.join(&field.to_string());
    text.push_str(&format!("\rMSA{field}{}{field}{}\r", code.as_str(), copied(10)));
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::charset::Charset;

    fn asked(accept: &str, application: &str) -> String {
        format!("MSH|^~\\&|A|B|||20260101||ORU^R01|77|P|2.4|||{accept}|{application}\r")
    }

    fn code(text: &str, policy: Policy, outcome: Outcome) -> Option<Code> {
        let message = Message::parse(text.as_bytes(), Charset::Utf8).expect("a message");
        answer(&message, policy, outcome)
    }

    #[test]
    fn each_sender_gets_what_it_asks_for() {
        use Outcome::{Rejected, Taken};
        for (accept, application, outcome, expected) in [
            ("", "", Taken, Some(Code::Aa)),
            ("AL", "NE", Taken, Some(Code::Ca)),
            ("NE", "AL", Taken, Some(Code::Aa)),
            ("AL", "AL", Taken, Some(Code::Ca)),
            ("NE", "NE", Taken, None),
            ("ER", "NE", Taken, None),
            ("SU", "", Taken, Some(Code::Ca)),
            ("", "", Rejected, Some(Code::Ar)),
            ("ER", "NE", Rejected, Some(Code::Cr)),
            ("AL", "NE", Rejected, Some(Code::Cr)),
            ("NE", "AL", Rejected, Some(Code::Ar)),
        ] {
            let found = code(&asked(accept, application), Policy::AsAsked, outcome);
            assert_eq!(found, expected, "{accept}|{application}");
        }
        assert_eq!(code(&asked("NE", "NE"), Policy::AlwaysAa, Taken), Some(Code::Aa));
        assert_eq!(code(&asked("NE", "AL"), Policy::AlwaysCa, Taken), Some(Code::Ca));
        assert_eq!(code(&asked("AL", "AL"), Policy::Never, Taken), None);
        let answered = "MSH|^~\\&|A|B|||||ACK|77|P|2.4\rMSA|AA|1\r";
        assert_eq!(code(answered, Policy::AlwaysAa, Taken), None, "two receivers would never end");
    }

    #[test]
    fn the_answer_points_back() {
        let text = asked("", "");
        let message = Message::parse(text.as_bytes(), Charset::Utf8).expect("a message");
        assert_eq!(
            String::from_utf8(emit(&message, Code::Aa, 3)).expect("text"),
            "MSH|^~\\&|VIGIE||A|B|20260101||ACK^R01|V3|P|2.4\rMSA|AA|77\r"
        );
    }
}
