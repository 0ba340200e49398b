//! The palettes: one of this program, four after the habits of makers, one for colour-blind eyes; each by
//! day and by night.
//!
//! Makers' hues as their manuals show them, each light enough for 7:1 on a tile and away from the
//! colours of alarms: no ink is alarm red, alarm yellow or alarm cyan. By night an ink keeps its hue and
//! gives about half its light, never so little that it falls under 7:1.

use egui::Color32;

use super::{AlarmInk, Inks, ModeInk, Palette, TRACE_HALF, Theme, rgb};

/// Half the thickness of a pressure's trace where hues may not be told apart.
const PRESSURE_HALF: f32 = 1.3;

/// The colours of a theme.
pub(super) const fn of(theme: Theme) -> &'static Palette {
    match (theme.inks, theme.is_night) {
        (Inks::Usual, false) => &USUAL,
        (Inks::Usual, true) => &USUAL_NIGHT,
        (Inks::Philips, false) => &PHILIPS,
        (Inks::Philips, true) => &PHILIPS_NIGHT,
        (Inks::Ge, false) => &GE,
        (Inks::Ge, true) => &GE_NIGHT,
        (Inks::Draeger, false) => &DRAEGER,
        (Inks::Draeger, true) => &DRAEGER_NIGHT,
        (Inks::Mindray, false) => &MINDRAY,
        (Inks::Mindray, true) => &MINDRAY_NIGHT,
        (Inks::ColourBlind, false) => &COLOUR_BLIND,
        (Inks::ColourBlind, true) => &COLOUR_BLIND_NIGHT,
    }
}

/// In the order of [`Palette::ink`]: ECG, SpO2, ABP; NIBP, CVP, PAP; ICP, respiration, CO2; temperature,
/// gases, cardiac output; ventilator, brain, all else.
const fn inks(hex: [u32; 15]) -> [Color32; 15] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = hex;
    [
        rgb(a),
        rgb(b),
        rgb(c),
        rgb(d),
        rgb(e),
        rgb(f),
        rgb(g),
        rgb(h),
        rgb(i),
        rgb(j),
        rgb(k),
        rgb(l),
        rgb(m),
        rgb(n),
        rgb(o),
    ]
}

const fn alarm_ink(fill: u32, text: u32, border: u32) -> AlarmInk {
    AlarmInk { fill: rgb(fill), text: rgb(text), border: rgb(border) }
}

const fn mode_ink(word: u32, stripe: u32, ground: u32) -> ModeInk {
    ModeInk { word: rgb(word), stripe: rgb(stripe), ground: rgb(ground) }
}

/// The usual palette. Its ABP is tinted towards salmon, away from the alarm red.
const USUAL: Palette = Palette {
    bar: rgb(0x18_1F_29),
    line: rgb(0x26_30_3D),
    text: rgb(0xEC_F0_F5),
    quiet: rgb(0xA9_B5_C3),
    faint: rgb(0x5C_69_79),
    focus: rgb(0xFF_FF_FF),
    link_live: rgb(0x5F_D0_86),
    link_off: rgb(0xC8_D2_DE),
    heartbeat: rgb(0x7F_8E_A0),
    notice: rgb(0xDD_E4_EC),
    demo: rgb(0xE9_9A_FF),
    on_bright: rgb(0x06_07_0A),
    cover: rgb(0x3A_43_50),
    on_cover: rgb(0xFF_FF_FF),
    high: [
        alarm_ink(0xE3_10_22, 0xFF_FF_FF, 0xFF_3B_4A),
        alarm_ink(0x4A_06_0E, 0xFF_D9_DC, 0xB3_1A_28),
    ],
    medium: [
        alarm_ink(0xFF_D4_00, 0x14_10_00, 0xFF_DD_33),
        alarm_ink(0x3D_33_00, 0xFF_E9_80, 0xA8_8C_00),
    ],
    low: [
        alarm_ink(0x3F_D6_E6, 0x00_16_1A, 0x3F_D6_E6),
        alarm_ink(0x0E_33_38, 0xB8_F0_F6, 0x2B_8A_95),
    ],
    technical: [
        alarm_ink(0x2C_4A_70, 0xFF_FF_FF, 0x8F_C4_FF),
        alarm_ink(0x16_22_33, 0xB9_DA_FF, 0x4C_6F_99),
    ],
    information: [
        alarm_ink(0x1D_25_30, 0xD5_DD_E6, 0x3A_46_55),
        alarm_ink(0x1D_25_30, 0xD5_DD_E6, 0x3A_46_55),
    ],
    replay: mode_ink(0xCF_BC_FF, 0x6E_5A_A8, 0x1D_17_33),
    simulation: mode_ink(0xFF_B8_E0, 0x94_55_7B, 0x2B_12_22),
    drill: mode_ink(0xFF_C6_98, 0x96_66_3C, 0x2C_1A_0B),
    parameters: inks([
        0x4E_E0_74, 0x77_D8_FA, 0xFF_93_84, 0xF6_F7_F9, 0x9E_B4_FF, 0xFF_EA_8B, 0xF5_9B_FF,
        0xFF_F3_CC, 0xD3_DA_E2, 0x57_D9_BB, 0xB9_F2_A1, 0xFF_BE_7A, 0xB8_DD_FF, 0xD9_C3_FF,
        0xCC_D4_DD,
    ]),
    pressure_half: TRACE_HALF,
};

