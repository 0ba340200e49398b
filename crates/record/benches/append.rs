//! What recording costs: 64 and 1,000 beds, each with waves of 500, 125, 125 and 62.5 Hz in pieces of
//! 256 ms and twenty numbers a second, in virtual time with a commit a second, into an encrypted segment
//! on a disk. The making of the signals is not counted, the writer's work is: all of it, in one thread.

// What is not counted here is not listed here.
#![allow(clippy::wildcard_enum_match_arm)]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod common;

use std::time::Duration;

use common::{
    machine,
    made::{Made, after, start},
    record, sized,
};

/// Numbers of a bed, each once a second.
const NUMERICS: u16 = 20;
/// Beds, and for how many virtual seconds.
const WARDS: [(u32, u64); 2] = [(64, 120), (1_000, 30)];

/// What a second of a ward costs.
#[derive(Default)]
struct Cost {
    beds: u32,
    seconds: u64,
    handed: usize,
    cpu_s: f64,
    commits_s: Vec<f64>,
    disk_bytes: u64,
    file_bytes: u64,
    memory_before: u64,
    memory_after: u64,
    close_s: f64,
}

fn main() {
    let costs: Vec<Cost> = WARDS.iter().map(|&(beds, seconds)| ward(beds, seconds)).collect();
    println!();
    row("beds", &costs, |cost| cost.beds.to_string());
    row("virtual seconds", &costs, |cost| cost.seconds.to_string());
    row("handed in a second", &costs, |cost| (cost.handed / cost.seconds as usize).to_string());
    row("cores used", &costs, |cost| format!("{:.3}", cost.cpu_s / cost.seconds as f64));
    row("cores a bed, in thousandths", &costs, |cost| {
        format!("{:.2}", cost.cpu_s / cost.seconds as f64 / f64::from(cost.beds) * 1e3)
    });
    row("commit, median", &costs, |cost| ms(percentile(cost, 50)));
    row("commit, 95 of 100", &costs, |cost| ms(percentile(cost, 95)));
    row("commit, slowest", &costs, |cost| ms(percentile(cost, 100)));
    row("to the disk a second", &costs, |cost| sized(cost.disk_bytes as f64 / cost.seconds as f64));
    row("of that kept, a second", &costs, |cost| {
        sized(cost.file_bytes as f64 / cost.seconds as f64)
    });
    row("closing and sealing at the end", &costs, |cost| ms(cost.close_s));
    row("most memory, before", &costs, |cost| sized(cost.memory_before as f64));
    row("most memory, after", &costs, |cost| sized(cost.memory_after as f64));
}

fn row(name: &str, costs: &[Cost], cell: impl Fn(&Cost) -> String) {
    print!("{name:<32}");
    costs.iter().for_each(|cost| print!("{:>12}", cell(cost)));
    println!();
}

fn ms(seconds: f64) -> String {
    format!("{:.0} ms", seconds * 1e3)
}

fn percentile(cost: &Cost, of_100: usize) -> f64 {
    let mut sorted = cost.commits_s.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted[(sorted.len() - 1) * of_100 / 100]
}

fn ward(beds: u32, seconds: u64) -> Cost {
    let folder = record::folder();
    let mut made = Made::new(beds, NUMERICS);
    let (mono, wall) = start();
    let mut writer = record::begin(folder.path(), mono, wall);
    let memory_before = machine::memory_max();
    let mut cost = Cost { beds, seconds, memory_before, ..Cost::default() };
    let disk_before = machine::bytes_to_disk();
    for second in 1..=seconds {
        let heard = made.second(second, true);
        cost.handed += heard.len();
        let (mono, wall) = after(Duration::from_secs(second));
        let (cpu, began) = (machine::cpu_s(), machine::wall_s());
        heard.iter().for_each(|observation| writer.handle_observation(observation));
        let handed = machine::wall_s();
        writer.commit(mono, wall).expect("room");
        cost.commits_s.push(machine::wall_s() - handed);
        cost.cpu_s += machine::cpu_s() - cpu;
        let late = machine::wall_s() - began - 1.0;
        if late > 0.0 {
            println!("second {second} of {beds} beds took {late:.1} s more than a second");
        }
    }
    cost.disk_bytes = machine::bytes_to_disk() - disk_before;
    cost.memory_after = machine::memory_max();
    let closing = machine::wall_s();
    let (mono, wall) = after(Duration::from_secs(seconds));
    let seal = writer.close(mono, wall).expect("a seal");
    cost.close_s = machine::wall_s() - closing;
    cost.file_bytes = seal.files.iter().map(|file| file.bytes).sum();
    cost
}
