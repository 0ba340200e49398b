//! Reads the table that the program prints.

use crate::text;

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    pub parameter: String,
    pub value: String,
    pub unit: String,
    pub state: String,
}

/// The rows of the first bed. Columns begin where their heads do.
pub fn rows(output: &[u8]) -> Vec<Row> {
    let printed = text(output);
    let mut lines = printed.lines().skip_while(|line| !line.starts_with("Bed "));
    let head = lines.next().expect("a head");
    let at = |name: &str| {
        let bytes = head.find(name).expect("a column");
        head[..bytes].chars().count()
    };
    let columns = [at("Parameter"), at("Value"), at("Unit"), at("Age"), at("State")];
    lines
        .take_while(|line| !line.is_empty())
        .map(|line| {
            let cell = |number: usize| {
                let end = columns.get(number + 1).copied().unwrap_or(usize::MAX);
                let chars = line.chars().skip(columns[number]).take(end - columns[number]);
                chars.collect::<String>().trim().to_owned()
            };
            Row { parameter: cell(0), value: cell(1), unit: cell(2), state: cell(4) }
        })
        .collect()
}
