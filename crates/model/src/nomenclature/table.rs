//! The rows: one line a metric.
//!
//! Letters of evidence, each the place where the code was read: `P` Philips data export constants,
//! `M` HL7 templates of a Mindray simulator, `G` table of Mindray's HL7 gateway, `I` the FHIR profiles
//! for intensive care of the German MII, `H` HL7 guides for personal health and point-of-care
//! devices, `T` the T-CABS FHIR guide; `n`: the reference identifier stands in NIST's Rosetta list.
//!
//! LOINC codes come from the FHIR vital signs and the MII profiles, but for those in
//! [`LOINC_UNCONFIRMED`]. `_` in the place of a name: no source was seen to give one.
//!
//! Left out because no code is certain: durations of PR and QRS, ST of a lead "V", QTc, PPV, ScvO2,
//! rSO2, intra-abdominal pressure, total PEEP, SpHb, SpMet, SpCO. They keep the maker's code and text.

use super::{MdcCode, Metric, Parameter::*, Role::*, Weight::*, ranges::*};

/// LOINC codes written down from memory: to be checked before they leave the house.
pub const LOINC_UNCONFIRMED: &[&str] =
    &["8889-8", "20077-4", "9269-2", "9267-6", "9268-4", "9270-0"];

macro_rules! name {
    (_) => {
        None
    };
    ($refid:literal) => {
        Some($refid)
    };
}

macro_rules! rows {
    ($($id:literal $refid:tt $code:literal $ucum:literal [$($loinc:literal),*]
       $weight:ident $evidence:literal $parameter:ident $role:ident $range:ident;)*) => {
        &[$(Metric {
            id: $id,
            refid: name!($refid),
            code: MdcCode($code),
            ucum: $ucum,
            loinc: &[$($loinc),*],
            weight: $weight,
            evidence: $evidence,
            parameter: $parameter,
            role: $role,
            plausible: $range,
        },)*]
    };
}

