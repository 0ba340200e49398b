//! What every session must stand.

use vigie_session::Line;
use vigie_session::rng::Rng;
use vigie_session::testkit::{
    Rig, check_any_chunking, check_damage, check_farewell, check_passive, check_reconnect,
    check_silence, cut_at_random, damaged,
};

use super::{MISCA, MISCF, MISCF_ALARMS, MISCF_STANDBY, WAVES, WAVES_HURT, active, passive};

fn all() -> Vec<u8> {
    [MISCF, b"SNDF\r\n", MISCF_ALARMS, b"noise", MISCA, MISCF_STANDBY, MISCF].concat()
}

#[test]
fn any_chunking_gives_the_same_events() {
    check_any_chunking(active, &all(), 1);
    check_any_chunking(passive, &all(), 100);
}

#[test]
fn any_chunking_of_waves_gives_the_same_events() {
    for bytes in [WAVES, WAVES_HURT] {
        let hear = |pieces: &[&[u8]]| {
            let mut rig = Rig::new(active());
            rig.up(super::waves::LINE);
            pieces.iter().for_each(|piece| rig.bytes(super::waves::LINE, piece));
            rig.take_heard()
        };
        let whole = hear(&[bytes]);
        assert!(whole.len() > 10);
        assert_eq!(hear(&bytes.chunks(1).collect::<Vec<_>>()), whole);
        for seed in 0..16 {
            let pieces: Vec<&[u8]> = cut_at_random(bytes, &mut Rng::new(seed));
            assert_eq!(hear(&pieces), whole, "seed {seed}");
        }
    }
}

#[test]
fn silence_makes_nothing_up() {
    check_silence(active, &all());
    check_silence(passive, &all());
}

#[test]
fn damage_never_outlasts_the_line() {
    let bytes = all();
    for make in [active, passive] {
        let report = check_damage(make, &bytes, 7, 60);
        assert!(report.rounds_with_fault > 50, "{report:?}");
    }
}

#[test]
fn damaged_waves_never_outlast_the_line() {
    for seed in 0..60 {
        let mut rng = Rng::new(seed);
        let mut rig = Rig::new(active());
        rig.up(super::waves::LINE);
        rig.bytes(super::waves::LINE, &damaged(WAVES, &mut rng));
        rig.down(super::waves::LINE);
        rig.take_heard();
        rig.up(super::waves::LINE);
        rig.bytes(super::waves::LINE, WAVES);
        let heard = rig.take_heard();
        let samples: usize =
            super::waves(&heard, "flow").iter().map(|chunk| chunk.samples.len()).sum();
        assert_eq!(samples, 180, "seed {seed}");
    }
}

#[test]
fn a_reconnected_line_begins_afresh() {
    check_reconnect(active, &all(), 3);
    check_reconnect(passive, &all(), 30);
}

#[test]
fn goodbye_says_nothing_and_passive_sends_nothing() {
    assert_eq!(check_farewell(active, MISCF), []);
    check_passive(passive, &all());
    let mut rig = Rig::new(passive());
    rig.up(super::waves::LINE);
    rig.up(Line::MAIN);
    rig.bytes(super::waves::LINE, WAVES);
    rig.advance(super::ms(600_000));
    assert_eq!(rig.take_sent(), []);
}
