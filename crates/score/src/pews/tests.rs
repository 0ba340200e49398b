//! The published table cell by cell, and damaged tables, each with what is said of it.

use super::*;

const FILE: &str = include_str!("../../data/bedside_pews.toml");

fn table() -> Table {
    Table::bedside().expect("the table that comes with the program is in order")
}

/// A child with nothing wrong at any age but what `change` does.
fn part(months: u16, which: Which, value: i64) -> u8 {
    let value = Some(Decimal::whole(value));
    let mut inputs = Inputs { age_months: Some(months), ..Inputs::default() };
    match which {
        Which::HeartRate => inputs.heart_rate = value,
        Which::Systolic => inputs.systolic = value,
        Which::Respiration => inputs.rr = value,
        Which::Saturation => inputs.spo2 = value,
        Which::Refill | Which::Effort | Which::Oxygen => unreachable!("entered, not measured"),
    }
    let score = pews(&table(), &inputs);
    let part = score.parts.iter().find(|part| part.which == which).expect("all seven are there");
    part.points.expect("it was given")
}

/// Written by hand from the published table: at each edge the last value of one cell, the points, the
/// first of the next. `months` are the first and the last of the row.
#[test]
fn every_cell_of_the_published_table_at_its_edges() {
    use Which::{HeartRate, Respiration, Saturation, Systolic};
    // Values in ascending order: (last value, its points), and what is above the last one.
    type Edges = (&'static [(i64, u8)], u8);
    let rows: [([u16; 2], Edges, Edges, Edges); 5] = [
        (
            [0, 2],
            (&[(80, 4), (90, 2), (110, 1), (149, 0), (179, 1), (189, 2)], 4),
            (&[(45, 4), (50, 2), (60, 1), (79, 0), (99, 1), (129, 2)], 4),
            (&[(15, 4), (19, 2), (29, 1), (60, 0), (80, 1), (90, 2)], 4),
        ),
        (
            [3, 11],
            (&[(70, 4), (80, 2), (100, 1), (149, 0), (169, 1), (179, 2)], 4),
            (&[(60, 4), (70, 2), (80, 1), (99, 0), (119, 1), (149, 2)], 4),
            (&[(15, 4), (19, 2), (24, 1), (50, 0), (70, 1), (80, 2)], 4),
        ),
        (
            [12, 48],
            (&[(60, 4), (70, 2), (90, 1), (119, 0), (149, 1), (169, 2)], 4),
            (&[(65, 4), (75, 2), (90, 1), (109, 0), (124, 1), (159, 2)], 4),
            (&[(12, 4), (15, 2), (19, 1), (40, 0), (60, 1), (70, 2)], 4),
        ),
        (
            [49, 144],
            // `>150` as printed: 150 itself is still 2.
            (&[(50, 4), (60, 2), (70, 1), (109, 0), (129, 1), (150, 2)], 4),
            (&[(70, 4), (80, 2), (90, 1), (119, 0), (139, 1), (169, 2)], 4),
            (&[(10, 4), (14, 2), (19, 1), (30, 0), (40, 1), (50, 2)], 4),
        ),
        (
            [145, 216],
            // `<50` as printed: 50 itself is still 1.
            (&[(40, 4), (49, 2), (60, 1), (99, 0), (119, 1), (139, 2)], 4),
            (&[(75, 4), (85, 2), (100, 1), (129, 0), (149, 1), (189, 2)], 4),
            (&[(9, 4), (10, 2), (11, 1), (16, 0), (22, 1), (29, 2)], 4),
        ),
    ];
    let saturation: Edges = (&[(90, 2), (94, 1)], 0);
    for (months, heart_rate, systolic, respiration) in rows {
        let scales = [
            (HeartRate, heart_rate),
            (Systolic, systolic),
            (Respiration, respiration),
            (Saturation, saturation),
        ];
        for (which, (edges, top)) in scales {
            let above = edges.iter().skip(1).map(|(_, points)| *points).chain([top]);
            for ((last, points), above) in edges.iter().zip(above) {
                for age in months {
                    let place = format!("{age} months, {which:?} {last}");
                    assert_eq!(part(age, which, *last), *points, "{place}");
                    assert_eq!(part(age, which, *last + 1), above, "one above {place}");
                }
            }
        }
    }
}

#[test]
fn a_negative_pressure_is_in_the_lowest_cell() {
    assert_eq!(part(24, Which::Systolic, -20), 4);
}

#[test]
fn the_total_is_there_when_all_parts_are() {
    let worst = Inputs {
        age_months: Some(30),
        heart_rate: Some(Decimal::whole(180)),
        systolic: Some(Decimal::whole(60)),
        refill: Some(Refill::From3s),
        rr: Some(Decimal::whole(80)),
        effort: Some(Effort::Severe),
        spo2: Some(Decimal::whole(88)),
        oxygen: Some(OxygenFlow::High),
    };
    let score = pews(&table(), &worst);
    assert_eq!((score.total, score.at_least), (Some(26), 26));
    assert_eq!(score.age_row.as_deref(), Some("1 to 4 years"));

    let well = Inputs {
        heart_rate: Some(Decimal::new(1194, -1)),
        systolic: Some(Decimal::whole(100)),
        refill: Some(Refill::Under3s),
        rr: Some(Decimal::whole(30)),
        effort: Some(Effort::Normal),
        spo2: Some(Decimal::new(945, -1)),
        oxygen: Some(OxygenFlow::Air),
        ..worst
    };
    assert_eq!(pews(&table(), &well).total, Some(0), "119.4 is 119, 94.5 is 95");

    let between = Inputs {
        refill: Some(Refill::Under3s),
        effort: Some(Effort::Mild),
        oxygen: Some(OxygenFlow::Low),
        heart_rate: Some(Decimal::new(1195, -1)),
        ..well
    };
    assert_eq!(pews(&table(), &between).total, Some(4), "119.5 is 120");
    let moderate = Inputs { effort: Some(Effort::Moderate), ..well };
    assert_eq!(pews(&table(), &moderate).total, Some(2));
}

#[test]
fn what_is_missing_leaves_no_total() {
    let none = pews(&table(), &Inputs::default());
    assert!(none.parts.iter().all(|part| part.points == Err(Missing::NotGiven)));
    assert_eq!((none.total, none.at_least, none.age_row), (None, 0, None));

    let ageless = Inputs {
        heart_rate: Some(Decimal::whole(200)),
        spo2: Some(Decimal::whole(85)),
        ..Inputs::default()
    };
    let score = pews(&table(), &ageless);
    assert_eq!(score.parts[0].points, Err(Missing::AgeNotKnown));
    assert_eq!(score.parts[0].value, Some(Decimal::whole(200)), "shown, not scored");
    assert_eq!(score.parts[5].points, Ok(2), "the same at every age");
    assert_eq!((score.total, score.at_least), (None, 2));
}

/// The published file with one text replaced, and what is said of it.
fn complaint(from: &str, to: &str) -> String {
    assert!(FILE.contains(from), "the file has changed: no {from}");
    match Table::parse(&FILE.replacen(from, to, 1)) {
        Ok(_) => panic!("{to} was not refused"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_damaged_table_is_refused_with_place_and_reason() {
    let cases = [
        ("\"111-149\"", "\"112-149\"", "0 to under 3 months, heart_rate: a gap, no cell holds 111"),
        (
            "\"111-149\"",
            "\"110-149\"",
            "0 to under 3 months, heart_rate: an overlap, 110 has 0 points and 1 points",
        ),
        (
            "\">=180\", \"<=90\"",
            "\">=140\", \"<=90\"",
            "heart_rate: an overlap, 140 has 0 points and 2 points",
        ),
        ("\">=190\"", "\"190-195\"", "has 4 points and 196 has 2"),
        ("\"111-149\"", "\"111 to 149\"", "`111 to 149` is no cell; write 91-119"),
        ("0 = [\"111-149\"]", "9 = [\"111-149\"]", "heart_rate: no cell with 0 points"),
        ("4 = [\">=190\", \"<=80\"]", "x = [\">=190\", \"<=80\"]", "`x` are no points"),
        ("4 = [\">=190\", \"<=80\"]", "40 = [\">=190\", \"<=80\"]", "`40` are no points"),
        (
            "4 = [\">=190\", \"<=80\"]",
            "01 = [\">=190\", \"<=80\"]",
            "heart_rate: 1 points stand twice",
        ),
        (
            "months = [3, 11]",
            "months = [4, 11]",
            "begins at 4 months, which leaves a gap; begin at 3",
        ),
        (
            "months = [3, 11]",
            "months = [2, 11]",
            "begins at 2 months, which leaves an overlap; begin at 3",
        ),
        ("months = [3, 11]", "months = [3]", "1 to 4 years: stands after a row without an end"),
        ("months = [3, 11]", "months = [3, 1]", "months are [first, last]"),
        ("months = [145]", "months = [145, 216]", "no row for 217 months and more"),
        ("max = 26", "max = 25", "max is 25, and the parts add up to 26"),
        ("mild = 1", "mild = 3", "effort: [0, 3, 2, 4]"),
        ("air = 0", "air = 1", "oxygen: [1, 2, 4]; begin at 0"),
        ("mild = 1", "mild = \"one\"", "invalid type: string"),
        ("[effort]", "[efforts]", "efforts"),
    ];
    for (from, to, said) in cases {
        let complaint = complaint(from, to);
        assert!(complaint.contains(said), "{from} to {to}: {complaint}");
    }
}

#[test]
fn the_line_of_a_mistake_is_named() {
    let line_of =
        |text: &str| 1 + FILE.lines().position(|line| line.contains(text)).expect("there");
    let said = complaint("\"25-50\"", "\"25to50\"");
    let expected = format!("line {}: ", line_of("\"25-50\""));
    assert!(said.starts_with(&expected), "{said} does not start with {expected}");
    // A gap has no line of its own: the table that has it is named.
    let said = complaint("\"25-50\"", "\"25-49\"");
    let section = line_of("\"25-50\"") - 1;
    assert!(said.starts_with(&format!("line {section}: ")), "{said}");
    let said = complaint("mild = 1", "mild = = 1");
    assert!(said.starts_with(&format!("line {}: ", line_of("mild = 1"))), "{said}");
}

#[test]
fn what_is_no_table_is_refused() {
    for text in ["", "\u{0}", "name = 1", "ages = []", &"#\n".repeat(TABLE_BYTES_MAX)] {
        assert!(Table::parse(text).is_err(), "{:.20}", text);
    }
    // Cut anywhere, it is refused or whole: nothing panics.
    for end in (0..FILE.len()).step_by(7).filter(|end| FILE.is_char_boundary(*end)) {
        _ = Table::parse(&FILE[..end]);
    }
}

#[test]
fn the_name_and_the_greatest_total_are_told() {
    assert_eq!((table().name(), table().max()), ("Bedside PEWS", 26));
}
