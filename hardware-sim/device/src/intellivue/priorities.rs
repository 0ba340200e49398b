//! Priority lists: which waves and which numbers a client wants.

use super::numerics;
use super::waves;

/// Single ECG leads at once (guide, "Wave Object Priority List").
const LEADS_MAX: usize = 3;
/// Other waves at once.
const OTHERS_MAX: usize = 8;
/// Single leads beside the compound ECG. The guide knows of none; the recorded monitor takes one.
const LEADS_BESIDE_COMPOUND: usize = 1;

/// Both lists of an association.
#[derive(Clone, Debug)]
pub(super) struct Priorities {
    /// What GET tells.
    waves: Vec<u32>,
    /// What is sent of them.
    sent: Vec<u32>,
    numerics: Option<Vec<u32>>,
}

impl Default for Priorities {
    /// As recorded: the list holds every wave there is. What exceeds the limits is not sent.
    fn default() -> Priorities {
        let waves = waves::labels();
        Priorities { sent: limited(&waves), waves, numerics: None }
    }
}

impl Priorities {
    /// The list of waves.
    pub(super) fn waves(&self) -> &[u32] {
        &self.waves
    }

    /// Which waves are sent.
    pub(super) fn sent_waves(&self) -> &[u32] {
        &self.sent
    }

    /// The list of numbers.
    pub(super) fn numerics(&self) -> Vec<u32> {
        self.numerics.clone().unwrap_or_else(all_numerics)
    }

    /// Which numbers were chosen; `None`: nobody has chosen.
    pub(super) fn chosen_numerics(&self) -> Option<&[u32]> {
        self.numerics.as_deref()
    }

    /// A client wants these waves; what is unknown, doubled or too many is left out.
    pub(super) fn set_waves(&mut self, wanted: &[u32]) {
        self.waves = limited(wanted);
        self.sent.clone_from(&self.waves);
    }

    /// A client wants these numbers; what is unknown or doubled is left out.
    pub(super) fn set_numerics(&mut self, wanted: &[u32]) {
        let all = all_numerics();
        self.numerics = Some(once(wanted, |label| all.contains(&label)));
    }

    /// Back to the monitor's own list of waves.
    pub(super) fn reset_waves(&mut self) {
        *self = Priorities { numerics: self.numerics.take(), ..Priorities::default() };
    }

    /// Back to the monitor's own list of numbers.
    pub(super) fn reset_numerics(&mut self) {
        self.numerics = None;
    }
}

fn all_numerics() -> Vec<u32> {
    numerics::ROWS.iter().map(|row| numerics::label_id(row.label)).collect()
}

/// Those that are known, each once.
fn once(wanted: &[u32], is_known: impl Fn(u32) -> bool) -> Vec<u32> {
    let mut list = Vec::new();
    for label in wanted {
        if is_known(*label) && !list.contains(label) {
            list.push(*label);
        }
    }
    list
}

fn limited(wanted: &[u32]) -> Vec<u32> {
    let known = waves::labels();
    let has_compound = wanted.contains(&waves::COMPOUND);
    let leads_max = if has_compound { LEADS_BESIDE_COMPOUND } else { LEADS_MAX };
    let (mut leads, mut others) = (0, 0);
    let mut list = once(wanted, |label| known.contains(&label));
    list.retain(|label| {
        if *label == waves::COMPOUND {
            return true;
        }
        let (count, most) = if waves::is_lead(*label) {
            (&mut leads, leads_max)
        } else {
            (&mut others, OTHERS_MAX)
        };
        *count += 1;
        *count <= most
    });
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(wanted: &[u32]) -> Vec<u32> {
        let mut lists = Priorities::default();
        lists.set_waves(wanted);
        assert_eq!(lists.waves(), lists.sent_waves());
        lists.waves().to_vec()
    }

    #[test]
    fn the_recorded_list_is_stored_as_it_is() {
        let recorded = [0x2_0100, 0x2_0101, 0x2_4BB4, 0x2_4A14, 0x2_5000];
        assert_eq!(set(&recorded), recorded);
    }

    #[test]
    fn what_is_unknown_doubled_or_too_many_is_left_out() {
        assert_eq!(set(&[]), [0u32; 0]);
        assert_eq!(set(&[0x2_4BB4, 0x2_FFFF, 0x401_0770, 0x2_4BB4]), [0x2_4BB4]);
        assert_eq!(
            set(&[0x2_0101, 0x2_0102, 0x2_0143, 0x2_013D, 0x2_5000]),
            [0x2_0101, 0x2_0102, 0x2_0143, 0x2_5000]
        );
        assert_eq!(set(&[0x2_0102, 0x2_0100, 0x2_0101]), [0x2_0102, 0x2_0100]);
    }

    #[test]
    fn what_is_sent_unasked_keeps_to_the_limits() {
        let lists = Priorities::default();
        assert_eq!(lists.waves().len(), 12);
        assert_eq!(lists.sent_waves().len(), 6, "compound, a lead, four others");
    }
}
