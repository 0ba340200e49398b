//! Waves: one line for each physiological identifier and label a monitor can send.
//!
//! Source: guide, table of waves and their labels. P5 to P8 follow from the rule that the label id of
//! a pressure is the id of its wave.

use vigie_model::Category::Measured;

use super::{Row, rows};

/// All waves.
pub(super) static WAVES: &[Row] = rows![
    // physio label id     label      member   category  units listed in the guide
    // ECG.
    0x0100  0x0002_0100  "ECG"      "*"      Measured  [0x10B2];                  // compound: up to three leads
    0x0101  0x0002_0101  "I"        "*"      Measured  [0x10B2];                  // lead I
    0x0102  0x0002_0102  "II"       "*"      Measured  [0x10B2];                  // lead II
    0x013D  0x0002_013D  "III"      "*"      Measured  [0x10B2];                  // lead III
    0x013E  0x0002_013E  "aVR"      "*"      Measured  [0x10B2];                  // lead aVR
    0x013F  0x0002_013F  "aVL"      "*"      Measured  [0x10B2];                  // lead aVL
    0x0140  0x0002_0140  "aVF"      "*"      Measured  [0x10B2];                  // lead aVF
    0x0143  0x0002_0143  "V"        "*"      Measured  [0x10B2];                  // lead V
    0x014B  0x0002_014B  "MCL"      "*"      Measured  [0x10B2];                  // lead MCL
    0x0103  0x0002_0103  "V1"       "*"      Measured  [0x10B2];                  // lead V1
    0x0104  0x0002_0104  "V2"       "*"      Measured  [0x10B2];                  // lead V2
    0x0105  0x0002_0105  "V3"       "*"      Measured  [0x10B2];                  // lead V3
    0x0106  0x0002_0106  "V4"       "*"      Measured  [0x10B2];                  // lead V4
    0x0107  0x0002_0107  "V5"       "*"      Measured  [0x10B2];                  // lead V5
    0x0108  0x0002_0108  "V6"       "*"      Measured  [0x10B2];                  // lead V6
    0x014C  0x0002_014C  "MCL1"     "*"      Measured  [0x10B2];                  // lead MCL1
    // Pulse oximetry.
    0x4BB4  0x0002_4BB4  "Pleth"    "*"      Measured  [0x0200];                  // plethysmogram
    0xF09B  0x0002_F09B  "PlethT"   "*"      Measured  [0x0200];                  // telemetry
    0xF08D  0x0002_F08D  "PLETHl"   "*"      Measured  [0x0200];                  // left
    0xF08C  0x0002_F08C  "PLETHr"   "*"      Measured  [0x0200];                  // right
    // Pressures.
    0x4A14  0x0002_4A14  "ABP"      "*"      Measured  [0x0F20, 0x0F03];          // arterial
    0x4A10  0x0002_4A10  "ART"      "*"      Measured  [0x0F20, 0x0F03];          // arterial
    0x4A0C  0x0002_4A0C  "Ao"       "*"      Measured  [0x0F20, 0x0F03];          // aortic
    0x4A1C  0x0002_4A1C  "PAP"      "*"      Measured  [0x0F20, 0x0F03];          // pulmonary artery
    0x4A44  0x0002_4A44  "CVP"      "*"      Measured  [0x0F20, 0x0F03];          // central venous
    0x4A34  0x0002_4A34  "RAP"      "*"      Measured  [0x0F20, 0x0F03];          // right atrial
    0x4A30  0x0002_4A30  "LAP"      "*"      Measured  [0x0F20, 0x0F03];          // left atrial
    0x5808  0x0002_5808  "ICP"      "*"      Measured  [0x0F20, 0x0F03];          // intracranial
    0x4A28  0x0002_4A28  "UAP"      "*"      Measured  [0x0F20, 0x0F03];          // umbilical arterial
    0x4A48  0x0002_4A48  "UVP"      "*"      Measured  [0x0F20, 0x0F03];          // umbilical venous
    0xF0BC  0x0002_F0BC  "FAP"      "*"      Measured  [0x0F20, 0x0F03];          // femoral arterial
    0xF0C0  0x0002_F0C0  "BAP"      "*"      Measured  [0x0F20, 0x0F03];          // brachial arterial
    0xF0B4  0x0002_F0B4  "IC1"      "*"      Measured  [0x0F20, 0x0F03];          // intracranial, channel 1
    0xF0B8  0x0002_F0B8  "IC2"      "*"      Measured  [0x0F20, 0x0F03];          // intracranial, channel 2
    0x4A00  0x0002_4A00  "P"        "*"      Measured  [0x0F20, 0x0F03];          // unspecified
    0xF0A4  0x0002_F0A4  "P1"       "*"      Measured  [0x0F20, 0x0F03];          // generic
    0xF0A8  0x0002_F0A8  "P2"       "*"      Measured  [0x0F20, 0x0F03];          // generic
    0xF0AC  0x0002_F0AC  "P3"       "*"      Measured  [0x0F20, 0x0F03];          // generic
    0xF0B0  0x0002_F0B0  "P4"       "*"      Measured  [0x0F20, 0x0F03];          // generic
    0xF3F4  0x0002_F3F4  "P5"       "*"      Measured  [0x0F20, 0x0F03];          // generic
    0xF3F8  0x0002_F3F8  "P6"       "*"      Measured  [0x0F20, 0x0F03];          // generic
    0xF3FC  0x0002_F3FC  "P7"       "*"      Measured  [0x0F20, 0x0F03];          // generic
    0xF400  0x0002_F400  "P8"       "*"      Measured  [0x0F20, 0x0F03];          // generic
    // Gases.
    0x50AC  0x0002_50AC  "CO₂"      "*"      Measured  [0x0F20, 0x0F03];          // carbon dioxide
    0x5164  0x0002_5164  "O₂"       "*"      Measured  [0x0F20, 0x0F03];          // oxygen
    0x537C  0x0002_537C  "N₂"       "*"      Measured  [0x0F20, 0x0F03, 0x0220];  // nitrogen
    0x51F0  0x0002_51F0  "N₂O"      "*"      Measured  [0x0F20, 0x0F03, 0x0220];  // nitrous oxide
    0x51E8  0x0002_51E8  "ISO"      "*"      Measured  [0x0F20, 0x0F03, 0x0220];  // isoflurane
    0x51E4  0x0002_51E4  "SEV"      "*"      Measured  [0x0F20, 0x0F03, 0x0220];  // sevoflurane
    0x51DC  0x0002_51DC  "ENF"      "*"      Measured  [0x0F20, 0x0F03, 0x0220];  // enflurane
    0x51E0  0x0002_51E0  "HAL"      "*"      Measured  [0x0F20, 0x0F03, 0x0220];  // halothane
    0x51D8  0x0002_51D8  "DES"      "*"      Measured  [0x0F20, 0x0F03, 0x0220];  // desflurane
    0x5388  0x0002_5388  "AGT"      "*"      Measured  [0x0F20, 0x0F03, 0x0220];  // agent
    0x5388  0x805A_5401  "AGT1"     "*"      Measured  [0x0F20, 0x0F03, 0x0220];  // first agent
    0x5388  0x805A_5402  "AGT2"     "*"      Measured  [0x0F20, 0x0F03, 0x0220];  // second agent
    // Respiration, airway, EEG, other.
    0x5000  0x0002_5000  "Resp"     "*"      Measured  [0x10C0];                  // chest impedance
    0x50D4  0x0002_50D4  "AWF"      "*"      Measured  [];                        // airway flow
    0x50F0  0x0002_50F0  "AWP"      "*"      Measured  [];                        // airway pressure
    0x5108  0x0002_5108  "AWPin"    "*"      Measured  [];                        // inspiratory airway pressure
    0x518C  0x0002_518C  "AWFin"    "*"      Measured  [];                        // inspiratory airway flow
    0x592C  0x0002_592C  "EEG"      "*"      Measured  [0x10B3];                  // electroencephalogram
    0x592C  0x800F_5401  "EEG1"     "*"      Measured  [0x10B3];                  // channel 1
    0x592C  0x800F_5402  "EEG2"     "*"      Measured  [0x10B3];                  // channel 2
    0xE014  0x0002_E014  "Tblood"   "*"      Measured  [];                        // blood temperature
];
