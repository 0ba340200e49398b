//! Numbers: one line for each physiological identifier and label a monitor can send.
//!
//! Source: guide, tables of numerics and their labels. The diastolic ids of P3 and P7 are those of its
//! master list; one of its tables prints the label id in their place. Which numbers are computed from
//! others is our own reading of their names.
//!
//! `*` stands for the label that the monitor itself uses for the object.

use vigie_model::Category::{Derived, Measured, Setting};

use super::{Row, rows};

/// All numbers.
pub(super) static NUMERICS: &[Row] = rows![
    // physio label id     label      member   category  units listed in the guide
    // Cardiac / ECG numerics.
    0x4182  0x0002_4182  "HR"       "*"      Measured  [0x0AA0];                // heart rate
    0x418A  0x0002_418A  "btbHR"    "*"      Measured  [];                      // beat-to-beat HR
    0x4261  0x0002_4261  "PVC"      "*"      Measured  [0x0AA0];                // PVC per minute (NB unit given as bpm)
    0x0301  0x0002_0300  "ST"       "*-I"    Measured  [0x0512];                // ST compound, one value per lead
    0x0302  0x0002_0300  "ST"       "*-II"   Measured  [0x0512];                // ST compound, one value per lead
    0x033D  0x0002_0300  "ST"       "*-III"  Measured  [0x0512];                // ST compound, one value per lead
    0x033E  0x0002_0300  "ST"       "*-aVR"  Measured  [0x0512];                // ST compound, one value per lead
    0x033F  0x0002_0300  "ST"       "*-aVL"  Measured  [0x0512];                // ST compound, one value per lead
    0x0340  0x0002_0300  "ST"       "*-aVF"  Measured  [0x0512];                // ST compound, one value per lead
    0x0343  0x0002_0300  "ST"       "*-V"    Measured  [0x0512];                // ST compound, one value per lead
    0x034B  0x0002_0300  "ST"       "*-MCL"  Measured  [0x0512];                // ST compound, one value per lead
    0x0303  0x0002_0300  "ST"       "*-V1"   Measured  [0x0512];                // ST compound, one value per lead
    0x0304  0x0002_0300  "ST"       "*-V2"   Measured  [0x0512];                // ST compound, one value per lead
    0x0305  0x0002_0300  "ST"       "*-V3"   Measured  [0x0512];                // ST compound, one value per lead
    0x0306  0x0002_0300  "ST"       "*-V4"   Measured  [0x0512];                // ST compound, one value per lead
    0x0307  0x0002_0300  "ST"       "*-V5"   Measured  [0x0512];                // ST compound, one value per lead
    0x0308  0x0002_0300  "ST"       "*-V6"   Measured  [0x0512];                // ST compound, one value per lead
    0x0365  0x0002_0300  "ST"       "*-AS"   Measured  [0x0512];                // ST compound, one value per lead
    0x0364  0x0002_0300  "ST"       "*-ES"   Measured  [0x0512];                // ST compound, one value per lead
    0x0366  0x0002_0300  "ST"       "*-AI"   Measured  [0x0512];                // ST compound, one value per lead
    0xF03D  0x0002_F03D  "STindx"   "*"      Derived   [0x0512];                // ST index
    0x3F24  0x0002_3F24  "QTc"      "*"      Derived   [0x0892];                // QTc
    0xF156  0x0002_F156  "ΔQTc"     "*"      Derived   [0x0892];                // ΔQTc
    0x3F20  0x0002_3F20  "QT"       "*"      Measured  [0x0892];                // QT
    0xF154  0x0002_F154  "QT-HR"    "*"      Measured  [];                      // QT heart rate
    0x4182  0x0002_F81B  "extHR"    "*"      Measured  [];                      // HR from an external device
    // Pulse oximetry.
    0x480A  0x0002_480A  "Pulse"    "*"      Measured  [0x0AA0];                // pulse rate (system/unspecified)
    0x4BB8  0x0002_4BB8  "SpO₂"     "*"      Measured  [0x0220];                // SpO₂
    0x4822  0x0002_4822  "Pulse"    "*"      Measured  [0x0AA0];                // pulse from pleth
    0xF1C0  0x0002_F1C0  "SpO₂pr"   "*"      Measured  [0x0220];                // SpO₂ pre-ductal
    0x4822  0x8015_543D  "Pulse"    "*"      Measured  [0x0AA0];                // pulse, pre-ductal
    0xF1D4  0x0002_F1D4  "SpO₂po"   "*"      Measured  [0x0220];                // SpO₂ post-ductal
    0x4822  0x8015_5440  "Pulse"    "*"      Measured  [0x0AA0];                // pulse, post-ductal
    0xF09C  0x0002_F09C  "%SpO₂T"   "*"      Measured  [0x0220];                // SpO₂ telemetry
    0xF09D  0x0002_F09D  "PulseT"   "*"      Measured  [0x0AA0];                // pulse telemetry
    0x4BCC  0x0002_4BCC  "SpO₂ r"   "*"      Measured  [0x0220];                // SpO₂ right
    0x4822  0x8015_5402  "Pulse"    "*"      Measured  [0x0AA0];                // pulse right
    0x4BC8  0x0002_4BC8  "SpO₂ l"   "*"      Measured  [0x0220];                // SpO₂ left
    0x4822  0x8015_5401  "Pulse"    "*"      Measured  [0x0AA0];                // pulse left
    0x4BC4  0x0002_4BC4  "ΔSpO₂"    "*"      Derived   [0x0220];                // SpO₂ difference
    0x4BB0  0x0002_4BB0  "Perf"     "*"      Measured  [0x0200];                // perfusion index
    0xF12C  0x0002_F12C  "Perf T"   "*"      Measured  [0x0200];                // perfusion telemetry
    0xF08B  0x0002_F08B  "Perf r"   "*"      Measured  [0x0200];                // perfusion right
    0xF08A  0x0002_F08A  "Perf l"   "*"      Measured  [0x0200];                // perfusion left
    // Pressures.
    0x4A05  0x0002_4A04  "NBP"      "*s"     Measured  [0x0F20, 0x0F03];        // non-invasive BP, systolic
    0x4A06  0x0002_4A04  "NBP"      "*d"     Measured  [0x0F20, 0x0F03];        // non-invasive BP, diastolic
    0x4A07  0x0002_4A04  "NBP"      "*m"     Measured  [0x0F20, 0x0F03];        // non-invasive BP, mean
    0xF0E5  0x0002_F0E5  "Pulse"    "*"      Measured  [0x0AA0];                // pulse from NBP
    0x4A15  0x0002_4A14  "ABP"      "*s"     Measured  [0x0F20, 0x0F03];        // arterial BP "ABP", systolic
    0x4A16  0x0002_4A14  "ABP"      "*d"     Measured  [0x0F20, 0x0F03];        // arterial BP "ABP", diastolic
    0x4A17  0x0002_4A14  "ABP"      "*m"     Measured  [0x0F20, 0x0F03];        // arterial BP "ABP", mean
    0x480A  0x8003_5402  "Pulse"    "*"      Measured  [0x0AA0];                // pulse from ABP
    0x4A11  0x0002_4A10  "ART"      "*s"     Measured  [0x0F20, 0x0F03];        // arterial BP "ART", systolic
    0x4A12  0x0002_4A10  "ART"      "*d"     Measured  [0x0F20, 0x0F03];        // arterial BP "ART", diastolic
    0x4A13  0x0002_4A10  "ART"      "*m"     Measured  [0x0F20, 0x0F03];        // arterial BP "ART", mean
    0x480A  0x8003_5403  "Pulse"    "*"      Measured  [0x0AA0];                // pulse from ART
    0x4A0D  0x0002_4A0C  "Ao"       "*s"     Measured  [0x0F20, 0x0F03];        // aortic BP, systolic
    0x4A0E  0x0002_4A0C  "Ao"       "*d"     Measured  [0x0F20, 0x0F03];        // aortic BP, diastolic
    0x4A0F  0x0002_4A0C  "Ao"       "*m"     Measured  [0x0F20, 0x0F03];        // aortic BP, mean
    0x480A  0x8003_5404  "Pulse"    "*"      Measured  [0x0AA0];                // pulse from Ao
    0x4A1D  0x0002_4A1C  "PAP"      "*s"     Measured  [0x0F20, 0x0F03];        // pulmonary artery P, systolic
    0x4A1E  0x0002_4A1C  "PAP"      "*d"     Measured  [0x0F20, 0x0F03];        // pulmonary artery P, diastolic
    0x4A1F  0x0002_4A1C  "PAP"      "*m"     Measured  [0x0F20, 0x0F03];        // pulmonary artery P, mean
    0x480A  0x8003_5405  "Pulse"    "*"      Measured  [0x0AA0];                // pulse from PAP
    0x4A45  0x0002_4A44  "CVP"      "*s"     Measured  [0x0F20, 0x0F03];        // central venous P, systolic
    0x4A46  0x0002_4A44  "CVP"      "*d"     Measured  [0x0F20, 0x0F03];        // central venous P, diastolic
    0x4A47  0x0002_4A44  "CVP"      "*m"     Measured  [0x0F20, 0x0F03];        // central venous P, mean
    0x480A  0x8003_5406  "Pulse"    "*"      Measured  [0x0AA0];                // pulse from CVP
    0x4A35  0x0002_4A34  "RAP"      "*s"     Measured  [0x0F20, 0x0F03];        // right atrial P, systolic
    0x4A36  0x0002_4A34  "RAP"      "*d"     Measured  [0x0F20, 0x0F03];        // right atrial P, diastolic
    0x4A37  0x0002_4A34  "RAP"      "*m"     Measured  [0x0F20, 0x0F03];        // right atrial P, mean
    0x480A  0x8003_5407  "Pulse"    "*"      Measured  [0x0AA0];                // Pulse derived from RAP
    0x4A31  0x0002_4A30  "LAP"      "*s"     Measured  [0x0F20, 0x0F03];        // left atrial P, systolic
    0x4A32  0x0002_4A30  "LAP"      "*d"     Measured  [0x0F20, 0x0F03];        // left atrial P, diastolic
    0x4A33  0x0002_4A30  "LAP"      "*m"     Measured  [0x0F20, 0x0F03];        // left atrial P, mean
    0x480A  0x8003_5408  "Pulse"    "*"      Measured  [0x0AA0];                // Pulse derived from LAP
    0x5809  0x0002_5808  "ICP"      "*s"     Measured  [0x0F20, 0x0F03];        // intracranial P, systolic
    0x580A  0x0002_5808  "ICP"      "*d"     Measured  [0x0F20, 0x0F03];        // intracranial P, diastolic
    0x580B  0x0002_5808  "ICP"      "*m"     Measured  [0x0F20, 0x0F03];        // intracranial P, mean
    0x4A29  0x0002_4A28  "UAP"      "*s"     Measured  [0x0F20, 0x0F03];        // umbilical arterial P, systolic
    0x4A2A  0x0002_4A28  "UAP"      "*d"     Measured  [0x0F20, 0x0F03];        // umbilical arterial P, diastolic
    0x4A2B  0x0002_4A28  "UAP"      "*m"     Measured  [0x0F20, 0x0F03];        // umbilical arterial P, mean
    0x480A  0x8003_540A  "Pulse"    "*"      Measured  [0x0AA0];                // pulse from UAP
    0x4A49  0x0002_4A48  "UVP"      "*s"     Measured  [0x0F20, 0x0F03];        // umbilical venous P, systolic
    0x4A4A  0x0002_4A48  "UVP"      "*d"     Measured  [0x0F20, 0x0F03];        // umbilical venous P, diastolic
    0x4A4B  0x0002_4A48  "UVP"      "*m"     Measured  [0x0F20, 0x0F03];        // umbilical venous P, mean
    0xF0BD  0x0002_F0BC  "FAP"      "*s"     Measured  [0x0F20, 0x0F03];        // femoral arterial P, systolic
    0xF0BE  0x0002_F0BC  "FAP"      "*d"     Measured  [0x0F20, 0x0F03];        // femoral arterial P, diastolic
    0xF0BF  0x0002_F0BC  "FAP"      "*m"     Measured  [0x0F20, 0x0F03];        // femoral arterial P, mean
    0x480A  0x8003_5434  "Pulse"    "*"      Measured  [0x0AA0];                // pulse from FAP
    0xF0C1  0x0002_F0C0  "BAP"      "*s"     Measured  [0x0F20, 0x0F03];        // brachial arterial P, systolic
    0xF0C2  0x0002_F0C0  "BAP"      "*d"     Measured  [0x0F20, 0x0F03];        // brachial arterial P, diastolic
    0xF0C3  0x0002_F0C0  "BAP"      "*m"     Measured  [0x0F20, 0x0F03];        // brachial arterial P, mean
    0x480A  0x8003_5437  "Pulse"    "*"      Measured  [0x0AA0];                // pulse from BAP
    0xF0B5  0x0002_F0B4  "IC1"      "*s"     Measured  [0x0F20, 0x0F03];        // ICP channel 1, systolic
    0xF0B6  0x0002_F0B4  "IC1"      "*d"     Measured  [0x0F20, 0x0F03];        // ICP channel 1, diastolic
    0xF0B7  0x0002_F0B4  "IC1"      "*m"     Measured  [0x0F20, 0x0F03];        // ICP channel 1, mean
    0xF0B9  0x0002_F0B8  "IC2"      "*s"     Measured  [0x0F20, 0x0F03];        // ICP channel 2, systolic
    0xF0BA  0x0002_F0B8  "IC2"      "*d"     Measured  [0x0F20, 0x0F03];        // ICP channel 2, diastolic
    0xF0BB  0x0002_F0B8  "IC2"      "*m"     Measured  [0x0F20, 0x0F03];        // ICP channel 2, mean
    0x4A01  0x0002_4A00  "P"        "*s"     Measured  [0x0F20, 0x0F03];        // unspecified P, systolic
    0x4A02  0x0002_4A00  "P"        "*d"     Measured  [0x0F20, 0x0F03];        // unspecified P, diastolic
    0x4A03  0x0002_4A00  "P"        "*m"     Measured  [0x0F20, 0x0F03];        // unspecified P, mean
    0x480A  0x8003_5401  "Pulse"    "*"      Measured  [0x0AA0];                // pulse from P
    0xF0A5  0x0002_F0A4  "P1"       "*s"     Measured  [0x0F20, 0x0F03];        // generic P1, systolic
    0xF0A6  0x0002_F0A4  "P1"       "*d"     Measured  [0x0F20, 0x0F03];        // generic P1, diastolic
    0xF0A7  0x0002_F0A4  "P1"       "*m"     Measured  [0x0F20, 0x0F03];        // generic P1, mean
    0x480A  0x8003_5422  "Pulse"    "*"      Measured  [0x0AA0];                // pulse from P1
    0xF0A9  0x0002_F0A8  "P2"       "*s"     Measured  [0x0F20, 0x0F03];        // generic P2, systolic
    0xF0AA  0x0002_F0A8  "P2"       "*d"     Measured  [0x0F20, 0x0F03];        // generic P2, diastolic
    0xF0AB  0x0002_F0A8  "P2"       "*m"     Measured  [0x0F20, 0x0F03];        // generic P2, mean
    0x480A  0x8003_5425  "Pulse"    "*"      Measured  [0x0AA0];                // pulse from P2
    0xF0AD  0x0002_F0AC  "P3"       "*s"     Measured  [0x0F20, 0x0F03];        // generic P3, systolic
    0xF0AE  0x0002_F0AC  "P3"       "*d"     Measured  [0x0F20, 0x0F03];        // generic P3, diastolic
    0xF0AF  0x0002_F0AC  "P3"       "*m"     Measured  [0x0F20, 0x0F03];        // generic P3, mean
    0x480A  0x8003_5428  "Pulse"    "*"      Measured  [0x0AA0];                // pulse from P3
    0xF0B1  0x0002_F0B0  "P4"       "*s"     Measured  [0x0F20, 0x0F03];        // generic P4, systolic
    0xF0B2  0x0002_F0B0  "P4"       "*d"     Measured  [0x0F20, 0x0F03];        // generic P4, diastolic
    0xF0B3  0x0002_F0B0  "P4"       "*m"     Measured  [0x0F20, 0x0F03];        // generic P4, mean
    0x480A  0x8003_542B  "Pulse"    "*"      Measured  [0x0AA0];                // pulse from P4
    0xF3F5  0x0002_F3F4  "P5"       "*s"     Measured  [0x0F20, 0x0F03];        // generic P5, systolic
    0xF3F6  0x0002_F3F4  "P5"       "*d"     Measured  [0x0F20, 0x0F03];        // generic P5, diastolic
    0xF3F7  0x0002_F3F4  "P5"       "*m"     Measured  [0x0F20, 0x0F03];        // generic P5, mean
    0xF3F9  0x0002_F3F8  "P6"       "*s"     Measured  [0x0F20, 0x0F03];        // generic P6, systolic
    0xF3FA  0x0002_F3F8  "P6"       "*d"     Measured  [0x0F20, 0x0F03];        // generic P6, diastolic
    0xF3FB  0x0002_F3F8  "P6"       "*m"     Measured  [0x0F20, 0x0F03];        // generic P6, mean
    0xF3FD  0x0002_F3FC  "P7"       "*s"     Measured  [0x0F20, 0x0F03];        // generic P7, systolic
    0xF3FE  0x0002_F3FC  "P7"       "*d"     Measured  [0x0F20, 0x0F03];        // generic P7, diastolic
    0xF3FF  0x0002_F3FC  "P7"       "*m"     Measured  [0x0F20, 0x0F03];        // generic P7, mean
    0xF401  0x0002_F400  "P8"       "*s"     Measured  [0x0F20, 0x0F03];        // generic P8, systolic
    0xF402  0x0002_F400  "P8"       "*d"     Measured  [0x0F20, 0x0F03];        // generic P8, diastolic
    0xF403  0x0002_F400  "P8"       "*m"     Measured  [0x0F20, 0x0F03];        // generic P8, mean
    0x4A24  0x0002_4A24  "PAWP"     "*"      Measured  [0x0F20, 0x0F03];        // wedge pressure
    0x5804  0x0002_5804  "CPP"      "*"      Derived   [0x0F20, 0x0F03];        // cerebral perfusion P
    0xF0E3  0x0002_F0E3  "PPV"      "*"      Derived   [];                      // pulse pressure variation
    // Cardiac output, saturation, transcutaneous.
    0x4BDC  0x0002_4BDC  "CCO"      "*"      Measured  [0x0C00];                // continuous cardiac output
    0xF047  0x0002_F047  "CCI"      "*"      Derived   [0x0B20];                // continuous cardiac index
    0x4B84  0x0002_4B84  "SV"       "*"      Derived   [0x0652];                // stroke volume
    0xF048  0x0002_F048  "SI"       "*"      Derived   [0x0592];                // stroke index
    0xF049  0x0002_F049  "SVV"      "*"      Derived   [0x0220];                // stroke volume variation
    0x4B04  0x0002_4B04  "C.O."     "*"      Measured  [0x0C00];                // cardiac output (bolus)
    0x490C  0x0002_490C  "C.I."     "*"      Derived   [0x0B20];                // cardiac index
    0xF040  0x0002_F040  "ITBV"     "*"      Measured  [0x0652];                // ITBV
    0xF042  0x0002_F042  "EVLW"     "*"      Measured  [0x0652];                // EVLW
    0xF044  0x0002_F044  "GEDV"     "*"      Measured  [0x0652];                // GEDV
    0x4B34  0x0002_4B34  "SaO₂"     "*"      Measured  [];                      // SaO₂
    0x4B3C  0x0002_4B3C  "SvO₂"     "*"      Measured  [0x0220];                // SvO₂
    0xF100  0x0002_F100  "ScvO₂"    "*"      Measured  [];                      // ScvO₂
    0x4B2C  0x0002_4B2C  "SO₂"      "*"      Measured  [];                      // SO₂
    0xF960  0x0002_F960  "StO₂"     "*"      Measured  [0x0220];                // tissue O₂ saturation
    0x50D0  0x0002_50D0  "tcpO₂"    "*"      Measured  [0x0F20, 0x0F03];        // tcpO₂
    0x50CC  0x0002_50CC  "tcpCO₂"   "*"      Measured  [0x0F20, 0x0F03];        // tcpCO₂
    0x4B28  0x0002_4B28  "SVR"      "*"      Derived   [0x1020];                // SVR
    0x4900  0x0002_4900  "SVRI"     "*"      Derived   [];                      // SVRI
    0x4B24  0x0002_4B24  "PVR"      "*"      Derived   [];                      // PVR
    0xF067  0x0002_F067  "PVRI"     "*"      Derived   [];                      // PVRI
    0x4B00  0x0002_4B00  "VO₂"      "*"      Derived   [];                      // VO₂
    // Respiration, CO₂, ventilation.
    0x500A  0x0002_500A  "RR"       "*"      Measured  [0x0AE0];                // impedance RR
    0xF0E2  0x0002_F0E2  "RRspir"   "*"      Measured  [0x0AE0];                // RR from spirometry
    0x5012  0x0002_5012  "awRR"     "*"      Measured  [0x0AE0];                // airway RR
    0xF828  0x0002_F828  "SpRR"     "*"      Measured  [];                      // spontaneous RR
    0xF0F1  0x0002_F0F1  "MRR"      "*"      Measured  [];                      // mandatory RR
    0x5130  0x0002_5130  "ApneaD"   "*"      Measured  [];                      // apnoea duration
    0x50B0  0x0002_50AC  "CO₂"      "et*"    Measured  [0x0F20, 0x0220, 0x0F03]; // CO₂ compound: etCO₂ + imCO₂ (min. insp.)
    0x50BA  0x0002_50AC  "CO₂"      "im*"    Measured  [0x0F20, 0x0220, 0x0F03]; // CO₂ compound: etCO₂ + imCO₂ (min. insp.)
    0x5378  0x0002_5164  "O₂"       "et*"    Measured  [0x0F20, 0x0220, 0x0F03]; // O₂ compound et/insp
    0x5284  0x0002_5164  "O₂"       "in*"    Measured  [0x0F20, 0x0220, 0x0F03]; // O₂ compound et/insp
    0x7498  0x0002_7498  "FIO₂"     "*"      Measured  [];                      // FiO₂
    0x50E4  0x0002_50E4  "T.I."     "*"      Measured  [];                      // transthoracic impedance
    0x50E8  0x0002_50E8  "Pplat"    "*"      Measured  [];                      // plateau pressure
    0x50F0  0x0002_50F0  "AWP"      "*"      Measured  [];                      // airway pressure
    0x50F2  0x0002_50F2  "AWPmin"   "*"      Measured  [];                      // min airway P
    0x50F4  0x0002_50F4  "CPAP"     "*"      Measured  [];                      // CPAP
    0x5100  0x0002_5100  "iPEEP"    "*"      Measured  [];                      // intrinsic PEEP
    0x5108  0x0002_5108  "AWPin"    "*"      Measured  [];                      // insp airway P
    0x5109  0x0002_5109  "PIP"      "*"      Measured  [];                      // PIP (peak insp.)
    0x510B  0x0002_510B  "MnAwP"    "*"      Measured  [];                      // mean airway P
    0x5118  0x0002_5118  "I:E 1:"   "*"      Measured  [];                      // I:E ratio 1:x
    0x5120  0x0002_5120  "Raw"      "*"      Measured  [];                      // airway resistance
    0xF0E1  0x0002_F0E1  "TVexp"    "*"      Measured  [];                      // expired tidal volume
    0xF0E0  0x0002_F0E0  "TVin"     "*"      Measured  [];                      // inspired tidal volume
    0xF0F3  0x0002_F0F3  "SpTV"     "*"      Measured  [];                      // spontaneous TV
    0xF0F2  0x0002_F0F2  "MTV"      "*"      Measured  [];                      // mandatory TV
    0x514C  0x0002_5148  "MINVOL"   "*exp"   Measured  [0x0C00];                // minute volume compound exp/insp
    0x5150  0x0002_5148  "MINVOL"   "*in"    Measured  [0x0C00];                // minute volume compound exp/insp
    0xF091  0x0002_F091  "SpMV"     "*"      Measured  [];                      // spontaneous MV
    0x51A8  0x0002_51A8  "PEEP"     "*"      Measured  [];                      // PEEP
    0x5370  0x0002_5370  "Leak"     "*"      Measured  [];                      // leak
    0x5088  0x0002_5088  "COMP"     "*"      Measured  [];                      // compliance
    0x508C  0x0002_508C  "Cdyn"     "*"      Measured  [];                      // dynamic compliance
    0x5090  0x0002_5090  "Cstat"    "*"      Measured  [];                      // static compliance
    0x50DD  0x0002_50DD  "PIF"      "*"      Measured  [];                      // peak insp flow
    0x50D9  0x0002_50D9  "PEF"      "*"      Measured  [];                      // peak exp flow
    // Temperatures.
    0x4B48  0x0002_4B48  "Temp"     "*"      Measured  [0x17A0, 0x1140];        // unspecified temperature
    0xE004  0x0002_E004  "Trect"    "*"      Measured  [0x17A0, 0x1140];        // rectal
    0xE014  0x0002_E014  "Tblood"   "*"      Measured  [0x17A0, 0x1140];        // blood
    0x4B60  0x0002_4B60  "Tcore"    "*"      Measured  [0x17A0, 0x1140];        // core
    0x4B74  0x0002_4B74  "Tskin"    "*"      Measured  [0x17A0, 0x1140];        // skin
    0x4B64  0x0002_4B64  "Tesoph"   "*"      Measured  [0x17A0, 0x1140];        // oesophageal
    0x4B6C  0x0002_4B6C  "Tnaso"    "*"      Measured  [0x17A0, 0x1140];        // nasopharyngeal
    0x4B50  0x0002_4B50  "Tart"     "*"      Measured  [0x17A0, 0x1140];        // arterial
    0x4B7C  0x0002_4B7C  "Tven"     "*"      Measured  [0x17A0, 0x1140];        // venous
    0xF0C4  0x0002_F0C4  "Tvesic"   "*"      Measured  [];                      // bladder
    0x4B78  0x0002_4B78  "Ttymp"    "*"      Measured  [0x17A0, 0x1140];        // tympanic
    0xF0C5  0x0002_F0C5  "Tcereb"   "*"      Measured  [0x17A0, 0x1140];        // cerebral
    0xF0C6  0x0002_F0C6  "Tamb"     "*"      Measured  [0x17A0, 0x1140];        // ambient
    0x4B54  0x0002_4B54  "Tairwy"   "*"      Measured  [0x17A0, 0x1140];        // airway
    0xE018  0x0002_E018  "ΔTemp"    "*"      Derived   [0x17A0, 0x1140];        // temperature difference
    0x4B48  0x0002_4B5C  "Tbody"    "*"      Measured  [0x17A0, 0x1140];        // body (observed id is the generic TEMP)
    0xF0C7  0x0002_F0C7  "T1"       "*"      Measured  [0x17A0, 0x1140];        // generic T1
    0xF0C8  0x0002_F0C8  "T2"       "*"      Measured  [0x17A0, 0x1140];        // generic T2
    0xF0C9  0x0002_F0C9  "T3"       "*"      Measured  [0x17A0, 0x1140];        // generic T3
    0xF0CA  0x0002_F0CA  "T4"       "*"      Measured  [0x17A0, 0x1140];        // generic T4
    // Anaesthetic gases.
    0x5380  0x0002_537C  "N₂"       "et*"    Measured  [0x0F20, 0x0220, 0x0F03]; // N₂ et/insp
    0x5384  0x0002_537C  "N₂"       "in*"    Measured  [0x0F20, 0x0220, 0x0F03]; // N₂ et/insp
    0x522C  0x0002_51F0  "N₂O"      "et*"    Measured  [0x0F20, 0x0220, 0x0F03]; // N₂O et/insp
    0x5280  0x0002_51F0  "N₂O"      "in*"    Measured  [0x0F20, 0x0220, 0x0F03]; // N₂O et/insp
    0x5224  0x0002_51E8  "ISO"      "et*"    Measured  [0x0F20, 0x0220, 0x0F03]; // isoflurane
    0x5278  0x0002_51E8  "ISO"      "in*"    Measured  [0x0F20, 0x0220, 0x0F03]; // isoflurane
    0x5220  0x0002_51E4  "SEV"      "et*"    Measured  [0x0F20, 0x0220, 0x0F03]; // sevoflurane
    0x5274  0x0002_51E4  "SEV"      "in*"    Measured  [0x0F20, 0x0220, 0x0F03]; // sevoflurane
    0x5218  0x0002_51DC  "ENF"      "et*"    Measured  [0x0F20, 0x0220, 0x0F03]; // enflurane
    0x526C  0x0002_51DC  "ENF"      "in*"    Measured  [0x0F20, 0x0220, 0x0F03]; // enflurane
    0x521C  0x0002_51E0  "HAL"      "et*"    Measured  [0x0F20, 0x0220, 0x0F03]; // halothane
    0x5270  0x0002_51E0  "HAL"      "in*"    Measured  [0x0F20, 0x0220, 0x0F03]; // halothane
    0x5214  0x0002_51D8  "DES"      "et*"    Measured  [0x0F20, 0x0220, 0x0F03]; // desflurane
    0x5268  0x0002_51D8  "DES"      "in*"    Measured  [0x0F20, 0x0220, 0x0F03]; // desflurane
    0x538C  0x0002_5388  "AGT"      "*"      Measured  [0x0F20, 0x0220, 0x0F03]; // agent et
    0x5390  0x0002_5390  "inAGT"    "*"      Measured  [0x0F20, 0x0F03, 0x0220]; // agent insp
    0xF099  0x0002_F099  "MAC"      "*"      Derived   [];                      // MAC
    0xF05E  0x0002_F05D  "MAC"      "et*"    Derived   [];                      // MAC sum et/insp
    0xF05F  0x0002_F05D  "MAC"      "in*"    Derived   [];                      // MAC sum et/insp
    // EEG / BIS / scores.
    0xF04E  0x0002_F04E  "BIS"      "*"      Measured  [0x0200];                // BIS index
    0xF04D  0x0002_F04D  "SQI"      "*"      Measured  [0x0220];                // BIS signal quality
    0x593C  0x0002_593C  "EMG"      "*"      Measured  [0x1920];                // EMG power
    0x59B8  0x0002_59B8  "TP"       "*"      Measured  [0x1920];                // total EEG power
    0xF04A  0x0002_F04A  "SR"       "*"      Measured  [0x0220];                // suppression ratio
    0x5988  0x0002_5988  "SEF"      "*"      Measured  [0x09C0];                // spectral edge
    0x597C  0x0002_597C  "MDF"      "*"      Measured  [0x09C0];                // mean dominant freq
    0x5984  0x0002_5984  "PPF"      "*"      Measured  [0x09C0];                // peak power freq
    0x5880  0x0002_5880  "GCS"      "*"      Measured  [];                      // Glasgow coma score
    // Ventilator settings.
    0x5012  0x0402_5012  "sAWRR"    "*"      Setting   [];                      // set RR
    0x513C  0x0402_513C  "sTV"      "*"      Setting   [];                      // set tidal volume
    0x7498  0x0402_7498  "sFIO₂"    "*"      Setting   [];                      // set FiO₂
    0x51A8  0x0402_51A8  "sPEEP"    "*"      Setting   [];                      // set PEEP/CPAP
    0x5148  0x0402_5148  "sMV"      "*"      Setting   [];                      // set minute volume
    0x5109  0x0402_F8BB  "sPmax"    "*"      Setting   [];                      // set Pmax
    0xF941  0x0402_F941  "sInsTi"   "*"      Setting   [];                      // set insp. time
    0x5118  0x0402_5118  "sIE 1:"   "*"      Setting   [];                      // set I:E
    0x50F4  0x0402_50F4  "sCPAP"    "*"      Setting   [];                      // set CPAP
    0x5109  0x0402_5109  "sPIP"     "*"      Setting   [];                      // set PIP
];