/// For a dark room: what is normal gives less than half the light, alarms give all of theirs.
const USUAL_NIGHT: Palette = Palette {
    bar: rgb(0x11_16_1D),
    line: rgb(0x1C_24_2E),
    text: rgb(0xB9_C0_C9),
    quiet: rgb(0x98_A2_AE),
    faint: rgb(0x48_53_60),
    focus: rgb(0xD9_DE_E4),
    link_live: rgb(0x4B_A5_6A),
    link_off: rgb(0x9C_A5_AF),
    heartbeat: rgb(0x5E_6A_78),
    notice: rgb(0xA9_B1_BA),
    demo: rgb(0xB4_79_C5),
    cover: rgb(0x2B_32_3C),
    on_cover: rgb(0xD0_D6_DD),
    replay: mode_ink(0xA9_9A_D2, 0x4B_3E_73, 0x16_12_27),
    simulation: mode_ink(0xD0_97_B8, 0x66_3B_55, 0x20_0E_1A),
    drill: mode_ink(0xD0_A2_7D, 0x68_47_2A, 0x21_14_09),
    parameters: inks([
        0x3D_B5_5C, 0x5C_A9_C4, 0xE6_84_77, 0xBD_BD_BF, 0x89_9D_DF, 0xC4_B3_69, 0xD0_83_D9,
        0xC4_BA_9C, 0xA1_A7_AD, 0x45_B0_98, 0x8D_BA_7A, 0xC9_95_5F, 0x8C_A9_C4, 0xA9_97_C7,
        0x9C_A2_A9,
    ]),
    ..USUAL
};

/// After Philips: green, cyan, red; NIBP magenta, CVP cyan-blue, respiration yellow.
const PHILIPS: Palette = Palette {
    parameters: inks([
        0x4E_E0_74, 0x77_D8_FA, 0xFF_93_84, 0xFF_9F_CB, 0x86_CB_E0, 0xFF_EA_8B, 0xF5_9B_FF,
        0xF7_E8_A0, 0xFB_F6_DC, 0xCD_F5_D2, 0x8F_E8_A0, 0xFF_BE_7A, 0xB8_DD_FF, 0xD9_C3_FF,
        0xCC_D4_DD,
    ]),
    ..USUAL
};
const PHILIPS_NIGHT: Palette = Palette {
    parameters: inks([
        0x3D_B5_5C, 0x5C_A9_C4, 0xE6_84_77, 0xD8_86_AC, 0x6E_A8_B9, 0xC4_B3_69, 0xD0_83_D9,
        0xBD_B2_7A, 0xC1_BD_A8, 0x9D_BC_A1, 0x6C_B2_7A, 0xC9_95_5F, 0x8C_A9_C4, 0xA9_97_C7,
        0x9C_A2_A9,
    ]),
    ..USUAL_NIGHT
};

/// After GE: NIBP and temperature white, respiration white-yellow.
const GE: Palette = Palette {
    parameters: inks([
        0x4E_E0_74, 0x6C_C8_F5, 0xFF_93_84, 0xF6_F7_F9, 0x9E_B4_FF, 0xFF_EA_8B, 0xF5_9B_FF,
        0xFF_FA_E3, 0xF5_EF_D2, 0xE9_ED_F1, 0xB9_F2_A1, 0xFF_BE_7A, 0xB8_DD_FF, 0xD9_C3_FF,
        0xCC_D4_DD,
    ]),
    ..USUAL
};
const GE_NIGHT: Palette = Palette {
    parameters: inks([
        0x3D_B5_5C, 0x5A_A8_CE, 0xE6_84_77, 0xBD_BD_BF, 0x89_9D_DF, 0xC4_B3_69, 0xD0_83_D9,
        0xC4_C0_AE, 0xBC_B7_A1, 0xB3_B6_B9, 0x8D_BA_7A, 0xC9_95_5F, 0x8C_A9_C4, 0xA9_97_C7,
        0x9C_A2_A9,
    ]),
    ..USUAL_NIGHT
};

