//! When is asked, and what is said when nothing or the wrong thing comes.

use vigie_session::Line;
use vigie_session::testkit::Rig;

use super::{MISCA, MISCF, WAVES, active, faults, ms, said, session, shown};

/// Sends `bytes` as 9600 baud do, 96 bytes every 100 ms.
fn slowly(rig: &mut Rig, bytes: &[u8]) {
    for piece in bytes.chunks(96) {
        rig.advance(ms(100));
        rig.bytes(Line::MAIN, piece);
    }
}

#[test]
fn asks_every_two_seconds_and_never_into_an_answer() {
    let mut rig = Rig::new(active());
    rig.up(Line::MAIN);
    assert_eq!(said(&rig.take_sent()), ["RSET"]);
    rig.advance(ms(249));
    assert_eq!(rig.take_sent(), []);
    rig.advance(ms(1));
    for round in 0..5 {
        assert_eq!(said(&rig.take_sent()), ["SNDF"], "round {round}");
        // A second until it begins, 1.3 s until it ends.
        rig.advance(ms(1_000));
        slowly(&mut rig, MISCF);
        assert_eq!(rig.take_sent(), [], "round {round}");
        assert_eq!(shown(&rig.take_heard(), "F70"), "14 /min");
        rig.advance(ms(100));
    }
    assert_eq!(said(&rig.take_sent()), ["SNDF"]);
    rig.bytes(Line::MAIN, MISCF);
    rig.advance(ms(1_999));
    assert_eq!(rig.take_sent(), [], "a quick answer does not quicken the asking");
    rig.advance(ms(1));
    assert_eq!(said(&rig.take_sent()), ["SNDF"]);
}

#[test]
fn the_list_that_is_answered_is_asked_for() {
    let mut rig = Rig::new(active());
    rig.up(Line::MAIN);
    rig.advance(ms(250 + 3_250 * 2));
    assert_eq!(said(&rig.take_sent()), ["RSET", "SNDF", "RSET", "SNDF", "RSET", "SNDA"]);
    rig.bytes(Line::MAIN, MISCA);
    rig.advance(ms(2_000));
    assert_eq!(said(&rig.take_sent()), ["SNDA"]);
    // The answer to an earlier question may still come.
    rig.bytes(Line::MAIN, MISCF);
    rig.advance(ms(2_000));
    assert_eq!(said(&rig.take_sent()), ["SNDF"]);
}

#[test]
fn an_option_names_the_list() {
    let mut rig = Rig::new(session(false, &[("list", "MISCA")]));
    rig.up(Line::MAIN);
    rig.advance(ms(20_000));
    let sent = said(&rig.take_sent());
    assert!(sent.iter().all(|sent| sent != "SNDF") && sent.contains(&"SNDA".to_owned()));
    let mut rig = Rig::new(session(false, &[("list", "both")]));
    rig.up(Line::MAIN);
    assert_eq!(faults(&rig.take_heard()), ["Unknown: option list is neither MISCF nor MISCA"]);
}

/// What is said in a minute when every question gets this; each once.
fn advice(answer: &[u8]) -> Vec<String> {
    let mut rig = Rig::new(active());
    rig.up(Line::MAIN);
    let mut told = Vec::new();
    for _ in 0..30 {
        rig.advance(ms(1_000));
        rig.bytes(Line::MAIN, answer);
        told.extend(faults(&rig.take_heard()).into_iter().filter(|f| f.starts_with("Unexp")));
    }
    told
}

#[test]
fn silence_and_strangers_are_told_apart() {
    for (answer, expected) in [
        (&b""[..], "no answer: is the ventilator on"),
        (WAVES, "these are waves: the cable of the waveform port"),
        (&[0xFE, 0x80, 0x00, 0xF8, 0x13][..], "unreadable bytes: set speed and parity"),
        (b"SNDF\r", "our own questions come back"),
        (b"? unknown command\r", "something answers that is no Puritan Bennett"),
    ] {
        let told = advice(answer);
        assert_eq!(told.len(), 1, "{expected}: {told:?}");
        assert!(told[0].contains(expected), "{told:?}");
        assert!(told[0].len() < 250, "fits the cap of a text");
    }
    let hurt = &MISCF[..MISCF.len() - 300];
    assert!(advice(&[hurt, b"\r"].concat())[0].contains("answers arrive damaged"));
    assert!(advice(MISCF).is_empty());
}

#[test]
fn advice_comes_again_once_a_minute_while_nothing_changes() {
    let mut rig = Rig::new(active());
    rig.up(Line::MAIN);
    rig.advance(ms(600_000));
    let told = faults(&rig.take_heard());
    assert!((9..=11).contains(&told.len()), "{}", told.len());
    rig.bytes(Line::MAIN, MISCF);
    rig.take_heard();
    for _ in 0..60 {
        rig.advance(ms(2_000));
        rig.bytes(Line::MAIN, MISCF);
    }
    assert!(faults(&rig.take_heard()).is_empty());
}

#[test]
fn a_silent_waveform_port_is_told_while_the_other_answers() {
    let mut rig = Rig::new(active());
    rig.up(Line::MAIN);
    rig.up(super::waves::LINE);
    let minutes = |rig: &mut Rig| {
        for _ in 0..65 {
            rig.advance(ms(2_000));
            rig.bytes(Line::MAIN, MISCF);
        }
        faults(&rig.take_heard())
    };
    let told = minutes(&mut rig);
    assert!(told.len() == 2 && told[0].contains("the waveform port is silent"), "{told:?}");
    rig.bytes(super::waves::LINE, &[0xF0; 300]);
    let told = minutes(&mut rig);
    assert!(told.iter().any(|told| told.contains("unreadable bytes on the waveform")), "{told:?}");
}
