//! Hours of each family with seeded damage: what is shown is what left the devices, but for the share
//! of damage that the wire has no means to see.
//!
//! Two hours, or as many as `VIGIE_FAMILY_HOURS` says.

mod ge_dri;
mod hl7;
mod puritan_bennett;

use std::{collections::BTreeMap, time::Duration};

use vigie_board::view::Freshness;
use vigie_session::{Factory, Session, Setup, rng::Rng};
use vigie_sim_patient::script::{Act, DeviceAct, LineAct, PatientAct};
use vigie_world::{LiveBed, LiveWorld, Terms, Value};

const HOUR: Duration = Duration::from_secs(3_600);
/// The first seconds are undisturbed: both ends agree on where the clocks begin.
const CALM: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_secs(10);
/// The devices fall silent before the end, so that nothing is on its way when both sides are compared.
const QUIET: Duration = Duration::from_secs(10);

/// What is to be run.
struct Hours {
    family: &'static str,
    seed: u64,
    devices: Vec<(LiveBed, Terms)>,
    /// What the cables do to what they carry.
    damage: Vec<LineAct>,
    /// How likely a connection is cut within ten seconds.
    cut: f64,
    /// What happens at a bed now and then.
    act: fn(&mut Rng) -> PatientAct,
}

/// What came of it.
struct Outcome {
    hours: u32,
    matched: u64,
    lost: u64,
    /// Told and never sent.
    invented: u64,
    /// How many messages of each length left each device.
    lengths: Vec<BTreeMap<usize, u64>>,
    seed: u64,
}

fn hours() -> u32 {
    let told = std::env::var("VIGIE_FAMILY_HOURS").ok();
    told.map_or(2, |hours| hours.parse().expect("VIGIE_FAMILY_HOURS: a whole number of hours"))
}

fn session(family: &dyn Factory, seed: u64, options: &[(&str, &str)]) -> Box<dyn Session> {
    let options = options.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    family.session(&Setup { passive: false, seed, options })
}

impl Hours {
    /// Runs the hours, prints the totals, and checks what holds for every family: nothing that arrived
    /// is missing, no alarm that was told is not shown, no wave is drawn over what was lost.
    #[expect(clippy::print_stdout, reason = "the totals are what a run of hours is for")]
    fn run(self) -> Outcome {
        let Hours { family, seed, devices, damage, cut, act } = self;
        let hours = hours();
        let count = devices.len();
        let (beds, terms): (Vec<_>, Vec<_>) = devices.into_iter().unzip();
        let mut world = LiveWorld::new(beds, seed);
        for (device, terms) in terms.into_iter().enumerate() {
            world.set_terms(device, terms);
        }
        world.run_until(CALM);
        damage.iter().for_each(|act| world.act_on_all_cables(act));
        let mut rng = Rng::new(seed);
        let (mut looks, mut not_live, mut cuts) = (0_u64, 0_u64, 0_u64);
        let mut at = CALM;
        while at < hours * HOUR {
            // Somewhere within the next ten seconds, and so within a message.
            let moment = at + LOOK.mul_f64(rng.unit());
            for device in 0..count {
                if rng.chance(cut) {
                    cuts += 1;
                    world.run_until(moment);
                    let dark = Duration::from_millis(200 + rng.below(8_000));
                    world.act(device, &Act::Line(LineAct::Unplug { dark }));
                }
            }
            at += LOOK;
            let view = world.run_until(at);
            looks += view.tiles.len() as u64;
            let live = |freshness| matches!(freshness, Some(Freshness::Live | Freshness::Late));
            not_live += view.tiles.iter().filter(|tile| !live(tile.link.freshness)).count() as u64;
            for device in 0..count {
                if rng.chance(0.05) {
                    world.act(device, &Act::Patient(act(&mut rng)));
                }
            }
            world.ledger().settle();
        }
        let calm = [
            LineAct::Flips { every: 0 },
            LineAct::Loss { share: 0.0 },
            LineAct::Delay { most: Duration::ZERO },
        ];
        calm.iter().for_each(|act| world.act_on_all_cables(act));
        for device in 0..count {
            world.act(device, &Act::Device(DeviceAct::Mute { dark: 4 * QUIET }));
        }
        world.run_until(at + QUIET);
        // What a session still holds back it says when the line ends.
        world.act_on_all_cables(&LineAct::Unplug { dark: 4 * QUIET });
        world.run_until(at + 2 * QUIET);
        println!("{}", self::totals(family, seed, &world, (looks, not_live, cuts)));
        let lengths = (0..count).map(|device| world.lengths(device)).collect();
        let mirrored = world.mirrored();
        assert_eq!(mirrored.faults, Vec::<String>::new(), "{family}: not mirrored, seed {seed}");
        assert!(mirrored.alarms > u64::from(hours) * 50, "{family}: {} alarms", mirrored.alarms);
        drop(mirrored);
        let mut ledger = world.ledger();
        let balance = ledger.balance();
        let spelt = |values: &[Value]| -> Vec<String> {
            values.iter().map(|value| ledger.spelt(value)).collect()
        };
        println!("{family}: told and not sent, the first: {:?}", spelt(&balance.invented));
        assert_eq!(
            spelt(&balance.missing),
            Vec::<String>::new(),
            "{family}: arrived, not told, seed {seed}"
        );
        assert_eq!(balance.missing_count, 0, "{family}: samples not told, seed {seed}");
        assert_eq!(ledger.false_joins, Vec::<String>::new(), "{family}: seed {seed}");
        assert!(balance.lost > 0, "{family}: the damage did something: {balance:?}");
        // A cut connection is away for ten seconds in the middle.
        assert!(not_live * 20 < looks, "{family}: {not_live} of {looks} not live, seed {seed}");
        Outcome {
            hours,
            matched: balance.matched,
            lost: balance.lost,
            invented: balance.invented_count,
            lengths,
            seed,
        }
    }
}

fn totals(
    family: &str,
    seed: u64,
    world: &LiveWorld,
    (looks, not_live, cuts): (u64, u64, u64),
) -> String {
    let mirror = {
        let mirrored = world.mirrored();
        format!("{} alarms mirrored in {} comparisons", mirrored.alarms, mirrored.compared)
    };
    let balance = world.ledger().balance();
    format!(
        "{family}, {} h, seed {seed}: {} values sent and told, {} lost in hurt messages, {} missing, \
         {} invented; {cuts} cuts; {} steps; {not_live} of {looks} looks at a tile found it not live; \
         {mirror}",
        hours(),
        balance.matched,
        balance.lost,
        balance.missing_count,
        balance.invented_count,
        world.steps
    )
}

/// Where a wave has no sample.
const NONE: i32 = i32::MIN;

/// Eight hex digits of samples (FNV-1a, 32 bits).
fn digest(samples: impl Iterator<Item = i32>) -> String {
    let add = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = samples.flat_map(i32::to_le_bytes).fold(0x811C_9DC5, add);
    format!("{hash:08x}")
}

/// The most that chance may bring where so many are expected: four standard deviations, and one.
fn at_most(expected: f64) -> u64 {
    (expected + 4.0 * expected.sqrt() + 1.0).ceil() as u64
}
