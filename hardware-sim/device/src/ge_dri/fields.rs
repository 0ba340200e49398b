//! Values of all classes and where they stand (8005313, "Physiological database records").

use vigie_sim_patient::{Finding, Vital};

use super::body::Body;

/// A group of values: head, label, the least level that has it.
pub(super) struct Group {
    pub(super) head: usize,
    pub(super) label: u16,
    pub(super) level: u8,
    pub(super) rows: &'static [Row],
}

/// A value: offset, digits behind the point, the specification's name, where it comes from.
type Row = (usize, u8, &'static str, Source);

/// Where a value comes from.
#[derive(Clone, Copy)]
pub(super) enum Source {
    /// The patient.
    Of(Vital),
    /// The patient's, times this.
    Times(Vital, f64),
    /// One that the monitor computes out of the patient's: this divided by it.
    Over(f64, Vital),
    /// A module whose numbers go up by a step every seven seconds, and begin anew after some.
    Drifts(f64, f64, u64),
}

use Source::{Drifts, Of, Over, Times};
use Vital::{
    AbpDiastolic, AbpMean, AbpSystolic, AwayRespRate, EtCo2, HeartRate, NbpDiastolic, NbpMean,
    NbpSystolic, Perfusion, PulseRate, Pvc, RespRate, SpO2, StII, Temp,
};

/// Millimetres of mercury are a per cent of the ambient pressure of 759.8.
const PERCENT: f64 = 100.0 / 759.8;

#[rustfmt::skip]
const BASIC: &[Group] = &[
    // Lead II on channel 2.
    group(4, 0x0210, 1, &[
        (10, 0, "ecg.hr", Of(HeartRate)),
        (14, 2, "ecg.st2", Of(StII)),
        (18, 0, "ecg.imp_rr", Of(RespRate)),
        (230, 0, "ecg_extra.hr_ecg", Of(HeartRate)),
    ]),
    group(20, 1, 1, &[
        (26, 2, "p1.sys", Of(AbpSystolic)),
        (28, 2, "p1.dia", Of(AbpDiastolic)),
        (30, 2, "p1.mean", Of(AbpMean)),
    ]),
    group(34, 2, 1, &[(44, 2, "p2.mean", Drifts(6.0, 0.25, 16))]),
    group(76, 0x000B, 1, &[
        (82, 2, "nibp.sys", Of(NbpSystolic)),
        (84, 2, "nibp.dia", Of(NbpDiastolic)),
        (86, 2, "nibp.mean", Of(NbpMean)),
    ]),
    group(90, 15, 1, &[(96, 2, "t1.temp", Of(Temp))]),
    group(122, 0, 1, &[
        (128, 2, "SpO2.SpO2", Of(SpO2)),
        (130, 0, "SpO2.pr", Of(PulseRate)),
        (132, 2, "SpO2.ir_amp", Of(Perfusion)),
    ]),
    group(136, 1, 1, &[
        (142, 2, "co2.et", Times(EtCo2, PERCENT)),
        (146, 0, "co2.rr", Of(AwayRespRate)),
        (148, 1, "co2.amb_press", Drifts(759.8, 0.0, 1)),
    ]),
    group(150, 0, 1, &[(156, 2, "o2.et", Drifts(35.0, 0.5, 12)), (158, 2, "o2.fi", Drifts(40.0, 0.5, 12))]),
    group(160, 0, 1, &[(166, 2, "n2o.et", Drifts(1.0, 1.0, 9)), (168, 2, "n2o.fi", Drifts(1.5, 1.0, 9))]),
    // Sevoflurane.
    group(170, 6, 1, &[
        (176, 2, "aa.et", Drifts(1.8, 0.02, 11)),
        (178, 2, "aa.fi", Drifts(2.1, 0.02, 11)),
        (180, 2, "aa.mac_sum", Drifts(0.9, 0.01, 11)),
    ]),
    group(182, 0, 1, &[
        (188, 0, "flow_vol.rr", Of(AwayRespRate)),
        (190, 2, "flow_vol.ppeak", Drifts(18.0, 0.3, 10)),
        (192, 2, "flow_vol.peep", Drifts(5.0, 0.1, 4)),
        (194, 2, "flow_vol.pplat", Drifts(15.0, 0.3, 10)),
        (196, 1, "flow_vol.tv_insp", Drifts(480.0, 3.5, 13)),
        (198, 1, "flow_vol.tv_exp", Drifts(470.0, 3.5, 13)),
        (200, 2, "flow_vol.compliance", Drifts(45.0, 0.5, 13)),
        (202, 2, "flow_vol.mv_exp", Drifts(6.8, 0.05, 13)),
    ]),
    // Continuous output, not older than a minute.
    group(204, 0b1000, 1, &[
        (210, 3, "co_wedge.co", Drifts(5.1, 0.1, 8)),
        (212, 2, "co_wedge.blood_temp", Of(Temp)),
        (216, 2, "co_wedge.pcwp", Drifts(11.0, 1.0, 3)),
    ]),
    group(218, 0, 2, &[
        (224, 1, "nmt.t1", Drifts(60.0, 1.5, 20)),
        (226, 1, "nmt.tratio", Drifts(40.0, 2.0, 20)),
    ]),
    group(236, 0, 3, &[(242, 2, "svo2.svo2", Drifts(68.0, 0.5, 10))]),
    // ICP.
    group(244, 7, 1, &[(254, 2, "p5.mean", Drifts(9.0, 0.5, 10))]),
];

#[rustfmt::skip]
const EXT1: &[Group] = &[
    group(4, 0x0210, 3, &[
        (10, 0, "arrh_ecg.hr", Of(HeartRate)),
        (12, 0, "arrh_ecg.rr_time", Over(60_000.0, HeartRate)),
        (14, 0, "arrh_ecg.pvc", Of(Pvc)),
    ]),
    group(52, 0x0210, 5, &[
        (58, 2, "ecg12.stI", Times(StII, 0.4)),
        (60, 2, "ecg12.stII", Of(StII)),
        (62, 2, "ecg12.stIII", Times(StII, 0.6)),
        (64, 2, "ecg12.stAVL", Times(StII, -0.1)),
        (66, 2, "ecg12.stAVR", Times(StII, -0.7)),
        (68, 2, "ecg12.stAVF", Times(StII, 0.8)),
        (70, 2, "ecg12.stV1", Times(StII, -0.2)),
        (72, 2, "ecg12.stV2", Times(StII, 0.3)),
        (74, 2, "ecg12.stV3", Times(StII, 0.5)),
        (76, 2, "ecg12.stV4", Times(StII, 0.9)),
        (78, 2, "ecg12.stV5", Times(StII, 1.1)),
        (80, 2, "ecg12.stV6", Times(StII, 0.7)),
    ]),
    group(110, 0, 10, &[
        (116, 2, "SpO2_ch2.SpO2", Of(SpO2)),
        (118, 0, "SpO2_ch2.pr", Of(PulseRate)),
        (120, 2, "SpO2_ch2.ir_amp", Of(Perfusion)),
    ]),
    group(124, 17, 10, &[(130, 2, "t5.temp", Drifts(33.0, 0.1, 10))]),
];

#[rustfmt::skip]
const EXT2: &[Group] = &[
    group(4, 0, 3, &[
        (10, 0, "nmt2.count", Drifts(1.0, 1.0, 4)),
        (12, 0, "nmt2.nmt_t1", Drifts(900.0, 10.0, 20)),
        (18, 0, "nmt2.nmt_t4", Drifts(400.0, 10.0, 20)),
    ]),
    group(28, 0, 5, &[
        (34, 1, "eeg.femg", Drifts(2.0, 0.1, 20)),
        (36, 1, "eeg.ch1_ampl", Drifts(30.0, 0.5, 20)),
        (38, 1, "eeg.ch1_sef", Drifts(14.0, 0.2, 20)),
        (40, 1, "eeg.ch1_mf", Drifts(7.0, 0.1, 20)),
        (42, 0, "eeg.ch1_delta", Drifts(40.0, 1.0, 10)),
        (98, 0, "eeg.ch4_bsr", Drifts(0.0, 1.0, 5)),
    ]),
    group(100, 0, 7, &[
        (106, 0, "eeg_bis.bis", Drifts(38.0, 1.0, 20)),
        (108, 0, "eeg_bis.sqi_val", Drifts(90.0, 1.0, 9)),
        (110, 0, "eeg_bis.emg_val", Drifts(28.0, 1.0, 9)),
        (112, 0, "eeg_bis.sr_val", Drifts(0.0, 1.0, 3)),
    ]),
    group(116, 0, 8, &[
        (122, 0, "ent.eeg_ent", Drifts(42.0, 1.0, 20)),
        (124, 0, "ent.emg_ent", Drifts(45.0, 1.0, 20)),
        (126, 0, "ent.bsr_ent", Drifts(0.0, 1.0, 2)),
    ]),
    group(234, 0, 9, &[(240, 0, "spi.spiVal", Drifts(25.0, 1.0, 30))]),
];

#[rustfmt::skip]
const EXT3: &[Group] = &[
    group(4, 0, 3, &[
        (10, 1, "gasex.vo2", Drifts(240.0, 2.5, 12)),
        (12, 1, "gasex.vco2", Drifts(200.0, 2.5, 12)),
        (14, 0, "gasex.ee", Drifts(1_600.0, 10.0, 12)),
        (16, 3, "gasex.rq", Drifts(0.82, 0.005, 12)),
    ]),
    group(18, 0, 3, &[
        (24, 2, "flow_vol2.ipeep", Drifts(0.5, 0.1, 6)),
        (26, 2, "flow_vol2.pmean", Drifts(8.0, 0.2, 6)),
        (28, 2, "flow_vol2.raw", Drifts(11.0, 0.2, 6)),
        (30, 2, "flow_vol2.mv_insp", Drifts(7.0, 0.05, 6)),
        (32, 2, "flow_vol2.epeep", Drifts(5.0, 0.1, 6)),
        (34, 2, "flow_vol2.mv_spont", Drifts(1.0, 0.05, 6)),
        (36, 2, "flow_vol2.ie_ratio", Drifts(0.5, 0.01, 6)),
        (38, 2, "flow_vol2.insp_time", Drifts(1.3, 0.01, 6)),
        (40, 2, "flow_vol2.exp_time", Drifts(2.6, 0.01, 6)),
        (42, 2, "flow_vol2.static_compliance", Drifts(50.0, 0.5, 6)),
        (44, 2, "flow_vol2.static_pplat", Drifts(14.0, 0.5, 6)),
        (46, 2, "flow_vol2.static_peepe", Drifts(5.0, 0.5, 3)),
        (48, 2, "flow_vol2.static_peepi", Drifts(0.5, 0.5, 3)),
    ]),
    group(64, 0, 5, &[(70, 2, "bal.et", Drifts(60.0, 0.5, 12)), (72, 2, "bal.fi", Drifts(58.0, 0.5, 12))]),
    group(74, 0, 5, &[
        (80, 2, "tono.prco2", Drifts(6.0, 0.05, 12)),
        (82, 2, "tono.pr_et", Drifts(1.0, 0.05, 12)),
        (84, 2, "tono.pr_pa", Drifts(0.8, 0.05, 12)),
        (86, 0, "tono.pa_delay", Drifts(10.0, 1.0, 12)),
        (88, 2, "tono.phi", Drifts(7.32, 0.01, 5)),
        (90, 0, "tono.phi_delay", Drifts(10.0, 1.0, 12)),
        (92, 1, "tono.amb_press", Drifts(759.8, 0.0, 1)),
        (94, 1, "tono.cpma", Drifts(1.0, 0.1, 12)),
    ]),
    group(96, 0, 8, &[(102, 2, "aa2.mac_age_sum", Drifts(1.1, 0.01, 11))]),
    group(120, 0, 10, &[
        (126, 2, "delp.spv", Drifts(6.0, 0.5, 8)),
        (128, 2, "delp.ppv", Drifts(9.0, 0.5, 8)),
    ]),
    group(130, 0, 10, &[(136, 2, "cpp.value", Times(AbpMean, 0.9))]),
    group(146, 0, 11, &[
        (152, 3, "picco.cci", Drifts(2.9, 0.05, 8)),
        (154, 3, "picco.cco", Drifts(5.3, 0.05, 8)),
        (156, 2, "picco.cfi", Drifts(5.0, 0.1, 8)),
        (168, 1, "picco.elwi", Drifts(7.0, 0.1, 8)),
        (176, 1, "picco.gef", Drifts(27.0, 0.5, 8)),
        (184, 2, "picco.pvpi", Drifts(1.6, 0.02, 8)),
        (186, 1, "picco.sv", Drifts(66.0, 0.5, 8)),
        (190, 0, "picco.svr", Drifts(1_150.0, 10.0, 8)),
        (194, 1, "picco.svv", Drifts(8.0, 0.5, 8)),
        (198, 2, "picco.tinj", Drifts(8.0, 0.5, 8)),
    ]),
];

const fn group(head: usize, label: u16, level: u8, rows: &'static [Row]) -> Group {
    Group { head, label, level, rows }
}

/// The groups of a class.
pub(super) fn groups(class: u8) -> &'static [Group] {
    match class {
        0 => BASIC,
        1 => EXT1,
        2 => EXT2,
        3 => EXT3,
        _ => &[],
    }
}

