//! Names of alert codes, even form, as the guide gives them without `NOM_EVT_`.
//!
//! Source: guide, "Alert codes" (partition 3, events). A name is not a severity: the same code comes
//! with any alert type. What a person reads is the text that the monitor sends.

use vigie_model::MdcCode;

/// Partition of events.
const EVENTS: u16 = 3;

/// The guide's name of an alert code.
///
/// The lowest bit of a code says that the source is an object class instead of a physiological
/// identifier; three odd codes are names of their own, hence the exact code first.
pub fn alert_name(code: u16) -> Option<&'static str> {
    let find = |code: u16| ALERTS.iter().find(|(listed, _)| *listed == code).map(|(_, name)| *name);
    find(code).or_else(|| find(code & !1))
}

/// The 11073 event of an alert code; `None` for private and for unlisted codes.
pub fn alert_code(code: u16) -> Option<MdcCode> {
    alert_name(code)?;
    MdcCode::of(EVENTS, code & !1)
}

/// All alert codes.
#[rustfmt::skip]
static ALERTS: &[(u16, &str)] = &[
    // Usually red.
    ( 3076, "ECG_ASYSTOLE"),
    (61444, "ECG_V_FIB_TACHY"),
    ( 3224, "ECG_V_TACHY"),
    ( 3086, "ECG_BRADY_EXTREME"),
    ( 3122, "ECG_TACHY_EXTREME"),
    ( 3072, "APNEA"),
    ( 3246, "DESAT"),
    (61766, "BRADY"),
    (61768, "TACHY"),
    (61830, "EXTR_HI"),
    (61832, "EXTR_LO"),
    // Usually yellow/limit.
    (   40, "HI"),
    (   62, "LO"),
    ( 3182, "ECG_PACER_NOT_PACING"),
    ( 3102, "ECG_PACING_NON_CAPT"),
    ( 3192, "ECG_SV_TACHY"),
    ( 3078, "ECG_BEAT_MISSED"),
    ( 3108, "ECG_PAUSE"),
    ( 3158, "ECG_CARD_BEAT_RATE_IRREG"),
    (61896, "ECG_ATR_FIB"),
    ( 3252, "ECG_V_P_C_RATE"),
    ( 3220, "ECG_V_RHY"),
    ( 3212, "ECG_V_P_C_RUN"),
    ( 3210, "ECG_V_P_C_PAIR"),
    ( 3206, "ECG_V_P_C_RonT"),
    ( 3082, "ECG_BIGEM"),
    ( 3236, "ECG_V_TRIGEM"),
    ( 3226, "ECG_V_TACHY_NON_SUST"),
    ( 3208, "ECG_V_P_C_MULTIFORM"),
    (61756, "ST_MULTI"),
    // External devices, generic.
    (61862, "ALARM_MED_RED"),
    (61860, "ALARM_MED_YELLOW"),
    (61858, "ALARM_MED_YELLOW_SHORT"),
    (61852, "ALARM_TECH"),
    (61854, "ALARM_TECH_YELLOW"),
    (61856, "ALARM_TECH_RED"),
    (61886, "ALARM_MORE_TECH"),
    (61888, "ALARM_MORE_TECH_YELLOW"),
    (61890, "ALARM_MORE_TECH_RED"),
    (61690, "EXT_DEV_AL_CODE_1"),
    (61692, "EXT_DEV_AL_CODE_2"),
    (61694, "EXT_DEV_AL_CODE_3"),
    (61696, "EXT_DEV_AL_CODE_4"),
    (61698, "EXT_DEV_AL_CODE_5"),
    (61700, "EXT_DEV_AL_CODE_6"),
    (61702, "EXT_DEV_AL_CODE_7"),
    (61704, "EXT_DEV_AL_CODE_8"),
    (61706, "EXT_DEV_AL_CODE_9"),
    (61708, "EXT_DEV_AL_CODE_10"),
    (61710, "EXT_DEV_AL_CODE_11"),
    (61712, "EXT_DEV_AL_CODE_12"),
    (61714, "EXT_DEV_AL_CODE_13"),
    (61716, "EXT_DEV_AL_CODE_14"),
    (61718, "EXT_DEV_AL_CODE_15"),
    (61720, "EXT_DEV_AL_CODE_16"),
    (61722, "EXT_DEV_AL_CODE_17"),
    (61724, "EXT_DEV_AL_CODE_18"),
    (61726, "EXT_DEV_AL_CODE_19"),
    (61728, "EXT_DEV_AL_CODE_20"),
    (61730, "EXT_DEV_AL_CODE_21"),
    (61732, "EXT_DEV_AL_CODE_22"),
    (61734, "EXT_DEV_AL_CODE_23"),
    (61736, "EXT_DEV_AL_CODE_24"),
    (61738, "EXT_DEV_AL_CODE_25"),
    (61740, "EXT_DEV_AL_CODE_26"),
    (61742, "EXT_DEV_AL_CODE_27"),
    (61744, "EXT_DEV_AL_CODE_28"),
    (61746, "EXT_DEV_AL_CODE_29"),
    (61748, "EXT_DEV_AL_CODE_30"),
    (61750, "EXT_DEV_AL_CODE_31"),
    (61752, "EXT_DEV_AL_CODE_32"),
    (61754, "EXT_DEV_AL_CODE_33"),
    // Technical.
    (    4, "ABSENT"),
    (   14, "CONTAM"),
    (   22, "DISCONN"),
    (   24, "DISTURB"),
    (   26, "EMPTY"),
    (   32, "ERRATIC"),
    (   36, "EXH"),
    (   38, "FAIL"),
    (   58, "IRREG"),
    (   70, "MALF"),
    (   74, "NOISY"),
    (   80, "OBSTRUC"),
    (   96, "REVERSED"),
    (  106, "SUST"),
    (  110, "UNAVAIL"),
    (  112, "UNDEF"),
    (  124, "WARMING"),
    (  128, "WEAK"),
    (  136, "BREATH_ABSENT"),
    (  138, "CALIB_FAIL"),
    (  142, "CONFIG_ERR"),
    (  164, "RANGE_ERR"),
    (  166, "RANGE_OVER"),
    (  174, "SRC_ABSENT"),
    (  182, "SYNCH_ERR"),
    (  194, "BATT_LO"),
    (  198, "BATT_PROB"),
    (  230, "CUFF_NOT_DEFLATED"),
    (  232, "CUFF_INFLAT_OVER"),
    (  242, "EQUIP_MALF"),
    (  250, "TUBE_OCCL"),
    (  258, "GAS_AGENT_IDENT_MALF"),
    (  268, "LEAD_DISCONN"),
    (  274, "LEADS_OFF"),
    (  296, "O2_SUPPLY_LO"),
    (  298, "OPTIC_MODULE_ABSENT"),
    (  300, "OPTIC_MODULE_DEFECT"),
    (  308, "SENSOR_DISCONN"),
    (  310, "SENSOR_MALF"),
    (  312, "SENSOR_PROB"),
    (  322, "SW_VER_UNK"),
    (  326, "TUBE_DISCONN"),
    (  330, "TUBE_OBSTRUC"),
    (  336, "XDUCR_DISCONN"),
    (  338, "XDUCR_MALF"),
    (  350, "INTENS_LIGHT_ERR"),
    (  352, "MSMT_DISCONN"),
    (  354, "MSMT_ERR"),
    (  356, "MSMT_FAIL"),
    (  358, "MSMT_INOP"),
    (  362, "MSMT_INTERRUP"),
    (  364, "MSMT_RANGE_OVER"),
    (  366, "MSMT_RANGE_UNDER"),
    (  380, "SIG_LO"),
    (  384, "SIG_UNANALYZEABLE"),
    (  394, "TEMP_HI_GT_LIM"),
    (  400, "UNSUPPORTED"),
    (  432, "WAVE_ARTIF_ERR"),
    (  434, "WAVE_SIG_QUAL_ERR"),
    (  436, "MSMT_INTERF_ERR"),
    (  442, "WAVE_OSCIL_ABSENT"),
    (  460, "VOLTAGE_OUT_OF_RANGE"),
    (  600, "INCOMPAT"),
    // Status / advice.
    ( 6144, "STAT_AL_OFF"),
    ( 6150, "STAT_BATT_CHARGING"),
    ( 6152, "STAT_CALIB_MODE"),
    ( 6154, "STAT_CALIB_RUNNING"),
    ( 6156, "STAT_CALIB_INVIVO_RUNNING"),
    ( 6158, "STAT_CALIB_LIGHT_RUNNING"),
    ( 6160, "STAT_CALIB_PREINS_RUNNING"),
    ( 6164, "STAT_SELFTEST_RUNNING"),
    ( 6170, "STAT_ZERO_RUNNING"),
    ( 6172, "STAT_OPT_MOD_SENSOR_CONN"),
    ( 6174, "STAT_OPT_MOD_SENSOR_WARMING"),
    ( 6176, "STAT_SENSOR_WARMING"),
    ( 6178, "STAT_WARMING"),
    ( 6182, "STAT_ECG_AL_ALL_OFF"),
    ( 6184, "STAT_ECG_AL_SOME_OFF"),
    ( 6224, "STAT_LEARN"),
    ( 6226, "STAT_OFF"),
    ( 6228, "STAT_STANDBY"),
    ( 6256, "STAT_DISCONN"),
    ( 6658, "ADVIS_CHK"),
    ( 6662, "ADVIS_CALIB_REQD"),
    ( 6664, "ADVIS_CALIB_AND_ZERO_CHK"),
    ( 6666, "ADVIS_CONFIG_CHK"),
    ( 6668, "ADVIS_SETTINGS_CHK"),
    ( 6670, "ADVIS_SETUP_CHK"),
    ( 6672, "ADVIS_SRC_CHK"),
    ( 6676, "BATT_COND"),
    ( 6678, "BATT_REPLACE"),
    ( 6680, "ADVIS_CABLE_CHK"),
    ( 6688, "ADVIS_GAS_AGENT_CHK"),
    ( 6690, "ADVIS_LEAD_CHK"),
    ( 6696, "ADVIS_SENSOR_CHK"),
    ( 6704, "ADVIS_GAIN_DECR"),
    ( 6706, "ADVIS_GAIN_INCR"),
    ( 6710, "ADVIS_UNIT_CHK"),
    // Private.
    (61678, "WAIT_CAL"),
    (61682, "ADVIS_CHANGE_SITE"),
    (61684, "ADVIS_CHECK_SITE_TIME"),
    (61688, "STAT_FW_UPDATE_IN_PROGRESS"),
    (61760, "ADVIS_BSA_REQD"),
    (61762, "ADVIS_PRESUMED_CVP"),
    (61764, "MSMT_UNSUPPORTED"),
    (61770, "ADVIS_CHANGE_SCALE"),
    (61772, "MSMT_RESTART"),
    (61774, "TOO_MANY_AGENTS"),
    (61778, "STAT_PULSE_SRC_RANGE_OVER"),
    (61780, "STAT_PRESS_SRC_RANGE_OVER"),
    (61782, "MUSCLE_NOISE"),
    (61784, "LINE_NOISE"),
    (61786, "IMPED_HI"),
    (61788, "AGENT_MIX"),
    (61790, "IMPEDS_HI"),
    (61792, "ADVIS_PWR_HI"),
    (61794, "ADVIS_PWR_OFF"),
    (61796, "ADVIS_PWR_OVER"),
    (61798, "ADVIS_DEACT"),
    (61800, "CO_WARNING"),
    (61802, "ADVIS_NURSE_CALL"),
    (61804, "COMP_MALF"),
    (61806, "AGENT_MEAS_MALF"),
    (61808, "ADVIS_WATER_TRAP_CHK"),
    (61810, "STAT_AGENT_CALC_RUNNING"),
    (61814, "ADVIS_ADAPTER_CHK"),
    (61816, "ADVIS_PUMP_OFF"),
    (61818, "ZERO_FAIL"),
    (61820, "ADVIS_ZERO_REQD"),
    (61833, "LEAD_DISCONN_YELLOW"),
    (61834, "LEAD_DISCONN_RED"),
    (61835, "CUFF_INFLAT_OVER_YELLOW"),
    (61836, "CUFF_INFLAT_OVER_RED"),
    (61837, "CUFF_NOT_DEFLATED_YELLOW"),
    (61838, "CUFF_NOT_DEFLATED_RED"),
    (61840, "ADVIS_ACTION_REQD"),
    (61842, "OUT_OF_AREA"),
    (61844, "LEADS_DISCONN"),
    (61846, "DEV_ASSOC_CHK"),
    (61848, "SYNCH_UNSUPPORTED"),
    (61850, "ECG_ADVIS_SRC_CHK"),
    (61874, "TELE_EQUIP_MALF"),
    (61876, "SYNCH_ERR_ECG"),
    (61878, "SYNCH_ERR_SPO2T"),
    (61880, "ADVIS_ACTION_REQD_YELLOW"),
    (61882, "ADVIS_NBP_SEQ_COMPLETED"),
    (61884, "PACER_OUTPUT_LO"),
    (61892, "ADVIS_PATIENT_CONFLICT"),
    (61894, "SENSOR_REPLACE"),
    (61900, "LIMITED_CONNECTIVITY"),
    (61924, "DISABLED"),
    (61926, "ECG_ABSENT"),
    (61928, "SRR_INTERF"),
    (61930, "SRR_INVALID_CHAN"),
    (62032, "EXT_DEV_DEMO"),
    (62034, "EXT_DEV_MONITORING"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_lowest_bit_is_looked_at_only_when_the_exact_code_is_not_listed() {
        assert_eq!(alert_name(70), Some("MALF"));
        assert_eq!(alert_name(71), Some("MALF"));
        assert_eq!(alert_name(61_833), Some("LEAD_DISCONN_YELLOW"));
        assert_eq!(alert_name(61_835), Some("CUFF_INFLAT_OVER_YELLOW"));
        assert_eq!(alert_name(61_834), Some("LEAD_DISCONN_RED"));
        assert_eq!(alert_name(0xEFFE), None);
    }

    #[test]
    fn private_alerts_have_no_mdc_code() {
        assert_eq!(alert_code(3_224), Some(MdcCode(199_832)));
        assert_eq!(alert_code(71), Some(MdcCode(196_678)));
        assert_eq!(alert_code(61_444), None);
        assert_eq!(alert_code(0x0BB8), None);
        for (code, name) in ALERTS {
            assert_eq!(alert_code(*code).is_none(), *code >= 0xF000, "{name}");
        }
    }

    #[test]
    fn every_code_stands_once() {
        let codes: BTreeSet<u16> = ALERTS.iter().map(|(code, _)| *code).collect();
        assert_eq!((codes.len(), ALERTS.len()), (228, 228));
    }
}