/// After Dräger: SpO2 white-cyan, both pressures red, ICP violet, respiration blue-white, CO2 yellow.
const DRAEGER: Palette = Palette {
    parameters: inks([
        0x4E_E0_74, 0xCD_F4_FF, 0xFF_93_84, 0xFF_AE_A6, 0x9E_B4_FF, 0xFF_EA_8B, 0xCF_A6_FF,
        0xD6_E2_FF, 0xF7_E8_A0, 0x57_D9_BB, 0xB9_F2_A1, 0xFF_BE_7A, 0xB8_DD_FF, 0xD9_C3_FF,
        0xCC_D4_DD,
    ]),
    ..USUAL
};
const DRAEGER_NIGHT: Palette = Palette {
    parameters: inks([
        0x3D_B5_5C, 0x9D_BB_C4, 0xE6_84_77, 0xD1_8E_87, 0x89_9D_DF, 0xC4_B3_69, 0xB3_90_DD,
        0xA4_AD_C4, 0xBD_B2_7A, 0x45_B0_98, 0x8D_BA_7A, 0xC9_95_5F, 0x8C_A9_C4, 0xA9_97_C7,
        0x9C_A2_A9,
    ]),
    ..USUAL_NIGHT
};

/// After Mindray: NIBP and temperature white, ICP pink, respiration yellow.
const MINDRAY: Palette = Palette {
    parameters: inks([
        0x4E_E0_74, 0x77_D8_FA, 0xFF_93_84, 0xF6_F7_F9, 0x9E_B4_FF, 0xFF_EA_8B, 0xFF_A9_D6,
        0xF7_E8_A0, 0xFB_F3_D0, 0xE9_ED_F1, 0xB9_F2_A1, 0xFF_BE_7A, 0xB8_DD_FF, 0xD9_C3_FF,
        0xCC_D4_DD,
    ]),
    ..USUAL
};
const MINDRAY_NIGHT: Palette = Palette {
    parameters: inks([
        0x3D_B5_5C, 0x5C_A9_C4, 0xE6_84_77, 0xBD_BD_BF, 0x89_9D_DF, 0xC4_B3_69, 0xD1_8A_AF,
        0xBD_B2_7A, 0xC1_BA_9F, 0xB3_B6_B9, 0x8D_BA_7A, 0xC9_95_5F, 0x8C_A9_C4, 0xA9_97_C7,
        0x9C_A2_A9,
    ]),
    ..USUAL_NIGHT
};

/// Hues that eyes without red or without green tell apart (Okabe and Ito, "Color Universal Design",
/// 2008), lightened where the hue's own darkness would not reach 7:1 by night. Related parameters share a
/// hue: label and weight tell them apart. The reds, yellows and cyans of alarms differ in lightness:
/// high is dark red with white, medium amber with black, low bright cyan.
const COLOUR_BLIND: Palette = Palette {
    link_live: rgb(0x00_C3_8E),
    high: [
        alarm_ink(0xC4_1E_00, 0xFF_FF_FF, 0xFF_6A_3D),
        alarm_ink(0x45_0D_00, 0xFF_DC_CF, 0xA8_3C_1C),
    ],
    medium: [
        alarm_ink(0xFF_CE_00, 0x12_10_00, 0xFF_CE_00),
        alarm_ink(0x3A_30_03, 0xFC_E9_8A, 0xA3_86_12),
    ],
    low: [
        alarm_ink(0x45_E0_E0, 0x00_16_1A, 0x45_E0_E0),
        alarm_ink(0x0C_33_36, 0xBE_F2_F2, 0x2B_8C_8F),
    ],
    parameters: inks([
        0x14_CC_98, 0x6A_BF_EF, 0xFF_9A_66, 0xF6_F7_F9, 0x9E_B4_FF, 0xF0_E4_42, 0xE6_A3_C9,
        0xF5_EC_A0, 0xD3_DA_E2, 0x7F_DE_C5, 0xF0_A9_28, 0xF5_CF_8C, 0xA9_D8_F4, 0xEC_C2_DC,
        0xCC_D4_DD,
    ]),
    pressure_half: PRESSURE_HALF,
    ..USUAL
};
/// The same by night.
const COLOUR_BLIND_NIGHT: Palette = Palette {
    high: COLOUR_BLIND.high,
    medium: COLOUR_BLIND.medium,
    low: COLOUR_BLIND.low,
    parameters: inks([
        0x10_B5_86, 0x5C_A7_D2, 0xE3_88_5A, 0xBD_BD_BF, 0x89_9D_DF, 0xB8_AF_30, 0xC9_8E_AF,
        0xBC_B5_7A, 0xA1_A7_AD, 0x62_AD_99, 0xD2_93_22, 0xBC_9E_6A, 0x81_A5_BB, 0xB7_96_AA,
        0x9C_A2_A9,
    ]),
    pressure_half: PRESSURE_HALF,
    ..USUAL_NIGHT
};