impl Group {
    /// Whether there is a module for it.
    pub(super) fn is_there(&self, body: &Body) -> bool {
        self.rows.iter().any(|(.., source)| source.vital().is_none_or(|vital| body.has(vital)))
    }
}

impl Source {
    fn vital(self) -> Option<Vital> {
        match self {
            Of(vital) | Times(vital, _) | Over(_, vital) => Some(vital),
            Drifts(..) => None,
        }
    }

    /// The value now; `None` when there is none.
    pub(super) fn value(self, body: &Body, second: u64) -> Option<f64> {
        match self {
            Of(vital) => body.vital(vital),
            Times(vital, by) => body.vital(vital).map(|value| value * by),
            Over(amount, vital) => {
                body.vital(vital).filter(|value| *value >= 2.0).map(|value| amount / value)
            }
            Drifts(base, step, times) => Some(base + step * ((second / 7) % times) as f64),
        }
    }
}

/// Bits of the rhythm for what is wrong.
pub(super) fn rhythm(findings: &[Finding]) -> u32 {
    let bits = [
        (Finding::Asystole, 0),
        (Finding::VentricularTachycardia, 3),
        (Finding::ExtremeBradycardia, 4),
        (Finding::ExtremeTachycardia, 5),
        (Finding::HeartRateLow, 27),
        (Finding::HeartRateHigh, 28),
    ];
    bits.iter()
        .filter(|(finding, _)| findings.contains(finding))
        .fold(0, |all, (_, bit)| all | 1 << bit)
}
