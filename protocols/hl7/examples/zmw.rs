//! Prints what stands in files of one wave segment each, without the segment's end: `zmw FILE...`.
//!
//! For holding our reading against segments that may not be kept in the tree.

use std::process::ExitCode;

use vigie_hl7::wire::zmw::Zmw;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for engineers")]
fn main() -> ExitCode {
    for path in std::env::args().skip(1) {
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("{path}: {error}");
                return ExitCode::FAILURE;
            }
        };
        match Zmw::parse(&bytes) {
            Ok(Zmw { wave, width, samples }) => {
                let (low, high) = (samples.iter().min(), samples.iter().max());
                println!(
                    "{path}: wave {wave}, {} samples of {width} bytes, {low:?} to {high:?}, begins {:?}",
                    samples.len(),
                    samples.get(..6).unwrap_or(&samples)
                );
            }
            Err(fault) => println!("{path}: {fault:?}"),
        }
    }
    ExitCode::SUCCESS
}
