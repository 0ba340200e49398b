//! The rows: one line a value.
//!
//! Offsets, units and levels: DRI, "Physiological database records". The offsets agree with those of
//! an independent table (pyCollect's `params5`). Last column: `R` seen with a plausible value in the
//! recording, `D` in the documents only.
//!
//! Left out: packed relaxation counts (`nmt.ptc`, see the session), montages of the EEG, event marks,
//! and all that the specification calls reserved. Flow of cardiac output is sent in mL/min and read
//! as L/min, which moves the point and no digit.

use crate::wire::phdb::Class::{Basic, Ext1, Ext2, Ext3};

use super::{
    Field,
    GroupKind::{
        Balance, Co2, Ecg, Eeg, Entropy, Flow, Gas, Nibp, Output, Plain, Pressure as Invasive,
        Rate, Spi, Svo2, Tono,
    },
    Naming::{
        Agent, HeartRate, Id, OldSvo2, Pressure, PressureRate, Saturation, St, Temperature,
        Unmapped,
    },
    Proof,
};

macro_rules! proof {
    (R) => {
        Proof::Recorded
    };
    (D) => {
        Proof::Document
    };
}

macro_rules! rows {
    ($($class:ident $group:literal $kind:ident $at:literal $vendor:literal $label:literal
       $exponent:literal $unit:literal $digits:expr, $instance:literal $naming:expr, $level:literal
       $proof:ident;)*) => {
        &[$(Field {
            class: $class,
            group: $group,
            kind: $kind,
            at: $at,
            vendor: $vendor,
            label: $label,
            exponent: $exponent,
            unit: $unit,
            digits: $digits,
            instance: $instance,
            naming: $naming,
            level: $level,
            proof: proof!($proof),
        },)*]
    };
}

