//! The bytes that it sends, read by hand.

use std::time::Duration;

use vigie_model::MonoTime;
use vigie_session::Line;
use vigie_sim_device::Device;
use vigie_sim_device::puritan_bennett::{Software, Ventilator, VentilatorConfig};
use vigie_sim_patient::script::{DeviceAct, PatientAct};

const WAVES: Line = Line(1);

/// A ventilator on a virtual clock; what it sent, by line.
struct Bench {
    device: Ventilator,
    now: MonoTime,
    answers: Vec<String>,
    waves: String,
}

impl Bench {
    fn new(config: VentilatorConfig) -> Bench {
        let now = MonoTime::START + Duration::from_secs(100);
        let mut bench = Bench {
            device: Ventilator::new(config),
            now,
            answers: Vec::new(),
            waves: String::new(),
        };
        bench.pass(0.0);
        bench
    }

    fn pass(&mut self, seconds: f64) {
        let end = self.now + Duration::from_secs_f64(seconds);
        self.device.handle_timeout(self.now);
        loop {
            while let Some(out) = self.device.poll_transmit() {
                let text = String::from_utf8(out.bytes.to_vec()).unwrap();
                if out.line == WAVES {
                    self.waves.push_str(&text);
                } else {
                    self.answers.push(text);
                }
            }
            while self.device.poll_sent().is_some() {}
            match self.device.poll_timeout() {
                Some(due) if due.at <= end => {
                    self.now = self.now.max(due.at);
                    self.device.handle_timeout(self.now);
                }
                Some(_) | None => break,
            }
        }
        self.now = end;
    }

    fn ask(&mut self, command: &str) -> Option<Vec<String>> {
        self.device.handle_input(self.now, Line::MAIN, None, command.as_bytes());
        self.answers.clear();
        self.pass(1.0);
        self.answers.pop().map(|answer| {
            let data = answer.split(['\u{2}', '\u{3}']).nth(1).unwrap();
            // Fields 1 to 4 are the header and the STX.
            let head = vec![String::new(); 5];
            head.into_iter().chain(data.split(',').map(|f| f.trim().to_owned())).collect()
        })
    }
}

#[test]
fn answers_have_the_counts_of_the_note() {
    let mut bench = Bench::new(VentilatorConfig::new(7, 42));
    bench.pass(60.0);
    let long = bench.ask("SNDF\r").expect("an answer");
    assert_eq!(long.len(), 5 + 169 + 1);
    assert_eq!((long[5].as_str(), long[6].as_str()), ("12:01", "SIM840-0007"));
    assert_eq!((long[7].as_str(), long[9].as_str()), ("JAN 01 2026", "A/C"));
    let rate: f64 = long[70].parse().unwrap();
    let volume: f64 = long[71].parse().unwrap();
    assert!((11.0..20.0).contains(&rate), "{rate}");
    assert!((0.38..0.52).contains(&volume), "{volume}");
    assert!(long[106..=153].iter().all(|state| state == "NORMAL"), "{:?}", &long[106..=153]);
    let short = bench.ask("SNDA\r").expect("an answer");
    assert_eq!(short.len(), 5 + 97 + 1);
    assert_eq!((short[9].as_str(), short[35].parse::<f64>().is_ok()), ("CMV", true));
    assert_eq!(bench.ask("SNDX\r"), None);
    assert_eq!(bench.device.unknown_commands(), 1);
    assert_eq!(bench.ask("SNDF\rRSET\r"), None, "the buffer was emptied");
}

#[test]
fn old_software_knows_the_short_list_only() {
    let old = VentilatorConfig { software: Software::Old, ..VentilatorConfig::new(1, 1) };
    let mut bench = Bench::new(old);
    assert_eq!(bench.ask("SNDF\r"), None);
    assert!(bench.ask("SNDA\r").is_some());
}

#[test]
fn breaths_are_framed_numbered_and_of_fifty_samples_a_second() {
    for bed in [1, 2] {
        let mut bench = Bench::new(VentilatorConfig::new(bed, 5));
        bench.pass(120.0);
        let (mut number, mut samples, mut inside, mut most) = (None, 0, false, f64::MIN);
        for line in bench.waves.lines() {
            if let Some(rest) = line.strip_prefix("BS, S:") {
                let now: u32 = rest.trim_end_matches(',').parse().unwrap();
                assert!(!inside && number.is_none_or(|before| now == before + 1), "{line}");
                (number, inside) = (Some(now), true);
            } else if line == "BE" {
                assert!(inside);
                inside = false;
            } else {
                let (flow, pressure) = line.split_once(", ").unwrap();
                let pressure: f64 = pressure.parse().unwrap();
                assert!(flow.parse::<f64>().unwrap().abs() < 150.0 && inside);
                most = most.max(pressure);
                samples += 1;
            }
        }
        assert!((5_950..=6_000).contains(&samples), "bed {bed}: {samples}");
        assert!((15.0..40.0).contains(&most), "bed {bed}: {most}");
        let breaths = number.unwrap();
        assert!((22..45).contains(&breaths), "bed {bed}: {breaths}");
    }
}

#[test]
fn apnoea_of_a_supported_patient_is_ventilated_and_alarmed() {
    let mut bench = Bench::new(VentilatorConfig::new(2, 9));
    bench.pass(60.0);
    assert_eq!(bench.ask("SNDF\r").unwrap()[106], "NORMAL");
    bench.device.handle_patient_act(bench.now, &PatientAct::Apnoea);
    bench.pass(60.0);
    let answer = bench.ask("SNDF\r").unwrap();
    assert_eq!(answer[106], "ALARM");
    assert!(answer[71].parse::<f64>().unwrap() > 0.35, "it is ventilated");
    bench.device.handle_device_act(bench.now, &DeviceAct::Silence);
    assert_eq!(bench.ask("SNDF\r").unwrap()[105], "ALARM");
    bench.device.handle_patient_act(bench.now, &PatientAct::Sinus);
    bench.pass(130.0);
    let answer = bench.ask("SNDF\r").unwrap();
    assert_eq!((answer[105].as_str(), answer[106].as_str()), ("NORMAL", "NORMAL"));
}

#[test]
fn standby_blanks_what_is_measured_and_off_is_silent() {
    let mut bench = Bench::new(VentilatorConfig::new(1, 3));
    bench.pass(30.0);
    bench.device.handle_device_act(bench.now, &DeviceAct::Standby { on: true });
    bench.pass(1.0);
    bench.waves.clear();
    bench.pass(10.0);
    assert_eq!(bench.waves, "");
    let answer = bench.ask("SNDF\r").unwrap();
    assert!(answer[69..=94].iter().all(String::is_empty), "{:?}", &answer[69..=94]);
    assert!(!answer[18].is_empty());
    bench.device.handle_device_act(bench.now, &DeviceAct::Standby { on: false });
    bench.pass(30.0);
    assert!(!bench.ask("SNDF\r").unwrap()[70].is_empty());
    let dark = Duration::from_secs(20);
    bench.device.handle_device_act(bench.now, &DeviceAct::Reboot { dark });
    bench.waves.clear();
    assert_eq!(bench.ask("SNDF\r"), None);
    bench.pass(15.0);
    assert_eq!(bench.waves, "");
    bench.pass(10.0);
    assert!(bench.waves.starts_with("BS, S:"));
    assert!(bench.ask("SNDF\r").is_some());
}
