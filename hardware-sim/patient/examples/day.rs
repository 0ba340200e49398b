//! Temporary.
fn main() {
    let mut sum = 0.0;
    for seed in 0..8 {
        let mut p = vigie_sim_patient::Patient::new(seed);
        for _ in 0..337_500 {
            sum += p.next_block().traces[1].samples[5];
        }
    }
    println!("{sum}");
}