/// All rows, by class and offset.
#[rustfmt::skip]
pub static FIELDS: &[Field] = rows![
    // class head group  at vendor                     label            exp unit          digits  inst naming              level proof
    // Class 0, basic.
    Basic   4 Rate      10 "ecg.hr"                 "HR"              0 "/min"         Some(0), 0 HeartRate,               1 R;
    Basic   4 Ecg       12 "ecg.st1"                "ST1"            -2 "mm"           Some(1), 0 St(1),                   1 D;
    Basic   4 Ecg       14 "ecg.st2"                "ST2"            -2 "mm"           Some(1), 0 St(2),                   1 D;
    Basic   4 Ecg       16 "ecg.st3"                "ST3"            -2 "mm"           Some(1), 0 St(3),                   1 D;
    Basic   4 Ecg       18 "ecg.imp_rr"             "RR"              0 "/min"         Some(0), 0 Id("rr.imp"),            2 R;
    Basic  20 Invasive  26 "p1.sys"                 "sys"            -2 "mm[Hg]"       Some(0), 0 Pressure("sys"),         1 D;
    Basic  20 Invasive  28 "p1.dia"                 "dia"            -2 "mm[Hg]"       Some(0), 0 Pressure("dia"),         1 D;
    Basic  20 Invasive  30 "p1.mean"                "mean"           -2 "mm[Hg]"       Some(0), 0 Pressure("mean"),        1 D;
    Basic  20 Invasive  32 "p1.hr"                  "PR"              0 "/min"         Some(0), 0 PressureRate,            1 D;
    Basic  34 Invasive  40 "p2.sys"                 "sys"            -2 "mm[Hg]"       Some(0), 1 Pressure("sys"),         1 D;
    Basic  34 Invasive  42 "p2.dia"                 "dia"            -2 "mm[Hg]"       Some(0), 1 Pressure("dia"),         1 D;
    Basic  34 Invasive  44 "p2.mean"                "mean"           -2 "mm[Hg]"       Some(0), 1 Pressure("mean"),        1 D;
    Basic  34 Invasive  46 "p2.hr"                  "PR"              0 "/min"         Some(0), 1 PressureRate,            1 D;
    Basic  48 Invasive  54 "p3.sys"                 "sys"            -2 "mm[Hg]"       Some(0), 2 Pressure("sys"),         1 D;
    Basic  48 Invasive  56 "p3.dia"                 "dia"            -2 "mm[Hg]"       Some(0), 2 Pressure("dia"),         1 D;
    Basic  48 Invasive  58 "p3.mean"                "mean"           -2 "mm[Hg]"       Some(0), 2 Pressure("mean"),        1 D;
    Basic  48 Invasive  60 "p3.hr"                  "PR"              0 "/min"         Some(0), 2 PressureRate,            1 D;
    Basic  62 Invasive  68 "p4.sys"                 "sys"            -2 "mm[Hg]"       Some(0), 3 Pressure("sys"),         1 D;
    Basic  62 Invasive  70 "p4.dia"                 "dia"            -2 "mm[Hg]"       Some(0), 3 Pressure("dia"),         1 D;
    Basic  62 Invasive  72 "p4.mean"                "mean"           -2 "mm[Hg]"       Some(0), 3 Pressure("mean"),        1 D;
    Basic  62 Invasive  74 "p4.hr"                  "PR"              0 "/min"         Some(0), 3 PressureRate,            1 D;
    Basic  76 Nibp      82 "nibp.sys"               "NIBP sys"       -2 "mm[Hg]"       Some(0), 0 Id("nibp.sys"),          1 R;
    Basic  76 Nibp      84 "nibp.dia"               "NIBP dia"       -2 "mm[Hg]"       Some(0), 0 Id("nibp.dia"),          1 R;
    Basic  76 Nibp      86 "nibp.mean"              "NIBP mean"      -2 "mm[Hg]"       Some(0), 0 Id("nibp.mean"),         1 R;
    Basic  76 Nibp      88 "nibp.hr"                "PR (NIBP)"       0 "/min"         Some(0), 0 Id("pr.nibp"),           1 D;
    Basic  90 Plain     96 "t1.temp"                "T1"             -2 "Cel"          Some(1), 0 Temperature,             1 D;
    Basic  98 Plain    104 "t2.temp"                "T2"             -2 "Cel"          Some(1), 1 Temperature,             1 D;
    Basic 106 Plain    112 "t3.temp"                "T3"             -2 "Cel"          Some(1), 2 Temperature,             1 D;
    Basic 114 Plain    120 "t4.temp"                "T4"             -2 "Cel"          Some(1), 3 Temperature,             1 D;
    Basic 122 Plain    128 "SpO2.SpO2"              "SpO2"           -2 "%"            Some(0), 0 Saturation,              1 R;
    Basic 122 Plain    130 "SpO2.pr"                "PR"              0 "/min"         Some(0), 0 Id("pr.spo2"),           1 R;
    Basic 122 Plain    132 "SpO2.ir_amp"            "IRMod"          -2 "%"            Some(1), 0 Unmapped,                1 R;
    Basic 122 Plain    134 "SpO2.SvO2"              "SvO2"           -2 "%"            Some(0), 0 OldSvo2,                 1 D;
    Basic 136 Co2      142 "co2.et"                 "EtCO2"          -2 "%"            Some(1), 0 Unmapped,                1 R;
    Basic 136 Co2      144 "co2.fi"                 "FiCO2"          -2 "%"            Some(1), 0 Unmapped,                1 R;
    Basic 136 Co2      146 "co2.rr"                 "RR (CO2)"        0 "/min"         Some(0), 0 Id("rr.co2"),            1 R;
    Basic 136 Co2      148 "co2.amb_press"          "Pamb"           -1 "mm[Hg]"       Some(0), 0 Unmapped,                1 R;
    Basic 150 Gas      156 "o2.et"                  "EtO2"           -2 "%"            Some(0), 0 Id("eto2"),              1 R;
    Basic 150 Gas      158 "o2.fi"                  "FiO2"           -2 "%"            Some(0), 0 Id("fio2"),              1 R;
    Basic 160 Gas      166 "n2o.et"                 "EtN2O"          -2 "%"            Some(0), 0 Id("n2o.et"),            1 R;
    Basic 160 Gas      168 "n2o.fi"                 "FiN2O"          -2 "%"            Some(0), 0 Id("n2o.fi"),            1 R;
    Basic 170 Gas      176 "aa.et"                  "Et"             -2 "%"            Some(1), 0 Agent("agent.et"),       1 R;
    Basic 170 Gas      178 "aa.fi"                  "Fi"             -2 "%"            Some(1), 0 Agent("agent.fi"),       1 R;
    Basic 170 Gas      180 "aa.mac_sum"             "MAC"            -2 "1"            Some(1), 0 Id("mac"),               1 R;
    Basic 182 Flow     188 "flow_vol.rr"            "RR (spiro)"      0 "/min"         Some(0), 0 Id("rr.away"),           1 D;
    Basic 182 Flow     190 "flow_vol.ppeak"         "Ppeak"          -2 "cm[H2O]"      Some(0), 0 Id("vent.pip"),          1 D;
    Basic 182 Flow     192 "flow_vol.peep"          "PEEP"           -2 "cm[H2O]"      Some(0), 0 Id("vent.peep"),         1 D;
    Basic 182 Flow     194 "flow_vol.pplat"         "Pplat"          -2 "cm[H2O]"      Some(0), 0 Id("vent.pplat"),        1 D;
    Basic 182 Flow     196 "flow_vol.tv_insp"       "TVinsp"         -1 "mL"           Some(0), 0 Id("vent.vti"),          1 D;
    Basic 182 Flow     198 "flow_vol.tv_exp"        "TVexp"          -1 "mL"           Some(0), 0 Id("vent.vte"),          1 D;
    Basic 182 Flow     200 "flow_vol.compliance"    "Compl"          -2 "mL/cm[H2O]"   None,    0 Id("vent.compl"),        1 D;
    Basic 182 Flow     202 "flow_vol.mv_exp"        "MVexp"          -2 "L/min"        Some(1), 0 Id("vent.mve"),          1 D;
    Basic 204 Output   210 "co_wedge.co"            "C.O."           -3 "L/min"        Some(1), 0 Id("co"),                1 D;
    Basic 204 Output   212 "co_wedge.blood_temp"    "Tblood"         -2 "Cel"          Some(1), 0 Id("temp.blood"),        1 D;
    Basic 204 Output   214 "co_wedge.ref"           "REF"            -2 "%"            Some(0), 0 Unmapped,                2 D;
    Basic 204 Output   216 "co_wedge.pcwp"          "PCWP"           -2 "mm[Hg]"       Some(0), 0 Id("pawp"),              1 D;
    Basic 218 Plain    224 "nmt.t1"                 "TOF T1%"        -1 "%"            Some(0), 0 Unmapped,                2 D;
    Basic 218 Plain    226 "nmt.tratio"             "TOF%"           -1 "%"            Some(0), 0 Unmapped,                2 D;
    Basic   4 Ecg      230 "ecg_extra.hr_ecg"       "HR (ECG)"        0 "/min"         Some(0), 0 Unmapped,                2 R;
    Basic   4 Ecg      232 "ecg_extra.hr_max"       "HR max"          0 "/min"         Some(0), 0 Unmapped,                2 R;
    Basic   4 Ecg      234 "ecg_extra.hr_min"       "HR min"          0 "/min"         Some(0), 0 Unmapped,                2 R;
    Basic 236 Svo2     242 "svo2.svo2"              "SvO2"           -2 "%"            Some(0), 0 Id("svo2"),              3 D;
    Basic 244 Invasive 250 "p5.sys"                 "sys"            -2 "mm[Hg]"       Some(0), 4 Pressure("sys"),         1 D;
    Basic 244 Invasive 252 "p5.dia"                 "dia"            -2 "mm[Hg]"       Some(0), 4 Pressure("dia"),         1 D;
    Basic 244 Invasive 254 "p5.mean"                "mean"           -2 "mm[Hg]"       Some(0), 4 Pressure("mean"),        1 D;
    Basic 244 Invasive 256 "p5.hr"                  "PR"              0 "/min"         Some(0), 4 PressureRate,            1 D;
    Basic 258 Invasive 264 "p6.sys"                 "sys"            -2 "mm[Hg]"       Some(0), 5 Pressure("sys"),         1 D;
    Basic 258 Invasive 266 "p6.dia"                 "dia"            -2 "mm[Hg]"       Some(0), 5 Pressure("dia"),         1 D;
    Basic 258 Invasive 268 "p6.mean"                "mean"           -2 "mm[Hg]"       Some(0), 5 Pressure("mean"),        1 D;
    Basic 258 Invasive 270 "p6.hr"                  "PR"              0 "/min"         Some(0), 5 PressureRate,            1 D;
    // Class 1, ext1.
    Ext1    4 Ecg       10 "arrh_ecg.hr"            "HR (arrh)"       0 "/min"         Some(0), 0 Unmapped,                3 R;
    Ext1    4 Ecg       12 "arrh_ecg.rr_time"       "R-R"             0 "ms"           Some(0), 0 Unmapped,                3 D;
    Ext1    4 Ecg       14 "arrh_ecg.pvc"           "PVC"             0 "/min"         Some(0), 0 Id("ecg.pvc_rate"),      3 D;
    Ext1   52 Ecg       58 "ecg12.stI"              "ST I"           -2 "mm"           Some(1), 0 Id("ecg.st.I"),          5 D;
    Ext1   52 Ecg       60 "ecg12.stII"             "ST II"          -2 "mm"           Some(1), 0 Id("ecg.st.II"),         5 D;
    Ext1   52 Ecg       62 "ecg12.stIII"            "ST III"         -2 "mm"           Some(1), 0 Id("ecg.st.III"),        5 D;
    Ext1   52 Ecg       64 "ecg12.stAVL"            "ST aVL"         -2 "mm"           Some(1), 0 Id("ecg.st.aVL"),        5 D;
    Ext1   52 Ecg       66 "ecg12.stAVR"            "ST aVR"         -2 "mm"           Some(1), 0 Id("ecg.st.aVR"),        5 D;
    Ext1   52 Ecg       68 "ecg12.stAVF"            "ST aVF"         -2 "mm"           Some(1), 0 Id("ecg.st.aVF"),        5 D;
    Ext1   52 Ecg       70 "ecg12.stV1"             "ST V1"          -2 "mm"           Some(1), 0 Id("ecg.st.V1"),         5 D;
    Ext1   52 Ecg       72 "ecg12.stV2"             "ST V2"          -2 "mm"           Some(1), 0 Id("ecg.st.V2"),         5 D;
    Ext1   52 Ecg       74 "ecg12.stV3"             "ST V3"          -2 "mm"           Some(1), 0 Id("ecg.st.V3"),         5 D;
    Ext1   52 Ecg       76 "ecg12.stV4"             "ST V4"          -2 "mm"           Some(1), 0 Id("ecg.st.V4"),         5 D;
    Ext1   52 Ecg       78 "ecg12.stV5"             "ST V5"          -2 "mm"           Some(1), 0 Id("ecg.st.V5"),         5 D;
    Ext1   52 Ecg       80 "ecg12.stV6"             "ST V6"          -2 "mm"           Some(1), 0 Id("ecg.st.V6"),         5 D;
    Ext1   82 Invasive  88 "p7.sys"                 "sys"            -2 "mm[Hg]"       Some(0), 6 Pressure("sys"),        10 D;
    Ext1   82 Invasive  90 "p7.dia"                 "dia"            -2 "mm[Hg]"       Some(0), 6 Pressure("dia"),        10 D;
    Ext1   82 Invasive  92 "p7.mean"                "mean"           -2 "mm[Hg]"       Some(0), 6 Pressure("mean"),       10 D;
    Ext1   82 Invasive  94 "p7.hr"                  "PR"              0 "/min"         Some(0), 6 PressureRate,           10 D;
    Ext1   96 Invasive 102 "p8.sys"                 "sys"            -2 "mm[Hg]"       Some(0), 7 Pressure("sys"),        10 D;
    Ext1   96 Invasive 104 "p8.dia"                 "dia"            -2 "mm[Hg]"       Some(0), 7 Pressure("dia"),        10 D;
    Ext1   96 Invasive 106 "p8.mean"                "mean"           -2 "mm[Hg]"       Some(0), 7 Pressure("mean"),       10 D;
    Ext1   96 Invasive 108 "p8.hr"                  "PR"              0 "/min"         Some(0), 7 PressureRate,           10 D;
    Ext1  110 Plain    116 "SpO2_ch2.SpO2"          "SpO2 2"         -2 "%"            Some(0), 1 Saturation,             10 D;
    Ext1  110 Plain    118 "SpO2_ch2.pr"            "PR 2"            0 "/min"         Some(0), 1 Id("pr.spo2"),          10 D;
    Ext1  110 Plain    120 "SpO2_ch2.ir_amp"        "IRMod 2"        -2 "%"            Some(1), 1 Unmapped,               10 D;
    Ext1  110 Plain    122 "SpO2_ch2.SvO2"          "SvO2 2"         -2 "%"            Some(0), 1 OldSvo2,                10 D;
    Ext1  124 Plain    130 "t5.temp"                "T5"             -2 "Cel"          Some(1), 4 Temperature,            10 D;
    Ext1  132 Plain    138 "t6.temp"                "T6"             -2 "Cel"          Some(1), 5 Temperature,            10 D;
    // Class 2, ext2.
    Ext2    4 Plain     10 "nmt2.count"             "TOF count"       0 "1"            Some(0), 0 Unmapped,                3 D;
    Ext2    4 Plain     12 "nmt2.nmt_t1"            "twitch 1"        0 "1"            Some(0), 0 Unmapped,                3 D;
    Ext2    4 Plain     14 "nmt2.nmt_t2"            "twitch 2"        0 "1"            Some(0), 0 Unmapped,                3 D;
    Ext2    4 Plain     16 "nmt2.nmt_t3"            "twitch 3"        0 "1"            Some(0), 0 Unmapped,                3 D;
    Ext2    4 Plain     18 "nmt2.nmt_t4"            "twitch 4"        0 "1"            Some(0), 0 Unmapped,                3 D;
    Ext2   28 Eeg       34 "eeg.femg"               "FEMG"           -1 "uV"           None,    0 Unmapped,                5 D;
    Ext2   28 Eeg       36 "eeg.ch1_ampl"           "EEG1 ampl"      -1 "uV"           None,    0 Unmapped,                5 D;
    Ext2   28 Eeg       38 "eeg.ch1_sef"            "EEG1 SEF"       -1 "Hz"           None,    0 Id("sef"),               5 D;
    Ext2   28 Eeg       40 "eeg.ch1_mf"             "EEG1 MF"        -1 "Hz"           None,    0 Unmapped,                5 D;
    Ext2   28 Eeg       42 "eeg.ch1_delta"          "EEG1 delta"      0 "%"            Some(0), 0 Unmapped,                5 D;
    Ext2   28 Eeg       44 "eeg.ch1_theta"          "EEG1 theta"      0 "%"            Some(0), 0 Unmapped,                5 D;
    Ext2   28 Eeg       46 "eeg.ch1_alpha"          "EEG1 alpha"      0 "%"            Some(0), 0 Unmapped,                5 D;
    Ext2   28 Eeg       48 "eeg.ch1_beta"           "EEG1 beta"       0 "%"            Some(0), 0 Unmapped,                5 D;
    Ext2   28 Eeg       50 "eeg.ch1_bsr"            "EEG1 BSR"        0 "%"            Some(0), 0 Unmapped,                5 D;
    Ext2   28 Eeg       52 "eeg.ch2_ampl"           "EEG2 ampl"      -1 "uV"           None,    1 Unmapped,                5 D;
    Ext2   28 Eeg       54 "eeg.ch2_sef"            "EEG2 SEF"       -1 "Hz"           None,    1 Id("sef"),               5 D;
    Ext2   28 Eeg       56 "eeg.ch2_mf"             "EEG2 MF"        -1 "Hz"           None,    1 Unmapped,                5 D;
    Ext2   28 Eeg       58 "eeg.ch2_delta"          "EEG2 delta"      0 "%"            Some(0), 1 Unmapped,                5 D;
    Ext2   28 Eeg       60 "eeg.ch2_theta"          "EEG2 theta"      0 "%"            Some(0), 1 Unmapped,                5 D;
    Ext2   28 Eeg       62 "eeg.ch2_alpha"          "EEG2 alpha"      0 "%"            Some(0), 1 Unmapped,                5 D;
    Ext2   28 Eeg       64 "eeg.ch2_beta"           "EEG2 beta"       0 "%"            Some(0), 1 Unmapped,                5 D;
    Ext2   28 Eeg       66 "eeg.ch2_bsr"            "EEG2 BSR"        0 "%"            Some(0), 1 Unmapped,                5 D;
    Ext2   28 Eeg       68 "eeg.ch3_ampl"           "EEG3 ampl"      -1 "uV"           None,    2 Unmapped,                5 D;
    Ext2   28 Eeg       70 "eeg.ch3_sef"            "EEG3 SEF"       -1 "Hz"           None,    2 Id("sef"),               5 D;
    Ext2   28 Eeg       72 "eeg.ch3_mf"             "EEG3 MF"        -1 "Hz"           None,    2 Unmapped,                5 D;
    Ext2   28 Eeg       74 "eeg.ch3_delta"          "EEG3 delta"      0 "%"            Some(0), 2 Unmapped,                5 D;
    Ext2   28 Eeg       76 "eeg.ch3_theta"          "EEG3 theta"      0 "%"            Some(0), 2 Unmapped,                5 D;
    Ext2   28 Eeg       78 "eeg.ch3_alpha"          "EEG3 alpha"      0 "%"            Some(0), 2 Unmapped,                5 D;
    Ext2   28 Eeg       80 "eeg.ch3_beta"           "EEG3 beta"       0 "%"            Some(0), 2 Unmapped,                5 D;
    Ext2   28 Eeg       82 "eeg.ch3_bsr"            "EEG3 BSR"        0 "%"            Some(0), 2 Unmapped,                5 D;
    Ext2   28 Eeg       84 "eeg.ch4_ampl"           "EEG4 ampl"      -1 "uV"           None,    3 Unmapped,                5 D;
    Ext2   28 Eeg       86 "eeg.ch4_sef"            "EEG4 SEF"       -1 "Hz"           None,    3 Id("sef"),               5 D;
    Ext2   28 Eeg       88 "eeg.ch4_mf"             "EEG4 MF"        -1 "Hz"           None,    3 Unmapped,                5 D;
    Ext2   28 Eeg       90 "eeg.ch4_delta"          "EEG4 delta"      0 "%"            Some(0), 3 Unmapped,                5 D;
    Ext2   28 Eeg       92 "eeg.ch4_theta"          "EEG4 theta"      0 "%"            Some(0), 3 Unmapped,                5 D;
    Ext2   28 Eeg       94 "eeg.ch4_alpha"          "EEG4 alpha"      0 "%"            Some(0), 3 Unmapped,                5 D;
    Ext2   28 Eeg       96 "eeg.ch4_beta"           "EEG4 beta"       0 "%"            Some(0), 3 Unmapped,                5 D;
    Ext2   28 Eeg       98 "eeg.ch4_bsr"            "EEG4 BSR"        0 "%"            Some(0), 3 Unmapped,                5 D;
    Ext2  100 Plain    106 "eeg_bis.bis"            "BIS"             0 "1"            Some(0), 0 Id("bis"),               7 D;
    Ext2  100 Plain    108 "eeg_bis.sqi_val"        "SQI"             0 "%"            Some(0), 0 Id("sqi"),               7 D;
    Ext2  100 Plain    110 "eeg_bis.emg_val"        "EMG"             0 "dB"           Some(0), 0 Unmapped,                7 D;
    Ext2  100 Plain    112 "eeg_bis.sr_val"         "SR"              0 "%"            Some(0), 0 Id("sr"),                7 D;
    Ext2  116 Entropy  122 "ent.eeg_ent"            "SE"              0 "1"            Some(0), 0 Unmapped,                8 R;
    Ext2  116 Entropy  124 "ent.emg_ent"            "RE"              0 "1"            Some(0), 0 Unmapped,                8 R;
    Ext2  116 Entropy  126 "ent.bsr_ent"            "BSR"             0 "%"            Some(0), 0 Unmapped,                8 R;
    Ext2  234 Spi      240 "spi.spiVal"             "SPI"             0 "1"            Some(0), 0 Unmapped,                9 D;
    // Class 3, ext3.
    Ext3    4 Plain     10 "gasex.vo2"              "VO2"            -1 "mL/min"       None,    0 Unmapped,                3 D;
    Ext3    4 Plain     12 "gasex.vco2"             "VCO2"           -1 "mL/min"       None,    0 Unmapped,                3 D;
    Ext3    4 Plain     14 "gasex.ee"               "EE"              0 "kcal/d"       Some(0), 0 Unmapped,                3 D;
    Ext3    4 Plain     16 "gasex.rq"               "RQ"             -3 "1"            None,    0 Unmapped,                3 D;
    Ext3   18 Plain     24 "flow_vol2.ipeep"        "PEEPi"          -2 "cm[H2O]"      Some(0), 0 Id("vent.peepi"),        3 D;
    Ext3   18 Plain     26 "flow_vol2.pmean"        "Pmean"          -2 "cm[H2O]"      Some(0), 0 Id("vent.pmean"),        3 D;
    Ext3   18 Plain     28 "flow_vol2.raw"          "Raw"            -2 "cm[H2O].s/L"  None,    0 Id("vent.raw"),          3 D;
    Ext3   18 Plain     30 "flow_vol2.mv_insp"      "MVinsp"         -2 "L/min"        Some(1), 0 Id("vent.mvi"),          3 D;
    Ext3   18 Plain     32 "flow_vol2.epeep"        "PEEPe"          -2 "cm[H2O]"      Some(0), 0 Unmapped,                3 D;
    Ext3   18 Plain     34 "flow_vol2.mv_spont"     "MVspont"        -2 "L/min"        Some(1), 0 Unmapped,                3 D;
    Ext3   18 Plain     36 "flow_vol2.ie_ratio"     "I:E"            -2 "1"            None,    0 Id("vent.ie"),           5 D;
    Ext3   18 Plain     38 "flow_vol2.insp_time"    "Tinsp"          -2 "s"            None,    0 Unmapped,                5 D;
    Ext3   18 Plain     40 "flow_vol2.exp_time"     "Texp"           -2 "s"            None,    0 Unmapped,                5 D;
    Ext3   18 Plain     42 "flow_vol2.static_compliance" "Compl stat"     -2 "mL/cm[H2O]"   None,    0 Id("vent.compl.stat"),   5 D;
    Ext3   18 Plain     44 "flow_vol2.static_pplat" "Pplat stat"     -2 "cm[H2O]"      Some(0), 0 Unmapped,                5 D;
    Ext3   18 Plain     46 "flow_vol2.static_peepe" "PEEPe stat"     -2 "cm[H2O]"      Some(0), 0 Unmapped,                5 D;
    Ext3   18 Plain     48 "flow_vol2.static_peepi" "PEEPi stat"     -2 "cm[H2O]"      Some(0), 0 Unmapped,                5 D;
    Ext3   64 Balance   70 "bal.et"                 "EtBal"          -2 "%"            Some(0), 0 Unmapped,                5 D;
    Ext3   64 Balance   72 "bal.fi"                 "FiBal"          -2 "%"            Some(0), 0 Unmapped,                5 D;
    Ext3   74 Tono      80 "tono.prco2"             "PrCO2"          -2 "kPa"          None,    0 Unmapped,                5 D;
    Ext3   74 Tono      82 "tono.pr_et"             "P(r-Et)CO2"     -2 "kPa"          None,    0 Unmapped,                5 D;
    Ext3   74 Tono      84 "tono.pr_pa"             "P(r-a)CO2"      -2 "kPa"          None,    0 Unmapped,                5 D;
    Ext3   74 Tono      86 "tono.pa_delay"          "PaCO2 delay"     0 "min"          Some(0), 0 Unmapped,                5 D;
    Ext3   74 Tono      88 "tono.phi"               "pHi"            -2 "1"            None,    0 Unmapped,                5 D;
    Ext3   74 Tono      90 "tono.phi_delay"         "pHi delay"       0 "min"          Some(0), 0 Unmapped,                5 D;
    Ext3   74 Tono      92 "tono.amb_press"         "Pamb (tono)"    -1 "mm[Hg]"       Some(0), 0 Unmapped,                5 D;
    Ext3   74 Tono      94 "tono.cpma"              "Pcath"          -1 "mbar"         None,    0 Unmapped,                5 D;
    Ext3   96 Plain    102 "aa2.mac_age_sum"        "MACage"         -2 "1"            None,    0 Unmapped,                8 D;
    Ext3  120 Plain    126 "delp.spv"               "SPV"            -2 "mm[Hg]"       Some(0), 0 Unmapped,               10 D;
    Ext3  120 Plain    128 "delp.ppv"               "PPV"            -2 "%"            Some(0), 0 Unmapped,               10 D;
    Ext3  130 Plain    136 "cpp.value"              "CPP"            -2 "mm[Hg]"       Some(0), 0 Id("cpp"),              10 D;
    Ext3  138 Plain    144 "cpp2.value"             "CPP 2"          -2 "mm[Hg]"       Some(0), 1 Id("cpp"),              10 D;
    Ext3  146 Plain    152 "picco.cci"              "CCI"            -3 "L/(min.m2)"   Some(1), 0 Unmapped,               11 D;
    Ext3  146 Plain    154 "picco.cco"              "CCO"            -3 "L/min"        Some(1), 0 Id("cco"),              11 D;
    Ext3  146 Plain    156 "picco.cfi"              "CFI"            -2 "/min"         Some(0), 0 Unmapped,               11 D;
    Ext3  146 Plain    158 "picco.ci"               "CI"             -3 "L/(min.m2)"   Some(1), 0 Id("ci"),               11 D;
    Ext3  146 Plain    160 "picco.co"               "C.O. (PiCCO)"   -3 "L/min"        Some(1), 0 Id("co"),               11 D;
    Ext3  146 Plain    162 "picco.cpi"              "CPI"             0 "mW/m2"        Some(0), 0 Unmapped,               11 D;
    Ext3  146 Plain    164 "picco.cpo"              "CPO"             0 "mW"           Some(0), 0 Unmapped,               11 D;
    Ext3  146 Plain    166 "picco.dpmax"            "dPmax"           0 "mm[Hg]/s"     Some(0), 0 Unmapped,               11 D;
    Ext3  146 Plain    168 "picco.elwi"             "ELWI"           -1 "mL/kg"        None,    0 Unmapped,               11 D;
    Ext3  146 Plain    170 "picco.evlw"             "EVLW"            0 "mL"           Some(0), 0 Unmapped,               11 D;
    Ext3  146 Plain    172 "picco.gedi"             "GEDI"            0 "mL/m2"        Some(0), 0 Unmapped,               11 D;
    Ext3  146 Plain    174 "picco.gedv"             "GEDV"            0 "mL"           Some(0), 0 Unmapped,               11 D;
    Ext3  146 Plain    176 "picco.gef"              "GEF"            -1 "%"            Some(0), 0 Unmapped,               11 D;
    Ext3  146 Plain    178 "picco.itbi"             "ITBI"            0 "mL/m2"        Some(0), 0 Unmapped,               11 D;
    Ext3  146 Plain    180 "picco.itbv"             "ITBV"            0 "mL"           Some(0), 0 Unmapped,               11 D;
    Ext3  146 Plain    182 "picco.ppv"              "PPV (PiCCO)"    -1 "%"            Some(0), 0 Unmapped,               11 D;
    Ext3  146 Plain    184 "picco.pvpi"             "PVPI"           -2 "1"            None,    0 Unmapped,               11 D;
    Ext3  146 Plain    186 "picco.sv"               "SV"             -1 "mL"           Some(0), 0 Id("sv"),               11 D;
    Ext3  146 Plain    188 "picco.svi"              "SVI"            -1 "mL/m2"        None,    0 Id("svi"),              11 D;
    Ext3  146 Plain    190 "picco.svr"              "SVR"             0 "dyn.s/cm5"    Some(0), 0 Id("svr"),              11 D;
    Ext3  146 Plain    192 "picco.svri"             "SVRI"            0 "dyn.s.m2/cm5" Some(0), 0 Id("svri"),             11 D;
    Ext3  146 Plain    194 "picco.svv"              "SVV"            -1 "%"            Some(0), 0 Unmapped,               11 D;
    Ext3  146 Plain    196 "picco.tblood"           "Tblood (PiCCO)" -2 "Cel"          Some(1), 0 Id("temp.blood"),       11 D;
    Ext3  146 Plain    198 "picco.tinj"             "Tinj"           -2 "Cel"          Some(1), 0 Unmapped,               11 D;
];
