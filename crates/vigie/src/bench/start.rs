//! `vigie bench start`: from the start of a process to its first painted frame of a ward.

use super::{StartBench, show, traced::Traced, traced::percentile, ward::Ward};
use crate::terminal::Problem;

/// Measures and prints.
pub fn run(options: &StartBench) -> Result<(), Problem> {
    let Some(mut ward) = Ward::start(options.beds, 0)? else { return Ok(()) };
    let record = ward.record().display().to_string();
    let size = format!("{}x{}", options.size.width, options.size.height);
    let mut times = Vec::new();
    // The first is cold: its files may come from the disk. It is told and not counted.
    for run in 0..=options.runs {
        ward.goes_on()?;
        let arguments = ["window", "--record", &record, "--size", &size]; // tidy: not for people
        let mut window = Traced::start(&arguments, ward.file("start.trace"))?; // tidy: not for people
        let took = window.first_frame()?;
        let ms = took.as_secs_f64() * 1e3;
        if run == 0 {
            show(&format!("first start               {ms:8.0} ms"))?; // tidy: not for people
        } else {
            show(&format!("start {run:>3}                 {ms:8.0} ms"))?; // tidy: not for people
            times.push(took);
        }
    }
    let [median, worst] = [50, 100].map(|of| percentile(&times, of).as_secs_f64() * 1e3);
    // tidy: not for people
    show(&format!(
        "median, warm              {median:8.0} ms\nslowest, warm             {worst:8.0} ms"
    ))
}