/// All rows.
pub static METRICS: &[Metric] = rows![
    // id           name without MDC_                       code     UCUM           LOINC                 weight     evidence   family role    plausible
    // Heart and pulse.
    "hr.ecg"        "ECG_HEART_RATE"                        147842   "/min"         ["8867-4"]            TwoSources "GHIMPTn"  Ecg    Numeric RATE; // the older name is ECG_CARD_BEAT_RATE
    "pr"            "PULS_RATE"                             149514   "/min"         ["8867-4"]            TwoSources "IPn"      Spo2   Numeric RATE; // 8867-4 says heart rate: tell the source beside it
    "pr.spo2"       "PULS_OXIM_PULS_RATE"                   149530   "/min"         ["8889-8"]            TwoSources "GHMn"     Spo2   Numeric RATE;
    "pr.pleth"      "PLETH_PULS_RATE"                       149538   "/min"         []                    OneSource  "P"        Spo2   Numeric RATE; // Philips sends this one where others send PULS_OXIM_PULS_RATE
    "pr.nibp"       "PULS_RATE_NON_INV"                     149546   "/min"         ["8867-4"]            OneSource  "Gn"       Nibp   Numeric RATE; // 8867-4 as above
    "pr.ibp"        "BLD_PULS_RATE_INV"                     149522   "/min"         []                    OneSource  "M"        Abp    Numeric RATE; // of an arterial line
    "ecg.pvc_rate"  "ECG_V_P_C_RATE"                        148066   "/min"         []                    TwoSources "MPn"      Ecg    Numeric RATE;
    "ecg.pvc_count" "ECG_V_P_C_CNT"                         148065   "/min"         []                    OneSource  "P"        Ecg    Numeric RATE; // premature beats in the last minute: what Philips sends
    "ecg.st.I"      "ECG_AMPL_ST_I"                         131841   "mV"           []                    TwoSources "GPn"      Ecg    Numeric ST;
    "ecg.st.II"     "ECG_AMPL_ST_II"                        131842   "mV"           []                    TwoSources "GPn"      Ecg    Numeric ST;
    "ecg.st.III"    "ECG_AMPL_ST_III"                       131901   "mV"           []                    TwoSources "GPn"      Ecg    Numeric ST;
    "ecg.st.aVR"    "ECG_AMPL_ST_AVR"                       131902   "mV"           []                    TwoSources "GPn"      Ecg    Numeric ST;
    "ecg.st.aVL"    "ECG_AMPL_ST_AVL"                       131903   "mV"           []                    TwoSources "GPn"      Ecg    Numeric ST;
    "ecg.st.aVF"    "ECG_AMPL_ST_AVF"                       131904   "mV"           []                    TwoSources "GPn"      Ecg    Numeric ST;
    "ecg.st.V1"     "ECG_AMPL_ST_V1"                        131843   "mV"           []                    TwoSources "GPn"      Ecg    Numeric ST;
    "ecg.st.V2"     "ECG_AMPL_ST_V2"                        131844   "mV"           []                    TwoSources "GPn"      Ecg    Numeric ST;
    "ecg.st.V3"     "ECG_AMPL_ST_V3"                        131845   "mV"           []                    TwoSources "GPn"      Ecg    Numeric ST;
    "ecg.st.V4"     "ECG_AMPL_ST_V4"                        131846   "mV"           []                    TwoSources "GPn"      Ecg    Numeric ST;
    "ecg.st.V5"     "ECG_AMPL_ST_V5"                        131847   "mV"           []                    TwoSources "GPn"      Ecg    Numeric ST;
    "ecg.st.V6"     "ECG_AMPL_ST_V6"                        131848   "mV"           []                    TwoSources "GPn"      Ecg    Numeric ST;
    "ecg.qt"        "ECG_TIME_PD_QT_GL"                     147232   "ms"           []                    OneSource  "Pn"       Ecg    Numeric QT;
    // Oximetry.
    "spo2"          "PULS_OXIM_SAT_O2"                      150456   "%"            ["59408-5", "2708-6"] TwoSources "GHIMPn"   Spo2   Numeric PERCENT;
    "spo2.pre"      _                                       160296   "%"            ["59407-7"]           OneSource  "I"        Spo2   Numeric PERCENT;
    "spo2.post"     _                                       160300   "%"            []                    OneSource  "I"        Spo2   Numeric PERCENT;
    "pi"            "PULS_OXIM_PERF_REL"                    150448   "1"            []                    OneSource  "Pn"       Spo2   Numeric PERFUSION;
    "pi.bld"        "BLD_PERF_INDEX"                        150488   "1"            []                    OneSource  "GMn"      Spo2   Numeric PERFUSION; // Mindray
    "sao2"          "SAT_O2_ART"                            150324   "%"            ["2708-6"]            TwoSources "IPn"      Spo2   Numeric PERCENT;
    "svo2"          "SAT_O2_VEN"                            150332   "%"            []                    OneSource  "Pn"       Output Numeric PERCENT;
    // Blood pressure. The bare code of an invasive pressure names the channel, and with it the wave.
    "nibp"          "PRESS_BLD_NONINV"                      150020   "mm[Hg]"       ["85354-9"]           TwoSources "HPn"      Nibp   Numeric CUFF;
    "nibp.sys"      "PRESS_BLD_NONINV_SYS"                  150021   "mm[Hg]"       ["8480-6"]            TwoSources "HPn"      Nibp   Numeric CUFF;
    "nibp.dia"      "PRESS_BLD_NONINV_DIA"                  150022   "mm[Hg]"       ["8462-4"]            TwoSources "HPn"      Nibp   Numeric CUFF;
    "nibp.mean"     "PRESS_BLD_NONINV_MEAN"                 150023   "mm[Hg]"       ["8478-0"]            TwoSources "HPn"      Nibp   Numeric CUFF;
    "nibp.cuff"     "PRESS_CUFF"                            150300   "mm[Hg]"       ["85354-9"]           OneSource  "Gn"       Nibp   Numeric CUFF; // Mindray
    "nibp.cuff.sys" "PRESS_CUFF_SYS"                        150301   "mm[Hg]"       ["8480-6"]            OneSource  "Gn"       Nibp   Numeric CUFF;
    "nibp.cuff.dia" "PRESS_CUFF_DIA"                        150302   "mm[Hg]"       ["8462-4"]            OneSource  "Gn"       Nibp   Numeric CUFF;
    "nibp.cuff.mean" "PRESS_CUFF_MEAN"                       150303   "mm[Hg]"       ["8478-0"]            OneSource  "Gn"       Nibp   Numeric CUFF;
    "bp"            "PRESS_BLD"                             150016   "mm[Hg]"       ["85354-9"]           OneSource  "Pn"       Abp    Wave    PRESSURE; // site not told
    "bp.sys"        "PRESS_BLD_SYS"                         150017   "mm[Hg]"       ["8480-6"]            OneSource  "Pn"       Abp    Numeric PRESSURE;
    "bp.dia"        "PRESS_BLD_DIA"                         150018   "mm[Hg]"       ["8462-4"]            OneSource  "Pn"       Abp    Numeric PRESSURE;
    "bp.mean"       "PRESS_BLD_MEAN"                        150019   "mm[Hg]"       ["8478-0"]            OneSource  "Pn"       Abp    Numeric PRESSURE;
    "abp"           "PRESS_BLD_ART_ABP"                     150036   "mm[Hg]"       ["85354-9"]           OneSource  "Pn"       Abp    Wave    PRESSURE; // LOINC wants method or body site beside it
    "abp.sys"       "PRESS_BLD_ART_ABP_SYS"                 150037   "mm[Hg]"       ["8480-6"]            OneSource  "Pn"       Abp    Numeric PRESSURE;
    "abp.dia"       "PRESS_BLD_ART_ABP_DIA"                 150038   "mm[Hg]"       ["8462-4"]            OneSource  "Pn"       Abp    Numeric PRESSURE;
    "abp.mean"      "PRESS_BLD_ART_ABP_MEAN"                150039   "mm[Hg]"       ["8478-0"]            OneSource  "Pn"       Abp    Numeric PRESSURE;
    "art"           "PRESS_BLD_ART"                         150032   "mm[Hg]"       ["85354-9"]           OneSource  "Pn"       Abp    Wave    PRESSURE;
    "art.sys"       "PRESS_BLD_ART_SYS"                     150033   "mm[Hg]"       ["8480-6"]            OneSource  "Pn"       Abp    Numeric PRESSURE;
    "art.dia"       "PRESS_BLD_ART_DIA"                     150034   "mm[Hg]"       ["8462-4"]            OneSource  "Pn"       Abp    Numeric PRESSURE;
    "art.mean"      "PRESS_BLD_ART_MEAN"                    150035   "mm[Hg]"       ["8478-0"]            OneSource  "Pn"       Abp    Numeric PRESSURE;
    "aorta"         "PRESS_BLD_AORT"                        150028   "mm[Hg]"       []                    OneSource  "Pn"       Abp    Wave    PRESSURE;
    "aorta.sys"     "PRESS_BLD_AORT_SYS"                    150029   "mm[Hg]"       []                    OneSource  "Pn"       Abp    Numeric PRESSURE;
    "aorta.dia"     "PRESS_BLD_AORT_DIA"                    150030   "mm[Hg]"       []                    OneSource  "Pn"       Abp    Numeric PRESSURE;
    "aorta.mean"    "PRESS_BLD_AORT_MEAN"                   150031   "mm[Hg]"       []                    OneSource  "Pn"       Abp    Numeric PRESSURE;
    "uap"           "PRESS_BLD_ART_UMB"                     150056   "mm[Hg]"       []                    OneSource  "Pn"       Abp    Wave    PRESSURE;
    "uap.sys"       "PRESS_BLD_ART_UMB_SYS"                 150057   "mm[Hg]"       []                    OneSource  "Pn"       Abp    Numeric PRESSURE;
    "uap.dia"       "PRESS_BLD_ART_UMB_DIA"                 150058   "mm[Hg]"       []                    OneSource  "Pn"       Abp    Numeric PRESSURE;
    "uap.mean"      "PRESS_BLD_ART_UMB_MEAN"                150059   "mm[Hg]"       []                    OneSource  "Pn"       Abp    Numeric PRESSURE;
    "pap"           "PRESS_BLD_ART_PULM"                    150044   "mm[Hg]"       []                    TwoSources "IPn"      Pap    Wave    PRESSURE;
    "pap.sys"       "PRESS_BLD_ART_PULM_SYS"                150045   "mm[Hg]"       ["8440-0"]            TwoSources "IPn"      Pap    Numeric PRESSURE;
    "pap.dia"       "PRESS_BLD_ART_PULM_DIA"                150046   "mm[Hg]"       ["8385-7"]            TwoSources "IPn"      Pap    Numeric PRESSURE;
    "pap.mean"      "PRESS_BLD_ART_PULM_MEAN"               150047   "mm[Hg]"       ["8414-5"]            TwoSources "IPn"      Pap    Numeric PRESSURE;
    "pawp"          "PRESS_BLD_ART_PULM_WEDGE"              150052   "mm[Hg]"       ["75994-4"]           TwoSources "IPn"      Pap    Numeric PRESSURE;
    "cvp"           "PRESS_BLD_VEN_CENT"                    150084   "mm[Hg]"       ["60985-9"]           OneSource  "Pn"       Cvp    Wave    VENOUS;
    "cvp.sys"       "PRESS_BLD_VEN_CENT_SYS"                150085   "mm[Hg]"       []                    OneSource  "Pn"       Cvp    Numeric VENOUS;
    "cvp.dia"       "PRESS_BLD_VEN_CENT_DIA"                150086   "mm[Hg]"       []                    OneSource  "Pn"       Cvp    Numeric VENOUS;
    "cvp.mean"      "PRESS_BLD_VEN_CENT_MEAN"               150087   "mm[Hg]"       ["60985-9"]           OneSource  "Pn"       Cvp    Numeric VENOUS;
    "uvp"           "PRESS_BLD_VEN_UMB"                     150088   "mm[Hg]"       []                    OneSource  "Pn"       Cvp    Wave    VENOUS;
    "uvp.sys"       "PRESS_BLD_VEN_UMB_SYS"                 150089   "mm[Hg]"       []                    OneSource  "Pn"       Cvp    Numeric VENOUS;
    "uvp.dia"       "PRESS_BLD_VEN_UMB_DIA"                 150090   "mm[Hg]"       []                    OneSource  "Pn"       Cvp    Numeric VENOUS;
    "uvp.mean"      "PRESS_BLD_VEN_UMB_MEAN"                150091   "mm[Hg]"       []                    OneSource  "Pn"       Cvp    Numeric VENOUS;
    "lap"           "PRESS_BLD_ATR_LEFT"                    150064   "mm[Hg]"       []                    TwoSources "IPn"      Cvp    Wave    VENOUS;
    "lap.sys"       "PRESS_BLD_ATR_LEFT_SYS"                150065   "mm[Hg]"       ["60989-1"]           TwoSources "IPn"      Cvp    Numeric VENOUS;
    "lap.dia"       "PRESS_BLD_ATR_LEFT_DIA"                150066   "mm[Hg]"       ["75933-2"]           TwoSources "IPn"      Cvp    Numeric VENOUS;
    "lap.mean"      "PRESS_BLD_ATR_LEFT_MEAN"               150067   "mm[Hg]"       ["8399-8"]            TwoSources "IPn"      Cvp    Numeric VENOUS;
    "rap"           "PRESS_BLD_ATR_RIGHT"                   150068   "mm[Hg]"       []                    TwoSources "IPn"      Cvp    Wave    VENOUS;
    "rap.sys"       "PRESS_BLD_ATR_RIGHT_SYS"               150069   "mm[Hg]"       ["60998-2"]           TwoSources "IPn"      Cvp    Numeric VENOUS;
    "rap.dia"       "PRESS_BLD_ATR_RIGHT_DIA"               150070   "mm[Hg]"       ["60997-4"]           TwoSources "IPn"      Cvp    Numeric VENOUS;
    "rap.mean"      "PRESS_BLD_ATR_RIGHT_MEAN"              150071   "mm[Hg]"       ["8400-4"]            TwoSources "IPn"      Cvp    Numeric VENOUS;
    "icp"           "PRESS_INTRA_CRAN"                      153608   "mm[Hg]"       ["60956-0"]           OneSource  "Pn"       Icp    Wave    VENOUS;
    "icp.sys"       "PRESS_INTRA_CRAN_SYS"                  153609   "mm[Hg]"       []                    OneSource  "Pn"       Icp    Numeric VENOUS;
    "icp.dia"       "PRESS_INTRA_CRAN_DIA"                  153610   "mm[Hg]"       []                    OneSource  "Pn"       Icp    Numeric VENOUS;
    "icp.mean"      "PRESS_INTRA_CRAN_MEAN"                 153611   "mm[Hg]"       ["60956-0"]           OneSource  "Pn"       Icp    Numeric VENOUS;
    "cpp"           "PRESS_CEREB_PERF"                      153604   "mm[Hg]"       ["61017-0"]           TwoSources "IPn"      Icp    Numeric PRESSURE;
    // Cardiac output and what is computed from it. The code of the resistance unit is disputed: UCUM only.
    "co"            "OUTPUT_CARD"                           150276   "L/min"        ["8741-1"]            TwoSources "GIPn"     Output Numeric OUTPUT;
    "cco"           "OUTPUT_CARD_CTS"                       150492   "L/min"        []                    TwoSources "MPn"      Output Numeric OUTPUT;
    "ci"            "OUTPUT_CARD_INDEX"                     149772   "L/(min.m2)"   ["75919-1"]           TwoSources "IPn"      Output Numeric OUTPUT;
    "sv"            "VOL_BLD_STROKE"                        150404   "mL"           ["20562-5"]           TwoSources "MPn"      Output Numeric STROKE;
    "svi"           "VOL_BLD_STROKE_INDEX"                  150636   "mL/m2"        ["76297-1"]           OneSource  "Mn"       Output Numeric STROKE;
    "svr"           "RES_VASC_SYS"                          150312   "dyn.s/cm5"    []                    TwoSources "MPn"      Output Numeric RESISTANCE;
    "svri"          "RES_VASC_SYS_INDEX"                    149760   "dyn.s.m2/cm5" ["8837-7"]            TwoSources "IMPn"     Output Numeric RESISTANCE;
    "pvr"           "RES_VASC_PULM"                         150308   "dyn.s/cm5"    []                    OneSource  "Pn"       Output Numeric RESISTANCE;
    "pvri"          _                                       152852   "dyn.s.m2/cm5" ["8834-4"]            OneSource  "I"        Output Numeric RESISTANCE;
    // Temperature.
    "temp.core"     "TEMP_CORE"                             150368   "Cel"          ["8329-5"]            TwoSources "GPn"      Temp   Numeric TEMP;
    "temp"          "TEMP"                                  150344   "Cel"          ["8310-5"]            TwoSources "GMPn"     Temp   Numeric TEMP;
    "temp.skin"     "TEMP_SKIN"                             150388   "Cel"          []                    TwoSources "GPn"      Temp   Numeric TEMP;
    "temp.tymp"     "TEMP_TYMP"                             150392   "Cel"          ["8333-7"]            TwoSources "GPn"      Temp   Numeric TEMP;
    "temp.esoph"    "TEMP_ESOPH"                            150372   "Cel"          ["60836-4"]           TwoSources "IPn"      Temp   Numeric TEMP;
    "temp.nasoph"   "TEMP_NASOPH"                           150380   "Cel"          ["76010-8"]           TwoSources "IPn"      Temp   Numeric TEMP;
    "temp.away"     "TEMP_AWAY"                             150356   "Cel"          ["60955-2"]           TwoSources "IPn"      Temp   Numeric TEMP;
    "temp.rect"     "TEMP_RECT"                             188420   "Cel"          ["8332-9"]            TwoSources "IPn"      Temp   Numeric TEMP;
    "temp.oral"     "TEMP_ORAL"                             188424   "Cel"          ["8331-1"]            OneSource  "In"       Temp   Numeric TEMP;
    "temp.blood"    "TEMP_BLD"                              188436   "Cel"          ["60834-9"]           TwoSources "IMPn"     Temp   Numeric TEMP;
    "temp.diff"     "TEMP_DIFF"                             188440   "Cel"          []                    TwoSources "MPn"      Temp   Numeric TEMP_DIFF;
    "temp.bladder"  "TEMP_FOLEY"                            150348   "Cel"          ["8334-5"]            OneSource  "Gn"       Temp   Numeric TEMP;
    "temp.axil"     "TEMP_AXIL"                             188496   "Cel"          ["8328-7"]            Unattested "I"        Temp   Numeric TEMP; // 188496 or 188452: send out TEMP with this LOINC code
    // Respiration and carbon dioxide.
    "rr"            "RESP_RATE"                             151562   "/min"         ["9279-1"]            TwoSources "GPn"      Resp   Numeric BREATHS;
    "rr.imp"        "TTHOR_RESP_RATE"                       151578   "/min"         ["9279-1"]            OneSource  "GMn"      Resp   Numeric BREATHS;
    "rr.co2"        "CO2_RESP_RATE"                         151594   "/min"         ["9279-1"]            OneSource  "GMn"      Resp   Numeric BREATHS;
    "rr.away"       "AWAY_RESP_RATE"                        151570   "/min"         ["9279-1"]            TwoSources "MPn"      Resp   Numeric BREATHS;
    "apnea.time"    "TIME_PD_APNEA"                         151856   "s"            []                    OneSource  "Pn"       Resp   Numeric APNOEA;
    "etco2"         "CONC_AWAY_CO2_ET"                      151708   "mm[Hg]"       ["19891-1"]           TwoSources "GIMPn"    Co2    Numeric CO2;
    "etco2.pp"      "AWAY_CO2_ET"                           151728   "mm[Hg]"       ["19891-1"]           OneSource  "Pn"       Co2    Numeric CO2; // Philips: partial pressure
    "fico2"         "CONC_AWAY_CO2_INSP"                    151716   "mm[Hg]"       []                    OneSource  "GMn"      Co2    Numeric CO2;
    // Oxygen and anaesthetic gases.
    "fio2"          "CONC_AWAY_O2_INSP"                     152196   "%"            ["71835-3"]           TwoSources "MPn"      Gas    Numeric FIO2;
    "eto2"          "CONC_AWAY_O2_ET"                       152440   "%"            []                    TwoSources "MPn"      Gas    Numeric PERCENT;
    "n2o.fi"        "CONC_AWAY_N2O_INSP"                    152192   "%"            []                    TwoSources "MPn"      Gas    Numeric PERCENT;
    "n2o.et"        "CONC_AWAY_N2O_ET"                      152108   "%"            []                    TwoSources "MPn"      Gas    Numeric PERCENT;
    "agent.fi"      "CONC_AWAY_AGENT_INSP"                  152464   "%"            []                    OneSource  "Pn"       Gas    Numeric AGENT;
    "agent.et"      "CONC_AWAY_AGENT_ET"                    152460   "%"            []                    OneSource  "Pn"       Gas    Numeric AGENT;
    "sevo.fi"       "CONC_AWAY_SEVOFL_INSP"                 152180   "%"            []                    TwoSources "MPn"      Gas    Numeric AGENT;
    "sevo.et"       "CONC_AWAY_SEVOFL_ET"                   152096   "%"            []                    TwoSources "MPn"      Gas    Numeric AGENT;
    "mac"           "CONC_MAC"                              152872   "1"            []                    OneSource  "GMn"      Gas    Numeric MAC;
    // Ventilator. [3]: the name is inferred from its VENT_ family, the code is from MII only.
    "vent.rate"     "VENT_RESP_RATE"                        151586   "/min"         ["33438-3"]           TwoSources "ITn"      Vent   Numeric BREATHS; // 33438-3: mandatory
    "vent.rr_total" "VENT_RESP_BTSD_PSAZC_RATE"             152490   "/min"         ["19840-8"]           TwoSources "IMT"      Vent   Numeric BREATHS;
    "vent.rr_spont" "VENT_RESP_BTSD_P_RATE"                 152498   "/min"         ["19839-0"]           TwoSources "IT"       Vent   Numeric BREATHS;
    "vent.pip"      "PRESS_AWAY_INSP_PEAK"                  151817   "cm[H2O]"      ["76531-3"]           TwoSources "MPn"      Vent   Numeric AIRWAY; // Philips: PRESS_AWAY_INSP_MAX
    "vent.pmax"     "VENT_PRESS_AWAY_MAX"                   151973   "cm[H2O]"      ["76531-3"]           OneSource  "I"        Vent   Numeric AIRWAY; // [3]
    "vent.pmean"    "PRESS_AWAY_INSP_MEAN"                  151819   "cm[H2O]"      ["76530-5"]           TwoSources "MPn"      Vent   Numeric AIRWAY;
    "vent.pplat"    "PRESS_RESP_PLAT"                       151784   "cm[H2O]"      []                    TwoSources "MPn"      Vent   Numeric AIRWAY; // VENT_PRESS_RESP_PLAT is 152424
    "vent.peep"     "VENT_PRESS_AWAY_END_EXP_POS"           151976   "cm[H2O]"      ["76248-4"]           TwoSources "IMPn"     Vent   Numeric PEEP;
    "vent.peep_away" "PRESS_AWAY_END_EXP_POS"                151804   "cm[H2O]"      []                    OneSource  "M"        Vent   Numeric PEEP; // what gateways of Mindray send where others send VENT_PRESS_AWAY_END_EXP_POS
    "vent.peepi"    "PRESS_AWAY_END_EXP_POS_INTRINSIC"      151808   "cm[H2O]"      []                    OneSource  "Pn"       Vent   Numeric PEEP;
    "vent.dp"       "VENT_PRESS_AWAY_DELTA"                 152720   "cm[H2O]"      ["76154-4"]           TwoSources "IT"       Vent   Numeric AIRWAY;
    "vent.vt"       "VENT_VOL_TIDAL"                        151980   "mL"           ["76222-9"]           OneSource  "In"       Vent   Numeric TIDAL; // [3]
    "vent.vti"      "VOL_AWAY_TIDAL_INSP"                   152660   "mL"           []                    OneSource  "M"        Vent   Numeric TIDAL;
    "vent.vte"      "VOL_AWAY_TIDAL_EXP"                    152664   "mL"           []                    OneSource  "M"        Vent   Numeric TIDAL;
    "vent.mv"       "VOL_MINUTE_AWAY"                       151880   "L/min"        []                    OneSource  "Pn"       Vent   Numeric MINUTE;
    "vent.mve"      "VOL_MINUTE_AWAY_EXP"                   151884   "L/min"        []                    TwoSources "MPn"      Vent   Numeric MINUTE;
    "vent.mvi"      "VOL_MINUTE_AWAY_INSP"                  151888   "L/min"        ["76009-0"]           TwoSources "MPn"      Vent   Numeric MINUTE;
    "vent.leak"     "VENT_VOL_LEAK"                         152432   "mL"           []                    TwoSources "PTn"      Vent   Numeric TIDAL;
    "vent.ie"       "RATIO_IE"                              151832   "1"            ["75931-6"]           TwoSources "IMPn"     Vent   Numeric RATIO;
    "vent.compl"    "COMPL_LUNG"                            151688   "mL/cm[H2O]"   []                    OneSource  "Pn"       Vent   Numeric COMPLIANCE;
    "vent.compl.dyn" "COMPL_LUNG_DYN"                        151692   "mL/cm[H2O]"   ["60827-3"]           OneSource  "Pn"       Vent   Numeric COMPLIANCE;
    "vent.compl.stat" "COMPL_LUNG_STATIC"                     151696   "mL/cm[H2O]"   []                    OneSource  "Pn"       Vent   Numeric COMPLIANCE;
    "vent.raw"      "RES_AWAY"                              151840   "cm[H2O].s/L"  []                    TwoSources "MPn"      Vent   Numeric RAW;
    "vent.rsbi"     "RESP_RAPID_SHALLOW_BREATHING_INDEX"    152860   "/min/L"       []                    OneSource  "M"        Vent   Numeric RSBI;
    "vent.pif"      "FLOW_AWAY_INSP_MAX"                    151773   "L/min"        []                    TwoSources "MPn"      Vent   Numeric FLOW;
    "vent.pef"      "FLOW_AWAY_EXP_MAX"                     151769   "L/min"        []                    TwoSources "MPn"      Vent   Numeric FLOW;
    "vent.set.vt"   "VENT_VOL_TIDAL_SETTING"                16929196 "mL"           ["20112-9"]           OneSource  "IM"       Vent   Setting TIDAL;
    "vent.set.peep" "VENT_PRESS_AWAY_END_EXP_POS_SETTING"   16929192 "cm[H2O]"      ["20077-4"]           OneSource  "M"        Vent   Setting PEEP;
    "vent.set.ti"   _                                       16929632 "s"            ["76334-2"]           OneSource  "I"        Vent   Setting TI;
    "pf_ratio"      _                                       150656   "mm[Hg]"       ["50984-4"]           OneSource  "I"        Vent   Numeric PF;
    // Brain.
    "bis"           "EEG_BISPECTRAL_INDEX"                  153644   "1"            []                    OneSource  "Mn"       Neuro  Numeric PERCENT; // Philips uses a private code: that one is not MDC
    "sqi"           "EEG_SIGNAL_QUALITY_INDEX"              153636   "%"            []                    OneSource  "Mn"       Neuro  Numeric PERCENT;
    "sr"            "EEG_PAROX_CRTX_BURST_SUPPRN"           155024   "%"            []                    OneSource  "Mn"       Neuro  Numeric PERCENT;
    "sef"           "EEG_FREQ_PWR_SPEC_CRTX_SPECTRAL_EDGE"  153992   "Hz"           []                    OneSource  "Mn"       Neuro  Numeric EDGE;
    "gcs"           "SCORE_GLAS_COMA"                       153728   "{score}"      ["9269-2"]            OneSource  "Pn"       Neuro  Numeric GCS; // names of the parts were not seen
    "gcs.eye"       _                                       153730   "{score}"      ["9267-6"]            OneSource  "Pn"       Neuro  Numeric GCS_EYE;
    "gcs.motor"     _                                       153731   "{score}"      ["9268-4"]            OneSource  "Pn"       Neuro  Numeric GCS_MOTOR;
    "gcs.verbal"    _                                       153732   "{score}"      ["9270-0"]            OneSource  "Pn"       Neuro  Numeric GCS_VERBAL;
    // Pumps and body.
    "pump.rate"     "FLOW_FLUID_PUMP"                       157784   "mL/h"         []                    OneSource  "Mn"       Other  Numeric PUMP;
    "pump.total"    "VOL_FLUID_DELIV_TOTAL_SET"             157888   "mL"           []                    OneSource  "Mn"       Other  Numeric INFUSED;
    "weight"        "MASS_BODY_ACTUAL"                      188736   "kg"           ["29463-7"]           OneSource  "Mn"       Other  Numeric WEIGHT;
    "height"        "LEN_BODY_ACTUAL"                       188740   "cm"           ["8302-2"]            OneSource  "Mn"       Other  Numeric HEIGHT;
    // Waves that have a code of their own.
    "w.ecg"         "ECG_ELEC_POTL"                         131328   "mV"           []                    OneSource  "P"        Ecg    Wave    ECG_WAVE; // lead not told, or a compound of leads
    "w.ecg.V"       "ECG_ELEC_POTL_V"                       131395   "mV"           []                    OneSource  "P"        Ecg    Wave    ECG_WAVE; // the chest lead of a five-lead cable
    "w.ecg.I"       "ECG_ELEC_POTL_I"                       131329   "mV"           []                    TwoSources "HMP"      Ecg    Wave    ECG_WAVE;
    "w.ecg.II"      "ECG_ELEC_POTL_II"                      131330   "mV"           []                    TwoSources "HMP"      Ecg    Wave    ECG_WAVE;
    "w.ecg.III"     "ECG_ELEC_POTL_III"                     131389   "mV"           []                    TwoSources "HMP"      Ecg    Wave    ECG_WAVE;
    "w.ecg.aVR"     "ECG_ELEC_POTL_AVR"                     131390   "mV"           []                    TwoSources "MP"       Ecg    Wave    ECG_WAVE;
    "w.ecg.aVL"     "ECG_ELEC_POTL_AVL"                     131391   "mV"           []                    TwoSources "MP"       Ecg    Wave    ECG_WAVE;
    "w.ecg.aVF"     "ECG_ELEC_POTL_AVF"                     131392   "mV"           []                    TwoSources "MP"       Ecg    Wave    ECG_WAVE;
    "w.ecg.V1"      "ECG_ELEC_POTL_V1"                      131331   "mV"           []                    TwoSources "MP"       Ecg    Wave    ECG_WAVE;
    "w.ecg.V2"      "ECG_ELEC_POTL_V2"                      131332   "mV"           []                    TwoSources "MP"       Ecg    Wave    ECG_WAVE;
    "w.ecg.V3"      "ECG_ELEC_POTL_V3"                      131333   "mV"           []                    TwoSources "MP"       Ecg    Wave    ECG_WAVE;
    "w.ecg.V4"      "ECG_ELEC_POTL_V4"                      131334   "mV"           []                    TwoSources "MP"       Ecg    Wave    ECG_WAVE;
    "w.ecg.V5"      "ECG_ELEC_POTL_V5"                      131335   "mV"           []                    TwoSources "MP"       Ecg    Wave    ECG_WAVE;
    "w.ecg.V6"      "ECG_ELEC_POTL_V6"                      131336   "mV"           []                    TwoSources "MP"       Ecg    Wave    ECG_WAVE;
    "w.pleth"       "PULS_OXIM_PLETH"                       150452   "1"            []                    TwoSources "HMPn"     Spo2   Wave    PLETH_WAVE;
    "w.resp"        "IMPED_TTHOR"                           151780   "Ohm"          []                    TwoSources "MPn"      Resp   Wave    RESP_WAVE;
    "w.resp.any"    "RESP"                                  151552   "Ohm"          []                    OneSource  "P"        Resp   Wave    RESP_WAVE; // Philips
    "w.co2"         "CONC_AWAY_CO2"                         151700   "mm[Hg]"       []                    TwoSources "MPn"      Co2    Wave    CO2_WAVE;
    "w.co2.pp"      "AWAY_CO2"                              151724   "mm[Hg]"       []                    OneSource  "P"        Co2    Wave    CO2_WAVE; // Philips
    "w.paw"         "PRESS_AWAY"                            151792   "cm[H2O]"      []                    OneSource  "Mn"       Vent   Wave    AIRWAY;
    "w.flow"        "FLOW_AWAY"                             151764   "L/min"        []                    OneSource  "Mn"       Vent   Wave    FLOW_WAVE;
    "w.vol"         "VOL_AWAY"                              152708   "mL"           []                    OneSource  "Mn"       Vent   Wave    VOLUME_WAVE;
];
